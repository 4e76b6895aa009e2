#include "core/export/compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const std::int64_t extent : shape)
        text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
    return text + "]";
}

bool isFloating(DType type) {
    return type == DType::F32 || type == DType::F16 || type == DType::BF16;
}

template <class Known>
void requireKnown(const checkpoint::Checkpoint& checkpoint, std::span<const StoredTensor> tensors, const Known& known) {
    for (const StoredTensor& tensor : tensors) {
        const checkpoint::TensorView& found = tensorOf(checkpoint, tensor);
        known.require(tensor.name, found.bytes, found.where());
    }
}

}  // namespace

const checkpoint::TensorView& tensorOf(const checkpoint::Checkpoint& checkpoint, const StoredTensor& wanted) {
    const checkpoint::TensorView& found = checkpoint.get(wanted.name);
    requireStored(found, wanted);
    return found;
}

void requireStored(const checkpoint::TensorView& found, const StoredTensor& wanted) {
    if (found.dtype != wanted.dtype || found.shape != wanted.shape)
        throw Error(Kind::Corrupt, found.where() + ": is " + std::string(dtypeName(found.dtype)) + " " +
                                       shapeText(found.shape) + ", but the manifest makes it " +
                                       std::string(dtypeName(wanted.dtype)) + " " + shapeText(wanted.shape));
}

void requireFinite(std::span<const float> values, const std::string& where) {
    for (const float value : values)
        if (!std::isfinite(value)) throw Error(Kind::Corrupt, where + ": holds NaN or infinity");
}

void requireSame(std::span<const std::byte> found, std::span<const std::byte> expected,
                 const std::string& where) {
    if (found.size() != expected.size())
        throw Error(Kind::Corrupt, where + ": has " + std::to_string(found.size()) + " bytes, expected " +
                                       std::to_string(expected.size()));
    requireSameAt(found, 0, expected, where);
}

void requireSameAt(std::span<const std::byte> found, Bytes at, std::span<const std::byte> expected, const std::string& where) {
    if (at + std::ssize(expected) > std::ssize(found))
        throw Error(Kind::Corrupt, where + ": has " + std::to_string(found.size()) + " bytes, expected at least " +
                                       std::to_string(at + std::ssize(expected)));
    const auto begin = found.begin() + at;
    if (expected.empty() || std::memcmp(expected.data(), found.data() + at, expected.size()) == 0) return;
    const auto [differs, other] = std::mismatch(expected.begin(), expected.end(), begin);
    if (differs != expected.end())
        throw Error(Kind::Corrupt, where + ": byte " + std::to_string(other - found.begin()) + " is " +
                                       std::to_string(std::to_integer<int>(*other)) + ", the original model makes it " +
                                       std::to_string(std::to_integer<int>(*differs)));
}

void requireWritten(const checkpoint::Checkpoint& checkpoint, std::span<const StoredTensor> tensors, const WrittenDigests& written) {
    requireKnown(checkpoint, tensors, written);
}

void requireSaid(const checkpoint::Checkpoint& checkpoint, std::span<const StoredTensor> tensors, const Digests& said) {
    requireKnown(checkpoint, tensors, said);
}

void verifyPassing(const checkpoint::TensorView& found, const model::Model* against) {
    if (isFloating(found.dtype)) requireFinite(found.floats(), found.where());
    if (!against) return;
    const checkpoint::TensorView& original = against->checkpoint().get(found.name);
    if (found.dtype != original.dtype || found.shape != original.shape)
        throw Error(Kind::Corrupt, found.where() + ": is " + std::string(dtypeName(found.dtype)) + " " +
                                       shapeText(found.shape) + ", in the original " +
                                       std::string(dtypeName(original.dtype)) + " " +
                                       shapeText(original.shape));
    requireSame(found.bytes, original.bytes, found.where());
}

Bytes bytesIn(const fs::path& folder) {
    Bytes bytes = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) bytes += static_cast<Bytes>(entry.file_size());
    return bytes;
}

}  // namespace dq::exporting
