#pragma once

#include <string>

#include "core/measure/measurements.hpp"

namespace dq::test {

/// A row of 8 x unit weights in four formats of 2, 4, 8 and 16 bits; sensitivity times 3, 1, .1 and 0 is
/// lost.
inline measure::MatrixRow rowOf(const std::string& name, const std::string& role, int block, Bytes unit,
                                double sensitivity = 1) {
    measure::MatrixRow one;
    one.name = name;
    one.role = role;
    one.block = block;
    one.rows = 8;
    one.cols = unit;
    one.bytes = {2 * unit, 4 * unit, 8 * unit, 16 * unit};
    one.errors = {{.squared = 3 * sensitivity}, {.squared = sensitivity}, {.squared = .1 * sensitivity}, {}};
    return one;
}

/// Four blocks of q k v o gate up down between an embedding and a head; all of them differ in sensitivity.
inline measure::Measurements smallModel() {
    measure::Measurements table;
    table.modelName = "toy";
    table.passthroughBytes = 1000;
    table.formats = {"int2-g32", "int4-g32", "int8-g32", "bf16"};
    table.rows.push_back(rowOf("model.embed_tokens", "embedding", -1, 64, 2));
    double sensitivity = 1;
    for (int block = 0; block < 4; ++block)
        for (const char* role : {"q", "k", "v", "o", "gate", "up", "down"})
            table.rows.push_back(rowOf("model.layers." + std::to_string(block) + "." + role, role, block,
                                       *role == 'd' ? 48 : 16, sensitivity *= 1.17));
    table.rows.push_back(rowOf("lm_head", "head", -1, 64, 9));
    return table;
}

/// Two blocks of attention and three experts of gate, up and down each.
inline measure::Measurements expertModel() {
    measure::Measurements table;
    table.modelName = "toy of experts";
    table.formats = {"int2-g32", "int4-g32", "int8-g32", "bf16"};
    for (int block = 0; block < 2; ++block) {
        const std::string layer = "model.layers." + std::to_string(block);
        for (const char* role : {"q", "k", "v", "o"})
            table.rows.push_back(rowOf(layer + ".self_attn." + role, role, block, 16));
        for (int expert = 0; expert < 3; ++expert)
            for (const char* role : {"gate", "up", "down"})
                table.rows.push_back(rowOf(layer + ".mlp.experts." + std::to_string(expert) + "." + role,
                                           role, block, 8, 1 + expert));
    }
    return table;
}

}  // namespace dq::test
