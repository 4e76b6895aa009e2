#include "app/demo/texts.hpp"

namespace dq::demo {

Bpe demoVocabulary() {
    std::string text;
    for (const std::string& story : writeStories(static_cast<std::uint64_t>(Text::Training), 600))
        text += story + "\n";
    return Bpe::learn(text, kVocabulary);
}

std::vector<std::int32_t> asTokens(const Bpe& bpe, const std::string& story) {
    const std::vector<std::int32_t> ids = bpe.encode(story);
    std::vector<std::int32_t> tokens{bpe.endOfText()};
    tokens.insert(tokens.end(), ids.begin(), ids.end());
    return tokens;
}

std::vector<std::vector<std::int32_t>> tokenized(const Bpe& bpe, const std::vector<std::string>& stories) {
    std::vector<std::vector<std::int32_t>> all;
    for (const std::string& story : stories)
        all.push_back(asTokens(bpe, story));
    return all;
}

std::vector<std::int32_t> TrainingText::story() {
    ++told_;
    return asTokens(bpe_, writeStory(random_).text);
}

std::vector<std::int32_t> TrainingText::row(std::int64_t length) {
    std::vector<std::int32_t> row;
    while (static_cast<std::int64_t>(row.size()) < length) {
        const std::vector<std::int32_t> next = story();
        row.insert(row.end(), next.begin(), next.end());
    }
    row.resize(static_cast<std::size_t>(length));
    return row;
}

}  // namespace dq::demo
