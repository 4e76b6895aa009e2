#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dq::text {

/// The pre-tokenizer patterns that model families ship, scanned by hand: the pieces PCRE2 would match, ten times faster.
/// Each of these patterns covers every text without a gap.
class Words {
public:
    /// The scanner of a pattern as tokenizer.json writes it; absent where we have none and PCRE2 must do.
    static std::optional<Words> of(std::string_view pattern);
    /// Every pattern with a scanner; for the test that holds them against PCRE2.
    static std::vector<std::string_view> patterns();

    /// Where the piece that starts at `begin` ends. Takes valid UTF-8.
    std::size_t end(std::string_view text, std::size_t begin) const;

private:
    enum class Style : std::uint8_t {
        Spaced,    // GPT-2: a space may lead letters, numbers and symbols
        Prefixed,  // cl100k: any one symbol may lead letters
        Cased,     // o200k: a word ends where capitals start again
    };
    enum class Contractions : std::uint8_t { None, Exact, AnyCase };

    struct Known;
    static const std::vector<Known>& known();

    std::size_t spaced(std::string_view text, std::size_t begin) const;
    std::size_t prefixed(std::string_view text, std::size_t begin) const;
    std::size_t casedWord(std::string_view text, std::size_t begin) const;
    std::size_t symbols(std::string_view text, std::size_t begin) const;
    std::size_t contraction(std::string_view text, std::size_t begin) const;

    Style style_ = Style::Spaced;
    Contractions contractions_ = Contractions::None;
    std::size_t digits_ = 1;       // numbers in one piece at most
    std::uint8_t letters_ = 0;     // the kinds that words are made of
    bool slashEnds_ = false;       // symbols take slashes after their line ends too
};

}  // namespace dq::text
