#pragma once

#include "kernels/decode/lane.hpp"
#include "kernels/decode/launch.hpp"

// In device code the warp is the device's own; the emulated one is never compiled for it.
#ifdef __CUDACC__
#pragma nv_diag_suppress 20014
#endif

/// What a warp does, written once over a `Warp` that is either one lane of a device or all 32 in turn:
///
///     each(f)              f(lane, state) for every lane
///     copy(lane, to, from) 16 bytes from global memory to `to` bytes into the warp's ring, some time before wait() tells so
///     commit(), wait<n>()  a batch of copies ends; all but the last n batches are there, for the whole warp
///     ring(), firstRing()  shared memory of this warp, and of the block's first
///     waitForInputs()      the launch before this one is complete
///     multiply(step)       mma.m16n8k16 of all lanes' numbers with their inputs onto their sums; sumInputs: of ones
namespace dq::kernels::decoding {

template <Coding coding, int tiles>
struct LaneState {
    Held<coding> held;
    Addends addends = plainAddends<coding>();
    Pair numbers[4];
    Inputs inputs[halfSteps][tiles];
    Sums part[tiles] = {}, total[tiles] = {}, inputSums[tiles] = {};
};

template <Coding coding, int tiles, class Warp>
class Stream {
public:
    DQ_ANYWHERE Stream(Warp& warp, const Launch& launch, const Segment& segment, const Place& place)
        : warp_(warp),
          launch_(launch),
          layout_(segment.matrix.layout),
          brickBytes_(segment.matrix.layout.bytes()),
          first_(place.part),
          count_(count(launch, segment, place)),
          bricks_(segment.matrix.bricks + (place.band * bricksAcross(launch.cols) + place.part) * brickBytes_) {}

    DQ_ANYWHERE void run() {
        for (int i = 0; i < stages - 1; ++i)
            fetch(i);
        warp_.waitForInputs();
        for (std::int64_t i = 0; i < count_; ++i) {
            loadInputs(i, 0);
            warp_.template wait<stages - 2>();
            fetch(i + stages - 1);
            const std::uint8_t* const brick = warp_.ring() + slotOf(i);
            int group = 0;
            for (int half = 0; half < 2; ++half) {
                if (half > 0) loadInputs(i, halfSteps);
                DQ_UNROLL
                for (int step = 0; step < halfSteps; ++step)
                    takeStep(brick, half, step, group);
            }
        }
        warp_.template wait<0>();
        if (!layout_.scaledInside())
            warp_.each([](int, auto& state) {
                DQ_UNROLL
                for (int t = 0; t < tiles; ++t)
                    state.total[t] = state.part[t];
            });
    }

private:
    static constexpr int stages = stagesOf(coding);

    DQ_ANYWHERE static std::int64_t count(const Launch& launch, const Segment& segment, const Place& place) {
        if (place.band >= bricksDown(segment.matrix.rows)) return 0;
        const std::int64_t left = bricksAcross(launch.cols) - place.part;
        return left <= 0 ? 0 : (left + launch.split - 1) / launch.split;
    }
    DQ_ANYWHERE int slotOf(std::int64_t i) const { return static_cast<int>(i % stages) * brickBytes_; }

    /// Brick i of this warp's, into the slot of one that is done with. A batch is ended even where there is none, so that the count
    /// of batches tells which bricks are there.
    DQ_ANYWHERE void fetch(std::int64_t i) {
        if (i < count_) {
            const std::uint8_t* const from = bricks_ + i * launch_.split * brickBytes_;
            const int to = slotOf(i), bytes = brickBytes_;
            warp_.each([&](int lane, auto&) {
                for (int at = lane * loadBytes; at < bytes; at += runBytes)
                    warp_.copy(lane, to + at, from + at);
            });
        }
        warp_.commit();
    }

    DQ_ANYWHERE void loadInputs(std::int64_t i, int firstStep) {
        const std::int64_t column = (first_ + i * launch_.split) * brickColumns + firstStep * stepColumns;
        warp_.each([&](int lane, auto& state) {
            DQ_UNROLL
            for (int t = 0; t < tiles; ++t) {
                const int input = t * tileInputs + lane / 4;
                const std::uint16_t* const x = launch_.x + input * launch_.cols;
                const std::int64_t end = input < launch_.batch ? launch_.cols : 0;
                DQ_UNROLL
                for (int s = 0; s < halfSteps; ++s)
                    state.inputs[s][t] = inputsAt(x, end, column + s * stepColumns + lane % 4 * 4);
            }
        });
    }

