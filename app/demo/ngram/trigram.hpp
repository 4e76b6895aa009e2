#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <unordered_map>
#include <vector>

namespace dq::demo {

/// An interpolated Kneser-Ney trigram model of token ids: what the demo model is compared with. One discount
/// per order, estimated as n1 / (n1 + 2 n2) from how many n-grams were seen once and twice.
class Trigram {
public:
    /// Sequences start with a token that is only context (the end-of-text token). Ids lie in [0, vocabulary),
    /// which is below 2^20.
    Trigram(std::span<const std::vector<std::int32_t>> sequences, std::int64_t vocabulary);

    /// Of token `next` after `before`, `last`: the probabilities over all of the vocabulary add up to 1.
    double probability(std::int32_t before, std::int32_t last, std::int32_t next) const;

    /// exp of the mean negative log probability of all tokens but the first of each sequence.
    double perplexity(std::span<const std::vector<std::int32_t>> sequences) const;

private:
    struct Context {
        double total = 0;      // of the counts after this context
        double different = 0;  // how many different tokens followed
    };
    struct Order {
        std::unordered_map<std::uint64_t, double> counts;
        std::unordered_map<std::uint64_t, Context> contexts;
        double discount = 0;

        void close(std::int64_t base);
        double smoothed(std::uint64_t context, std::uint64_t ngram, double lower) const;
    };
    std::uint64_t key(std::initializer_list<std::int32_t> ids) const;

    std::int64_t vocabulary_;
    std::array<Order, 3>
        orders_;  // one, two, three tokens; below three, counts are of different tokens in front
};

}  // namespace dq::demo
