#pragma once

#include <QString>

#include <vector>

#include "core/recipe/recipe.hpp"
#include "ui/session/explored.hpp"

namespace dq::ui {

/// A choice put aside to be compared with: which format each matrix had, and what was asked for it.
struct Snapshot {
    QString name;
    Question question;
    Bytes budget = 0;
    std::vector<int> columns;  // by matrix: the format's column in the table; -1: it says nothing about the matrix
};

/// "A" … "Z", then "AA": the first that none of them has.
QString freeName(const std::vector<Snapshot>& taken);

Snapshot snapshotOf(const Explored& explored, const std::vector<MatrixState>& states, Bytes budget, QString name);
/// What a recipe says about these matrices, by their names.
Snapshot snapshotOf(const measure::Measurements& table, const recipe::Recipe& recipe, const Question& question,
                    QString name);

/// What a snapshot's formats mean in the table and under the metric of now, looked up once: a moving budget is compared with it
/// sixty times a second.
struct JudgedSnapshot {
    struct Cell {
        int column = -1;  // -1: it says nothing about the matrix
        Bytes bytes = 0;
        double loss = 0, bits = 0;
    };
    std::vector<Cell> cells;  // by matrix
};
JudgedSnapshot judged(const Snapshot& snapshot, const Explored& explored);

/// What became other since a snapshot; losses under the metric asked now.
struct Difference {
    Bytes bytes = 0;  // of the snapshot, passthrough included
    double bits = 0, loss = 0;
    std::vector<double> change;     // by matrix: bits per weight now, less those then
    std::vector<bool> other;        // by matrix: another format
    int more = 0, fewer = 0, even = 0;  // matrices of another format with more, fewer, equal bits

    int changed() const { return more + fewer + even; }
};
Difference differenceTo(const JudgedSnapshot& then, const Explored& explored, const std::vector<MatrixState>& now);

}  // namespace dq::ui
