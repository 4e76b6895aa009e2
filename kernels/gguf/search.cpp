#include "kernels/gguf/search.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/gguf/rounding.hpp"

namespace dq::kernels::gguf {

namespace {

/// Sum of w x c and of w c^2 over the codes c: scale and gain of the least squares fit.
struct Fit {
    float xc = 0;
    float cc = 0;

    void add(float weight, float x, float code) {
        xc += weight * x * code;
        cc += weight * code * code;
    }
    Fit without(float weight, float x, float code) const {
        return {xc - weight * x * code, cc - weight * code * code};
    }
    Fit with(float weight, float x, float code) const {
        return {xc + weight * x * code, cc + weight * code * code};
    }
    bool beats(const Fit& other) const { return xc * xc * other.cc > other.xc * other.xc * cc; }
};

float squareOr(const float* weights, std::span<const float> x, std::size_t i) {
    return weights ? weights[i] : x[i] * x[i];
}

Fit fitAt(float inverse, std::span<const float> x, const float* weights, int limit) {
    Fit fit;
    for (std::size_t i = 0; i < x.size(); ++i)
        fit.add(squareOr(weights, x, i), x[i], codeOf(inverse * x[i], -limit, limit - 1));
    return fit;
}

float affineError(std::span<const float> x, const float* weights, float scale, float minimum,
                  std::span<const float> codes, bool absolute) {
    float error = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const float off = scale * codes[i] + minimum - x[i];
        error += weights[i] * (absolute ? std::fabs(off) : off * off);
    }
    return error;
}

constexpr std::size_t longestGroup = 32;

}  // namespace

float signedScale(std::span<const float> x, const float* weights, int limit, std::uint8_t* codes) {
    const float max = farthest(x.data(), x.size());
    if (std::fabs(max) < nothing) {
        std::fill_n(codes, x.size(), std::uint8_t{0});
        return 0;
    }
    const auto top = static_cast<float>(limit);
    float chosen = -top / max;
    const Fit first = fitAt(chosen, x, weights, limit);
    float scale = first.cc != 0 ? first.xc / first.cc : 0.0f;
    float best = scale * first.xc;
    for (int trial = -9; trial <= 9; ++trial) {
        if (trial == 0) continue;
        const float inverse = -(top + 0.1f * static_cast<float>(trial)) / max;
        const Fit fit = fitAt(inverse, x, weights, limit);
        if (!(fit.cc > 0 && fit.xc * fit.xc > best * fit.cc)) continue;
        chosen = inverse;
        scale = fit.xc / fit.cc;
        best = scale * fit.xc;
    }
    for (std::size_t i = 0; i < x.size(); ++i)
        codes[i] = static_cast<std::uint8_t>(limit + std::clamp(nearest(chosen * x[i]), -limit, limit - 1));
    return scale;
}

float descendedScale(std::span<const float> x, int limit, std::uint8_t* codes) {
    const float max = farthest(x.data(), x.size());
    if (std::fabs(max) < nothing) {
        std::fill_n(codes, x.size(), std::uint8_t{0});
        return 0;
    }
    const float inverse = -static_cast<float>(limit) / max;
    std::array<float, longestGroup> code{};
    Fit fit;
    for (std::size_t i = 0; i < x.size(); ++i) {
        code[i] = codeOf(inverse * x[i], -limit, limit - 1);
        fit.add(x[i] * x[i], x[i], code[i]);
    }
    bool changed = true;
    for (int round = 0; round < 5 && changed; ++round) {
        changed = false;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const float weight = x[i] * x[i];
            const Fit others = fit.without(weight, x[i], code[i]);
            if (!(others.xc > 0)) continue;
            const float moved = codeOf(x[i] * others.cc / others.xc, -limit, limit - 1);
            if (moved == code[i]) continue;
            const Fit with = others.with(weight, x[i], moved);
            if (!(with.cc > 0 && with.beats(fit))) continue;
            code[i] = moved;
            fit = with;
            changed = true;
        }
    }
    for (std::size_t i = 0; i < x.size(); ++i)
        codes[i] = static_cast<std::uint8_t>(static_cast<int>(code[i]) + limit);
    return fit.cc > 0 ? fit.xc / fit.cc : 0.0f;
}

