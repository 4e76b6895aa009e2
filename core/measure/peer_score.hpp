#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/measure/fisher_pass.hpp"
#include "core/measure/peer_sums.hpp"
#include "kernels/feedback.hpp"

namespace dq::measure {

/// What is known of a matrix's input beside its moment. Null: nothing.
struct KnownInput {
    std::shared_ptr<const kernels::Feedback> feedback = nullptr;        // for formats that want it
    std::shared_ptr<const std::vector<double>> pivots = nullptr;        // d_j^-2 of PeerSums::pivots
};

/// The pivots of a Hessian [cols, cols], columns as they stand, damped by a hundredth of its mean diagonal as GPTQ does; null where
/// it is empty or 0 throughout. Takes cols^3 / 3 multiplications.
std::shared_ptr<const std::vector<double>> pivotsOf(std::span<const float> hessian, std::int64_t cols);

/// The same, kept for the matrices that read one input: they come one after the other.
class Pivots {
public:
    std::shared_ptr<const std::vector<double>> of(const std::string& input, std::span<const float> hessian, std::int64_t cols);

private:
    std::string input_;
    std::shared_ptr<const std::vector<double>> last_;
};

/// One matrix's PeerSums while its slabs come in.
class PeerScore {
public:
    PeerScore(std::int64_t rows, std::int64_t cols, std::size_t formats);

    /// `formats` as the constructor's; throws nothing, the slab was checked. A slab without peers is judged by its diagonal.
    void add(const FisherSlab& slab, std::span<const PeerFormat> formats, const KnownInput& known);
    /// Of the whole matrix.
    std::vector<PeerSums> sums() const;
    double sequenceTrace() const { return trace_ * share(); }

private:
    double share() const { return seen_ > 0 ? static_cast<double>(rows_) / static_cast<double>(seen_) : 0.0; }

    std::int64_t rows_, cols_, stride_, seen_ = 0;
    double trace_ = 0;
    std::vector<PeerSums> sums_;
    std::vector<std::vector<float>> quotients_;  // [formats][rows looked at]
};

}  // namespace dq::measure
