#pragma once

#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

#include "ui/session/matrix_info.hpp"

namespace dq::ui {

/// Where each matrix stands in the map of the model: a row per role in reading order, a column per layer;
/// what belongs to no layer (embedding, head) stands apart on the right.
struct LayerMap {
    struct Place {
        int row = 0, column = 0;  // column == layers: apart, the row-th of `apart`
        bool operator==(const Place&) const = default;
    };

    QStringList roles;
    int layers = 0;
    std::vector<int> cells;  // [role][layer]: index of a matrix, -1 where there is none
    std::vector<int> apart;
    QStringList apartLabels;

    static LayerMap of(const Matrices& matrices);

    int at(int row, int column) const { return cells[static_cast<std::size_t>(row * layers + column)]; }
    int at(const Place& place) const;
    std::optional<Place> placeOf(int matrix) const;
    /// Every place with a matrix.
    void forEach(const std::function<void(const Place& place, int matrix)>& visit) const;
    /// The cell one arrow key away, skipping holes; the same place at an edge.
    Place stepped(const Place& from, int dx, int dy) const;
    /// The map as text, one line per role: what tests compare and what is copied to the clipboard.
    QString toText(const std::function<QString(int matrix)>& cell) const;

private:
    Place walked(const Place& from, int dx, int dy) const;
};

}  // namespace dq::ui
