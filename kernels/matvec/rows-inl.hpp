// Products of some rows with some inputs. Compiled once a target.
//
// Counted for an integer format, sixteen weights take a shift, one operation that masks and sets an exponent, and a fused multiplication
// for each input; two fused ones and a few for the scale come to that once a group. Nothing is converted: the code becomes the upper part of a
// mantissa, 1 + code / 2^bits, and what that adds to a group's sum is known from the sum of its inputs.
#if defined(DQ_MATVEC_ROWS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_MATVEC_ROWS_INL
#undef DQ_MATVEC_ROWS_INL
#else
#define DQ_MATVEC_ROWS_INL
#endif

#include <algorithm>
#include <utility>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "kernels/matvec/input.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/matvec/weights.hpp"
#include "kernels/scale.hpp"

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::matvec::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, 16>;
using Words = hn::RebindToUnsigned<Floats>;
using Vec = hn::Vec<Floats>;
using WordVec = hn::Vec<Words>;
inline constexpr std::size_t width = hn::MaxLanes(Floats());

/// Bits moved so that bit `from` comes to stand at bit `to`.
template <int from, int to>
HWY_INLINE WordVec moved(WordVec word) {
    if constexpr (from > to)
        return hn::ShiftRight<from - to>(word);
    else if constexpr (from < to)
        return hn::ShiftLeft<to - from>(word);
    else
        return word;
}

/// Code `step` of each lane, its lowest bit at bit `to`, other bits around it.
template <int bits, int step, int to>
HWY_INLINE WordVec codeAt(const std::uint32_t* words) {
    constexpr int bit = step * bits, shift = bit % 32;
    const Words d;
    const WordVec first = moved<shift, to>(hn::LoadU(d, words + bit / 32 * lanes));
    if constexpr (shift + bits <= 32)
        return first;
    else {
        constexpr int had = 32 - shift;
        const WordVec mask = hn::Set(d, ((1u << had) - 1) << to);
        return hn::OrAnd(moved<0, to + had>(hn::LoadU(d, words + (bit / 32 + 1) * lanes)), first, mask);
    }
}

/// How numbers are made of codes: weight = (number - offset) * factor * scale.
template <int codeBits>
struct Integers {
    static constexpr int bits = codeBits;
    static constexpr float factor = static_cast<float>(1 << bits);
    template <int step>
    HWY_INLINE static Vec number(const std::uint32_t* words) {
        const WordVec code = codeAt<bits, step, 23 - bits>(words);
        const WordVec mask = hn::Set(Words(), ((1u << bits) - 1) << (23 - bits));
        return hn::BitCast(Floats(), hn::OrAnd(hn::Set(Words(), 0x3f800000u), code, mask));
    }
    static constexpr float offsetOf(std::uint32_t zero) { return 1 + static_cast<float>(zero) / factor; }
    static constexpr float offset = offsetOf(1u << (bits - 1));
};

struct E2M1Numbers {
    static constexpr int bits = 4;
#if HWY_TARGET == HWY_AVX3
    static constexpr float factor = 1;
    template <int step>
    HWY_INLINE static Vec number(const std::uint32_t* words) {
        alignas(64) static constexpr float levels[16] = {0, .5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -.5f, -1, -1.5f, -2, -3, -4, -6};
        const WordVec code = hn::And(codeAt<4, step, 0>(words), hn::Set(Words(), 15u));
        return hn::TableLookupLanes(hn::Load(Floats(), levels), hn::IndicesFromVec(Floats(), code));
    }
#else
    /// Twice the number plus 12, looked up as a byte; the other bytes of a word look up nothing.
    static constexpr float factor = .5f, offset = 12;
    template <int step>
    HWY_INLINE static Vec number(const std::uint32_t* words) {
        alignas(64) static constexpr std::uint8_t levels[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};
        const WordVec code = hn::OrAnd(hn::Set(Words(), 0x80808000u), codeAt<4, step, 0>(words), hn::Set(Words(), 15u));
        const hn::Repartition<std::uint8_t, Words> bytes;
        const hn::RebindToSigned<Words> integers;
        const auto found = hn::TableLookupBytesOr0(hn::LoadDup128(bytes, levels), hn::BitCast(bytes, code));
        return hn::ConvertTo(Floats(), hn::BitCast(integers, found));
    }
#endif
};

/// The magnitude's bits stand in a float's own places; its exponent is too small by a constant.
struct E4M3Numbers {
    static constexpr int bits = 8;
    static constexpr float factor = 0x1p120f;
    template <int step>
    HWY_INLINE static Vec number(const std::uint32_t* words) {
        const WordVec sign = hn::And(codeAt<bits, step, 24>(words), hn::Set(Words(), 0x80000000u));
        return hn::BitCast(Floats(), hn::OrAnd(sign, codeAt<bits, step, 20>(words), hn::Set(Words(), 0x7f00000u)));
    }
};

