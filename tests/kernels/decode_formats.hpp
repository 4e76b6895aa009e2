#pragma once

#include <string>
#include <vector>

#include "tests/kernels/matrices.hpp"

namespace dq::test {

/// Every kind of code with every kind of scale that the device's products read.
inline std::vector<std::string> decodeFormats() {
    std::vector<std::string> all;
    for (int bits = 2; bits <= 8; ++bits) {
        const std::string name = "int" + std::to_string(bits);
        for (const char* rest : {"-g16", "-g32", "-g64-bf16", "-g128", "-g256-f32", "-row", "a-g32", "a-g128"})
            all.push_back(name + rest);
    }
    for (const char* name : {"nvfp4", "mxfp4", "fp8-e4m3", "fp8-e4m3-bf16", "fp8-e4m3-block", "fp8-e4m3-block-bf16", "fp8-e4m3-tensor", "mxfp8-e4m3",
                             "bf16", "q8_0", "q6_k", "q4_k"})
        all.emplace_back(name);
    return all;
}

}  // namespace dq::test
