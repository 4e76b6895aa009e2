// MC-MoE (methods.md 9): in every block a program of its own with the same mean bits, losses weighted by how
// often and how strongly an expert is used.
#include <algorithm>
#include <map>

#include "core/allocate/compare/peers.hpp"
#include "core/allocate/front.hpp"

namespace dq::allocate::compare {

namespace {

struct Block {
    std::vector<std::size_t> classes;
    double weights = 0;
    std::shared_ptr<const Front> front;
};

std::vector<Block> blocksOf(const Problem& problem, std::span<const double> frequency) {
    std::map<int, Block> blocks;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        Block& block = blocks[problem.classes[c].block];
        block.classes.push_back(c);
        block.weights += weightsOf(problem.classes[c]);
    }
    std::vector<Block> all;
    for (auto& [number, block] : blocks) {
        auto part = std::make_shared<Problem>();
        part->formats = problem.formats;
        part->matrices = block.classes.size();
        for (std::size_t i = 0; i < block.classes.size(); ++i) {
            part->classes.push_back(problem.classes[block.classes[i]]);
            part->classes.back().matrices = {static_cast<int>(i)};
            if (frequency.empty()) continue;
            for (Option& option : part->classes.back().options)
                option.loss *= frequency[block.classes[i]];
        }
        block.front = Front::of(part);
        all.push_back(std::move(block));
    }
    return all;
}

}  // namespace

Picks perBlock(const Problem& problem, Bytes budget, std::span<const double> frequency) {
    const std::vector<Block> blocks = blocksOf(problem, frequency);
    return largestThatFits(problem, budget, 0, 64, [&](double bits) {
        Picks picks(problem.classes.size());
        for (const Block& block : blocks) {
            const Bytes least = block.front->vertices().front().bytes;
            const Choice choice =
                block.front->at(std::max(least, static_cast<Bytes>(bits * block.weights / 8)));
            for (std::size_t i = 0; i < block.classes.size(); ++i)
                picks[block.classes[i]] = optionWith(problem.classes[block.classes[i]], choice.formats[i], 0);
        }
        return picks;
    });
}

Picks perBlock(const Problem& problem, Bytes budget) {
    return perBlock(problem, budget, {});
}

}  // namespace dq::allocate::compare
