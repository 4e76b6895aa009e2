#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/text/samples.hpp"

namespace dq::text {

/// What a file of samples holds, told by its name.
enum class InputKind {
    Text,      // UTF-8, as readSamples() has it
    Records,   // one JSON object a line, a text in one of its fields: .jsonl, .ndjson, or any text where a field is named
    TokenIds,  // ready ids, no tokenizer needed: .npy, .safetensors
};

InputKind inputKindOf(const std::filesystem::path& file, const SampleOptions& options);

/// Called where a tokenizer is needed: ready token ids do without.
using TokenizerSource = std::function<std::shared_ptr<const Tokenizer>()>;

/// The samples of any of these files. Records are documents: one sample each, by the rules of SampleOptions::separator. Ready ids
/// are taken as they are: one row is a stream and cut into windows, of several each is a sequence. Throws Error naming the
/// file, and the line or place: what readSamples() refuses, a line that is no object or lacks the field, ids that are no
/// integers or outside `vocabulary`, a header that lies.
Samples readCalibration(const std::filesystem::path& file, const TokenizerSource& tokenizer, const SampleOptions& options,
                        std::int64_t vocabulary);

}  // namespace dq::text
