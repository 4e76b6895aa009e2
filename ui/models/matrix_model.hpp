#pragma once

#include <QAbstractTableModel>

#include <vector>

#include "ui/session/explored.hpp"
#include "ui/session/matrix_info.hpp"
#include "ui/session/snapshot.hpp"

namespace dq::ui {

/// The weight matrices as a table: what they are, and what the budget makes of them. Rows in the model's
/// order.
class MatrixModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, Role, Layer, Shape, Format, Bits, Size, Loss, Price, Change, Columns };

    explicit MatrixModel(QObject* parent = nullptr);

    /// Other matrices: everything is new.
    void reset(const Matrices& matrices);
    void setHovered(int matrix);  // -1: none
    /// The same matrices under another budget; `explored` names formats and units. No states: not measured.
    void setStates(const Explored* explored, const std::vector<MatrixState>& states);

    /// Against a snapshot, of the states set last; null: none is compared with.
    void setDifference(const Difference* difference);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    const MatrixInfo& matrix(int row) const { return matrices_[static_cast<std::size_t>(row)]; }
    double bits(int row) const;  // 0: not measured
    QString format(int row) const;
    bool before(int row, int other, int column) const;  // in the order people expect of a column
    bool changed(int row) const;  // has another format than in the snapshot

private:
    const MatrixState* state(int row) const;
    QString changeText(int row) const;
    QString shown(int row, int column) const;
    double ordered(int row, int column) const;

    Matrices matrices_;
    std::vector<MatrixState> states_;
    std::vector<double> change_;  // bits, by matrix; empty: nothing is compared with
    std::vector<bool> other_;
    Wishes wishes_;
    std::vector<QString> formats_;  // by index
    LossUnit lossUnit_, priceUnit_;
    QString unit_;  // "nats", or ""
    int hovered_ = -1;
};

}  // namespace dq::ui
