#include "ui/session/correction_effect.hpp"

#include <QCoreApplication>

#include <cmath>

namespace dq::ui {

namespace {

/// The table's column of the format a choice gives a matrix; -1: none, it stays as it is.
int columnOf(const Explored& explored, const allocate::Choice& choice, std::size_t matrix) {
    if (explored.classOf[matrix] < 0) return -1;
    return explored.column[static_cast<std::size_t>(choice.formats[matrix])];
}

double lossUnder(const quality::LossTable& losses, const Explored& chooser, const allocate::Choice& choice) {
    double sum = 0;
    for (std::size_t m = 0; m < chooser.classOf.size(); ++m)
        if (const int column = columnOf(chooser, choice, m); column >= 0) sum += losses.loss[m][static_cast<std::size_t>(column)];
    return sum;
}

QString change(double before, double after) {
    if (!(before > 0)) return {};
    const double percent = 100 * (after / before - 1);
    return QStringLiteral(" (%1%2 %)").arg(percent < 0 ? QChar(0x2212) : QChar('+')).arg(numberText(std::abs(percent), 2));
}

}  // namespace

CorrectionEffect effectOf(const Explored& predicted, const Explored& corrected, Bytes budget) {
    const allocate::Choice before = predicted.front->exact(budget), after = corrected.front->exact(budget);
    CorrectionEffect effect;
    for (std::size_t m = 0; m < predicted.classOf.size(); ++m) {
        if (predicted.classOf[m] < 0) continue;
        ++effect.matrices;
        if (columnOf(predicted, before, m) != columnOf(corrected, after, m)) ++effect.changed;
    }
    const auto both = [&](const Explored& judge) {
        return CorrectionEffect::Losses{lossUnder(*judge.losses, predicted, before), lossUnder(*judge.losses, corrected, after)};
    };
    effect.predicted = both(predicted);
    effect.corrected = both(corrected);
    return effect;
}

QString CorrectionEffect::words() const {
    const auto loss = [](double value) { return lossText(value, QStringLiteral("nats")); };
    if (changed == 0)
        return QCoreApplication::translate("CorrectionEffect", "Judged by what was measured, every matrix keeps its format at this size; the loss is then said to be %1, where the "
                  "table predicts %2.")
            .arg(loss(corrected.after), loss(predicted.after));
    return QCoreApplication::translate("CorrectionEffect", "Judged by what was measured, %1 of %2 matrices get another format at this size: the corrected loss goes from %3 to "
              "%4%5, the one the table predicts from %6 to %7.")
        .arg(countText(changed), countText(matrices), loss(corrected.before), loss(corrected.after),
             change(corrected.before, corrected.after), loss(predicted.before), loss(predicted.after));
}

QString measuredEffect(const Validated& validated, Bytes size) {
    constexpr double nearEnough = 0.1;
    const Validated::Pair* nearest = nullptr;
    const auto off = [size](const Validated::Pair& pair) { return std::abs(std::log(static_cast<double>(pair.before.bytes) / static_cast<double>(size))); };
    for (const Validated::Pair& pair : validated.pairs)
        if (pair.before.bytes > 0 && size > 0 && (!nearest || off(pair) < off(*nearest))) nearest = &pair;
    if (!nearest || off(*nearest) > nearEnough) return {};
    return QCoreApplication::translate("CorrectionEffect", "Both were run at %1: measured %2 before, %3 after%4.")
        .arg(sizeText(nearest->before.bytes), lossText(nearest->before.kl, QStringLiteral("nats")),
             lossText(nearest->after.kl, QStringLiteral("nats")), change(nearest->before.kl, nearest->after.kl));
}

}  // namespace dq::ui
