#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/story/teller.hpp"

namespace dq::demo {

/// One story: an opening, two or three scenes set up one after the other, their endings in any order, and a
/// recap that asks for what was settled and answers. The recap is the last paragraph.
struct Story {
    std::string text;
    std::vector<Fact> facts;  // everything the recap may have asked for
};

Story writeStory(Random& random);

inline constexpr std::string_view kSeparator = "<|endoftext|>";

/// The seeds of the committed texts: what is measured was never trained on.
enum class Text : std::uint64_t { Training = 20260101, Calibration = 31415926, Evaluation = 27182818 };

std::vector<std::string> writeStories(std::uint64_t seed, std::int64_t count);

/// The stories with the separator on a line of its own between them.
std::string joinStories(const std::vector<std::string>& stories);

}  // namespace dq::demo
