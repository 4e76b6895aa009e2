#include "ui/session/cell_shades.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double outside = 0.02;       // of the matrices on either side share the scale's end colour
constexpr double strongestChange = 4;  // bits

struct Ends {
    double low = 0, high = 0;
};

/// Where the scale begins and ends: what nearly all values lie between.
Ends endsOf(std::vector<double> values) {
    std::erase_if(values, [](double value) { return !(value > 0) || !std::isfinite(value); });
    if (values.empty()) return {};
    const auto cut = static_cast<std::ptrdiff_t>(outside * static_cast<double>(values.size()));
    const auto low = values.begin() + cut;
    std::nth_element(values.begin(), low, values.end());
    const double least = *low;
    const auto high = values.end() - 1 - cut;
    std::nth_element(values.begin(), high, values.end());
    return {least, *high};
}

double placeOf(double value, const Ends& ends) {
    if (!(value > 0)) return nothing;
    if (ends.high <= ends.low) return 0.5;
    return std::clamp(std::log(value / ends.low) / std::log(ends.high / ends.low), 0.0, 1.0);
}

/// Loss per weight at no bits, under the metric asked: what the water's columns show the logarithm of.
std::vector<double> sensitivities(const Explored& explored) {
    std::vector<double> values;
    for (const int column : explored.water->columnOf)
        values.push_back(
            column < 0 ? 0 : std::exp2(2 * explored.water->columns[static_cast<std::size_t>(column)].height));
    return values;
}

std::vector<double> valuesOf(const Explored& explored, const std::vector<MatrixState>& states, CellMode mode) {
    if (mode == CellMode::Sensitivity) return sensitivities(explored);
    std::vector<double> values;
    for (const MatrixState& state : states)
        values.push_back(mode == CellMode::Loss ? state.loss : state.gain);
    return values;
}

QString valueText(const Explored& explored, CellMode mode, double value) {
    if (value <= 0) return CellShades::tr("none");
    const QString unit = shortLossUnit(explored.lossUnit);
    if (mode == CellMode::Gain) return priceText(value, explored.lossUnit);
    if (mode == CellMode::Loss) return lossText(value, unit);
    return numberText(value) + (unit.isEmpty() ? QString() : QChar(0x202f) + unit + CellShades::tr("/weight"));
}

CellShades differenceShades(const Difference* difference) {
    CellShades shades{CellMode::Difference,
                      {},
                      CellShades::tr("%1 bits").arg(-strongestChange),
                      CellShades::tr("+%1 bits").arg(strongestChange)};
    if (!difference) return shades;
    for (std::size_t m = 0; m < difference->change.size(); ++m)
        shades.at.push_back(difference->other[m]
                                ? std::clamp(difference->change[m] / strongestChange, -1.0, 1.0)
                                : nothing);
    return shades;
}

}  // namespace

std::vector<CellMode> cellModes() {
    return {CellMode::Bits, CellMode::Sensitivity, CellMode::Loss, CellMode::Gain, CellMode::Difference};
}

QString cellModeKey(CellMode mode) {
    switch (mode) {
        case CellMode::Bits:
            return QStringLiteral("bits");
        case CellMode::Sensitivity:
            return QStringLiteral("sensitivity");
        case CellMode::Loss:
            return QStringLiteral("loss");
        case CellMode::Gain:
            return QStringLiteral("gain per byte");
        case CellMode::Difference:
            return QStringLiteral("difference to snapshot");
    }
    return {};
}

QString cellModeName(CellMode mode) {
    switch (mode) {
        case CellMode::Bits:
            return CellShades::tr("bits");
        case CellMode::Sensitivity:
            return CellShades::tr("sensitivity");
        case CellMode::Loss:
            return CellShades::tr("loss");
        case CellMode::Gain:
            return CellShades::tr("gain per byte");
        case CellMode::Difference:
            return CellShades::tr("difference to snapshot");
    }
    return {};
}

QString cellModeSentence(CellMode mode) {
    switch (mode) {
        case CellMode::Bits:
            return CellShades::tr("Bits per weight, scales counted. Grey: kept at 16 bits.");
        case CellMode::Sensitivity:
            return CellShades::tr(
                "What a weight would lose at no bits, as the metric judges it; logarithmic. It does not follow the "
                "budget.");
        case CellMode::Loss:
            return CellShades::tr("What rounding the matrix is predicted to cost at this budget; logarithmic.");
        case CellMode::Gain:
            return CellShades::tr("What one more byte would save there; logarithmic. Grey: nothing.");
        case CellMode::Difference:
            return CellShades::tr("Bits per weight now, less those of the snapshot compared with. Grey: the same "
                                  "format.");
    }
    return {};
}

CellMode cellModeOf(const QString& name) {
    for (const CellMode mode : cellModes())
        if (cellModeKey(mode) == name) return mode;
    return CellMode::Bits;
}

CellShades shadesOf(const Explored& explored, const std::vector<MatrixState>& states, const Difference* difference,
                    CellMode mode) {
    if (mode == CellMode::Bits) return {mode, {}, QStringLiteral("2"), QStringLiteral("8")};
    if (mode == CellMode::Difference) return differenceShades(difference);
    const std::vector<double> values = valuesOf(explored, states, mode);
    const Ends ends = endsOf(values);
    CellShades shades{mode, {}, valueText(explored, mode, ends.low), valueText(explored, mode, ends.high)};
    shades.at.reserve(values.size());
    for (const double value : values)
        shades.at.push_back(placeOf(value, ends));
    return shades;
}

}  // namespace dq::ui