    /// `group` counts those of the brick.
    DQ_ANYWHERE void takeStep(const std::uint8_t* brick, int half, int step, int& group) {
        const int lastOfGroup = layout_.stepsPerGroup - 1, inBrick = half * halfSteps + step;
        if constexpr (isInteger<coding>)
            if (layout_.second.count > 0 && (inBrick & lastOfGroup) == 0)
                warp_.each([&](int lane, auto& state) { state.addends = zeroAddends<coding>(layout_, brick, group, lane); });
        warp_.each([&](int lane, auto& state) {
            state.held.hold(brick, lane, half, step);
            DQ_UNROLL
            for (int pair = 0; pair < 4; ++pair)
                state.numbers[pair] = numbersOf<coding>(state.held, 4 * step + pair, state.addends.at[pair % 2]);
        });
        warp_.multiply(step);
        if constexpr (coding == Coding::Q4K) warp_.sumInputs(step);
        if ((inBrick & lastOfGroup) == lastOfGroup) endGroup(brick, group++);
    }

    DQ_ANYWHERE void endGroup(const std::uint8_t* brick, int group) {
        warp_.each([&](int lane, auto& state) {
            const GroupScales scales = scalesOf<coding>(layout_, brick, group, lane);
            DQ_UNROLL
            for (int t = 0; t < tiles; ++t) {
                fold(scales, state.part[t], state.total[t]);
                state.part[t] = {};
                if constexpr (coding == Coding::Q4K) {
                    foldMinimum(scales, state.inputSums[t], state.total[t]);
                    state.inputSums[t] = {};
                }
            }
        });
    }

    Warp& warp_;
    const Launch& launch_;
    const Layout& layout_;
    int brickBytes_, first_;
    std::int64_t count_;
    const std::uint8_t* bricks_;
};

/// A warp leaves its sums in its own ring, which it has done with.
template <int tiles, class Warp>
DQ_ANYWHERE void leaveSums(Warp& warp) {
    warp.each([&](int lane, auto& state) {
        auto* const to = reinterpret_cast<float*>(warp.ring());
        DQ_UNROLL
        for (int t = 0; t < tiles; ++t)
            DQ_UNROLL
            for (int i = 0; i < 4; ++i)
                to[(t * 4 + i) * warpLanes + lane] = state.total[t].at[i];
    });
}

DQ_ANYWHERE inline void store(const Launch& launch, const Segment& segment, std::int64_t row, int input, float sum) {
    const Matrix& matrix = segment.matrix;
    if (row >= matrix.rows || input >= launch.batch) return;
    if (matrix.layout.rowScales)
        sum *= scaleFrom(matrix.layout.scale, matrix.rowScales + row * (matrix.layout.scale == ScaleType::F32 ? 4 : (matrix.layout.scale == ScaleType::E8M0 ? 1 : 2)));
    sum *= matrix.factor;
    const std::int64_t at = input * matrix.rows + row;
    if (launch.output == Output::F32)
        static_cast<float*>(segment.y)[at] = sum;
    else
        static_cast<std::uint16_t*>(segment.y)[at] = static_cast<std::uint16_t>(rounding::bitsOf(rounding::toBf16(sum)) >> 16);
}

/// After all warps of the block have left theirs: the leader of a band adds them up in the order of warps.
template <int tiles, class Warp>
DQ_ANYWHERE void gather(Warp& warp, const Launch& launch, const Segment& segment, const Place& place) {
    if (place.part != 0) return;
    warp.each([&](int lane, auto&) {
        DQ_UNROLL
        for (int t = 0; t < tiles; ++t)
            for (int i = 0; i < 4; ++i) {
                float sum = 0;
                for (int w = 0; w < launch.split; ++w)
                    sum += reinterpret_cast<const float*>(warp.firstRing() + (place.leader + w) * launch.ringBytes)[(t * 4 + i) * warpLanes + lane];
                store(launch, segment, place.band * brickRows + lane / 4 + i / 2 * 8, t * tileInputs + lane % 4 * 2 + i % 2, sum);
            }
    });
}

}  // namespace dq::kernels::decoding
