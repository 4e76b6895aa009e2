#include "core/allocate/compare/peers.hpp"

#include <array>

namespace dq::allocate::compare {

std::span<const Peer> peers() {
    static constexpr std::array<Peer, 15> all{{
        {"uniform", "one format for every matrix", uniform},
        {"water-filling-hw", "DynaQuant as published, 4, 8 and 16 bits", waterFillingHardware},
        {"water-filling-full", "DynaQuant as published, 4 to 16 bits", waterFillingFull},
        {"closed-form", "BAQ: reverse water-filling, snapped to the formats there are", closedForm},
        {"lagrangian", "llama.cpp --target-bpw: bisection on the price, then greedy", lagrangian},
        {"lagrangian-boosted", "the same with its boosts of roles", lagrangianBoosted},
        {"integer-program", "HAWQ-V3: 0/1 program on code bits, scales not counted", integerProgram},
        {"min-max", "ModelOpt: the least worst loss of a matrix", minMax},
        {"unweighted-average", "AlphaQ: integer program on the mean of bits, matrices of any size alike",
         unweightedAverage},
        {"demotion", "QVLA: from the top down, least loss per byte saved first", demotion},
        {"rank-and-split", "ShiftAddLLM: the most sensitive share of the matrices gets more bits",
         rankAndSplit},
        {"per-block", "MC-MoE: a linear program in every block, equal bits for all blocks",
         [](const Problem& problem, Bytes budget) { return perBlock(problem, budget); }},
        {"stock-mix", "llama.cpp K_M mixes: v and down of the first and last blocks, and the head", stockMix},
        {"level-ordered", "BitStack: level by level, most useful first", levelOrdered},
        {"evolution", "random changes of the optimum, kept where they are better", evolution},
    }};
    return all;
}

}  // namespace dq::allocate::compare
