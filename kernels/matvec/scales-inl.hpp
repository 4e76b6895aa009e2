// The groups of one row as floats: a sum over numbers is multiplied by the group's scale, and the sum of the inputs by its offset
// is taken away. Compiled once a target.
#if defined(DQ_MATVEC_SCALES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_MATVEC_SCALES_INL
#undef DQ_MATVEC_SCALES_INL
#else
#define DQ_MATVEC_SCALES_INL
#endif

#include <hwy/aligned_allocator.h>

#include "kernels/matvec/numbers-inl.hpp"
#include "kernels/matvec/weights.hpp"

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::matvec::HWY_NAMESPACE {

/// Room for what vectors write beyond the last group.
struct RowNumbers {
    hwy::AlignedFreeUniquePtr<float[]> scales, offsets, halves;
    explicit RowNumbers(std::size_t groups)
        : scales(hwy::AllocateAligned<float>(groups + 16)), offsets(hwy::AllocateAligned<float>(groups + 16)), halves(hwy::AllocateAligned<float>(groups + 16)) {}
};

HWY_INLINE Vec scalesAt(ScaleType type, const std::uint8_t* from, std::size_t g) {
    const Floats d;
    const hn::Rebind<std::uint8_t, Floats> bytes;
    switch (type) {
        case ScaleType::F16:
            return hn::PromoteTo(d, hn::LoadU(hn::Rebind<hwy::float16_t, Floats>(), reinterpret_cast<const hwy::float16_t*>(from) + g));
        case ScaleType::Bf16: {
            const auto half = hn::LoadU(hn::Rebind<std::uint16_t, Floats>(), reinterpret_cast<const std::uint16_t*>(from) + g);
            return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(Words(), half)));
        }
        case ScaleType::E4M3: {
            const WordVec code = hn::PromoteTo(Words(), hn::LoadU(bytes, from + g));
            return hn::Mul(hn::BitCast(d, hn::ShiftLeft<20>(hn::And(code, hn::Set(Words(), 0x7fu)))), hn::Set(d, 0x1p120f));
        }
        case ScaleType::E8M0:
            return hn::BitCast(d, hn::ShiftLeft<23>(hn::PromoteTo(Words(), hn::LoadU(bytes, from + g))));
        case ScaleType::F32:
            return hn::LoadU(d, reinterpret_cast<const float*>(from) + g);
        default:
            return hn::Set(d, 1.0f);
    }
}

HWY_INLINE void readScales(const Weights& weights, std::size_t row, float factor, float* to) {
    const Floats d;
    const std::size_t groups = weights.groupsPerRow();
    const std::uint8_t* const from = weights.scales.data() + row / static_cast<std::size_t>(weights.tileRows) * groups * weights.scaleBytes();
    for (std::size_t g = 0; g < groups; g += width)
        hn::Store(hn::Mul(scalesAt(weights.encoding.scale, from, g), hn::Set(d, factor)), d, to + g);
}

using Eight = hn::CappedTag<float, 8>;

/// Eight bytes as floats, from the `i`th on: with or without a sign.
template <class Byte>
HWY_INLINE hn::Vec<Eight> bytesAt(const std::uint8_t* bytes, std::size_t i) {
    const hn::Rebind<Byte, Eight> d;
    const hn::RebindToSigned<Eight> integers;
    return hn::ConvertTo(Eight(), hn::PromoteTo(integers, hn::LoadU(d, reinterpret_cast<const Byte*>(bytes) + i)));
}

/// Bytes under halves: those of eight lanes share one.
HWY_INLINE void readUnderHalves(const Weights& weights, std::size_t row, float factor, float offset, const RowNumbers& to) {
    const Floats d;
    const std::size_t perBlock = weights.groupsPerBlock(), groups = weights.groupsPerRow(), per = weights.hasMinima() ? 2 : 1;
    const std::size_t quarters = static_cast<std::size_t>(weights.cols) / 256;
    const auto* const halves = reinterpret_cast<const hwy::float16_t*>(weights.halves.data() + row * quarters * per);
    for (std::size_t i = 0; i < quarters * per; i += width)
        hn::Store(hn::PromoteTo(d, hn::LoadU(hn::Rebind<hwy::float16_t, Floats>(), halves + i)), d, to.halves.get() + i);
    const std::uint8_t* const bytes = weights.scales.data() + row * groups;
    const std::uint8_t* const minima = weights.zeros.data() + row * groups;
    for (std::size_t g = 0; g < groups; g += hn::Lanes(Eight())) {
        const std::size_t quarter = HWY_MIN(g / perBlock * 2 + g % lanes / 8, quarters - 1);
        const auto own = hn::Set(Eight(), to.halves[quarter * per] * factor);
        if (per == 1) {
            const auto scale = hn::Mul(own, bytesAt<std::int8_t>(bytes, g));
            hn::StoreU(scale, Eight(), to.scales.get() + g);
            hn::StoreU(hn::Mul(scale, hn::Set(Eight(), offset)), Eight(), to.offsets.get() + g);
        } else {
            const auto scale = hn::Mul(own, bytesAt<std::uint8_t>(bytes, g));
            hn::StoreU(scale, Eight(), to.scales.get() + g);
            hn::StoreU(hn::MulAdd(hn::Set(Eight(), to.halves[quarter * per + 1]), bytesAt<std::uint8_t>(minima, g), scale), Eight(), to.offsets.get() + g);
        }
    }
}

template <class Numbers>
HWY_INLINE void readRow(const Weights& weights, std::int64_t row, const RowNumbers& to) {
    const auto r = static_cast<std::size_t>(row);
    const std::size_t groups = weights.groupsPerRow();
    if constexpr (hasOffset<Numbers>) {
        if (!weights.halves.empty()) return readUnderHalves(weights, r, Numbers::factor, Numbers::offset, to);
    }
    readScales(weights, r, Numbers::factor * weights.globalScale, to.scales.get());
    if constexpr (hasOffset<Numbers>) {
        for (std::size_t g = 0; g < groups; g += width)
            hn::Store(hn::Mul(hn::Load(Floats(), to.scales.get() + g), hn::Set(Floats(), Numbers::offset)), Floats(), to.offsets.get() + g);
    }
    if constexpr (requires { Numbers::offsetOf(0.0f); }) {
        if (weights.encoding.zeroPoint)
            for (std::size_t g = 0; g < groups; g += hn::Lanes(Eight())) {
                const auto offset = hn::MulAdd(bytesAt<std::uint8_t>(weights.zeros.data() + r * groups, g), hn::Set(Eight(), 1 / Numbers::factor), hn::Set(Eight(), 1.0f));
                hn::StoreU(hn::Mul(hn::LoadU(Eight(), to.scales.get() + g), offset), Eight(), to.offsets.get() + g);
            }
    }
}

}  // namespace dq::kernels::matvec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
