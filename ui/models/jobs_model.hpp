#pragma once

#include <QAbstractTableModel>

#include "ui/jobs/job_queue.hpp"

namespace dq::ui {

/// The queue as a table, newest last.
class JobsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, State, Done, Rate, Left, Columns };

    explicit JobsModel(const JobQueue& queue, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    int idAt(int row) const;  // 0: no such row

private:
    void follow();
    QString shown(const Job& job, int column) const;

    const JobQueue& queue_;
    std::vector<Job> shown_;  // as the views know it
};

}  // namespace dq::ui
