#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/allocate/front.hpp"
#include "core/report/subject.hpp"
#include "tests/allocate/problems.hpp"

namespace dq::test {

/// Twenty classes over the formats people compare, close together as they are in truth; the last loses
/// nothing.
inline std::shared_ptr<const allocate::Front> crowdedFront(double weights = 1e6) {
    std::mt19937 random(3);
    allocate::Problem problem;
    problem.passthrough = 1000;
    problem.matrices = 20;
    for (int bits = 2; bits <= 8; ++bits)
        for (const int group : {128, 64, 32})
            problem.formats.push_back("int" + std::to_string(bits) + "-g" + std::to_string(group));
    problem.formats.push_back("nvfp4");
    problem.formats.push_back("bf16");
    for (int c = 0; c < 20; ++c) {
        const double sensitivity = std::exp2(static_cast<double>(random() % 80) / 20.0 - 4);
        allocate::Class one{"class " + std::to_string(c), {c}, {}};
        const auto add = [&](double bits, double loss) {
            one.options.push_back({static_cast<Bytes>(weights * bits / 8), sensitivity * loss,
                                   static_cast<int>(one.options.size())});
        };
        for (int bits = 2; bits <= 8; ++bits)
            for (const int group : {128, 64, 32})
                add(bits + 16.0 / group, std::exp2(-2 * bits) * (1 + group / 128.0));
        add(4.5, std::exp2(-8.5));
        add(16, 0);
        std::sort(one.options.begin(), one.options.end(),
                  [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
        problem.weights += static_cast<std::int64_t>(weights);
        problem.classes.push_back(std::move(one));
    }
    return allocate::Front::of(std::make_shared<const allocate::Problem>(std::move(problem)));
}

inline report::Subject subject() {
    return {"toy <&\"\x01> \u00e9", "00ff", "fisher-diagonal", "nats/token", "all"};
}

}  // namespace dq::test
