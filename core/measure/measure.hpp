#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/measure/fisher_pass.hpp"
#include "core/measure/measurements.hpp"

namespace dq::measure {

/// One pass for every target: what any loader can hold.
inline constexpr const char* measuredByDefault = "all,marlin,gguf";

/// By matrix name: [cols], finite and not negative.
struct Importance {
    std::map<std::string, std::vector<float>> moments;
    std::string fingerprint;  // of the file
    std::string source;       // its name
};

struct MeasureOptions {
    std::int64_t window = 512;
    FisherOptions fisher = {};
    std::string palette = measuredByDefault;
    /// E[x^2] of some matrices as another tool measured it, instead of what the pass brings; null: none is given.
    std::shared_ptr<const Importance> importance = nullptr;
    // As the samples were cut, for the table's command line only: the key holds the token ids themselves.
    std::optional<std::string> documents = std::nullopt;
    std::optional<std::int64_t> tokens = std::nullopt;
};

/// What measure() keeps between runs; the store implements it (core/store). Every call is atomic: after a kill at
/// any instant, what was kept before is there and whole.
class Notebook : public Resume {
public:
    virtual void keep(const FisherUnit& unit, const std::vector<MatrixRow>& rows, std::span<const float> boundary, double loss) = 0;
    virtual std::vector<MatrixRow> rows(const FisherUnit& unit) const = 0;  // of a finished unit
    /// E[x x^T] of what a matrix of a block reads, [cols, cols], for whoever quantizes it again; `input` names the matrix whose
    /// it is. Empty: nothing met it, or it is kept under that other name.
    virtual void keepHessian(const std::string& matrix, const std::string& input, std::int64_t cols, std::span<const float> hessian) = 0;
    /// kernels/sensitivity.hpp, [rows, cols], for the same.
    virtual void keepSensitivities(const std::string& matrix, std::int64_t rows, std::int64_t cols, std::span<const std::uint8_t> codes) = 0;
};

/// The key this measurement would have; cheap (no pass is run).
Key keyOf(const model::Model& model, const text::Samples& samples, const MeasureOptions& options, const FisherPass& pass);

/// Runs the pass, scores every format on every slab, keeps each unit in the notebook, returns the table.
/// onRow is called for each finished matrix, resumed ones first. Throws Error(Corrupt) naming file and tensor for NaN or Inf
/// in a tensor that is no weight matrix.
std::shared_ptr<const Measurements> measure(const model::Model& model, const text::Samples& samples, const MeasureOptions& options,
                                            FisherPass& pass, Notebook& notebook,
                                            const std::function<void(const MatrixRow&)>& onRow, const Progress& progress);

}  // namespace dq::measure
