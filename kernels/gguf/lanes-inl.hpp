// Included once per target by the batch_*.cpp files (Highway's foreach_target), hence no plain include guard.
#if defined(DQ_GGUF_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_GGUF_LANES_INL
#undef DQ_GGUF_LANES_INL
#else
#define DQ_GGUF_LANES_INL
#endif

#include "kernels/simd/highway.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/base/dtype.hpp"
#include "kernels/gguf/batch.hpp"
#include "kernels/gguf/block_kernels.hpp"
#include "kernels/gguf/rounding.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, mostLanes>;
using Int = hn::RebindToSigned<D>;
using Byte = hn::Rebind<std::uint8_t, D>;
using V = hn::Vec<D>;
using VI = hn::Vec<Int>;
using M = hn::Mask<D>;
inline constexpr std::size_t lanes = hn::MaxLanes(D());

HWY_INLINE V all(float value) {
    return hn::Set(D(), value);
}
HWY_INLINE V at(const float* column, std::size_t i) {
    return hn::Load(D(), column + i * lanes);
}
HWY_INLINE void put(V value, float* column, std::size_t i) {
    hn::Store(value, D(), column + i * lanes);
}
HWY_INLINE M none() {
    return hn::Ne(all(0), all(0));
}

/// Element i of every block stands side by side in out[i * lanes].
template <std::size_t n>
HWY_INLINE void gather(const float* const* from, float* HWY_RESTRICT out) {
#if HWY_TARGET == HWY_SCALAR
    for (std::size_t i = 0; i < n; ++i)
        out[i] = from[0][i];
#else
    const hn::FixedTag<float, 4> four;
    for (std::size_t lane = 0; lane < lanes; lane += 4)
        for (std::size_t i = 0; i < n; i += 4) {
            const auto a = hn::LoadU(four, from[lane] + i);
            const auto b = hn::LoadU(four, from[lane + 1] + i);
            const auto c = hn::LoadU(four, from[lane + 2] + i);
            const auto e = hn::LoadU(four, from[lane + 3] + i);
            const auto lowAb = hn::InterleaveLower(four, a, b);
            const auto highAb = hn::InterleaveUpper(four, a, b);
            const auto lowCe = hn::InterleaveLower(four, c, e);
            const auto highCe = hn::InterleaveUpper(four, c, e);
            float* to = out + i * lanes + lane;
            hn::Store(hn::ConcatLowerLower(four, lowCe, lowAb), four, to);
            hn::Store(hn::ConcatUpperUpper(four, lowCe, lowAb), four, to + lanes);
            hn::Store(hn::ConcatLowerLower(four, highCe, highAb), four, to + 2 * lanes);
            hn::Store(hn::ConcatUpperUpper(four, highCe, highAb), four, to + 3 * lanes);
        }
#endif
}

/// rounding.hpp's nearest, whatever the number.
HWY_INLINE VI nearestOf(V value) {
    const Int i;
    const VI bits = hn::BitCast(i, hn::Add(value, all(12582912.0f)));
    return hn::Sub(hn::And(bits, hn::Set(i, 0x7fffff)), hn::Set(i, 0x400000));
}

HWY_INLINE VI clampOf(VI code, int lowest, int highest) {
    const Int i;
    return hn::Min(hn::Max(code, hn::Set(i, lowest)), hn::Set(i, highest));
}

HWY_INLINE V floatOf(VI code) {
    return hn::ConvertTo(D(), code);
}

/// codeOf for numbers known to be below 2^22.
HWY_INLINE V smallCode(V value, V lowest, V highest) {
    return hn::Min(hn::Max(hn::Round(value), lowest), highest);
}

/// nearestOf(numerator / d), given 1 / d: a division only where the product lies so near a half that its
/// rounding errors (2^-22 of it, at most 2^-15) could decide.
HWY_INLINE VI nearestQuotient(V numerator, V d, V inverse) {
    const V guess = hn::Mul(numerator, inverse);
    const V whole = hn::Round(guess);
    const M sure =
        hn::And(hn::Lt(hn::Abs(hn::Sub(guess, whole)), all(0.4999f)), hn::Lt(hn::Abs(guess), all(128)));
    if (hn::AllTrue(D(), sure)) return hn::ConvertTo(Int(), whole);
    return nearestOf(hn::Div(numerator, d));
}

/// Codes of one element as bytes.
HWY_INLINE void putCodes(VI codes, std::uint8_t* column, std::size_t i) {
    hn::StoreU(hn::DemoteTo(Byte(), codes), Byte(), column + i * lanes);
}

