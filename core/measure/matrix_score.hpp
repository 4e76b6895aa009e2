#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/format/format.hpp"
#include "core/measure/fisher_pass.hpp"
#include "core/measure/measurements.hpp"
#include "kernels/feedback.hpp"

namespace dq::measure {

/// One matrix while its slabs come in, from the first row to the last.
class MatrixScore {
public:
    /// Reads the whole matrix once: a format's global scale and the moments depend on all of it, the slabs
    /// bring only parts. A matrix that holds NaN or infinity is not scored: its row says how many.
    MatrixScore(const model::Model& model, const model::WeightMatrix& matrix,
                const std::vector<format::Format>& formats);

    /// `feedback` is of the input's Hessian; null: none is known, formats that want one are scored without.
    void add(const FisherSlab& slab, std::shared_ptr<const kernels::Feedback> feedback = nullptr);
    MatrixRow
    finish();  // throws Error(Corrupt) naming the matrix where rows are missing or a sum is not finite

private:
    void addErrors(const FisherSlab& slab, std::shared_ptr<const kernels::Feedback> feedback);
    std::vector<kernels::ErrorSums> errorsOf(const FisherSlab& slab, std::shared_ptr<const kernels::Feedback> feedback) const;

    std::vector<kernels::Encoding> encodings_;
    std::vector<float> globalScales_;
    std::vector<kernels::MatrixScales> sharedScales_;
    MatrixRow row_;
    std::int64_t rowsSeen_ = 0;
};

}  // namespace dq::measure
