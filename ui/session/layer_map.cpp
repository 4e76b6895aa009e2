#include "ui/session/layer_map.hpp"

#include <algorithm>

namespace dq::ui {

namespace {

const QStringList& readingOrder() {
    static const QStringList order = {"q",         "k",           "v",          "o",           "qkv",
                                      "gate",      "up",          "gate_up",    "down",        "shared_gate",
                                      "shared_up", "shared_down", "expert_gate", "expert_up",   "expert_gate_up",
                                      "expert_down"};
    return order;
}

QStringList rolesOf(const Matrices& matrices, const std::function<bool(const MatrixInfo&)>& counts) {
    QStringList present;
    for (const MatrixInfo& matrix : matrices)
        if (counts(matrix) && !present.contains(matrix.role)) present.append(matrix.role);
    const auto rank = [](const QString& role) {
        const qsizetype at = readingOrder().indexOf(role);
        return at < 0 ? readingOrder().size() : at;
    };
    std::stable_sort(present.begin(), present.end(),
                     [&](const QString& a, const QString& b) { return rank(a) < rank(b); });
    return present;
}

QString apartLabel(const QString& role) {
    return role == "embedding" ? QStringLiteral("emb") : role;
}

}  // namespace

void LayerMap::put(int matrix, int row, int column) {
    int& cell = cells[static_cast<std::size_t>(row * columns + column)];
    if (cell < 0)
        cell = matrix;
    else
        crowds.try_emplace(cell, std::vector<int>{cell}).first->second.push_back(matrix);
    shownAs[static_cast<std::size_t>(matrix)] = cell;
}

LayerMap LayerMap::of(const Matrices& matrices) {
    LayerMap map;
    map.rows = rolesOf(matrices, [](const MatrixInfo& matrix) { return matrix.block >= 0; });
    for (const MatrixInfo& matrix : matrices)
        map.columns = std::max(map.columns, matrix.block + 1);
    map.cells.assign(static_cast<std::size_t>(map.rows.size()) * static_cast<std::size_t>(map.columns), -1);
    map.shownAs.assign(matrices.size(), -1);
    for (std::size_t i = 0; i < matrices.size(); ++i) {
        const MatrixInfo& matrix = matrices[i];
        if (matrix.block < 0) {
            map.apart.push_back(static_cast<int>(i));
            map.apartLabels.append(apartLabel(matrix.role));
            map.shownAs[i] = static_cast<int>(i);
            continue;
        }
        map.put(static_cast<int>(i), static_cast<int>(map.rows.indexOf(matrix.role)), matrix.block);
    }
    return map;
}

LayerMap LayerMap::ofExperts(const Matrices& matrices, const QString& role) {
    LayerMap map;
    int layers = 0;
    const auto counts = [&](const MatrixInfo& matrix) {
        return matrix.role == role && matrix.expert >= 0 && matrix.block >= 0;
    };
    for (const MatrixInfo& matrix : matrices) {
        if (!counts(matrix)) continue;
        layers = std::max(layers, matrix.block + 1);
        map.columns = std::max(map.columns, matrix.expert + 1);
    }
    for (int layer = 0; layer < layers; ++layer)
        map.rows.append(QString::number(layer));
    map.cells.assign(static_cast<std::size_t>(layers) * static_cast<std::size_t>(map.columns), -1);
    map.shownAs.assign(matrices.size(), -1);
    for (std::size_t i = 0; i < matrices.size(); ++i)
        if (counts(matrices[i])) map.put(static_cast<int>(i), matrices[i].block, matrices[i].expert);
    return map;
}

QStringList LayerMap::expertRoles(const Matrices& matrices) {
    return rolesOf(matrices, [](const MatrixInfo& matrix) { return matrix.expert >= 0 && matrix.block >= 0; });
}

int LayerMap::at(const Place& place) const {
    if (place.column < columns) return at(place.row, place.column);
    return apart.empty() ? -1 : apart[std::min(static_cast<std::size_t>(place.row), apart.size() - 1)];
}

int LayerMap::cellOf(int matrix) const {
    return matrix < 0 || matrix >= static_cast<int>(shownAs.size()) ? -1 : shownAs[static_cast<std::size_t>(matrix)];
}

std::vector<int> LayerMap::membersOf(int matrix) const {
    const auto crowd = crowds.find(matrix);
    return crowd == crowds.end() ? std::vector<int>{matrix} : crowd->second;
}

std::optional<LayerMap::Place> LayerMap::placeOf(int matrix) const {
    const int cell = cellOf(matrix);
    if (cell < 0) return std::nullopt;
    if (const auto in = std::find(cells.begin(), cells.end(), cell); in != cells.end()) {
        const auto index = static_cast<int>(in - cells.begin());
        return Place{index / columns, index % columns};
    }
    if (const auto in = std::find(apart.begin(), apart.end(), cell); in != apart.end())
        return Place{static_cast<int>(in - apart.begin()), columns};
    return std::nullopt;
}

void LayerMap::forEach(const std::function<void(const Place&, int)>& visit) const {
    for (int row = 0; row < rows.size(); ++row)
        for (int column = 0; column < columns; ++column)
            if (const int matrix = at(row, column); matrix >= 0) visit({row, column}, matrix);
    for (std::size_t i = 0; i < apart.size(); ++i)
        visit({static_cast<int>(i), columns}, apart[i]);
}

LayerMap::Place LayerMap::stepped(const Place& from, int dx, int dy) const {
    if (from.column >= columns) {
        // The places apart stand side by side: left and right walk through them, then back into the layers.
        const int next = from.row + dx;
        if (next >= static_cast<int>(apart.size())) return from;
        if (next >= 0) return {next, columns};
        return columns > 0 ? walked({static_cast<int>(rows.size()) / 2, columns}, -1, 0) : from;
    }
    return walked(from, dx, dy);
}

LayerMap::Place LayerMap::walked(const Place& from, int dx, int dy) const {
    Place place = from;
    for (;;) {
        place.column += dx;
        place.row += dy;
        if (place.column >= columns) return apart.empty() ? from : Place{0, columns};
        if (place.column < 0 || place.row < 0 || place.row >= rows.size()) return from;
        if (at(place.row, place.column) >= 0) return place;
    }
}

QString LayerMap::toText(const std::function<QString(int)>& cell) const {
    QString text;
    for (int row = 0; row < rows.size(); ++row) {
        text += rows[row];
        for (int column = 0; column < columns; ++column)
            text += '\t' + (at(row, column) < 0 ? QStringLiteral("-") : cell(at(row, column)));
        text += '\n';
    }
    for (std::size_t i = 0; i < apart.size(); ++i)
        text += apartLabels[static_cast<qsizetype>(i)] + '\t' + cell(apart[i]) + '\n';
    return text;
}

}  // namespace dq::ui
