// A row made ready to be scored in many formats. Compiled once a target.
#if defined(DQ_SIMD_ROW_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_SIMD_ROW_INL
#undef DQ_SIMD_ROW_INL
#else
#define DQ_SIMD_ROW_INL
#endif

#include <array>
#include <bit>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "kernels/row_units.hpp"
#include "kernels/simd/rounding-inl.hpp"

#if HWY_TARGET != HWY_SCALAR  // there the reference does the work
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

/// Rows are scored in segments that stay in the first cache, every format over one before the next.
inline constexpr std::size_t segmentColumns = 2048;

/// The group sizes that share their maxima: 16, 32, 64, 128, 256.
inline constexpr std::size_t levels = 5;

/// Where a group size stands in Row::maxima; `levels` for a size that is not there.
HWY_INLINE std::size_t levelOf(int group) {
    for (std::size_t level = 0; level < levels; ++level)
        if (group == 16 << level) return level;
    return levels;
}

class Floats64 {  // floats at a multiple of 64 bytes, 0 where nothing was written since they were made
public:
    float* resized(std::size_t size) {
        if (size == size_) return numbers_.get();
        numbers_ = hwy::AllocateAligned<float>(size);
        size_ = size;
        std::fill_n(numbers_.get(), size, 0.0f);
        return numbers_.get();
    }
    const float* data() const { return numbers_.get(); }

private:
    hwy::AlignedFreeUniquePtr<float[]> numbers_;
    std::size_t size_ = 0;
};

/// Copies that are 0 beyond the row's end, up to a whole segment.
class Row {
public:
    void set(const float* weights, const float* fisher, std::size_t cols) {
        setWeights(weights, cols);
        setFisher(fisher, fisher_.resized((cols + segmentColumns - 1) / segmentColumns * segmentColumns));
        setMaxima();
    }

    /// Without what only the error table needs; maxima are those of the sizes that setMaximaOf() is called for.
    void setWeights(const float* weights, std::size_t cols) {
        if (cols != cols_) weights_ = {}, fisher_ = {}, rounded_ = {};
        cols_ = cols;
        copy(weights, weights_.resized((cols + segmentColumns - 1) / segmentColumns * segmentColumns));
    }

    void setMaximaOf(std::size_t level) {
        const std::size_t group = std::size_t{16} << level;
        const std::size_t segments = (columns() + segmentColumns - 1) / segmentColumns;
        maxima_[level].assign(segments * (segmentColumns / group) + 16, 0.0f);
        for (std::size_t begin = 0; begin < columns(); begin += group) {
            Vec largest = hn::Zero(Floats());
            for (std::size_t j = begin; j < begin + group; j += width)
                largest = hn::Max(largest, hn::Abs(hn::Load(Floats(), weights() + j)));
            maxima_[level][begin / group] = hn::GetLane(hn::MaxOfLanes(Floats(), largest));
        }
    }

    std::size_t columns() const { return (cols_ + 63) / 64 * 64; }  // without those that only fill a segment
    const float* weights() const { return weights_.data(); }
    const float* fisher() const { return fisher_.data(); }
    float* rounded() { return rounded_.resized((cols_ + segmentColumns - 1) / segmentColumns * segmentColumns); }
    const float* maxima(std::size_t level) const { return maxima_[level].data(); }
    const float* lows(std::size_t level) const { return lows_[level].data(); }    // none above 0
    const float* sizes(std::size_t level) const { return sizes_[level].data(); }  // highest, at least 0, less lowest

