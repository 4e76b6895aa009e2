#include "ui/models/matrix_model.hpp"

#include <cmath>
#include <utility>

#include "ui/theme/theme.hpp"

namespace dq::ui {

MatrixModel::MatrixModel(QObject* parent) : QAbstractTableModel(parent) {}

void MatrixModel::reset(const Matrices& matrices) {
    beginResetModel();
    matrices_ = matrices;
    states_.clear();
    change_.clear();
    other_.clear();
    wishes_.clear();
    hovered_ = -1;
    endResetModel();
}

void MatrixModel::setHovered(int matrix) {
    if (matrix >= rowCount() || matrix == hovered_) return;
    const int before = std::exchange(hovered_, matrix);
    for (const int row : {before, hovered_})
        if (row >= 0) emit dataChanged(index(row, 0), index(row, Columns - 1), {Qt::BackgroundRole});
}

void MatrixModel::setStates(const Explored* explored, const std::vector<MatrixState>& states) {
    states_ = states.size() == matrices_.size() ? states : std::vector<MatrixState>{};
    const QString unitBefore = unit_ + lossUnit_.prefix + priceUnit_.prefix;
    if (explored) {
        formats_.clear();
        for (const std::string& format : explored->problem().formats)
            formats_.push_back(text(format));
        if (explored->wishes != wishes_) {
            wishes_ = explored->wishes;
            if (!matrices_.empty()) emit dataChanged(index(0, Name), index(rowCount() - 1, Name));
        }
        unit_ = shortLossUnit(explored->lossUnit);
        lossUnit_ = explored->picture.column;
        priceUnit_ = explored->picture.price;
    }
    if (unitBefore != unit_ + lossUnit_.prefix + priceUnit_.prefix)
        emit headerDataChanged(Qt::Horizontal, Loss, Price);
    if (!matrices_.empty()) emit dataChanged(index(0, Format), index(rowCount() - 1, Price));
}

void MatrixModel::setDifference(const Difference* difference) {
    const bool fits = difference && difference->change.size() == matrices_.size();
    if (!fits && change_.empty()) return;
    change_ = fits ? difference->change : std::vector<double>{};
    other_ = fits ? difference->other : std::vector<bool>{};
    if (!matrices_.empty()) emit dataChanged(index(0, Change), index(rowCount() - 1, Change));
}

bool MatrixModel::changed(int row) const {
    return !other_.empty() && other_[static_cast<std::size_t>(row)];
}

QString MatrixModel::changeText(int row) const {
    if (!changed(row)) return QStringLiteral("–");
    const double change = change_[static_cast<std::size_t>(row)];
    return (change < 0 ? QChar(0x2212) : QChar('+')) + bitsNumber(std::abs(change));
}

int MatrixModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(matrices_.size());
}

int MatrixModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

const MatrixState* MatrixModel::state(int row) const {
    return states_.empty() ? nullptr : &states_[static_cast<std::size_t>(row)];
}

double MatrixModel::bits(int row) const {
    return state(row) ? state(row)->bits : 0;
}

QString MatrixModel::format(int row) const {
    const MatrixState* now = state(row);
    return now && now->format >= 0 ? formats_[static_cast<std::size_t>(now->format)] : QString();
}

QString MatrixModel::shown(int row, int column) const {
    const MatrixInfo& info = matrix(row);
    switch (column) {
        case Name:
            return wishes_.contains(row) ? info.shortName + QStringLiteral(" •") : info.shortName;
        case Role:
            return info.role;
        case Layer:
            return info.block < 0 ? QStringLiteral("–") : QString::number(info.block);
        case Shape:
            return info.shape();
        default:
            break;
    }
    const MatrixState* now = state(row);
    if (!now) return QStringLiteral("–");
    switch (column) {
        case Format:
            return format(row);
        case Bits:
            return bitsNumber(now->bits);
        case Size:
            return sizeText(now->bytes);
        case Loss:
            return numberText(now->loss * lossUnit_.scale);
        case Price:
            return numberText(now->gain * 1e6 * priceUnit_.scale);
        case Change:
            return changeText(row);
        default:
            return {};
    }
}

bool MatrixModel::before(int row, int other, int column) const {
    if (column == Role) return matrix(row).role < matrix(other).role;
    return ordered(row, column) < ordered(other, column);
}

double MatrixModel::ordered(int row, int column) const {
    const MatrixState* now = state(row);
    switch (column) {
        case Layer:
            return matrix(row).block;
        case Shape:
            return static_cast<double>(matrix(row).weights());
        case Format:
            return now ? now->format : -1;
        case Bits:
            return bits(row);
        case Size:
            return now ? static_cast<double>(now->bytes) : 0;
        case Loss:
            return now ? now->loss : 0;
        case Price:
            return now ? now->gain : 0;
        case Change:
            return changed(row) ? change_[static_cast<std::size_t>(row)] : 0;
        default:
            return row;  // the model's own order is the one people expect of names with numbers in them
    }
}

QVariant MatrixModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    if (role == Qt::DisplayRole) return shown(index.row(), index.column());
    if (role == Qt::BackgroundRole) return index.row() == hovered_ ? QVariant(theme().hover) : QVariant();
    if (role == Qt::ToolTipRole && index.column() == Name) {
        const auto wish = wishes_.find(index.row());
        return matrix(index.row()).name + (wish == wishes_.end() ? QString() : '\n' + wish->second.text());
    }
    if (role == Qt::TextAlignmentRole) {
        const bool left = index.column() == Name || index.column() == Role || index.column() == Format;
        return QVariant::fromValue(Qt::AlignVCenter | (left ? Qt::AlignLeft : Qt::AlignRight));
    }
    return {};
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool left = section == Name || section == Role || section == Format;
        return QVariant::fromValue(Qt::AlignVCenter | (left ? Qt::AlignLeft : Qt::AlignRight));
    }
    if (role == Qt::ToolTipRole) {
        const QString words[Columns] = {tr("The weight matrix, as the checkpoint names it"),
                                        tr("What the matrix does in its layer"),
                                        tr("Which layer it belongs to"),
                                        tr("Outputs × inputs"),
                                        tr("The format the budget gives it"),
                                        tr("Bits per weight, scales counted"),
                                        tr("Bytes it takes, scales counted"),
                                        tr("What its rounding is predicted to cost"),
                                        tr("What the next step up would save, per megabyte"),
                                        tr("Bits per weight, less those of the snapshot compared with; –: the same format")};
        return words[section];
    }
    if (role != Qt::DisplayRole) return {};
    const QString loss = unit_.isEmpty() ? tr("loss") : tr("loss (%1%2)").arg(lossUnit_.prefix, unit_);
    const QString price =
        unit_.isEmpty() ? tr("price (per MB)") : tr("price (%1%2/MB)").arg(priceUnit_.prefix, unit_);
    const QString names[Columns] = {tr("matrix"), tr("role"), tr("layer"), tr("shape"), tr("format"),
                                    tr("bits"),   tr("size"), loss,        price,
                                    tr("change")};
    return names[section];
}

}  // namespace dq::ui
