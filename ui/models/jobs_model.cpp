#include "ui/models/jobs_model.hpp"

#include <algorithm>

#include "ui/words/words.hpp"

namespace dq::ui {

JobsModel::JobsModel(const JobQueue& queue, QObject* parent)
    : QAbstractTableModel(parent), queue_(queue), shown_(queue.jobs()) {
    connect(&queue, &JobQueue::changed, this, &JobsModel::follow);
    connect(&queue, &JobQueue::progressed, this, &JobsModel::follow);
}

/// Rows that stay are changed in place, so that a selected one stays selected.
void JobsModel::follow() {
    const std::vector<Job>& now = queue_.jobs();
    const auto stays = [&](const Job& job) { return queue_.find(job.id) != nullptr; };
    if (!std::all_of(shown_.begin(), shown_.end(), stays)) {
        beginResetModel();
        shown_ = now;
        return endResetModel();
    }
    const auto before = static_cast<int>(shown_.size()), after = static_cast<int>(now.size());
    if (after > before) beginInsertRows({}, before, after - 1);
    shown_ = now;
    if (after > before) endInsertRows();
    if (before > 0) emit dataChanged(index(0, 0), index(before - 1, Columns - 1));
}

int JobsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int JobsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

int JobsModel::idAt(int row) const {
    return row < 0 || row >= rowCount() ? 0 : shown_[static_cast<std::size_t>(row)].id;
}

QString JobsModel::shown(const Job& job, int column) const {
    const WorkerProgress& progress = job.progress;
    const bool runs = job.state == Job::State::Running;
    switch (column) {
        case Name:
            return job.name + "  " + job.about;
        case State:
            return job.stateWords();
        case Done:
            if (job.state == Job::State::Done) return QStringLiteral("100 %");
            return runs && progress.total > 0
                       ? QString::number(static_cast<int>(progress.fraction() * 100)) + QStringLiteral(" %")
                       : QString();
        case Rate:
            return runs && progress.rate > 0 ? numberText(progress.rate) + ' ' + progress.rateUnit : QString();
        case Left:
            return runs && progress.secondsLeft >= 0 ? durationText(progress.secondsLeft) : QString();
        default:
            return {};
    }
}

QVariant JobsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const Job& job = shown_[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) return shown(job, index.column());
    if (role == Qt::ToolTipRole) return job.outcome.isEmpty() ? job.about : job.outcome;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (index.column() <= State ? Qt::AlignLeft : Qt::AlignRight));
    return {};
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (section <= State ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole) return {};
    const QString names[Columns] = {tr("job"), tr("state"), tr("done"), tr("rate"), tr("time left")};
    return names[section];
}

}  // namespace dq::ui
