#include "ui/session/histogram.hpp"

#include <algorithm>
#include <cmath>

#include "core/export/rounded.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

constexpr std::int64_t mostWeights = 1 << 17;
constexpr std::int64_t blockGroup = 32;  // the weights that share a scale in nearly all block types of GGUF

/// A format with the same levels that asks for nothing but the weights.
format::Format plainly(std::string name) {
    const bool block = format::get(name).encoding.element == kernels::Element::Block;
    const std::pair<std::string_view, std::string_view> asks[] = {{"-gptq", ""}, {"-fisher", "-mse"}, {"-imx", block ? "" : "-mse"}};
    for (const auto& [suffix, instead] : asks)
        if (const std::size_t at = name.find(suffix); at != std::string::npos) name.replace(at, suffix.size(), instead);
    return format::get(name);
}

std::int64_t groupOf(const kernels::Encoding& encoding, std::int64_t cols) {
    if (encoding.element == kernels::Element::Block) return std::min(blockGroup, cols);
    return encoding.group > 0 ? std::min<std::int64_t>(encoding.group, cols) : cols;
}

struct Sample {
    std::vector<float> weights;
    std::int64_t rows = 0;
};

/// Whole rows, evenly from top to bottom.
Sample sampleOf(const checkpoint::TensorView& tensor, std::int64_t rows, std::int64_t cols) {
    Sample sample;
    sample.rows = std::clamp<std::int64_t>(mostWeights / cols, 1, rows);
    sample.weights.resize(static_cast<std::size_t>(sample.rows * cols));
    for (std::int64_t i = 0; i < sample.rows; ++i)
        tensor.rowsTo(i * rows / sample.rows, 1,
                      std::span(sample.weights).subspan(static_cast<std::size_t>(i * cols), static_cast<std::size_t>(cols)));
    return sample;
}

void count(std::vector<double>& bins, double at) {
    const double place = (std::clamp(at, -1.0, 1.0) + 1) / 2 * static_cast<double>(bins.size());
    bins[std::min(static_cast<std::size_t>(place), bins.size() - 1)] += 1;
}

float largest(std::span<const float> values) {
    float most = 0;
    for (const float value : values)
        most = std::max(most, std::abs(value));
    return most;
}

/// Counts one group's weights and levels; gives how many weights lie beyond its outermost level.
std::int64_t addGroup(WeightHistogram& seen, std::span<const float> weights, std::span<const float> rounded) {
    const float scale = largest(weights);
    if (!(scale > 0)) return 0;  // nothing but zeros: no place on this axis
    // Nearer than that to the outermost level is the rounding of the scale, not clipping.
    const float outermost = largest(rounded) + 0.02F * scale;
    std::int64_t clipped = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        count(seen.weights, static_cast<double>(weights[i] / scale));
        count(seen.levels, static_cast<double>(rounded[i] / scale));
        if (std::abs(weights[i]) > outermost) ++clipped;
    }
    seen.seen += std::ssize(weights);
    return clipped;
}

void toShares(std::vector<double>& counts, std::int64_t all) {
    for (double& one : counts)
        one /= static_cast<double>(std::max<std::int64_t>(all, 1));
}

}  // namespace

double WeightHistogram::highest() const {
    return weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end());
}

WeightHistogram histogramOf(const WeightSource& source) {
    const format::Format plain = plainly(source.format);
    const Sample sample = sampleOf(source.tensor, source.rows, source.cols);
    const std::vector<float> rounded = exporting::rounded(sample.weights, sample.rows, source.cols, plain);
    WeightHistogram seen{text(source.matrix), text(source.format), std::vector<double>(WeightHistogram::bins),
                         std::vector<double>(WeightHistogram::levelBins)};
    const std::int64_t group = groupOf(plain.encoding, source.cols);
    std::int64_t clipped = 0;
    for (std::int64_t start = 0; start < std::ssize(sample.weights); start += source.cols)
        for (std::int64_t at = 0; at < source.cols; at += group) {
            const auto from = static_cast<std::size_t>(start + at);
            const auto wide = static_cast<std::size_t>(std::min(group, source.cols - at));
            clipped += addGroup(seen, std::span(sample.weights).subspan(from, wide), std::span(rounded).subspan(from, wide));
        }
    toShares(seen.weights, seen.seen);
    toShares(seen.levels, seen.seen);
    seen.clipped = static_cast<double>(clipped) / static_cast<double>(std::max<std::int64_t>(seen.seen, 1));
    return seen;
}

}  // namespace dq::ui
