#pragma once

#include <QCoreApplication>
#include <QString>

#include <vector>

#include "ui/session/snapshot.hpp"

namespace dq::ui {

/// What the cells of the map are coloured by.
enum class CellMode { Bits, Sensitivity, Loss, Gain, Difference };
std::vector<CellMode> cellModes();
QString cellModeKey(CellMode mode);       // "sensitivity": in the settings
QString cellModeName(CellMode mode);      // for people
QString cellModeSentence(CellMode mode);  // what it means
CellMode cellModeOf(const QString& name);  // Bits where it is none

/// A colour for every matrix, and what the ends of its scale mean.
struct CellShades {
    Q_DECLARE_TR_FUNCTIONS(dq::ui::CellShades)

public:
    CellMode mode = CellMode::Bits;
    /// By matrix. Difference: -1 … 1, below 0 fewer bits than then. Else 0 … 1 on a logarithmic scale. NaN: nothing to
    /// show. Empty for Bits, which need no more than the choice.
    std::vector<double> at;
    QString low, high;  // with units
};
/// `difference` null: nothing is compared with.
CellShades shadesOf(const Explored& explored, const std::vector<MatrixState>& states, const Difference* difference,
                    CellMode mode);

}  // namespace dq::ui
