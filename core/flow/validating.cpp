#include "core/flow/validating.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "core/base/error.hpp"

namespace dq::flow {

namespace {

/// The second order says nothing of larger losses, and a fit to them would spoil the smaller ones.
constexpr double LargestFitted = 0.5;
/// Below it a difference of losses is rounding of the forward pass itself.
constexpr double SmallestLoss = 1e-6;
/// How often the corrected front is asked: the second time its own first answers have been learned from.
constexpr int Passes = 2;

class Validator {
public:
    Validator(const ValidateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress)
        : request_(request),
          judge_(request.model, request.text, request.samples, request.cache, evaluator, progress),
          losses_(quality::lossTable(judge_.table(), request.metric)),
          roles_(rolesOf(judge_.table())) {}

    Validation run() {
        Validation result;
        result.model = judge_.table().modelName;
        result.text = judge_.text();
        result.metric = quality::metricName(request_.metric);
        View plain = request_.view;
        plain.correction.reset();
        const auto front = frontOf(judge_.table(), request_.palette, request_.metric, plain);
        std::vector<Bytes> sizes;
        for (const std::size_t vertex : spread(*front)) {
            result.points.push_back(pointOf(*front, front->atVertex(vertex), "front"));
            sizes.push_back(result.points.back().recipe.bytes);
        }
        addUniforms(*front, askedFor(*front), result.points);
        addUniforms(*front, used(result.points), result.points);
        judge_.measure(result.points);
        for (int pass = 0; pass < Passes; ++pass) {
            const std::vector<MeasuredPoint> earlier = std::move(result.reallocated);
            result.reallocated = taught(*front, sizes, earlier, result);
            judge_.measure(result.reallocated);
        }
        foretell(result.points, result.correction);
        foretell(result.reallocated, result.correction);
        for (MeasuredPoint& point : result.reallocated) point.recipe.predictedLoss = point.corrected;
        result.before = agreement(std::span(result.points).first(sizes.size()), [](const auto& point) { return point.recipe.predictedLoss; });
        result.after = agreement(result.reallocated, [](const auto& point) { return point.corrected; });
        result.rankings = rankings(result.points);
        result.absolute = absolutes(std::span(result.points).subspan(sizes.size()));
        return result;
    }

private:
    static std::vector<std::string> rolesOf(const measure::Measurements& table) {
        std::vector<std::string> roles;
        for (const measure::MatrixRow& row : table.rows)
            if (std::ranges::find(roles, row.role) == roles.end()) roles.push_back(row.role);
        return roles;
    }

    std::vector<std::size_t> spread(const allocate::Front& front) const {
        const auto vertices = front.vertices();
        double least = vertices.front().loss;
        for (const allocate::Vertex& vertex : vertices)
            if (vertex.loss >= SmallestLoss) least = std::min(least, vertex.loss);
        if (!(least < vertices.front().loss))
            throw Error(Kind::Input, "the front of " + judge_.table().modelName + " has no two points with a loss above " + showNumber(SmallestLoss) +
                                         ": there is nothing to compare");
        std::vector<std::size_t> chosen;
        for (int i = 0; i < request_.points; ++i) {
            const double part = request_.points > 1 ? static_cast<double>(i) / (request_.points - 1) : 0;
            const double wanted = vertices.front().loss * std::pow(least / vertices.front().loss, part);
            const std::size_t vertex = front.reaching(wanted * (1 + 1e-12)).value_or(0);
            if (chosen.empty() || vertex > chosen.back()) chosen.push_back(vertex);
        }
        return chosen;
    }

    MeasuredPoint pointOf(const allocate::Front& front, const allocate::Choice& choice, std::string name) const {
        return judge_.pointOf(front.problem(), choice, std::move(name), request_.metric);
    }

    std::set<std::string> askedFor(const allocate::Front& front) const {
        const std::vector<std::string>& known = front.problem().formats;
        for (const std::string& name : request_.uniforms)
            if (std::find(known.begin(), known.end(), name) == known.end())
                throw Error(Kind::Input, name + " is not among the formats that were measured and that palette " + request_.palette + " holds");
        return {request_.uniforms.begin(), request_.uniforms.end()};
    }

    static std::set<std::string> used(std::span<const MeasuredPoint> points) {
        std::set<std::string> names;
        for (const MeasuredPoint& point : points)
            for (const recipe::Recipe::Entry& entry : point.recipe.entries) names.insert(entry.format);
        return names;
    }

    /// Formats that are not among the points yet; how many were added.
    std::size_t addUniforms(const allocate::Front& front, const std::set<std::string>& formats, std::vector<MeasuredPoint>& points) const {
        const std::size_t before = points.size();
        for (const std::string& format : formats) {
            if (std::any_of(points.begin(), points.end(), [&](const auto& point) { return point.name == format; })) continue;
            if (auto point = uniform(front, format)) points.push_back(std::move(*point));
        }
        return points.size() - before;
    }

    /// The corrected front leans on formats that look too good, and those are the ones nobody has measured: they are measured
    /// and the correction is learned again, until it uses none that was not.
    std::vector<MeasuredPoint> taught(const allocate::Front& front, std::span<const Bytes> sizes, std::span<const MeasuredPoint> earlier,
                                      Validation& result) const {
        constexpr int Rounds = 8;
        for (int round = 0;; ++round) {
            quality::Lesson lesson = learned(result.points, earlier);
            result.correction = std::move(lesson.correction);
            result.heldOut = lesson.heldOut;
            std::vector<MeasuredPoint> answers = answersOf(sizes, result.correction);
            const std::size_t fresh = round < Rounds ? addUniforms(front, used(answers), result.points) : 0;
            if (fresh == 0) return answers;
            judge_.measure(std::span(result.points).last(fresh));
        }
    }

