#pragma once

#include <cstdint>
#include <vector>

#include "app/demo/bpe/bpe.hpp"
#include "app/demo/story/story.hpp"

namespace dq::demo {

inline constexpr std::int32_t kVocabulary = 1024;
inline constexpr std::int64_t kStories = 140;  // in each of the committed texts

/// The vocabulary of the demo model: learned from the first training stories; always the same.
Bpe demoVocabulary();

/// The end-of-text token and the story's tokens: what the model reads.
std::vector<std::int32_t> asTokens(const Bpe& bpe, const std::string& story);
std::vector<std::vector<std::int32_t>> tokenized(const Bpe& bpe, const std::vector<std::string>& stories);

/// Training stories without end, each written when it is asked for.
class TrainingText {
public:
    explicit TrainingText(const Bpe& bpe) : bpe_(bpe), random_(static_cast<std::uint64_t>(Text::Training)) {}

    std::vector<std::int32_t> story();
    /// One row of `length` tokens: whole stories one after the other, the last one cut.
    std::vector<std::int32_t> row(std::int64_t length);
    std::int64_t storiesTold() const { return told_; }

private:
    const Bpe& bpe_;
    Random random_;
    std::int64_t told_ = 0;
};

}  // namespace dq::demo