struct Bf16Numbers {
    static constexpr int bits = 16;
    static constexpr float factor = 1;
    template <int step>
    HWY_INLINE static Vec number(const std::uint32_t* words) {
        return hn::BitCast(Floats(), hn::And(codeAt<16, step, 16>(words), hn::Set(Words(), 0xffff0000u)));
    }
};

template <class Numbers>
inline constexpr bool hasOffset = requires { Numbers::offset; };

inline constexpr std::size_t mostRows = 4, mostInputs = 4;

/// What a few rows and inputs share while they are multiplied.
struct Task {
    const std::uint32_t* words[mostRows];
    const float* scale[mostRows];   // a number a group, `factor` in it
    const float* offset[mostRows];  // the same; null where numbers have none
    const float* x[mostInputs];
    const float* sums[mostInputs];
    std::size_t blocks, stepsPerGroup;
};

template <class Numbers, std::size_t rows, std::size_t inputs>
class Product {
public:
    explicit Product(const Task& task, std::size_t lane) : task_(task), lane_(lane) {
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t b = 0; b < inputs; ++b)
                total_[r][b] = group_[r][b] = hn::Zero(Floats());
    }

    HWY_INLINE void run() {
        for (std::size_t block = 0; block < task_.blocks; ++block)
            addBlock(block, std::make_index_sequence<steps>());
    }

    HWY_INLINE Vec total(std::size_t row, std::size_t input) const { return total_[row][input]; }

private:
    template <std::size_t... all>
    HWY_INLINE void addBlock(std::size_t block, std::index_sequence<all...>) {
        (addStep<all>(block), ...);
    }

    template <std::size_t step>
    HWY_INLINE void addStep(std::size_t block) {
        Vec x[inputs];
        for (std::size_t b = 0; b < inputs; ++b)
            x[b] = hn::Load(Floats(), task_.x[b] + block * blockColumns + step * lanes + lane_);
        for (std::size_t r = 0; r < rows; ++r) {
            const Vec number = Numbers::template number<static_cast<int>(step)>(task_.words[r] + block * lanes * Numbers::bits + lane_);
            for (std::size_t b = 0; b < inputs; ++b)
                group_[r][b] = hn::MulAdd(number, x[b], group_[r][b]);
        }
        if ((step + 1) % task_.stepsPerGroup == 0) endGroup((block * steps + step) / task_.stepsPerGroup);
    }

    HWY_INLINE void endGroup(std::size_t group) {
        for (std::size_t r = 0; r < rows; ++r) {
            const Vec scale = hn::Set(Floats(), task_.scale[r][group]);
            for (std::size_t b = 0; b < inputs; ++b) {
                Vec sum = group_[r][b];
                if constexpr (hasOffset<Numbers>)
                    sum = hn::NegMulAdd(hn::Set(Floats(), task_.offset[r][group]), hn::Load(Floats(), task_.sums[b] + group * lanes + lane_), sum);
                total_[r][b] = hn::MulAdd(sum, scale, total_[r][b]);
                group_[r][b] = hn::Zero(Floats());
            }
        }
    }

    const Task& task_;
    std::size_t lane_;
    Vec total_[rows][inputs], group_[rows][inputs];
};

/// The scales of one row as floats, times `factor`.
HWY_INLINE void readScales(const Weights& weights, std::int64_t row, float factor, std::size_t groups, float* to) {
    const Floats d;
    const std::size_t size = scaleSize(weights.encoding.scale);
    const std::uint8_t* const from = weights.scales.data() + static_cast<std::size_t>(row) * groups * size;
    const Vec times = hn::Set(d, factor);
    for (std::size_t g = 0; g < groups; g += width) {
        Vec scale = hn::Set(d, 1.0f);
        switch (weights.encoding.scale) {
            case ScaleType::F16:
                scale = hn::PromoteTo(d, hn::LoadU(hn::Rebind<hwy::float16_t, Floats>(), reinterpret_cast<const hwy::float16_t*>(from) + g));
                break;
            case ScaleType::Bf16: {
                const auto half = hn::LoadU(hn::Rebind<std::uint16_t, Floats>(), reinterpret_cast<const std::uint16_t*>(from) + g);
                scale = hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(Words(), half)));
                break;
            }
            case ScaleType::E4M3: {
                const WordVec code = hn::PromoteTo(Words(), hn::LoadU(hn::Rebind<std::uint8_t, Floats>(), from + g));
                scale = hn::Mul(hn::BitCast(d, hn::ShiftLeft<20>(hn::And(code, hn::Set(Words(), 0x7fu)))), hn::Set(d, 0x1p120f));
                break;
            }
            case ScaleType::E8M0:
                scale = hn::BitCast(d, hn::ShiftLeft<23>(hn::PromoteTo(Words(), hn::LoadU(hn::Rebind<std::uint8_t, Floats>(), from + g))));
                break;
            case ScaleType::F32:
                scale = hn::LoadU(d, reinterpret_cast<const float*>(from) + g);
                break;
            default:
                break;
        }
        hn::Store(hn::Mul(scale, times), d, to + g);
    }
}

