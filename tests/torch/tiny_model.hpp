#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/text/samples.hpp"

namespace dq::test {

/// A random Llama small enough to differentiate by brute force.
struct TinyConfig {
    std::int64_t hidden = 16, intermediate = 24, blocks = 2, heads = 4, kvHeads = 2, headDim = 6,
                 vocabulary = 29;
    bool tied = false, attentionBias = false, mlpBias = false;
    std::string ropeScaling = "null";  // JSON
    std::uint64_t seed = 1;
};

struct TinyTensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// The folder is written on construction and removed at the end.
class TinyModel {
public:
    explicit TinyModel(const TinyConfig& config);
    ~TinyModel();
    TinyModel(const TinyModel&) = delete;
    TinyModel& operator=(const TinyModel&) = delete;

    const TinyConfig& config() const { return config_; }
    const std::map<std::string, TinyTensor>& tensors() const { return tensors_; }
    std::map<std::string, TinyTensor>& change() { return tensors_; }  // then open() again
    std::shared_ptr<const model::Model> open() const;                 // writes and opens

private:
    TinyConfig config_;
    std::map<std::string, TinyTensor> tensors_;
    std::filesystem::path folder_;
};

/// Sequences of these lengths with token ids drawn from the vocabulary.
text::Samples randomSamples(const std::vector<std::size_t>& lengths, std::int64_t vocabulary,
                            std::uint64_t seed = 3);

}  // namespace dq::test
