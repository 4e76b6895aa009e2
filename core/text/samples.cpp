#include "core/text/samples.hpp"

#include <algorithm>
#include <cassert>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/base/parallel.hpp"
#include "core/text/collector.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

constexpr std::size_t shortDocument = 20;  // characters; up to here a document is left out

}  // namespace

std::int64_t Samples::tokenCount() const {
    std::int64_t count = 0;
    for (const Sample& sample : sequences) count += static_cast<std::int64_t>(sample.size());
    return count;
}

std::int64_t Samples::predictedCount() const {
    return tokenCount() - static_cast<std::int64_t>(sequences.size());
}

bool isDocument(std::string_view text) {
    return codePointCount(strip(text)) > shortDocument;
}

std::vector<std::string_view> splitDocuments(std::string_view text, std::string_view separator) {
    assert(!separator.empty());
    std::vector<std::string_view> documents;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        const std::string_view document = text.substr(begin, end - begin);
        if (isDocument(document)) documents.push_back(strip(document));
        begin = end + separator.size();
    }
    return documents;
}

/// On all cores, a batch at a time, so that a limit does not tokenize the whole text.
void collectDocuments(std::span<const std::string_view> documents, const Tokenizer& tokenizer, Collector& collector) {
    constexpr std::size_t batch = 64;
    for (std::size_t begin = 0; begin < documents.size() && !collector.full(); begin += batch) {
        std::vector<Sample> encoded(std::min(batch, documents.size() - begin));
        parallelFor(static_cast<std::int64_t>(encoded.size()), [&](std::int64_t i) {
            encoded[static_cast<std::size_t>(i)] = tokenizer.encode(documents[begin + static_cast<std::size_t>(i)]);
        });
        for (Sample& sample : encoded) collector.add(std::move(sample));
    }
}

Samples readSamples(const std::filesystem::path& path, const Tokenizer& tokenizer, const SampleOptions& options,
                    std::int64_t vocabulary) {
    const std::string file = path.string();
    Collector collector(options, file);
    const std::string text = repairUtf8(readText(path));
    if (strip(text).empty()) throw Error(Kind::Input, file + ": holds no text");
    if (!options.separator) {
        collector.addStream(tokenizer.encode(text, false), tokenizer.leading());
        return collector.take(vocabulary);
    }
    const auto documents = splitDocuments(text, *options.separator);
    if (documents.empty())
        throw Error(Kind::Input, file + ": no document between \"" + *options.separator + "\" is longer than " +
                                     std::to_string(shortDocument) + " characters");
    collectDocuments(documents, tokenizer, collector);
    return collector.take(vocabulary);
}

}  // namespace dq::text
