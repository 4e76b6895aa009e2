#include "kernels/simd/targets.hpp"

#include <array>
#include <cstdint>
#include <utility>

#include "core/base/error.hpp"
#include "kernels/simd/highway.hpp"

namespace dq::kernels::simd {

namespace {
constexpr std::array<std::pair<std::int64_t, const char*>, 3> known{
    {{HWY_AVX3, "AVX3"}, {HWY_AVX2, "AVX2"}, {HWY_SSE4, "SSE4"}}};
}

std::vector<std::string> targets() {
    hwy::SetSupportedTargetsForTest(0);
    std::vector<std::string> names;
    for (const auto& [bit, name] : known)
        if (hwy::SupportedTargets() & bit) names.emplace_back(name);
    return names;
}

void forceTarget(const std::string& name) {
    std::int64_t wanted = 0;
    for (const std::string& one : targets())
        for (const auto& [bit, text] : known)
            if (one == name && name == text) wanted = bit;
    if (wanted == 0 && !name.empty())
        throw Error(Kind::Unavailable, "this processor has no vector unit " + name);
    hwy::SetSupportedTargetsForTest(wanted);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace dq::kernels::simd
