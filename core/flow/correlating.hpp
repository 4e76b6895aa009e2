#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/evaluator.hpp"
#include "core/flow/measuring.hpp"
#include "core/flow/trials.hpp"
#include "core/quality/loss_table.hpp"

namespace dq::flow {

struct CorrelateRequest {
    MeasureRequest measure;  // its formats are the ones every matrix is tried in
    std::filesystem::path text;
    text::SampleOptions samples;  // of that text
    bool blocksOnly = false;      // leave embedding and head alone
    std::vector<std::string> only = {};  // matrices whose name holds one of these; empty: all
};

/// How well a metric foretells what was measured.
struct MetricScore {
    quality::Metric metric = quality::Metric::FisherDiagonal;
    double all = 0;                 // Spearman over everything tried; 0 where one side is constant
    std::vector<double> within;     // the same within each format
    std::optional<double> ratio;    // median of predicted / measured, where the metric is in nats
    std::vector<double> predicted;  // as Correlation::tried
};

struct Correlation {
    std::shared_ptr<const measure::Measurements> table;
    std::int64_t documents = 0, tokens = 0;  // of the text
    std::vector<Tried> tried;
    std::vector<MetricScore> metrics;  // those that the table can answer
};

/// Measures the model where it was not, runs it once for every matrix and format that no earlier run tried on the same table and text,
/// and compares. Matrices that hold NaN or infinity are left out. Throws Error(Input) for formats with error feedback, and where no
/// matrix is left. Table and trials lie in `alone` below the cache.
Correlation correlate(const CorrelateRequest& request, measure::FisherPass& pass, evaluate::Evaluator& evaluator,
                      const Progress& progress);

/// The comparison alone.
std::vector<MetricScore> scored(const measure::Measurements& table, std::span<const Tried> tried);

}  // namespace dq::flow
