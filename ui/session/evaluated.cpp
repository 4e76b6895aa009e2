#include "ui/session/evaluated.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "ui/session/session.hpp"

namespace dq::ui {

namespace {

constexpr double mostWhole = 9e15;

double numberIn(const QJsonObject& object, const char* name) {
    const double value = object[QLatin1String(name)].toDouble(NAN);
    if (!std::isfinite(value))
        throw Error(Kind::Corrupt, std::string("the worker's answer has no finite number \"") + name + "\"");
    return value;
}

std::int64_t countIn(const QJsonObject& object, const char* name) {
    const double value = numberIn(object, name);
    if (value < 0 || value > mostWhole || value != std::floor(value))
        throw Error(Kind::Corrupt, std::string("the worker's answer has no count \"") + name + "\"");
    return static_cast<std::int64_t>(value);
}

Evaluated::Interval intervalIn(const QJsonObject& object, const char* name) {
    const QJsonObject interval = object[QLatin1String(name)].toObject();
    const Evaluated::Interval read{numberIn(interval, "mean"), numberIn(interval, "low"), numberIn(interval, "high")};
    if (read.low > read.high)
        throw Error(Kind::Corrupt, std::string("the worker's answer has an interval \"") + name + "\" that ends before it begins");
    return read;
}

QString factorText(double factor) {
    return QString::number(factor, 'f', 4);
}

}  // namespace

Evaluated evaluatedOf(const QJsonObject& answer) {
    return {.bytes = countIn(answer, "bytes"),
            .bitsPerWeight = numberIn(answer, "bits_per_weight"),
            .predicted = numberIn(answer, "predicted"),
            .kl = intervalIn(answer, "kl"),
            .perplexityRatio = intervalIn(answer, "perplexity_ratio"),
            .documents = countIn(answer, "documents"),
            .tokens = countIn(answer, "tokens")};
}

QString Evaluated::words() const {
    return Session::tr("At %1 it measures %2 nats per token (95 %: %3 to %4), predicted were %5; perplexity × %6 (%7 to %8), on "
                       "%9 tokens.")
        .arg(bitsText(bitsPerWeight), numberText(kl.mean), numberText(kl.low), numberText(kl.high), numberText(predicted),
             factorText(perplexityRatio.mean), factorText(perplexityRatio.low), factorText(perplexityRatio.high),
             countText(tokens));
}

}  // namespace dq::ui
