#include "ui/views/start_page.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

#include "ui/models/recent_models.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

namespace {

constexpr int columnWidth = 760;

/// An empty front: what the window will show once a model is open.
class EmptyFront : public QWidget {
public:
    explicit EmptyFront(QWidget* parent = nullptr) : QWidget(parent) { setFixedHeight(130); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF area = QRectF(rect()).adjusted(8, 8, -8, -20);
        painter.setPen(QPen(theme().hairline, 0));
        for (int i = 0; i <= 4; ++i) {
            const double y = std::round(area.top() + area.height() * i / 4) + 0.5;
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        }
        const auto at = [&](double t) {
            return QPointF(area.left() + t * area.width(),
                           area.bottom() - area.height() * (0.03 + 0.95 * std::exp(-3.4 * t)));
        };
        QPainterPath curve(at(0));
        for (int i = 1; i <= 100; ++i)
            curve.lineTo(at(i / 100.0));
        painter.setPen(QPen(theme().accent, 2));
        painter.drawPath(curve);
        painter.setPen(QPen(theme().card, 2));
        painter.setBrush(theme().accent);
        painter.drawEllipse(at(0.27), 7, 7);
        painter.setPen(theme().muted);
        painter.setFont(captionFont());
        painter.drawText(QRectF(rect()).adjusted(8, 0, -8, 0), Qt::AlignRight | Qt::AlignBottom,
                         StartPage::tr("memory"));
        const QString words = StartPage::tr("drag the budget, see what it costs");
        QRectF place = painter.fontMetrics().boundingRect(words);
        place.moveBottomLeft(at(0.27) + QPointF(16, -8));
        painter.fillRect(place.adjusted(-3, 0, 3, 0), theme().card);
        painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, words);
    }
};

QPushButton* choiceButton(const QString& title, const QString& detail, const QString& tip) {
    auto* button = new QPushButton;
    button->setObjectName("choice");
    button->setAccessibleName(title);
    button->setToolTip(tip);
    auto* column = new QVBoxLayout(button);
    column->setContentsMargins(space::large, space::medium, space::large, space::medium);
    auto* words = mutedLabel(detail);
    words->setWordWrap(true);
    auto* heading = headingLabel(title);
    for (QLabel* label : {heading, words}) {
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
        column->addWidget(label);
    }
    return button;
}

}  // namespace

StartPage::StartPage(RecentModels& recent, QWidget* parent) : QWidget(parent) {
    setObjectName("page");
    auto* outer = new QHBoxLayout(this);
    auto* card = new Card({});
    card->setFixedWidth(columnWidth);
    QVBoxLayout* column = card->body();
    column->setContentsMargins(32, 26, 32, 26);
    column->setSpacing(space::large);
    auto* title = new QLabel(tr("DynaQuant"));
    title->setObjectName("title");
    auto* words = new QLabel(
        tr("Choose how many bits every weight matrix of a language model gets. Measure once how much each "
           "matrix minds rounding; then drag one budget, see at once what it costs, and export the result."));
    words->setWordWrap(true);
    for (QWidget* part : {static_cast<QWidget*>(title), static_cast<QWidget*>(words),
                          static_cast<QWidget*>(new EmptyFront), buildChoices(), buildRecent(recent)})
        column->addWidget(part);
    outer->addStretch();
    auto* middle = new QVBoxLayout;
    middle->addStretch(2);
    middle->addWidget(card);
    middle->addStretch(3);
    outer->addLayout(middle);
    outer->addStretch();
}

QWidget* StartPage::buildChoices() {
    auto* row = new QWidget;
    row->setObjectName("plain");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::medium);
    auto* open = choiceButton(tr("Open a model…"),
                              tr("A Hugging Face folder with config.json and safetensors. Or drop it here."),
                              tr("Choose a checkpoint folder"));
    demo_ = choiceButton(tr("Try the demo"), tr("A small trained model that comes with the program."),
                         tr("Open the bundled demo model"));
    connect(open, &QPushButton::clicked, this, &StartPage::openAsked);
    connect(demo_, &QPushButton::clicked, this, &StartPage::demoAsked);
    layout->addWidget(open, 1);
    layout->addWidget(demo_, 1);
    return row;
}

QWidget* StartPage::buildRecent(RecentModels& recent) {
    auto* part = new QWidget;
    part->setObjectName("plain");
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(headingLabel(tr("Recent")));
    auto* none = mutedLabel(tr("Models you open will be listed here."));
    layout->addWidget(none);
    list_ = new QListView;
    list_->setModel(&recent);
    list_->setAccessibleName(tr("Recent models"));
    list_->setToolTip(tr("Double-click or press Enter to open"));
    list_->setTextElideMode(Qt::ElideMiddle);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    layout->addWidget(list_);
    const auto refresh = [this, none, &recent] {
        const int rows = recent.rowCount();
        none->setVisible(rows == 0);
        list_->setVisible(rows > 0);
        list_->setFixedHeight(std::min(rows, 4) * 32 + 4);
    };
    connect(&recent, &QAbstractItemModel::modelReset, this, refresh);
    connect(list_, &QListView::activated, this, [this](const QModelIndex& index) {
        emit recentAsked(index.data(RecentModels::PathRole).toString());
    });
    refresh();
    return part;
}

void StartPage::setDemoAvailable(bool available) {
    demo_->setEnabled(available);
}

}  // namespace dq::ui
