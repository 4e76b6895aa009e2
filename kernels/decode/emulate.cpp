#include "kernels/decode/emulate.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <vector>

#include "core/base/parallel.hpp"
#include "kernels/decode/warp.hpp"

namespace dq::kernels::decoding {

namespace {

float lowOf(Pair pair) {
    return rounding::floatOf(pair << 16);
}
float highOf(Pair pair) {
    return rounding::floatOf(pair & 0xffff0000u);
}

template <Coding coding, int tiles>
class EmulatedWarp {
public:
    EmulatedWarp(std::uint8_t* firstRing, std::uint8_t* ring) : firstRing_(firstRing), ring_(ring) {}

    template <class F>
    void each(F f) {
        for (int lane = 0; lane < warpLanes; ++lane)
            f(lane, states_[static_cast<std::size_t>(lane)]);
    }

    void copy(int, int to, const std::uint8_t* from) { open_.push_back({to, from}); }
    void commit() {
        batches_.push_back(std::move(open_));
        open_.clear();
    }
    template <std::size_t n>
    void wait() {
        for (; batches_.size() > n; batches_.pop_front())
            for (const Copy& one : batches_.front())
                std::memcpy(ring_ + one.to, one.from, loadBytes);
    }

    std::uint8_t* ring() { return ring_; }
    const std::uint8_t* firstRing() const { return firstRing_; }
    void waitForInputs() {}

    void multiply(int step) {
        onto(step, [](auto& state) { return state.numbers; }, [](auto& state) { return state.part; });
    }
    void sumInputs(int step) {
        static constexpr Pair all[4] = {ones, ones, ones, ones};
        onto(step, [](auto&) { return all; }, [](auto& state) { return state.inputSums; });
    }

private:
    struct Copy {
        int to;
        const std::uint8_t* from;
    };

    /// Lane l holds of the left side rows l / 4 and l / 4 + 8, of the right side column l / 4: each time terms 2 (l % 4), the next,
    /// and eight beyond both; of the sums rows l / 4 and l / 4 + 8, columns 2 (l % 4) and the next.
    template <class Left, class Onto>
    void onto(int step, Left left, Onto sums) {
        for (int t = 0; t < tiles; ++t)
            each([&](int lane, auto& state) {
                for (int i = 0; i < 4; ++i) {
                    float& sum = sums(state)[t].at[i];
                    for (int k = 0; k < 4; ++k) {
                        const auto* const a = left(states_[static_cast<std::size_t>(lane / 4 * 4 + k)]);
                        const Inputs& b = states_[static_cast<std::size_t>((lane % 4 * 2 + i % 2) * 4 + k)].inputs[step][t];
                        for (int half = 0; half < 2; ++half)
                            sum += lowOf(a[2 * half + i / 2]) * lowOf(b.at[half]) + highOf(a[2 * half + i / 2]) * highOf(b.at[half]);
                    }
                }
            });
    }

    std::uint8_t *firstRing_, *ring_;
    std::array<LaneState<coding, tiles>, warpLanes> states_{};
    std::vector<Copy> open_;
    std::deque<std::vector<Copy>> batches_;
};

template <Coding coding, int tiles>
void runBlock(const Launch& launch, const Segment& segment, int block) {
    using Warp = EmulatedWarp<coding, tiles>;
    std::vector<float> shared(static_cast<std::size_t>(warpsPerBlock * launch.ringBytes) / 4);
    auto* const ring = reinterpret_cast<std::uint8_t*>(shared.data());
    std::memset(ring, 0xff, shared.size() * 4);  // what is read before it came is not a number
    std::vector<Warp> warps;
    for (int w = 0; w < warpsPerBlock; ++w)
        warps.emplace_back(ring, ring + w * launch.ringBytes);
    for (int w = 0; w < warpsPerBlock; ++w) {
        Warp& warp = warps[static_cast<std::size_t>(w)];
        Stream<coding, tiles, Warp>(warp, launch, segment, placeOf(launch, segment, block, w)).run();
        leaveSums<tiles>(warp);
    }
    for (int w = 0; w < warpsPerBlock; ++w)
        gather<tiles>(warps[static_cast<std::size_t>(w)], launch, segment, placeOf(launch, segment, block, w));
}

template <int coding = 0>
void runAny(const Launch& launch, const Segment& segment, int block) {
    if constexpr (coding < codings) {
        constexpr auto mine = static_cast<Coding>(coding);
        if (segment.matrix.layout.coding != mine) return runAny<coding + 1>(launch, segment, block);
        if (launch.tiles() == 1)
            runBlock<mine, 1>(launch, segment, block);
        else
            runBlock<mine, 2>(launch, segment, block);
    }
}

}  // namespace

void emulate(const Launch& launch) {
    parallelFor(launch.blocks, [&](std::int64_t block) { runAny(launch, segmentOf(launch, static_cast<int>(block)), static_cast<int>(block)); });
}

}  // namespace dq::kernels::decoding
