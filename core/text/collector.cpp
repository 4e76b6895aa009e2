#include "core/text/collector.hpp"

#include <algorithm>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"

namespace dq::text {

namespace {

void requireSensible(const SampleOptions& options, const std::string& file) {
    const auto require = [&file](bool fine, const std::string& sentence) {
        if (!fine) throw Error(Kind::Input, file + ": " + sentence);
    };
    require(options.window >= 2 && options.window <= INT32_MAX, "a window of " + std::to_string(options.window) + " tokens; 2 at least");
    require(options.skip >= 0, "cannot skip " + std::to_string(options.skip) + " samples");
    require(!options.limit || *options.limit > 0, "a limit of " + std::to_string(options.limit.value_or(0)) + " samples; 1 at least");
    require(!options.tokens || *options.tokens >= 2, "a budget of " + std::to_string(options.tokens.value_or(0)) + " tokens; 2 at least");
    require(!options.separator || !options.separator->empty(), "the separator of documents is empty");
}

void requireKnownIds(const std::vector<Sample>& samples, std::int64_t vocabulary, const std::string& file) {
    for (const Sample& sample : samples)
        for (const std::int32_t id : sample)
            if (id < 0 || id >= vocabulary)
                throw Error(Kind::Input, file + ": tokenizes to the id " + std::to_string(id) + ", but the model's vocabulary has only " +
                                             std::to_string(vocabulary) + " tokens: the tokenizer belongs to another model");
}

std::string fingerprintOf(const std::vector<Sample>& samples) {
    Fingerprint print;
    for (const Sample& sample : samples) {
        const std::uint64_t length = sample.size();
        print.add(std::as_bytes(std::span(&length, 1)));
        print.add(std::as_bytes(std::span(sample)));
    }
    return print.hex();
}

}  // namespace

Collector::Collector(const SampleOptions& options, std::string file) : options_(options), file_(std::move(file)), skip_(options.skip) {
    requireSensible(options_, file_);
}

bool Collector::full() const {
    const auto taken = static_cast<std::int64_t>(samples_.size());
    return (options_.limit && taken >= *options_.limit) || (options_.tokens && *options_.tokens - tokens_ < 2);
}

void Collector::add(Sample sample) {
    if (skip_ > 0) {
        --skip_;
        return;
    }
    if (full()) return;
    std::int64_t length = std::min<std::int64_t>(std::ssize(sample), options_.window);
    if (options_.tokens) length = std::min(length, *options_.tokens - tokens_);
    if (length < 2) return;  // nothing to predict
    sample.resize(static_cast<std::size_t>(length));
    tokens_ += length;
    samples_.push_back(std::move(sample));
}

void Collector::addStream(const Sample& stream, std::span<const std::int32_t> leading) {
    const std::int64_t step = options_.window - std::ssize(leading);
    if (step <= 0)
        throw Error(Kind::Input, file_ + ": a window of " + std::to_string(options_.window) + " tokens has no room beside the " +
                                     std::to_string(leading.size()) + " special ones that start it");
    if (std::ssize(stream) < step)
        throw Error(Kind::Input, file_ + ": holds " + std::to_string(stream.size()) + " tokens, fewer than a window of " +
                                     std::to_string(options_.window) + " takes; a longer text is needed, or a shorter window");
    for (std::int64_t begin = 0; begin < std::ssize(stream) && !full(); begin += step) {
        Sample window(leading.begin(), leading.end());
        window.insert(window.end(), stream.begin() + begin, stream.begin() + std::min<std::int64_t>(begin + step, std::ssize(stream)));
        add(std::move(window));
    }
}

Samples Collector::take(std::int64_t vocabulary) {
    Samples samples;
    samples.sequences = std::move(samples_);
    samples.source = std::filesystem::path(file_).filename().string();
    if (samples.sequences.empty())
        throw Error(Kind::Input, file_ + ": no sample of at least 2 tokens is left" +
                                     (options_.skip > 0 ? " after skipping " + std::to_string(options_.skip) : std::string()));
    requireKnownIds(samples.sequences, vocabulary, file_);
    samples.fingerprint = fingerprintOf(samples.sequences);
    return samples;
}

}  // namespace dq::text
