#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/format/format.hpp"
#include "core/measure/fisher_pass.hpp"
#include "core/measure/measurements.hpp"
#include "core/measure/peer_score.hpp"
#include "kernels/feedback.hpp"

namespace dq::measure {

/// One matrix while its slabs come in, from the first row to the last.
class MatrixScore {
public:
    /// Reads the whole matrix once: a format's global scale and the moments depend on all of it, the slabs
    /// bring only parts. A matrix that holds NaN or infinity is not scored: its row says how many.
    /// `peers`: what other tools' scores need is gathered too.
    MatrixScore(const model::Model& model, const model::WeightMatrix& matrix,
                const std::vector<format::Format>& formats, bool peers = false);

    /// Formats that want feedback where none is known are scored without.
    void add(const FisherSlab& slab, const KnownInput& known = {});
    MatrixRow
    finish();  // throws Error(Corrupt) naming the matrix where rows are missing or a sum is not finite

private:
    void addErrors(const FisherSlab& slab, const KnownInput& known);
    std::vector<kernels::ErrorSums> errorsOf(const FisherSlab& slab, std::shared_ptr<const kernels::Feedback> feedback) const;

    std::vector<kernels::Encoding> encodings_;
    std::vector<float> globalScales_;
    std::vector<kernels::MatrixScales> sharedScales_;
    std::optional<PeerScore> peers_;
    MatrixRow row_;
    std::int64_t rowsSeen_ = 0;
};

}  // namespace dq::measure