namespace {

/// Codes of positiveScale are bytes while it descends, and wrap as bytes do.
float byteCode(int code) {
    return static_cast<float>(static_cast<std::uint8_t>(code));
}

/// Of the scales max / (limit + i / 10) the inverse of the one with the least error.
float bestPositiveInverse(std::span<const float> x, const float* weights, int limit, float max) {
    const auto top = static_cast<float>(limit);
    float chosen = top / max;
    float least = 0;
    const float scale = 1 / chosen;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const float off = x[i] - scale * byteCode(nearest(chosen * x[i]));
        least += weights[i] * off * off;
    }
    for (int trial = -4; trial <= 4; ++trial) {
        if (trial == 0) continue;
        const float inverse = (0.1f * static_cast<float>(trial) + top) / max;
        const float trialScale = 1 / inverse;
        float error = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const float off =
                x[i] - trialScale * static_cast<float>(std::min(limit, nearest(inverse * x[i])));
            error += weights[i] * off * off;
        }
        if (!(error < least)) continue;
        least = error;
        chosen = inverse;
    }
    return chosen;
}

}  // namespace

float positiveScale(std::span<const float> x, const float* weights, int limit, std::uint8_t* codes) {
    float max = 0;
    for (const float value : x)
        max = max > value ? max : value;  // not std::max: a NaN must come through
    if (max < nothing) {
        std::fill_n(codes, x.size(), std::uint8_t{0});
        return 0;
    }
    const float inverse = bestPositiveInverse(x, weights, limit, max);
    Fit fit;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const int code = std::min(limit, nearest(inverse * x[i]));
        codes[i] = static_cast<std::uint8_t>(code);
        fit.add(weights[i], x[i], static_cast<float>(code));
    }
    bool changed = true;
    for (int round = 0; round < 5 && changed; ++round) {
        changed = false;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const Fit others = fit.without(weights[i], x[i], codes[i]);
            if (!(others.xc > 0 && others.cc > 0)) continue;
            const int moved = std::min(limit, nearest(x[i] * others.cc / others.xc));
            if (moved == codes[i]) continue;
            const Fit with = others.with(weights[i], x[i], static_cast<float>(moved));
            if (!with.beats(fit)) continue;
            codes[i] = static_cast<std::uint8_t>(moved);
            fit = with;
            changed = true;
        }
    }
    return fit.cc > 0 ? fit.xc / fit.cc : 0.0f;
}

Affine affineScale(std::span<const float> x, const float* weights, const Ladder& ladder,
                   std::uint8_t* codes) {
    float low = x[0];
    float high = x[0];
    float sumW = weights[0];
    float sumX = sumW * x[0];
    for (std::size_t i = 1; i < x.size(); ++i) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
        sumW += weights[i];
        sumX += weights[i] * x[i];
    }
    if (low > 0) low = 0;
    if (high <= low) {
        std::fill_n(codes, x.size(), std::uint8_t{0});
        return {0, -low};
    }
    const auto top = static_cast<float>(ladder.limit);
    std::array<float, longestGroup> trialCodes{};
    const std::span<float> tried(trialCodes.data(), x.size());
    const auto codesAt = [&](float inverse, float minimum) {
        for (std::size_t i = 0; i < x.size(); ++i)
            tried[i] = codeOf(inverse * (x[i] - minimum), 0, ladder.limit);
    };
    const auto writeCodes = [&] {
        for (std::size_t i = 0; i < x.size(); ++i)
            codes[i] = static_cast<std::uint8_t>(tried[i]);
    };

    const float inverseOfRange = top / (high - low);
    Affine best{1 / inverseOfRange, low};
    codesAt(inverseOfRange, low);
    writeCodes();
    float least = affineError(x, weights, best.scale, best.minimum, tried, ladder.absolute);
    for (int trial = 0; trial <= ladder.steps; ++trial) {
        // From the best minimum so far: a success moves the trials after it.
        const float inverse =
            (ladder.first + ladder.step * static_cast<float>(trial) + top) / (high - best.minimum);
        codesAt(inverse, best.minimum);
        float sumC = 0;
        float sumCC = 0;
        float sumXC = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const float weighted = weights[i] * tried[i];
            sumC += weighted;
            sumCC += weighted * tried[i];
            sumXC += weighted * x[i];
        }
        const float determinant = sumW * sumCC - sumC * sumC;
        if (!(determinant > 0)) continue;
        Affine fit{(sumW * sumXC - sumX * sumC) / determinant, (sumCC * sumX - sumC * sumXC) / determinant};
        if (fit.minimum > 0) fit = {sumXC / sumCC, 0};
        const float error = affineError(x, weights, fit.scale, fit.minimum, tried, ladder.absolute);
        if (!(error < least)) continue;
        least = error;
        best = fit;
        writeCodes();
    }
    return {best.scale, -best.minimum};
}

}  // namespace dq::kernels::gguf
