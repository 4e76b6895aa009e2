#include "ui/views/start_page.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

#include "ui/models/found_models.hpp"
#include "ui/models/recent_models.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

namespace {

constexpr int columnWidth = 760, mostLines = 4;
static_assert(RecentModels::PathRole == FoundModels::PathRole);

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

StartPage::StartPage(RecentModels& recent, QWidget* parent) : QWidget(parent), found_(new FoundModels(this)) {
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
    auto* file = linkButton(tr("Open a GGUF file or a measured table…"), tr("A GGUF file of F32, F16 or BF16 weights, or a table without its model"));
    connect(file, &QPushButton::clicked, this, &StartPage::fileAsked);
    for (QWidget* part : {static_cast<QWidget*>(title), static_cast<QWidget*>(words),
                          static_cast<QWidget*>(new EmptyFront), buildChoices()})
        column->addWidget(part);
    column->addWidget(file, 0, Qt::AlignLeft);
    column->addWidget(buildLists(recent));
    outer->addStretch();
    auto* middle = new QVBoxLayout;
    middle->addStretch(2);
    middle->addWidget(card);
    middle->addStretch(3);
    outer->addLayout(middle);
    outer->addStretch();
    found_->search(ModelCaches::usual());
}

QWidget* StartPage::buildChoices() {
    auto* row = new QWidget;
    row->setObjectName("plain");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::medium);
    auto* open = choiceButton(tr("Open a model…"),
                              tr("A Hugging Face folder with config.json and safetensors. Or drop it here, or a GGUF file."),
                              tr("Choose a checkpoint folder"));
    demo_ = choiceButton(tr("Try the demo"), tr("A small trained model that comes with the program."),
                         tr("Open the bundled demo model"));
    connect(open, &QPushButton::clicked, this, &StartPage::openAsked);
    connect(demo_, &QPushButton::clicked, this, &StartPage::demoAsked);
    layout->addWidget(open, 1);
    layout->addWidget(demo_, 1);
    return row;
}

/// A heading, and under it a list as long as it has lines, up to a few; without any, `none` in its place.
QWidget* StartPage::buildList(const QString& heading, QAbstractItemModel& model, const QString& none, QListView*& list) {
    auto* part = new QWidget;
    part->setObjectName("plain");
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(headingLabel(heading));
    auto* empty = mutedLabel(none);
    empty->setWordWrap(true);
    layout->addWidget(empty);
    auto* shown = list = new QListView;
    list->setModel(&model);
    list->setAccessibleName(heading);
    list->setToolTip(tr("Double-click or press Enter to open"));
    list->setTextElideMode(Qt::ElideMiddle);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    layout->addWidget(list);
    layout->addStretch();
    const auto refresh = [shown, empty, &model] {
        const int rows = model.rowCount();
        empty->setVisible(rows == 0);
        shown->setVisible(rows > 0);
        shown->setFixedHeight(std::min(rows, mostLines) * 32 + 4);
    };
    connect(&model, &QAbstractItemModel::modelReset, this, refresh);
    connect(list, &QListView::activated, this, [this](const QModelIndex& index) {
        if (index.flags().testFlag(Qt::ItemIsEnabled)) emit recentAsked(index.data(Qt::UserRole).toString());
    });
    refresh();
    return part;
}

QWidget* StartPage::buildLists(RecentModels& recent) {
    auto* row = new QWidget;
    row->setObjectName("plain");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::large);
    layout->addWidget(
        buildList(tr("Recent"), recent, tr("Models you open will be listed here."), recentList_), 1);
    layout->addWidget(buildList(tr("Found on this computer"), *found_,
                                tr("No models in the caches of Hugging Face, LM Studio or Ollama."), foundList_),
                      1);
    return row;
}

void StartPage::setDemoAvailable(bool available) {
    demo_->setEnabled(available);
}

}  // namespace dq::ui
