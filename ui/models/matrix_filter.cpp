#include "ui/models/matrix_filter.hpp"

#include <QRegularExpression>

#include <algorithm>

#include "ui/models/matrix_model.hpp"

namespace dq::ui {

MatrixFilter::MatrixFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setDynamicSortFilter(false);
}

void MatrixFilter::setWords(const QString& words) {
    words_.clear();
    layers_.clear();
    bits_.clear();
    roles_.clear();
    changed_ = false;
    static const QRegularExpression bound("^bits(<=|>=|<|>|=)(\\d+(\\.\\d+)?)$");
    static const QRegularExpression range("^\\d+(-\\d+)?$");
    const QStringList parts = words.simplified().toLower().split(' ', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const auto match = bound.match(parts[i]);
        const bool layer =
            parts[i] == "layer" && i + 1 < parts.size() && range.match(parts[i + 1]).hasMatch();
        if (match.hasMatch())
            bits_.push_back({match.captured(1), match.captured(2).toDouble()});
        else if (layer)
            addLayers(parts[++i]);
        else if (parts[i] == "role" && i + 1 < parts.size())
            roles_.append(parts[++i].split('+', Qt::SkipEmptyParts));
        else if (parts[i] == "changed")
            changed_ = true;
        else
            words_.append(parts[i]);
    }
    invalidateFilter();
}

bool MatrixFilter::settle() {
    const bool byChoice = !bits_.empty() || changed_ || !words_.isEmpty() || sortColumn() >= MatrixModel::Format;
    if (byChoice) invalidate();
    return byChoice;
}

/// By numbers as they are: of thirty thousand rows wrapped and unwrapped for every comparison nothing came in time.
bool MatrixFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    return static_cast<const MatrixModel*>(sourceModel())->before(left.row(), right.row(), left.column());
}

void MatrixFilter::addLayers(const QString& range) {
    const int from = range.section('-', 0, 0).toInt();
    const int to = range.contains('-') ? range.section('-', 1, 1).toInt() : from;
    layers_.emplace_back(std::min(from, to), std::max(from, to));
}

bool MatrixFilter::Bound::holds(double bits) const {
    if (relation == "<") return bits < value;
    if (relation == "<=") return bits <= value;
    if (relation == ">") return bits > value;
    if (relation == ">=") return bits >= value;
    return std::abs(bits - value) < 0.005;  // two decimals are shown
}

bool MatrixFilter::filterAcceptsRow(int row, const QModelIndex&) const {
    const auto* model = static_cast<const MatrixModel*>(sourceModel());
    if (words_.isEmpty() && layers_.empty() && roles_.isEmpty() && bits_.empty() && !changed_) return true;
    const MatrixInfo& info = model->matrix(row);
    const QString text =
        words_.isEmpty() ? QString() : (info.name + ' ' + info.role + ' ' + model->format(row)).toLower();
    const bool inLayers =
        layers_.empty() || std::any_of(layers_.begin(), layers_.end(), [&](const auto& range) {
            return info.block >= range.first && info.block <= range.second;
        });
    return inLayers && (roles_.isEmpty() || roles_.contains(info.role)) && (!changed_ || model->changed(row)) &&
           std::all_of(words_.begin(), words_.end(),
                       [&](const QString& word) { return text.contains(word); }) &&
           std::all_of(bits_.begin(), bits_.end(),
                       [&](const Bound& bound) { return bound.holds(model->bits(row)); });
}

}  // namespace dq::ui