/// Columns of codes to one block after another, n codes each. To swap the two parts of a byte's address is to
/// rotate its bits, and interleaving the halves of an array rotates them by one.
template <std::size_t n>
HWY_INLINE void codesByBlock(const std::uint8_t* columns, std::uint8_t* codes) {
#if HWY_TARGET != HWY_SCALAR
    constexpr std::size_t chunk = 256 / lanes;  // codes of each lane in 16 registers
    if constexpr (n % chunk == 0) {
        const hn::FixedTag<std::uint8_t, 16> bytes;
        for (std::size_t i = 0; i < n; i += chunk) {
            HWY_ALIGN std::uint8_t turned[2][256];
            const std::uint8_t* from = columns + i * lanes;
            std::uint8_t* to = turned[0];
            for (std::size_t width = 1; width < chunk; width *= 2) {
                for (std::size_t k = 0; k < 8; ++k) {
                    const auto a = hn::LoadU(bytes, from + 16 * k);
                    const auto b = hn::LoadU(bytes, from + 16 * (k + 8));
                    hn::StoreU(hn::InterleaveLower(bytes, a, b), bytes, to + 32 * k);
                    hn::StoreU(hn::InterleaveUpper(bytes, a, b), bytes, to + 32 * k + 16);
                }
                from = to;
                to = to == turned[0] ? turned[1] : turned[0];
            }
            for (std::size_t lane = 0; lane < lanes; ++lane)
                std::memcpy(codes + lane * n + i, from + lane * chunk, chunk);
        }
        return;
    }
#endif
    for (std::size_t lane = 0; lane < lanes; ++lane)
        for (std::size_t i = 0; i < n; ++i)
            codes[lane * n + i] = columns[i * lanes + lane];
}

/// The first number of the largest magnitude in each lane.
template <std::size_t n>
HWY_INLINE V farthestOf(const float* x) {
    V found = all(0);
    V largest = all(0);
    for (std::size_t i = 0; i < n; ++i) {
        const V value = at(x, i);
        const V magnitude = hn::Abs(value);
        found = hn::IfThenElse(hn::Gt(magnitude, largest), value, found);
        largest = hn::Max(magnitude, largest);  // of a NaN and a number the number, on x86 the second
    }
    return found;
}

template <std::size_t n>
HWY_INLINE V sumOfSquaresOf(const float* x) {
    V sum = all(0);
    for (std::size_t i = 0; i < n; ++i)
        sum = hn::Add(sum, hn::Mul(at(x, i), at(x, i)));
    return sum;
}

/// True for NaN too, unlike Highway's Ne.
HWY_INLINE M notZero(V value) {
    return hn::Not(hn::Eq(value, all(0)));
}

HWY_INLINE V inverseOrZeroOf(V value) {
    return hn::IfThenElseZero(notZero(value), hn::Div(all(1), value));
}

/// Importances become the weights of rounding.hpp's importanceWeights.
template <std::size_t n>
HWY_INLINE void importanceWeightsOf(const float* x, V spread, float* weights) {
    for (std::size_t i = 0; i < n; ++i) {
        const V value = at(x, i);
        put(hn::Mul(at(weights, i), hn::Sqrt(hn::Add(spread, hn::Mul(value, value)))), weights, i);
    }
}

/// Halves of each lane, and what they stand for.
struct Halves {
    std::array<std::uint16_t, mostLanes> bits{};
    V value;
};

HWY_INLINE Halves halvesOf(V numbers) {
    HWY_ALIGN float each[lanes];
    hn::Store(numbers, D(), each);
    Halves halves;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        halves.bits[lane] = toF16(each[lane]);
        each[lane] = fromF16(halves.bits[lane]);
    }
    halves.value = hn::Load(D(), each);
    return halves;
}

HWY_INLINE VI intOf(V value) {
    return hn::ConvertTo(Int(), value);
}

/// The blocks of lanes that met numbers beyond the shortcuts, by the reference.
HWY_INLINE void redo(const Batch& batch, M astray, Type type, std::size_t perLane = 1) {
    if (hn::AllFalse(D(), astray)) return;
    HWY_ALIGN float each[lanes];
    hn::Store(hn::IfThenElseZero(astray, all(1)), D(), each);
    for (std::size_t block = 0; block < batch.count && block < perLane * lanes; ++block)
        if (each[block % lanes] != 0) kernelsOf(type).quantize(batch.source(block), batch.out[block]);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
