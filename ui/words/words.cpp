#include "ui/words/words.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace dq::ui {

namespace {
constexpr QChar thin(0x202f);  // narrow no-break space
constexpr double bytesPerMegabyte = 1e6;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Words)
};
}  // namespace

Bytes SizeUnit::toBytes(double value) const {
    return static_cast<Bytes>(std::llround(std::clamp(value * bytes, 0.0, 9e18)));
}

int SizeUnit::decimals(Bytes largest) const {
    const double shown = of(largest);
    return shown < 10 ? 3 : shown < 1000 ? 2 : 1;
}

SizeUnit sizeUnitFor(Bytes largest) {
    if (largest >= 1_GiB) return {"GiB", static_cast<double>(1_GiB)};
    if (largest >= 1_MiB) return {"MiB", static_cast<double>(1_MiB)};
    return {"KiB", static_cast<double>(1_KiB)};
}

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string utf8(const QString& text) {
    return text.toStdString();
}

QString numberText(double value, int significant) {
    if (value == 0) return "0";
    // "9.7e-05" reads better as "9.7e-5".
    return text(showNumber(value, significant)).replace("e-0", "e-").replace("e+0", "e+");
}

QString countText(std::int64_t count) {
    QString digits = QString::number(count);
    for (qsizetype at = digits.size() - 3; at > (count < 0 ? 1 : 0); at -= 3)
        digits.insert(at, thin);
    return digits;
}

QString weightsText(std::int64_t weights) {
    const double count = static_cast<double>(weights);
    if (weights >= 1'000'000'000) return numberText(count / 1e9) + thin + Words::tr("G weights");
    if (weights >= 1'000'000) return numberText(count / 1e6) + thin + Words::tr("M weights");
    if (weights >= 10'000) return numberText(count / 1e3) + thin + Words::tr("k weights");
    return countText(weights) + thin + Words::tr("weights");
}

QString sizeText(Bytes bytes) {
    return text(showBytes(bytes)).replace(' ', thin);
}

QString bitsText(double bitsPerWeight) {
    return bitsNumber(bitsPerWeight) + thin + Words::tr("b/w");
}

QString bitsNumber(double bitsPerWeight) {
    return QString::number(bitsPerWeight, 'f', 2);
}

QString formatFamily(const QString& format) {
    return format.section("-g", 0, 0);
}

LossUnit lossUnitFor(double typical) {
    const double size = std::abs(typical);
    if (size >= 0.1 || size == 0) return {"", 1};
    if (size >= 1e-4) return {"m", 1e3};
    if (size >= 1e-7) return {"µ", 1e6};
    return {"n", 1e9};
}

QString shortLossUnit(const QString& unit) {
    return unit.section('/', 0, 0);
}

QString lossText(double loss, const QString& unit) {
    if (unit.isEmpty()) return numberText(loss);
    if (loss >= 1e-3 || loss == 0) return numberText(loss) + thin + unit;
    const LossUnit small = lossUnitFor(loss);
    return numberText(loss * small.scale) + thin + small.prefix + unit;
}

QString priceText(double lossPerByte, const QString& unit) {
    const double perMegabyte = lossPerByte * bytesPerMegabyte;
    if (unit.isEmpty()) return numberText(perMegabyte) + thin + Words::tr("per MB");
    const LossUnit scaled = lossUnitFor(perMegabyte);
    return numberText(perMegabyte * scaled.scale) + thin + scaled.prefix + shortLossUnit(unit) + "/MB";
}

QString perplexityText(double loss) {
    const double factor = std::exp(loss);
    if (!std::isfinite(factor)) return QStringLiteral("× ∞");
    if (factor >= 10) return QStringLiteral("× ") + numberText(factor);
    return QStringLiteral("× ") + QString::number(factor, 'f', 4);
}

QString durationText(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) return {};
    const auto whole = static_cast<std::int64_t>(std::ceil(std::min(seconds, 1e9)));
    if (whole < 60) return QString::number(whole) + thin + "s";
    if (whole < 3600)
        return QString::number(whole / 60) + thin + "min " + QString::number(whole % 60) + thin + "s";
    return QString::number(whole / 3600) + thin + "h " + QString::number(whole / 60 % 60) + thin + "min";
}

}  // namespace dq::ui
