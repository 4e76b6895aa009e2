#include "core/report/front_json.hpp"

#include "core/allocate/theory.hpp"
#include "core/json/json.hpp"

namespace dq::report {

namespace {

using json::Json;

Json kneeOf(const allocate::Front& front, bool logLoss) {
    const allocate::Knee knee = front.knee(logLoss);
    const allocate::Vertex& vertex = front.vertices()[knee.vertex];
    const allocate::Problem& problem = front.problem();
    return {{"vertex", knee.vertex},
            {"bytes", vertex.bytes},
            {"bits_per_weight", problem.bitsPerWeight(vertex.bytes)},
            {"loss", vertex.loss},
            {"distance", knee.distance},
            {"range",
             {{"min_bytes", knee.from},
              {"max_bytes", knee.to},
              {"min_bits", problem.bitsPerWeight(knee.from)},
              {"max_bits", problem.bitsPerWeight(knee.to)}}}};
}

/// Whether mixing pays at all, by rate-distortion theory and against nothing measured but this table.
Json mixingOf(const allocate::Problem& problem) {
    const allocate::CodingGain gain = allocate::codingGain(allocate::sourcesOf(problem));
    return {{"arithmetic_mean", gain.arithmetic},
            {"geometric_mean", gain.geometric},
            {"coding_gain", gain.gain()},
            {"bits_saved", gain.bitsSaved()}};
}

Json headOf(const allocate::Front& front, const Subject& subject) {
    const allocate::Problem& problem = front.problem();
    const Bytes least = front.vertices().front().bytes, most = front.vertices().back().bytes;
    return {{"model", subject.model},
            {"table", subject.table},
            {"metric", subject.metric},
            {"unit", subject.unit},
            {"palette", subject.palette},
            {"range",
             {{"min_bytes", least},
              {"max_bytes", most},
              {"min_bits", problem.bitsPerWeight(least)},
              {"max_bits", problem.bitsPerWeight(most)}}},
            {"knee", kneeOf(front, false)},
            {"knee_log", kneeOf(front, true)},
            {"mixing", mixingOf(problem)}};
}

/// Rows are dumped one by one: a tree of a million vertices would take half a gigabyte.
void addRow(std::string& text, const Json& row) {
    text += (text.back() == '[' ? "\n    " : ",\n    ") + row.dump();
}

void addCurves(std::string& text, const allocate::Problem& problem,
               std::span<const allocate::compare::Curve> curves) {
    text += ",\n  \"compare\": [";
    for (const allocate::compare::Curve& curve : curves) {
        Json points = Json::array();
        for (const auto& [bytes, loss] : curve.points)
            points.push_back(
                {{"bytes", bytes}, {"bits_per_weight", problem.bitsPerWeight(bytes)}, {"loss", loss}});
        addRow(text, {{"name", curve.name}, {"source", curve.source}, {"points", std::move(points)}});
    }
    text += "\n  ]";
}

}  // namespace

std::string frontJson(const allocate::Front& front, const Subject& subject,
                      std::span<const allocate::compare::Curve> compared) {
    const allocate::Problem& problem = front.problem();
    std::string text = headOf(front, subject).dump(2, ' ', false, Json::error_handler_t::replace);
    text.resize(text.size() - 2);  // the closing brace and its line: two lists follow
    text += ",\n  \"vertices\": [";
    for (std::size_t v = 0; v < front.vertices().size(); ++v) {
        const auto [bytes, loss] = front.vertices()[v];
        addRow(text, {{"bytes", bytes},
                      {"bits_per_weight", problem.bitsPerWeight(bytes)},
                      {"loss", loss},
                      {"price", front.price(v)}});
    }
    text += "\n  ],\n  \"uniform\": [";
    for (std::size_t f = 0; f < problem.formats.size(); ++f)
        if (const auto uniform = front.uniform(static_cast<int>(f)))
            addRow(text, {{"format", problem.formats[f]},
                          {"bytes", uniform->bytes},
                          {"bits_per_weight", problem.bitsPerWeight(uniform->bytes)},
                          {"loss", uniform->loss},
                          {"bound", uniform->bound},
                          {"bits_saved", allocate::bitsSavedAgainst(front, static_cast<int>(f)).value_or(0)}});
    text += "\n  ]";
    if (!compared.empty()) addCurves(text, problem, compared);
    return text + "\n}\n";
}

}  // namespace dq::report
