#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// The products of one decode step of a model of Qwen3.5-27B's shape: 64 layers, hidden 5120, ffn 17408; three layers of linear attention,
/// then one of full attention. 449 matrices, 257 launches where matrices with one input go together, 25.6 thousand million weights.
namespace dq::bench {

struct Group {
    std::int64_t cols;
    std::vector<std::int64_t> rows;
};

inline std::vector<Group> chain(int layers) {
    constexpr std::int64_t hidden = 5120, ffn = 17408, inner = 6144;
    std::vector<Group> all;
    for (int layer = 0; layer < layers; ++layer) {
        if (layer % 4 == 3)
            all.push_back({hidden, {12288, 1024, 1024}});  // q with its gate, k, v
        else
            all.push_back({hidden, {10240, inner, 96}});  // q, k, v; z; b and a
        all.push_back({inner, {hidden}});
        all.push_back({hidden, {ffn, ffn}});
        all.push_back({ffn, {hidden}});
    }
    all.push_back({hidden, {248320}});
    return all;
}

/// A format for each matrix, so that they come to 5.7 bits a weight: integers in groups of 64, most with 5 and 6 bits, every eighth
/// 4 or 8. An allocator's own recipe (449 names, one a line) says better.
inline std::vector<std::string> mixture(const std::vector<Group>& groups) {
    std::vector<std::string> names;
    double bits = 0, weights = 0;
    for (const Group& group : groups)
        for (const std::int64_t rows : group.rows) {
            const double size = static_cast<double>(rows) * static_cast<double>(group.cols);
            const bool over = bits > 5.7 * weights;
            const int chosen = names.size() % 8 == 0 ? (over ? 4 : 8) : (over ? 5 : 6);
            names.push_back("int" + std::to_string(chosen) + "-g64");
            bits += size * (chosen + 0.25);
            weights += size;
        }
    return names;
}

}  // namespace dq::bench
