#include "core/text/samples.hpp"

#include <algorithm>
#include <cassert>

#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/mapped_file.hpp"
#include "core/base/parallel.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

constexpr std::size_t shortDocument = 20;  // characters; up to here a document is left out

/// Takes samples one after the other until limit or budget is reached.
class Collector {
public:
    explicit Collector(const SampleOptions& options) : options_(options), skip_(options.skip) {}

    bool full() const {
        const auto taken = static_cast<std::int64_t>(samples_.size());
        return (options_.limit && taken >= *options_.limit) || (options_.tokens && *options_.tokens - tokens_ < 2);
    }

    void add(Sample sample) {
        if (skip_ > 0) {
            --skip_;
            return;
        }
        if (full()) return;
        std::int64_t length = std::min<std::int64_t>(static_cast<std::int64_t>(sample.size()), options_.window);
        if (options_.tokens) length = std::min(length, *options_.tokens - tokens_);
        if (length < 2) return;  // nothing to predict
        sample.resize(static_cast<std::size_t>(length));
        tokens_ += length;
        samples_.push_back(std::move(sample));
    }

    std::vector<Sample> take() { return std::move(samples_); }

private:
    const SampleOptions& options_;
    std::int64_t skip_ = 0, tokens_ = 0;
    std::vector<Sample> samples_;
};

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

/// Documents are tokenized on all cores, a batch at a time, so that a limit does not tokenize the whole text.
void collectDocuments(std::string_view text, const Tokenizer& tokenizer, const SampleOptions& options, const std::string& file,
                      Collector& collector) {
    constexpr std::size_t batch = 64;
    const auto documents = splitDocuments(text, *options.separator);
    if (documents.empty())
        throw Error(Kind::Input, file + ": no document between \"" + *options.separator + "\" is longer than " +
                                     std::to_string(shortDocument) + " characters");
    for (std::size_t begin = 0; begin < documents.size() && !collector.full(); begin += batch) {
        std::vector<Sample> encoded(std::min(batch, documents.size() - begin));
        parallelFor(static_cast<std::int64_t>(encoded.size()), [&](std::int64_t i) {
            encoded[static_cast<std::size_t>(i)] = tokenizer.encode(documents[begin + static_cast<std::size_t>(i)]);
        });
        for (Sample& sample : encoded) collector.add(std::move(sample));
    }
}

void collectWindows(std::string_view text, const Tokenizer& tokenizer, const SampleOptions& options, const std::string& file,
                    Collector& collector) {
    const auto leading = tokenizer.leading();
    if (static_cast<std::int64_t>(leading.size()) >= options.window)
        throw Error(Kind::Input, file + ": a window of " + std::to_string(options.window) + " tokens has no room beside the " +
                                     std::to_string(leading.size()) + " special ones that start it");
    const Sample stream = tokenizer.encode(text, false);
    const std::size_t step = static_cast<std::size_t>(options.window) - leading.size();
    for (std::size_t begin = 0; begin < stream.size() && !collector.full(); begin += step) {
        Sample window(leading.begin(), leading.end());
        const std::size_t end = std::min(begin + step, stream.size());
        window.insert(window.end(), stream.begin() + static_cast<std::ptrdiff_t>(begin), stream.begin() + static_cast<std::ptrdiff_t>(end));
        collector.add(std::move(window));
    }
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

std::int64_t Samples::tokenCount() const {
    std::int64_t count = 0;
    for (const Sample& sample : sequences) count += static_cast<std::int64_t>(sample.size());
    return count;
}

std::int64_t Samples::predictedCount() const {
    return tokenCount() - static_cast<std::int64_t>(sequences.size());
}

std::vector<std::string_view> splitDocuments(std::string_view text, std::string_view separator) {
    assert(!separator.empty());
    std::vector<std::string_view> documents;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        const std::string_view document = strip(text.substr(begin, end - begin));
        if (codePointCount(document) > shortDocument) documents.push_back(document);
        begin = end + separator.size();
    }
    return documents;
}

Samples readSamples(const std::filesystem::path& path, const Tokenizer& tokenizer, const SampleOptions& options,
                    std::int64_t vocabulary) {
    const std::string file = path.string();
    requireSensible(options, file);
    const std::string text = repairUtf8(readText(path));
    if (strip(text).empty()) throw Error(Kind::Input, file + ": holds no text");
    Collector collector(options);
    if (options.separator)
        collectDocuments(text, tokenizer, options, file, collector);
    else
        collectWindows(text, tokenizer, options, file, collector);
    Samples samples{collector.take(), {}, path.filename().string()};
    if (samples.sequences.empty())
        throw Error(Kind::Input, file + ": no sample of at least 2 tokens is left" +
                                     (options.skip > 0 ? " after skipping " + std::to_string(options.skip) : std::string()));
    requireKnownIds(samples.sequences, vocabulary, file);
    samples.fingerprint = fingerprintOf(samples.sequences);
    return samples;
}

}  // namespace dq::text
