#include "tests/ui/synthetic.hpp"

#include <cmath>
#include <random>

#include "core/format/format.hpp"

namespace dq::test {

namespace {

double effectiveBits(const format::Format& format) {
    const auto& e = format.encoding;
    if (e.element == kernels::Element::Bf16) return 30;
    if (e.element == kernels::Element::E4M3) return 4.9;
    if (e.element == kernels::Element::E2M1) return 3.75;
    if (e.element == kernels::Element::Nf4) return 3.85;
    return e.bits - (e.group >= 128 ? 0.3 : e.group >= 64 ? 0.15 : 0.0);
}

class Builder {
public:
    explicit Builder(const SyntheticShape& shape) : shape_(shape), random_(shape.seed) {}

    std::shared_ptr<const measure::Measurements> build() {
        table_.key = {.model = "0123456789abcdef0123456789abcdef",
                      .calibration = "ca11",
                      .labels = "sampled",
                      .seed = 1,
                      .window = 512,
                      .formats = {},
                      .tool = "test",
                      .arithmetic = "cpu-f32",
                      .importance = {}};
        table_.modelName = "synthetic-32";
        table_.calibrationSource = "stories.txt";
        table_.calibrationTokens = 131072;
        table_.calibrationSequences = 256;
        table_.calibrationLoss = 1.4;
        table_.passthroughBytes = 4096 * shape_.layers;
        const auto all = format::catalogue();
        const auto isExact = [](const format::Format& one) { return one.encoding.element == kernels::Element::Bf16; };
        for (const format::Format& format : all)
            if (shape_.formats == 0 || isExact(format) || formats_.size() + 1 < shape_.formats)
                formats_.push_back(&format);
        for (const format::Format* one : formats_) {
            const format::Format& format = *one;
            table_.formats.push_back(format.name);
            table_.key.formats += (table_.key.formats.empty() ? "" : ",") + format.name;
        }
        add("model.embed_tokens", "embedding", -1, shape_.vocabulary, shape_.hidden, 0.4);
        for (int layer = 0; layer < shape_.layers; ++layer)
            addLayer(layer);
        add("lm_head", "head", -1, shape_.vocabulary, shape_.hidden, 6);
        return std::make_shared<measure::Measurements>(std::move(table_));
    }

private:
    void addLayer(int layer) {
        const std::string at = "model.layers." + std::to_string(layer);
        const std::int64_t h = shape_.hidden, f = shape_.feedForward;
        const double edge = layer < 2 ? 4 : layer >= shape_.layers - 2 ? 2 : 1;
        add(at + ".self_attn.q_proj", "q", layer, h, h, 0.5 * edge);
        add(at + ".self_attn.k_proj", "k", layer, h / 4, h, 0.7 * edge);
        add(at + ".self_attn.v_proj", "v", layer, h / 4, h, 4 * edge);
        add(at + ".self_attn.o_proj", "o", layer, h, h, 1.0 * edge);
        for (int expert = 0; expert < shape_.experts; ++expert) {
            const std::string one = at + ".mlp.experts." + std::to_string(expert);
            add(one + ".gate_proj", "expert_gate", layer, f, h, 0.3 * edge);
            add(one + ".up_proj", "expert_up", layer, f, h, 0.5 * edge);
            add(one + ".down_proj", "expert_down", layer, h, f, 1.2 * edge);
        }
        if (shape_.experts > 0) return;
        add(at + ".mlp.gate_proj", "gate", layer, f, h, 0.3 * edge);
        add(at + ".mlp.up_proj", "up", layer, f, h, 0.5 * edge);
        add(at + ".mlp.down_proj", "down", layer, h, f, 1.2 * edge);
    }

    void add(const std::string& name, const std::string& role, int block, std::int64_t rows,
             std::int64_t cols, double care) {
        std::lognormal_distribution<double> noise(0, 0.6);
        measure::MatrixRow row;
        row.name = name;
        row.role = role;
        row.block = block;
        row.rows = rows;
        row.cols = cols;
        row.squared = 2.6e-4 * static_cast<double>(rows * cols);
        row.kurtosis = 3 + noise(random_);
        row.outlierRatio = 10 * noise(random_);
        row.largest = 0.3;
        row.fisherTrace = care * noise(random_) * 0.1 * static_cast<double>(rows * cols) / 1e6;
        row.inputMoment.assign(static_cast<std::size_t>(cols), 1.0F);
        for (const format::Format* one : formats_) {
            const format::Format& format = *one;
            const double mean = 2.6e-4 * 0.6 * std::pow(4.0, -effectiveBits(format));
            const bool exact = format.encoding.element == kernels::Element::Bf16;
            kernels::ErrorSums errors;
            errors.squared = exact ? 0 : mean * static_cast<double>(rows * cols);
            errors.fisher = exact ? 0 : 0.5 * row.fisherTrace * mean * 4000;
            errors.activation = errors.squared;
            errors.largest = std::sqrt(mean);
            row.bytes.push_back(format.bytes(rows, cols));
            row.errors.push_back(errors);
        }
        table_.rows.push_back(std::move(row));
    }

    SyntheticShape shape_;
    std::vector<const format::Format*> formats_;
    std::mt19937 random_;
    measure::Measurements table_;
};

}  // namespace

std::shared_ptr<const measure::Measurements> syntheticTable(const SyntheticShape& shape) {
    return Builder(shape).build();
}

}  // namespace dq::test
