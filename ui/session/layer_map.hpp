#pragma once

#include <QString>
#include <QStringList>

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "ui/session/matrix_info.hpp"

namespace dq::ui {

/// Where each matrix stands in the map of the model: a row per role in reading order, a column per layer;
/// what belongs to no layer (embedding, head) stands apart on the right. The experts of a layer share a cell, unless
/// the map is one role of them opened: a row per layer, a column per expert.
struct LayerMap {
    struct Place {
        int row = 0, column = 0;  // column == columns: apart, the row-th of `apart`
        bool operator==(const Place&) const = default;
    };

    QStringList rows;  // what they are called: roles, or layers where experts are opened
    int columns = 0;
    std::vector<int> cells;  // [row][column]: index of a matrix, -1 where there is none
    std::vector<int> apart;
    QStringList apartLabels;
    std::map<int, std::vector<int>> crowds;  // by the matrix in the cell: all that stand there, where there are several
    std::vector<int> shownAs;                // by matrix: the one in its cell; -1: it is not on this map

    static LayerMap of(const Matrices& matrices);
    /// One role of the experts, layer by expert.
    static LayerMap ofExperts(const Matrices& matrices, const QString& role);
    /// The roles that experts have, in reading order; empty: the model has none.
    static QStringList expertRoles(const Matrices& matrices);

    int at(int row, int column) const { return cells[static_cast<std::size_t>(row * columns + column)]; }
    int at(const Place& place) const;
    std::optional<Place> placeOf(int matrix) const;
    /// The matrix in the cell of this one; -1: it is not on the map.
    int cellOf(int matrix) const;
    /// All that stand in a cell, by the matrix in it.
    std::vector<int> membersOf(int matrix) const;
    bool isCrowd(int matrix) const { return crowds.contains(matrix); }
    /// Every place with a matrix.
    void forEach(const std::function<void(const Place& place, int matrix)>& visit) const;
    /// The cell one arrow key away, skipping holes; the same place at an edge.
    Place stepped(const Place& from, int dx, int dy) const;
    /// The map as text, one line per role: what tests compare and what is copied to the clipboard.
    QString toText(const std::function<QString(int matrix)>& cell) const;

private:
    Place walked(const Place& from, int dx, int dy) const;
    void put(int matrix, int row, int column);
};

}  // namespace dq::ui