    std::optional<MeasuredPoint> uniform(const allocate::Front& front, const std::string& format) const {
        const auto& formats = front.problem().formats;
        const auto index = std::find(formats.begin(), formats.end(), format) - formats.begin();
        const auto choice = front.uniform(static_cast<int>(index));
        if (!choice || choice->loss < SmallestLoss) return std::nullopt;
        return pointOf(front, *choice, format);
    }

    /// One row of formats for every role.
    std::vector<double> sharesOf(const recipe::Recipe& recipe, const quality::LossTable& losses) const {
        const std::vector<std::string>& formats = judge_.table().formats;
        std::vector<double> shares(roles_.size() * formats.size());
        for (std::size_t m = 0; m < recipe.entries.size(); ++m) {
            const auto f = static_cast<std::size_t>(std::ranges::find(formats, recipe.entries[m].format) - formats.begin());
            const auto r = static_cast<std::size_t>(std::ranges::find(roles_, judge_.table().rows[m].role) - roles_.begin());
            shares[r * formats.size() + f] += losses.loss[m].at(f);
        }
        return shares;
    }

    /// Large losses teach nothing but of a format by itself: that it is to be kept out.
    quality::Lesson learned(std::span<const MeasuredPoint> points, std::span<const MeasuredPoint> earlier) const {
        std::vector<quality::Observation> seen;
        for (const auto part : {points, earlier})
            for (const MeasuredPoint& point : part)
                if (point.measured() <= LargestFitted || used({&point, 1}).size() == 1)
                    seen.push_back({sharesOf(point.recipe, losses_), std::max(point.measured(), SmallestLoss)});
        quality::Lesson lesson = quality::fitted(judge_.table().formats, roles_, seen);
        lesson.correction.table = judge_.table().key.hex();
        lesson.correction.metric = quality::metricName(request_.metric);
        return lesson;
    }

    void foretell(std::span<MeasuredPoint> points, const quality::Correction& correction) const {
        for (MeasuredPoint& point : points) point.corrected = correction.predict(sharesOf(point.recipe, losses_));
    }

    std::vector<MeasuredPoint> answersOf(std::span<const Bytes> sizes, const quality::Correction& correction) const {
        View view = request_.view;
        view.correction = correction;
        const auto front = frontOf(judge_.table(), request_.palette, request_.metric, view);
        std::vector<MeasuredPoint> points;
        for (const Bytes size : sizes) points.push_back(pointOf(*front, front->exact(size), "corrected"));
        return points;
    }

    template <class Predicted>
    static quality::Agreement agreement(std::span<const MeasuredPoint> points, const Predicted& predicted) {
        std::vector<double> said, found;
        for (const MeasuredPoint& point : points) {
            said.push_back(std::max(predicted(point), SmallestLoss));
            found.push_back(std::max(point.measured(), SmallestLoss));
        }
        return quality::agreementOf(said, found);
    }

    /// Only a prediction in nats can be held to them.
    std::vector<Absolute> absolutes(std::span<const MeasuredPoint> uniforms) const {
        std::vector<MeasuredPoint> asked;
        if (!quality::metricUnit(request_.metric).empty()) std::ranges::copy_if(uniforms, std::back_inserter(asked), isAbsolute);
        std::vector<std::vector<double>> drawn = judge_.klOfDraws(asked, request_.draws);
        std::vector<Absolute> all;
        for (std::size_t i = 0; i < asked.size(); ++i) all.push_back(absoluteOf(asked[i], judge_.table(), std::move(drawn[i])));
        return all;
    }

    std::vector<Validation::Ranking> rankings(std::span<const MeasuredPoint> points) const {
        std::vector<double> found;
        for (const MeasuredPoint& point : points) found.push_back(point.measured());
        std::vector<Validation::Ranking> all;
        for (const quality::Metric metric : quality::metrics()) {
            const auto losses = tableOf(metric);
            if (!losses) continue;
            std::vector<double> said;
            for (const MeasuredPoint& point : points) {
                const std::vector<double> shares = sharesOf(point.recipe, *losses);
                double sum = 0;
                for (const double share : shares) sum += share;
                said.push_back(sum);
            }
            all.push_back({std::string(quality::metricName(metric)), quality::spearman(said, found)});
        }
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.spearman > b.spearman; });
        return all;
    }

    /// Nothing where an older table does not hold what the metric asks for.
    std::optional<quality::LossTable> tableOf(quality::Metric metric) const {
        try {
            return quality::lossTable(judge_.table(), metric);
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    const ValidateRequest& request_;
    Judge judge_;
    quality::LossTable losses_;
    std::vector<std::string> roles_;  // of the matrices, in the order they first occur
};

}  // namespace

Validation validate(const ValidateRequest& request, evaluate::Evaluator& evaluator, const Progress& progress) {
    if (request.points < 2)
        throw Error(Kind::Input, std::to_string(request.points) + " points of the front cannot be compared; give at least 2");
    return Validator(request, evaluator, progress).run();
}

}  // namespace dq::flow
