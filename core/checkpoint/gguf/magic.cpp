#include "core/checkpoint/gguf/magic.hpp"

#include <array>
#include <fstream>
#include <string_view>

namespace dq::checkpoint::gguf {

bool isGguf(const std::filesystem::path& file) {
    std::array<char, 4> front{};
    std::ifstream(file, std::ios::binary).read(front.data(), front.size());
    return std::string_view(front.data(), front.size()) == "GGUF";
}

}  // namespace dq::checkpoint::gguf
