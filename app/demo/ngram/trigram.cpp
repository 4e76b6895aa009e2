#include "app/demo/ngram/trigram.hpp"

#include <algorithm>
#include <cmath>

namespace dq::demo {

void Trigram::Order::close(std::int64_t base) {
    double once = 0, twice = 0;
    for (const auto& [ngram, count] : counts) {
        Context& context = contexts[ngram / static_cast<std::uint64_t>(base)];
        context.total += count;
        context.different += 1;
        once += count == 1 ? 1 : 0;
        twice += count == 2 ? 1 : 0;
    }
    // Without an n-gram seen once the estimate would be 0 and unseen ones impossible.
    discount = std::clamp(once / std::max(once + 2 * twice, 1.0), 0.1, 0.9);
}

double Trigram::Order::smoothed(std::uint64_t context, std::uint64_t ngram, double lower) const {
    const auto at = contexts.find(context);
    if (at == contexts.end()) return lower;
    const auto seen = counts.find(ngram);
    const double count = seen == counts.end() ? 0 : seen->second;
    return (std::max(count - discount, 0.0) + discount * at->second.different * lower) / at->second.total;
}

Trigram::Trigram(std::span<const std::vector<std::int32_t>> sequences, std::int64_t vocabulary)
    : vocabulary_(vocabulary) {
    for (const auto& sequence : sequences) {
        for (std::size_t i = 1; i < sequence.size(); ++i)
            orders_[2].counts[key({sequence[i < 2 ? 0 : i - 2], sequence[i - 1], sequence[i]})] += 1;
    }
    const auto base = static_cast<std::uint64_t>(vocabulary);
    for (const auto& [ngram, count] : orders_[2].counts)
        orders_[1].counts[ngram % (base * base)] += 1;
    for (const auto& [ngram, count] : orders_[1].counts)
        orders_[0].counts[ngram % base] += 1;
    for (Order& order : orders_)
        order.close(vocabulary);
}

std::uint64_t Trigram::key(std::initializer_list<std::int32_t> ids) const {
    std::uint64_t key = 0;
    for (const std::int32_t id : ids)
        key = key * static_cast<std::uint64_t>(vocabulary_) + static_cast<std::uint64_t>(id);
    return key;
}

double Trigram::probability(std::int32_t before, std::int32_t last, std::int32_t next) const {
    double p = 1 / static_cast<double>(vocabulary_);
    p = orders_[0].smoothed(0, key({next}), p);
    p = orders_[1].smoothed(key({last}), key({last, next}), p);
    return orders_[2].smoothed(key({before, last}), key({before, last, next}), p);
}

double Trigram::perplexity(std::span<const std::vector<std::int32_t>> sequences) const {
    double sum = 0, tokens = 0;
    for (const auto& sequence : sequences) {
        for (std::size_t i = 1; i < sequence.size(); ++i) {
            sum -= std::log(probability(sequence[i < 2 ? 0 : i - 2], sequence[i - 1], sequence[i]));
            tokens += 1;
        }
    }
    return std::exp(sum / tokens);
}

}  // namespace dq::demo
