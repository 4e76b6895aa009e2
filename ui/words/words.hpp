#pragma once

#include <QString>

#include <string>
#include <string_view>

#include "core/base/units.hpp"

/// How numbers read in the window: three significant digits, a unit always, thin no-break spaces.
namespace dq::ui {

/// The unit sizes of one model are written in: GiB, or MiB or KiB for small ones.
struct SizeUnit {
    QString name;
    double bytes = 1;

    double of(double sizeInBytes) const { return sizeInBytes / bytes; }
    double of(Bytes size) const { return static_cast<double>(size) / bytes; }
    Bytes toBytes(double value) const;
    int decimals(Bytes largest) const;  // enough to tell neighbouring budgets apart
};
SizeUnit sizeUnitFor(Bytes largest);

QString text(std::string_view utf8);
std::string utf8(const QString& text);

QString numberText(double value, int significant = 3);
QString countText(std::int64_t count);                       // "131 072"
QString weightsText(std::int64_t weights);                   // "50.3 M weights"
QString sizeText(Bytes bytes);                               // "6.20 GiB"
QString bitsNumber(double bitsPerWeight);                    // "6.50"
QString bitsText(double bitsPerWeight);                      // "6.50 b/w"
QString lossText(double loss, const QString& unit);          // "0.0125 nats/token", "3.1 µnats/token"
QString priceText(double lossPerByte, const QString& unit);  // "0.7 µnats/MB"
QString perplexityText(double loss);                         // "× 1.0126"
QString durationText(double seconds);                        // "2 min 5 s"

/// A loss as a number with an SI prefix in front of the unit, so that a column can share one.
struct LossUnit {
    QString prefix;    // "", "m", "µ", "n"
    double scale = 1;  // multiply a plain loss by this
};
LossUnit lossUnitFor(double typical);

/// Formats that differ in group size only are one family: "int4-g32" → "int4".
QString formatFamily(const QString& format);

/// "nats/token" is written "nats" where the sentence already says per token.
QString shortLossUnit(const QString& unit);

}  // namespace dq::ui
