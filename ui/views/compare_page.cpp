#include "ui/views/compare_page.hpp"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/models/snapshot_model.hpp"
#include "ui/session/session.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

ComparePage::ComparePage(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      model_(new SnapshotModel(this)),
      table_(new QTableView),
      take_(new QPushButton(tr("Take snapshot"))),
      back_(linkButton(tr("go back to it"), tr("Its formats, metric, groups, constraints and budget"))),
      drop_(linkButton(tr("remove"), tr("Forget the selected snapshot"))),
      difference_(new QLabel),
      hint_(mutedLabel(tr("Put the choice aside, move on, and see what became other: size, loss, and which matrices. "
                          "The map can be coloured by the difference, and the table filtered by it."))) {
    setObjectName("plain");
    take_->setToolTip(tr("Put the choice aside to compare with (Ctrl+D)"));
    difference_->setObjectName("why");
    for (QLabel* label : {difference_, hint_})
        label->setWordWrap(true);
    table_->setModel(model_);
    table_->setAccessibleName(tr("Snapshots"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    table_->setShowGrid(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(24);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(SnapshotModel::Name, QHeaderView::Stretch);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(take_);
    buttons->addStretch();
    buttons->addWidget(back_);
    buttons->addWidget(drop_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::large, space::medium, space::large, space::medium);
    column->setSpacing(space::small);
    column->addLayout(buttons);
    column->addWidget(hint_);
    column->addWidget(difference_);
    column->addWidget(table_, 1);
    column->addStretch();
    connect(take_, &QPushButton::clicked, &session_, [this] { session_.takeSnapshot(); });
    connect(back_, &QPushButton::clicked, &session_, [this] { session_.returnTo(row()); });
    connect(drop_, &QPushButton::clicked, &session_, [this] { session_.dropSnapshot(row()); });
    connect(model_, &SnapshotModel::renamed, &session_, &Session::renameSnapshot, Qt::QueuedConnection);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ComparePage::pick);
    connect(&session_, &Session::snapshotsChanged, this, &ComparePage::showSnapshots);
    showSnapshots();
}

int ComparePage::row() const {
    return session_.compared();
}

void ComparePage::pick() {
    const auto rows = table_->selectionModel()->selectedRows();
    if (!following_ && !rows.isEmpty()) session_.compareWith(rows.front().row());
}

void ComparePage::showSnapshots() {
    std::vector<SnapshotModel::Row> rows;
    for (const Snapshot& one : session_.snapshots()) {
        const Difference d = differenceTo(judged(one, *session_.explored()), *session_.explored(), session_.states());
        rows.push_back({one.name, d.bytes, d.bits, d.loss});
    }
    following_ = true;
    model_->reset(std::move(rows), session_.hasFront() ? shortLossUnit(session_.explored()->lossUnit) : QString());
    if (session_.compared() >= 0) table_->selectRow(session_.compared());
    following_ = false;
    const bool some = !session_.snapshots().empty();
    for (QWidget* part : std::initializer_list<QWidget*>{table_, difference_, back_, drop_})
        part->setVisible(some);
    hint_->setVisible(!some);
    take_->setEnabled(session_.hasFront());
    showDifference();
}

void ComparePage::showDifference() {
    difference_->setText(session_.differenceWords());
}

QString ComparePage::words() const {
    return difference_->text();
}

}  // namespace dq::ui
