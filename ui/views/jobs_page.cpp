#include "ui/views/jobs_page.hpp"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/models/jobs_model.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

JobsPage::JobsPage(JobQueue& queue, QWidget* parent)
    : QWidget(parent),
      queue_(queue),
      model_(new JobsModel(queue, this)),
      table_(new QTableView),
      log_(new QPlainTextEdit),
      cancel_(linkButton(tr("cancel"), tr("Stop the selected job; what it finished is kept"))),
      clear_(linkButton(tr("clear ended"), tr("Take jobs that have ended from the list"))),
      empty_(mutedLabel(tr("Measuring and exporting show here, one after the other, with what they have to say."))) {
    setObjectName("plain");
    table_->setModel(model_);
    table_->setAccessibleName(tr("Jobs"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setShowGrid(false);
    table_->setTextElideMode(Qt::ElideMiddle);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(22);
    table_->horizontalHeader()->setHighlightSections(false);
    static constexpr int widths[JobsModel::Columns] = {260, 84, 72, 124, 80};
    for (int column = 0; column < JobsModel::Columns; ++column)
        table_->horizontalHeader()->resizeSection(column, widths[column]);
    table_->horizontalHeader()->setSectionResizeMode(JobsModel::Name, QHeaderView::Stretch);
    log_->setReadOnly(true);
    log_->setAccessibleName(tr("Log of the selected job"));
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(cancel_);
    buttons->addWidget(clear_);
    buttons->addStretch();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::large, space::tight, space::large, space::small);
    row->addWidget(empty_, 1);
    row->addWidget(table_, 3);
    row->addWidget(log_, 2);
    row->addLayout(buttons);
    connect(cancel_, &QPushButton::clicked, &queue_, [this] { queue_.cancel(selected()); });
    connect(clear_, &QPushButton::clicked, &queue_, &JobQueue::clearOver);
    connect(&queue_, &JobQueue::changed, this, &JobsPage::follow);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &JobsPage::follow);
    follow();
}

int JobsPage::selected() const {
    const auto rows = table_->selectionModel()->selectedRows();
    return rows.isEmpty() ? 0 : model_->idAt(rows.front().row());
}

void JobsPage::follow() {
    const bool some = model_->rowCount() > 0;
    if (some && selected() == 0) {
        table_->selectRow(model_->rowCount() - 1);  // comes back here
        if (selected() != 0) return;
    }
    for (QWidget* part : std::initializer_list<QWidget*>{table_, log_, cancel_, clear_})
        part->setVisible(some);
    empty_->setVisible(!some);
    const Job* job = queue_.find(selected());
    cancel_->setEnabled(job && !job->over() && job->state != Job::State::Stopping);
    if (!job) return log_->clear();
    QString text = job->outcome.isEmpty() ? QString() : job->outcome + "\n\n";
    text += "dynaquant-cli " + job->arguments.join(' ');
    if (!job->log.isEmpty()) text += "\n\n" + job->log;
    if (text != log_->toPlainText()) log_->setPlainText(text);
}

QString JobsPage::logText() const {
    return log_->toPlainText();
}

}  // namespace dq::ui
