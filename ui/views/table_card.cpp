#include "ui/views/table_card.hpp"

#include <QCheckBox>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelection>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScrollBar>
#include <QShortcut>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

#include "ui/models/matrix_filter.hpp"
#include "ui/models/matrix_model.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {
constexpr int rowHeight = 22;
constexpr int settleMilliseconds = 200;
constexpr int headingRoom = 26;   // beside a heading: its margins and the arrow of the order
constexpr int roomyWidth = 960;  // below it a name, which tells the role too, needs the room of role and shape

/// The style sheet draws items without asking for their background.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QVariant background = index.data(Qt::BackgroundRole);
        if (background.isValid() && !(option.state & QStyle::State_Selected))
            painter->fillRect(option.rect, background.value<QColor>());
        QStyledItemDelegate::paint(painter, option, index);
    }
};
}  // namespace

TableCard::TableCard(MatrixModel& model, QWidget* parent)
    : QWidget(parent),
      tools_(new QWidget),
      filter_(new MatrixFilter(this)),
      table_(new QTableView),
      words_(new QLineEdit),
      count_(mutedLabel({})) {
    words_->setPlaceholderText(tr("filter: down layer 10-20 bits<5"));
    words_->setClearButtonEnabled(true);
    words_->setAccessibleName(tr("Filter of the table"));
    words_->setToolTip(
        tr("Words that must be in the name, role or format; «role gate+up», «layer 3», «layer 10-20», «bits<5», "
           "«bits>=4», «changed» since the snapshot"));
    words_->setObjectName("small");
    words_->setFixedWidth(270);
    changed_ = new QCheckBox(tr("changed since snapshot"));
    changed_->setToolTip(tr("Only what has another format than in the snapshot compared with"));
    changed_->hide();
    connect(changed_, &QCheckBox::toggled, this, [this](bool on) {
        QStringList words = words_->text().split(' ', Qt::SkipEmptyParts);
        words.removeAll("changed");
        if (on) words << "changed";
        words_->setText(words.join(' '));
    });
    setObjectName("plain");
    tools_->setObjectName("plain");
    auto* row = new QHBoxLayout(tools_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::medium);
    row->addWidget(count_);
    row->addStretch();
    row->addWidget(changed_);
    row->addWidget(words_);
    buildTable(model);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::large, 0, space::large, space::small);
    column->addWidget(table_, 1);
    connect(words_, &QLineEdit::textChanged, this, [this](const QString& text) {
        // A filter hides rows; it does not change what is selected.
        follow([&] { filter_->setWords(text); });
        showCount();
        setSelected(std::exchange(shown_, {}), std::exchange(current_, -1));
    });
    settling_.setSingleShot(true);
    settling_.setInterval(settleMilliseconds);
    connect(&model, &QAbstractItemModel::dataChanged, &settling_,
            [this](const QModelIndex&, const QModelIndex&, const QList<int>& roles) {
                if (roles.isEmpty()) settling_.start();  // another colour moves no row
            });
    connect(&settling_, &QTimer::timeout, this, [this] {
        bool moved = false;
        follow([&] { moved = filter_->settle(); });
        if (!moved) return;
        showCount();
        setSelected(std::exchange(shown_, {}), std::exchange(current_, -1));
    });
    connect(&model, &QAbstractItemModel::headerDataChanged, this, &TableCard::sizeColumns);
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        shown_.clear();
        current_ = -1;
        sizeColumns();
        showCount();
    });
}

void TableCard::buildTable(MatrixModel& model) {
    filter_->setSourceModel(&model);
    table_->setModel(filter_);
    table_->setItemDelegate(new RowDelegate(table_));
    table_->setAccessibleName(tr("Weight matrices"));
    table_->setSortingEnabled(true);
    table_->sortByColumn(MatrixModel::Name, Qt::AscendingOrder);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setTextElideMode(Qt::ElideLeft);  // names differ at their ends
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(rowHeight);
    table_->verticalHeader()->setMinimumSectionSize(rowHeight);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    table_->setMinimumHeight(3 * rowHeight + 30);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TableCard::pickRows);
    table_->setMouseTracking(true);
    connect(table_, &QAbstractItemView::entered, this,
            [this](const QModelIndex& row) { emit hovered(filter_->mapToSource(row).row()); });
    connect(table_, &QAbstractItemView::viewportEntered, this, [this] { emit hovered(-1); });
    table_->viewport()->installEventFilter(this);
    table_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(table_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        if (table_->indexAt(at).isValid()) emit menuAsked(table_->viewport()->mapToGlobal(at));
    });
    auto* copy = new QShortcut(QKeySequence::Copy, table_);
    copy->setContext(Qt::WidgetShortcut);
    connect(copy, &QShortcut::activated, this, &TableCard::copySelected);
    sizeColumns();
    table_->setColumnHidden(MatrixModel::Change, true);
}