    /// lows() and sizes() of the row that was set last.
    void setRanges() {
        const std::size_t units = (columns() + segmentColumns - 1) / segmentColumns * (segmentColumns / 16);
        std::array<std::vector<float>, levels> highs;
        for (std::size_t level = 0; level < levels; ++level) {
            const std::size_t size = (units >> level) + 16;
            lows_[level].assign(size, 0.0f);
            sizes_[level].assign(size, 0.0f);
            highs[level].assign(size, 0.0f);
        }
        for (std::size_t u = 0; u < columns() / 16; ++u) {
            Vec low = hn::Zero(Floats()), high = hn::Zero(Floats());
            for (std::size_t lane = 0; lane < 16; lane += width) {
                const Vec weight = hn::Load(Floats(), weights() + u * 16 + lane);
                low = hn::Min(low, weight);
                high = hn::Max(high, weight);
            }
            lows_[0][u] = hn::GetLane(hn::MinOfLanes(Floats(), low));
            highs[0][u] = hn::GetLane(hn::MaxOfLanes(Floats(), high));
        }
        for (std::size_t level = 1; level < levels; ++level)
            for (std::size_t g = 0; g < units >> level; ++g) {
                lows_[level][g] = HWY_MIN(lows_[level - 1][2 * g], lows_[level - 1][2 * g + 1]);
                highs[level][g] = HWY_MAX(highs[level - 1][2 * g], highs[level - 1][2 * g + 1]);
            }
        for (std::size_t level = 0; level < levels; ++level)
            for (std::size_t g = 0; g < units >> level; ++g)
                sizes_[level][g] = highs[level][g] - lows_[level][g];
    }
    float largest() const { return largest_; }
    float fisherUnit() const { return fisherUnit_; }
    bool isShort() const { return short_; }  // no weight has more than 12 significant bits

private:
    void copy(const float* from, float* to) {
        const Floats d;
        std::size_t j = 0;
        auto largest = hn::Zero(Words()), any = hn::Zero(Words());
        for (; j + width <= cols_; j += width) {
            const Vec weight = hn::LoadU(d, from + j);
            hn::Store(weight, d, to + j);
            any = hn::Or(any, bitsOf(weight));
            largest = hn::Max(largest, bitsOf(hn::Abs(weight)));
        }
        std::uint32_t anyBits = 0, largestBits = hn::GetLane(hn::MaxOfLanes(Words(), largest));
        alignas(64) std::uint32_t lanes[width];
        hn::Store(any, Words(), lanes);
        for (const std::uint32_t lane : lanes)
            anyBits |= lane;
        for (; j < cols_; ++j) {
            to[j] = from[j];
            anyBits |= rounding::bitsOf(from[j]);
            largestBits = HWY_MAX(largestBits, rounding::bitsOf(from[j]) & 0x7fffffffu);
        }
        short_ = (anyBits & 0xfffu) == 0;
        largest_ = rounding::floatOf(largestBits);
    }

    void setFisher(const float* from, float* to) {
        fisherUnit_ = 1;
        if (!from) {
            std::fill_n(to, cols_, 0.0f);
            return;
        }
        std::uint32_t largest = 0;
        for (std::size_t j = 0; j < cols_; ++j)
            largest = HWY_MAX(largest, rounding::bitsOf(from[j]) & 0x7fffffffu);
        fisherUnit_ = unitFor(rounding::floatOf(largest));
        for (std::size_t j = 0; j < cols_; ++j)
            to[j] = from[j] * fisherUnit_;
    }

    void setMaxima() {
        const std::size_t units = (columns() + segmentColumns - 1) / segmentColumns * (segmentColumns / 16);
        for (std::size_t level = 0; level < levels; ++level)
            maxima_[level].assign((units >> level) + 16, 0.0f);
        for (std::size_t u = 0; u < columns() / 16; ++u) {
            Vec largest = hn::Zero(Floats());
            for (std::size_t lane = 0; lane < 16; lane += width)
                largest = hn::Max(largest, hn::Abs(hn::Load(Floats(), weights() + u * 16 + lane)));
            maxima_[0][u] = hn::GetLane(hn::MaxOfLanes(Floats(), largest));
        }
        for (std::size_t level = 1; level < levels; ++level)
            for (std::size_t g = 0; g < units >> level; ++g)
                maxima_[level][g] = HWY_MAX(maxima_[level - 1][2 * g], maxima_[level - 1][2 * g + 1]);
    }

    std::size_t cols_ = 0;
    Floats64 weights_, fisher_, rounded_;
    std::array<std::vector<float>, levels> maxima_, lows_, sizes_;
    float largest_ = 0, fisherUnit_ = 1;
    bool short_ = false;
};

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
