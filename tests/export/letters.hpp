#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "core/model/model.hpp"

namespace dq::test {

/// A tiny model of tests/fixtures/torch, copied to `folder` with the smallest tokenizer that GGUF can hold.
inline std::shared_ptr<const model::Model> withLetters(const std::string& name, const std::filesystem::path& folder) {
    const std::filesystem::path from = std::filesystem::path(DQ_SOURCE_DIR "/tests/fixtures/torch") / name;
    std::filesystem::create_directories(folder);
    for (const char* const file : {"model.safetensors", "config.json"}) std::filesystem::copy_file(from / file, folder / file);
    std::ofstream(folder / "tokenizer.json")
        << "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": []}, \"pre_tokenizer\": {\"type\": \"ByteLevel\"}}";
    return model::Model::open(folder);
}

}  // namespace dq::test
