#include "ui/session/layer_map.hpp"

#include <algorithm>

namespace dq::ui {

namespace {

const QStringList& readingOrder() {
    static const QStringList order = {"q", "k", "v", "o", "gate", "up", "down", "expert"};
    return order;
}

QStringList rolesOf(const Matrices& matrices) {
    QStringList present;
    for (const MatrixInfo& matrix : matrices)
        if (matrix.block >= 0 && !present.contains(matrix.role)) present.append(matrix.role);
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

LayerMap LayerMap::of(const Matrices& matrices) {
    LayerMap map;
    map.roles = rolesOf(matrices);
    for (const MatrixInfo& matrix : matrices)
        map.layers = std::max(map.layers, matrix.block + 1);
    map.cells.assign(static_cast<std::size_t>(map.roles.size()) * static_cast<std::size_t>(map.layers), -1);
    for (std::size_t i = 0; i < matrices.size(); ++i) {
        const MatrixInfo& matrix = matrices[i];
        if (matrix.block < 0) {
            map.apart.push_back(static_cast<int>(i));
            map.apartLabels.append(apartLabel(matrix.role));
            continue;
        }
        const auto row = static_cast<int>(map.roles.indexOf(matrix.role));
        map.cells[static_cast<std::size_t>(row * map.layers + matrix.block)] = static_cast<int>(i);
    }
    return map;
}

int LayerMap::at(const Place& place) const {
    if (place.column < layers) return at(place.row, place.column);
    return apart.empty() ? -1 : apart[std::min(static_cast<std::size_t>(place.row), apart.size() - 1)];
}

std::optional<LayerMap::Place> LayerMap::placeOf(int matrix) const {
    if (matrix < 0) return std::nullopt;
    if (const auto in = std::find(cells.begin(), cells.end(), matrix); in != cells.end()) {
        const auto index = static_cast<int>(in - cells.begin());
        return Place{index / layers, index % layers};
    }
    if (const auto in = std::find(apart.begin(), apart.end(), matrix); in != apart.end())
        return Place{static_cast<int>(in - apart.begin()), layers};
    return std::nullopt;
}

void LayerMap::forEach(const std::function<void(const Place&, int)>& visit) const {
    for (int row = 0; row < roles.size(); ++row)
        for (int column = 0; column < layers; ++column)
            if (const int matrix = at(row, column); matrix >= 0) visit({row, column}, matrix);
    for (std::size_t i = 0; i < apart.size(); ++i)
        visit({static_cast<int>(i), layers}, apart[i]);
}

LayerMap::Place LayerMap::stepped(const Place& from, int dx, int dy) const {
    if (from.column >= layers) {
        // The places apart stand side by side: left and right walk through them, then back into the layers.
        const int next = from.row + dx;
        if (next >= static_cast<int>(apart.size())) return from;
        if (next >= 0) return {next, layers};
        return layers > 0 ? walked({static_cast<int>(roles.size()) / 2, layers}, -1, 0) : from;
    }
    return walked(from, dx, dy);
}

LayerMap::Place LayerMap::walked(const Place& from, int dx, int dy) const {
    Place place = from;
    for (;;) {
        place.column += dx;
        place.row += dy;
        if (place.column >= layers) return apart.empty() ? from : Place{0, layers};
        if (place.column < 0 || place.row < 0 || place.row >= roles.size()) return from;
        if (at(place.row, place.column) >= 0) return place;
    }
}

QString LayerMap::toText(const std::function<QString(int)>& cell) const {
    QString text;
    for (int row = 0; row < roles.size(); ++row) {
        text += roles[row];
        for (int column = 0; column < layers; ++column)
            text += '\t' + (at(row, column) < 0 ? QStringLiteral("-") : cell(at(row, column)));
        text += '\n';
    }
    for (std::size_t i = 0; i < apart.size(); ++i)
        text += apartLabels[static_cast<qsizetype>(i)] + '\t' + cell(apart[i]) + '\n';
    return text;
}

}  // namespace dq::ui
