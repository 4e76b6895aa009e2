#include "ui/session/inspection.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "ui/session/session.hpp"

namespace dq::ui {

namespace {

using allocate::Option;

/// The option a class has now, and its neighbours on the hull.
struct Steps {
    std::optional<Option> now, up, down;
    bool onHull = false;
};

Steps stepsOf(const allocate::Class& owner, std::span<const Option> hull, int format) {
    Steps steps;
    for (const Option& option : owner.options)
        if (option.format == format) steps.now = option;
    if (!steps.now) return steps;
    for (const Option& option : hull) {
        if (option.format == format)
            steps.onHull = true;
        else if (option.bytes < steps.now->bytes)
            steps.down = option;
        else if (option.bytes > steps.now->bytes && option.loss < steps.now->loss && !steps.up)
            steps.up = option;
    }
    return steps;
}

double slope(const Option& cheap, const Option& dear) {
    return (cheap.loss - dear.loss) / static_cast<double>(std::max<Bytes>(dear.bytes - cheap.bytes, 1));
}

/// Somebody wanted it so: the first wish of the group.
const Wish* wishOf(const Explored& explored, const allocate::Class& owner) {
    for (const int matrix : owner.matrices)
        if (const auto wish = explored.wishes.find(matrix); wish != explored.wishes.end())
            return &wish->second;
    return nullptr;
}

QString whyOf(const Explored& explored, const Steps& steps, const Wish* wish, double price) {
    const QString& unit = explored.lossUnit;
    if (!steps.now) return {};
    const QString now = explored.formatName(steps.now->format);
    if (wish && !wish->pin.empty())
        return Session::tr("%1, because it is pinned. Right-click its cell of the map to change that.")
            .arg(now);
    if (!steps.onHull)
        return Session::tr(
                   "%1 fills bytes that were left over: the next full step no longer fits the budget.")
            .arg(now);
    if (!steps.up) return Session::tr("%1: nothing it could become would lose less.").arg(now);
    const double gain = slope(*steps.now, *steps.up);
    const QString up = explored.formatName(steps.up->format);
    if (gain > price)
        return Session::tr(
                   "%1: stepping up to %2 would save %3, more than the budget's price of %4, but the step is "
                   "larger than the bytes left.")
            .arg(now, up, priceText(gain, unit), priceText(price, unit));
    if (!steps.down)
        return Session::tr(
                   "%1 is its smallest format: stepping up to %2 would save only %3, and the budget stops at "
                   "%4.")
            .arg(now, up, priceText(gain, unit), priceText(price, unit));
    return Session::tr(
               "%1: the next step up, %2, would save %3; the budget stops at %4. The step to here saved %5.")
        .arg(now, up, priceText(gain, unit), priceText(price, unit),
             priceText(slope(*steps.down, *steps.now), unit));
}

std::vector<Inspection::Point> pointsOf(const Explored& explored, const allocate::Class& owner,
                                        std::span<const Option> hull, int format) {
    std::vector<Inspection::Point> points;
    for (const Option& option : owner.options) {
        const bool onHull = std::any_of(hull.begin(), hull.end(),
                                        [&](const Option& corner) { return corner.format == option.format; });
        points.push_back({explored.formatName(option.format), static_cast<double>(option.bytes), option.loss,
                          onHull, option.format == format});
    }
    return points;
}

QString groupText(const allocate::Class& owner) {
    return owner.matrices.size() > 1 ? Session::tr("group: %1").arg(text(owner.name)) : Session::tr("group: none");
}

std::vector<Inspection::Fact> factsOf(const Explored& explored, const measure::MatrixRow& row, const MatrixState& state) {
    const double weights = static_cast<double>(std::max<std::int64_t>(row.weights(), 1));
    const QString& unit = explored.lossUnit;
    return {{Session::tr("bits per weight"), bitsNumber(state.bits), Session::tr("Codes, scales and zero points")},
            {Session::tr("size"), sizeText(state.bytes), Session::tr("Codes, scales and zero points")},
            {Session::tr("predicted loss"), lossText(state.loss, unit),
             Session::tr("Half the Fisher-weighted squared rounding error: its share of the divergence from the original")},
            {Session::tr("next step up saves"), state.gain > 0 ? priceText(state.gain, unit) : Session::tr("nothing"),
             Session::tr("What the next format on its hull would save, per megabyte spent")},
            {Session::tr("Fisher trace"), numberText(row.fisherTrace),
             Session::tr("Σ h over the matrix: how strongly the loss reacts to its weights, in nats per token per squared weight")},
            {Session::tr("mean w²"), numberText(row.squared / weights), Session::tr("Mean square of the weights")},
            {Session::tr("kurtosis"), numberText(row.kurtosis),
             Session::tr("3 for a Gaussian; larger means heavier tails, which rounding likes less")},
            {Session::tr("outlier ratio"), numberText(row.outlierRatio), Session::tr("Largest weight over the root mean square")},
            {Session::tr("largest |w|"), numberText(row.largest), Session::tr("The largest weight, without its sign")}};
}

}  // namespace

Inspection inspect(const Explored& explored, const allocate::Choice& choice,
                   const std::vector<MatrixState>& states, const MatrixInfo& info, int matrix) {
    const auto m = static_cast<std::size_t>(matrix);
    const auto c = static_cast<std::size_t>(explored.classOf[m]);
    const allocate::Class& owner = explored.problem().classes[c];
    const MatrixState& state = states[m];
    const std::span<const Option> hull = explored.hullOf(c);
    const Steps steps = stepsOf(owner, hull, state.format);

    const Wish* wish = wishOf(explored, owner);
    Inspection seen;
    seen.title = info.shortName;
    seen.subtitle = QString("[%1, %2] · %3 · %4")
                        .arg(info.rows)
                        .arg(info.cols)
                        .arg(weightsText(info.weights()), groupText(owner));
    seen.why = whyOf(explored, steps, wish, choice.price);
    if (wish && wish->pin.empty()) seen.why += '\n' + Session::tr("Constraint: %1.").arg(wish->text());
    seen.points = pointsOf(explored, owner, hull, state.format);
    seen.price = choice.price;
    seen.lossUnit = explored.lossUnit;
    seen.sizeUnit = sizeUnitFor(seen.points.empty() ? 0 : static_cast<Bytes>(seen.points.back().bytes));
    seen.facts = factsOf(explored, explored.table->rows[m], state);
    return seen;
}

std::optional<Inspection> Session::inspection() const {
    if (!hasFront() || selected_ < 0) return std::nullopt;
    return inspect(*explored_, choice_, states_, matrices_[static_cast<std::size_t>(selected_)], selected_);
}

}  // namespace dq::ui
