#pragma once

#include <QAbstractTableModel>

#include <vector>

#include "core/base/units.hpp"

namespace dq::ui {

/// Choices put aside, as a table: what they are called, how large they are and what they lose.
class SnapshotModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, Size, Bits, Loss, Columns };
    struct Row {
        QString name;
        Bytes bytes = 0;
        double bits = 0, loss = 0;
        bool operator==(const Row&) const = default;
    };

    explicit SnapshotModel(QObject* parent = nullptr);
    /// `unit` of the losses: "nats", or "".
    void reset(std::vector<Row> rows, const QString& unit);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

signals:
    void renamed(int row, const QString& name);

private:
    QString shown(const Row& row, int column) const;

    std::vector<Row> rows_;
    QString unit_;
};

}  // namespace dq::ui
