#pragma once

#include <QWidget>

#include "ui/session/explored.hpp"

class QAction;
class QComboBox;

namespace dq::ui {

/// The line under the menus that reads as a sentence: open, measure | formats, metric, groups | export.
class Toolbar : public QWidget {
    Q_OBJECT

public:
    struct Buttons {
        QAction *open, *measure, *saveRecipe, *exportModel;
    };
    explicit Toolbar(const Buttons& buttons, QWidget* parent = nullptr);

    void showQuestion(const Question& question);
    void setQuestionEnabled(bool enabled);

signals:
    void asked(const dq::ui::Question& question);

private:
    void fillCombos();
    Question question() const;

    QComboBox *palette_, *metric_, *groups_;
};

}  // namespace dq::ui
