#pragma once

#include <string>
#include <vector>

namespace dq::test {

/// Every format there is, but for GGUF's block types: what core/format/names.hpp promises, spelled out apart from it.
inline std::vector<std::string> everyName() {
    std::vector<std::string> names{"bf16", "nvfp4", "nvfp4-mse", "mxfp4", "mxfp6-e2m3", "mxfp6-e3m2", "mxfp8-e4m3", "mxfp8-e5m2",
                                   "fp8-e4m3", "fp8-e4m3-bf16", "fp8-e4m3-block", "fp8-e4m3-block-bf16", "fp8-e4m3-tensor"};
    const std::vector<std::string> groups{"-g16", "-g32", "-g64", "-g128", "-g256"};
    for (const std::string& group : groups)
        for (const char* const table : {"nf4", "fp4"})
            for (const char* const scales : {"", "-dq"})
                names.push_back(table + group + scales);
    for (int bits = 2; bits <= 12; ++bits)
        for (const char* const zero : {"", "a"})
            for (const std::string& group : {groups[0], groups[1], groups[2], groups[3], groups[4], std::string("-row")})
                for (const char* const scales : {"", "-f32", "-bf16"}) {
                    names.push_back("int" + std::to_string(bits) + zero + group + scales);
                    if (bits <= 8) names.push_back(names.back() + "-mse");
                }
    return names;
}

}  // namespace dq::test
