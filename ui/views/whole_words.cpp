#include "ui/views/whole_words.hpp"

#include <QEvent>
#include <QLayout>
#include <QWidget>

namespace dq::ui {

namespace {

class Keeper : public QObject {
public:
    explicit Keeper(QWidget* window) : QObject(window), window_(window) {}

    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Show || event->type() == QEvent::LayoutRequest)
            window_->setMinimumHeight(window_->layout()->totalHeightForWidth(window_->width()));
        return false;
    }

private:
    QWidget* window_;
};

}  // namespace

void keepWordsWhole(QWidget* window) {
    window->installEventFilter(new Keeper(window));
}

}  // namespace dq::ui