struct RowNumbers {
    hwy::AlignedFreeUniquePtr<float[]> scales, offsets;
    explicit RowNumbers(std::size_t groups) : scales(hwy::AllocateAligned<float>(groups + 16)), offsets(hwy::AllocateAligned<float>(groups + 16)) {}
};

/// Rows from .. to in runs of `rows`, inputs in runs of `inputs`.
template <class Numbers>
class Rows {
public:
    Rows(const Weights& weights, const Input& x, float* y)
        : weights_(weights),
          x_(x),
          y_(y),
          blocks_(blocksOf(static_cast<std::size_t>(weights.cols))),
          groups_(weights.groupsPerRow()) {
        for (std::size_t r = 0; r < mostRows; ++r) {
            numbers_.emplace_back(groups_);
            if constexpr (hasOffset<Numbers>) std::fill_n(numbers_.back().offsets.get(), groups_ + 16, Numbers::offset);
        }
    }

    void run(std::int64_t from, std::int64_t to) {
        for (; from + 4 <= to; from += 4)
            take<4>(from);
        for (; from < to; ++from)
            take<1>(from);
    }

private:
    template <std::size_t rows>
    void take(std::int64_t row) {
        Task task{};
        task.blocks = blocks_;
        task.stepsPerGroup = weights_.stepsPerGroup();
        for (std::size_t r = 0; r < rows; ++r) {
            const std::int64_t at = row + static_cast<std::int64_t>(r);
            task.words[r] = weights_.words.data() + static_cast<std::size_t>(at) * blocks_ * wordsPerBlock(Numbers::bits);
            task.scale[r] = numbers_[r].scales.get();
            task.offset[r] = numbers_[r].offsets.get();
            readScales(weights_, at, Numbers::factor * weights_.globalScale, groups_, numbers_[r].scales.get());
            readZeros(at, numbers_[r].offsets.get());
        }
        std::int64_t b = 0;
        for (; b + 4 <= x_.batch(); b += 4)
            multiply<rows, 4>(task, row, b);
        for (; b < x_.batch(); ++b)
            multiply<rows, 1>(task, row, b);
    }

    void readZeros(std::int64_t row, float* to) const {
        if constexpr (requires { Numbers::offsetOf(0u); })
            if (weights_.encoding.zeroPoint)
                for (std::size_t g = 0; g < groups_; ++g)
                    to[g] = Numbers::offsetOf(weights_.zeros[static_cast<std::size_t>(row) * groups_ + g]);
    }

    /// Four rows with one input at a time, or one row with four: sixteen sums would not fit the registers.
    template <std::size_t rows, std::size_t inputs>
    void multiply(Task& task, std::int64_t row, std::int64_t b) {
        if constexpr (rows > 1 && inputs > 1) {
            for (std::size_t r = 0; r < rows; ++r) {
                Task one = task;
                one.words[0] = task.words[r];
                one.scale[0] = task.scale[r];
                one.offset[0] = task.offset[r];
                multiply<1, inputs>(one, row + static_cast<std::int64_t>(r), b);
            }
        } else {
            for (std::size_t i = 0; i < inputs; ++i) {
                task.x[i] = x_.of(b + static_cast<std::int64_t>(i));
                task.sums[i] = x_.sumsOf(b + static_cast<std::int64_t>(i));
            }
            float sums[rows][inputs] = {};
            for (std::size_t lane = 0; lane < lanes; lane += width) {
                Product<Numbers, rows, inputs> product(task, lane);
                product.run();
                for (std::size_t r = 0; r < rows; ++r)
                    for (std::size_t i = 0; i < inputs; ++i)
                        sums[r][i] += hn::GetLane(hn::SumOfLanes(Floats(), product.total(r, i)));
            }
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t i = 0; i < inputs; ++i)
                    y_[(b + static_cast<std::int64_t>(i)) * weights_.rows + row + static_cast<std::int64_t>(r)] = sums[r][i];
        }
    }

    const Weights& weights_;
    const Input& x_;
    float* y_;
    std::size_t blocks_, groups_;
    std::vector<RowNumbers> numbers_;
};

template <int bits>
HWY_INLINE void integerRows(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y) {
    if constexpr (bits <= 8) {
        if (weights.encoding.bits == bits) return Rows<Integers<bits>>(weights, x, y).run(from, to);
        integerRows<bits + 1>(weights, x, from, to, y);
    }
}

HWY_INLINE void rowsOf(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y) {
    switch (weights.encoding.element) {
        case Element::Int:
            return integerRows<2>(weights, x, from, to, y);
        case Element::E2M1:
            return Rows<E2M1Numbers>(weights, x, y).run(from, to);
        case Element::E4M3:
            return Rows<E4M3Numbers>(weights, x, y).run(from, to);
        default:
            return Rows<Bf16Numbers>(weights, x, y).run(from, to);
    }
}

}  // namespace dq::kernels::matvec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
