#include "ui/models/snapshot_model.hpp"

#include "ui/words/words.hpp"

namespace dq::ui {

SnapshotModel::SnapshotModel(QObject* parent) : QAbstractTableModel(parent) {}

void SnapshotModel::reset(std::vector<Row> rows, const QString& unit) {
    if (rows == rows_ && unit == unit_) return;
    beginResetModel();
    rows_ = std::move(rows);
    unit_ = unit;
    endResetModel();
}

int SnapshotModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int SnapshotModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QString SnapshotModel::shown(const Row& row, int column) const {
    switch (column) {
        case Name:
            return row.name;
        case Size:
            return sizeText(row.bytes);
        case Bits:
            return bitsNumber(row.bits);
        default:
            return lossText(row.loss, unit_);
    }
}

QVariant SnapshotModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole || (role == Qt::EditRole && index.column() == Name))
        return shown(row, index.column());
    if (role == Qt::ToolTipRole && index.column() == Name) return row.name;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (index.column() == Name ? Qt::AlignLeft : Qt::AlignRight));
    return {};
}

QVariant SnapshotModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (section == Name ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole) return {};
    const QString names[Columns] = {tr("name"), tr("size"), tr("bits"), tr("loss")};
    return names[section];
}

Qt::ItemFlags SnapshotModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == Name ? usual | Qt::ItemIsEditable : usual;
}

bool SnapshotModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::EditRole || index.column() != Name)
        return false;
    const QString name = value.toString().trimmed();
    if (name.isEmpty()) return false;
    emit renamed(index.row(), name);
    return true;
}

}  // namespace dq::ui
