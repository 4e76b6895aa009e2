#include "core/text/calibration.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/json/json.hpp"
#include "core/text/collector.hpp"
#include "core/text/token_file.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

/// The text of one record; `where` names file and line.
std::string textOf(std::string_view line, const std::string& field, const std::string& where) {
    const json::Json record = json::parse(line, where);
    if (!record.is_object()) throw Error(Kind::Corrupt, where + ": must hold a JSON object, found " + json::shown(record));
    const json::Json* const text = json::present(record, field.c_str());
    if (!text || !text->is_string())
        throw Error(Kind::Input, where + ": has no text \"" + json::excerpt(field) + "\"" + (text ? ", but " + json::shown(*text) : std::string()));
    return text->get<std::string>();
}

/// Records of `text`, read as they are needed.
void collectRecords(std::string_view text, const Tokenizer& tokenizer, const std::string& field, const std::string& file, Collector& collector) {
    constexpr std::size_t batch = 64;
    std::vector<std::string> records;
    std::size_t line = 0, documents = 0;
    for (std::size_t begin = 0; begin < text.size() && !collector.full();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view one = strip(text.substr(begin, end - begin));
        begin = end + 1;
        ++line;
        if (!one.empty()) {
            std::string record = textOf(one, field, file + ": line " + std::to_string(line));
            if (isDocument(record)) records.emplace_back(strip(record));
        }
        if (records.size() < batch && begin < text.size()) continue;
        const std::vector<std::string_view> views(records.begin(), records.end());
        collectDocuments(views, tokenizer, collector);
        documents += records.size();
        records.clear();
    }
    if (documents == 0) throw Error(Kind::Input, file + ": no record has a text \"" + json::excerpt(field) + "\" of more than 20 characters");
}

Samples readRecords(const std::filesystem::path& path, const Tokenizer& tokenizer, const SampleOptions& options, std::int64_t vocabulary) {
    const std::string file = path.string(), field = options.field.value_or("text");
    if (options.separator) throw Error(Kind::Input, file + ": each record is a document already; a separator of documents has no meaning");
    Collector collector(options, file);
    const std::string text = repairUtf8(readText(path));
    if (strip(text).empty()) throw Error(Kind::Input, file + ": holds no text");
    collectRecords(text, tokenizer, field, file, collector);
    Samples samples = collector.take(vocabulary);
    samples.field = field;
    return samples;
}

Samples readIds(const std::filesystem::path& path, const SampleOptions& options, std::int64_t vocabulary) {
    const std::string file = path.string();
    if (options.separator) throw Error(Kind::Input, file + ": holds token ids; a separator of documents has no meaning");
    Collector collector(options, file);
    const TokenFile tokens = TokenFile::open(path, options.field);
    if (tokens.isStream() && tokens.columns() < options.window)
        throw Error(Kind::Input, file + ": holds " + std::to_string(tokens.columns()) + " tokens, fewer than a window of " +
                                     std::to_string(options.window) + " takes; more are needed, or a shorter window");
    for (std::int64_t row = 0; row < tokens.rows() && !collector.full(); ++row) {
        const std::int64_t last = tokens.isStream() ? tokens.columns() : std::min(options.window, tokens.columns());
        for (std::int64_t begin = 0; begin < last && !collector.full(); begin += options.window)
            collector.add(tokens.ids(row, begin, std::min(begin + options.window, last), vocabulary));
    }
    Samples samples = collector.take(vocabulary);
    samples.field = options.field.value_or("");
    return samples;
}

}  // namespace

InputKind inputKindOf(const std::filesystem::path& file, const SampleOptions& options) {
    const auto extension = file.extension();
    if (extension == ".npy" || extension == ".safetensors") return InputKind::TokenIds;
    return options.field || extension == ".jsonl" || extension == ".ndjson" ? InputKind::Records : InputKind::Text;
}

Samples readCalibration(const std::filesystem::path& file, const TokenizerSource& tokenizer, const SampleOptions& options,
                        std::int64_t vocabulary) {
    switch (inputKindOf(file, options)) {
        case InputKind::TokenIds: return readIds(file, options, vocabulary);
        case InputKind::Records: return readRecords(file, *tokenizer(), options, vocabulary);
        case InputKind::Text: break;
    }
    return readSamples(file, *tokenizer(), options, vocabulary);
}

}  // namespace dq::text