/// As wide as their headings, in any language, and as what usually stands below.
void TableCard::sizeColumns() {
    static constexpr int usual[MatrixModel::Columns] = {150, 112, 50, 106, 138, 50, 78, 96, 96, 84};
    const QFontMetrics metrics(headingFont());
    for (int column = 0; column < MatrixModel::Columns; ++column) {
        const QString heading = filter_->headerData(column, Qt::Horizontal).toString();
        table_->horizontalHeader()->resizeSection(column, std::max(usual[column], metrics.horizontalAdvance(heading) + headingRoom));
    }
    table_->horizontalHeader()->setSectionResizeMode(MatrixModel::Name, QHeaderView::Stretch);
}

bool TableCard::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Leave) emit hovered(-1);
    return QWidget::eventFilter(watched, event);
}

void TableCard::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    for (const int column : {MatrixModel::Role, MatrixModel::Shape})
        table_->setColumnHidden(column, width() < roomyWidth);
}

void TableCard::showCompared(bool on) {
    changed_->setVisible(on);
    if (!on) changed_->setChecked(false);
    table_->setColumnHidden(MatrixModel::Change, !on);
}

void TableCard::showCount() {
    const int shown = filter_->rowCount(), all = filter_->sourceModel()->rowCount();
    count_->setText(shown == all ? tr("%1 matrices").arg(countText(all)) : tr("%1 of %2").arg(countText(shown), countText(all)));
}

void TableCard::follow(const std::function<void()>& change) {
    following_ = true;
    change();
    following_ = false;
}

void TableCard::pickRows() {
    if (following_) return;
    std::vector<int> matrices;
    for (const QModelIndex& row : table_->selectionModel()->selectedRows())
        matrices.push_back(filter_->mapToSource(row).row());
    if (matrices.empty()) return;
    std::sort(matrices.begin(), matrices.end());
    const int current = filter_->mapToSource(table_->currentIndex()).row();
    const bool among = std::binary_search(matrices.begin(), matrices.end(), current);
    shown_ = matrices;
    current_ = among ? current : matrices.front();
    emit picked(shown_, current_);
}

void TableCard::setSelected(const std::vector<int>& matrices, int current) {
    if (matrices == shown_ && current == current_) return;
    shown_ = matrices;
    current_ = current;
    follow([this] {
        QItemSelection rows;
        for (const int matrix : shown_)
            if (const QModelIndex row = filter_->mapFromSource(filter_->sourceModel()->index(matrix, 0));
                row.isValid())
                rows.select(row, row);
        constexpr auto whole = QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows;
        table_->selectionModel()->select(rows, whole);
        if (current_ < 0) return;
        const QModelIndex row = filter_->mapFromSource(filter_->sourceModel()->index(current_, 0));
        if (!row.isValid()) return;
        table_->selectionModel()->setCurrentIndex(row, QItemSelectionModel::NoUpdate);
        table_->scrollTo(row);
    });
}

void TableCard::copySelected() {
    QModelIndexList rows = table_->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(),
              [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    QString tsv;
    for (const QModelIndex& row : rows) {
        QStringList cells;
        for (int column = 0; column < filter_->columnCount(); ++column)
            if (column != MatrixModel::Change || !table_->isColumnHidden(column))
                cells << row.siblingAtColumn(column).data().toString();
        tsv += cells.join('\t') + '\n';
    }
    QGuiApplication::clipboard()->setText(tsv);
}

}  // namespace dq::ui
