#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "core/checkpoint/checkpoint.hpp"

namespace dq::checkpoint {

namespace {

constexpr std::int64_t pieceBytes = 1 << 20;  // a whole number of elements of every type

/// A run of one tensor's elements. Pieces are in the order of the tensors.
struct Piece {
    const TensorView* tensor = nullptr;
    std::span<const std::byte> bytes;
    std::size_t first = 0;  // its first element's place in the tensor, as the file has it
};

/// NaN and infinity are the values with every bit of the mask set. Branch-free, so that the compiler uses vectors.
template <typename Word, Word mask>
bool holdsBad(std::span<const std::byte> bytes) {
    Word bad = 0;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(Word)) {
        Word word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof(Word));
        bad = static_cast<Word>(bad | static_cast<Word>((word & mask) == mask));
    }
    return bad != 0;
}

bool holdsBad(DType type, std::span<const std::byte> bytes) {
    switch (type) {
        case DType::F64: return holdsBad<std::uint64_t, 0x7ff0000000000000>(bytes);
        case DType::F32: return holdsBad<std::uint32_t, 0x7f800000>(bytes);
        case DType::F16: return holdsBad<std::uint16_t, 0x7c00>(bytes);
        case DType::BF16: return holdsBad<std::uint16_t, 0x7f80>(bytes);
        case DType::F8E4M3: return holdsBad<std::uint8_t, 0x7f>(bytes);
        case DType::F8E5M2: return holdsBad<std::uint8_t, 0x7c>(bytes);
        default: return false;
    }
}

void addPieces(const TensorView& tensor, std::vector<Piece>& pieces) {
    const std::size_t step = elementSize(tensor.dtype);
    std::size_t first = 0;
    for (const std::span<const std::byte> all : tensor.pieces()) {
        for (std::size_t begin = 0; begin < all.size(); begin += pieceBytes)
            pieces.push_back({&tensor, all.subspan(begin, std::min<std::size_t>(pieceBytes, all.size() - begin)), first + begin / step});
        first += all.size() / step;
    }
}

bool holdsBad(const Piece& piece) {
    return holdsBad(piece.tensor->dtype, piece.bytes);
}

std::int64_t countBad(const Piece& piece) {
    if (!holdsBad(piece)) return 0;
    const std::size_t step = elementSize(piece.tensor->dtype);
    std::int64_t count = 0;
    for (std::size_t at = 0; at < piece.bytes.size(); at += step)
        count += holdsBad(piece.tensor->dtype, piece.bytes.subspan(at, step)) ? 1 : 0;
    return count;
}

[[noreturn]] void complain(const Checkpoint& checkpoint, const Piece& piece) {
    const TensorView& tensor = *piece.tensor;
    const std::size_t step = elementSize(tensor.dtype);
    std::size_t at = 0;
    while (!holdsBad(tensor.dtype, piece.bytes.subspan(at, step))) at += step;
    throw Error(Kind::Corrupt, (checkpoint.folder() / tensor.where()).string() + ": element " + std::to_string(piece.first + at / step) +
                                   " of " + std::to_string(tensor.count()) + " is not a finite number");
}

void requireFinite(const Checkpoint& checkpoint, const std::vector<Piece>& pieces) {
    const auto count = static_cast<std::int64_t>(pieces.size());
    std::atomic<std::int64_t> first{count};  // the first bad piece: the same whatever the number of threads
    parallelFor(count, [&](std::int64_t i) {
        if (i > first.load(std::memory_order_relaxed)) return;
        if (!holdsBad(pieces[static_cast<std::size_t>(i)])) return;
        std::int64_t known = first.load();
        while (i < known && !first.compare_exchange_weak(known, i)) {}
    });
    if (first < count) complain(checkpoint, pieces[static_cast<std::size_t>(first.load())]);
}

}  // namespace

void requireFinite(const Checkpoint& checkpoint) {
    std::vector<Piece> pieces;
    for (const TensorView& tensor : checkpoint.tensors())
        addPieces(tensor, pieces);
    requireFinite(checkpoint, pieces);
}

void requireFinite(const Checkpoint& checkpoint, std::span<const std::string> names) {
    std::vector<Piece> pieces;
    for (const std::string& name : names)
        addPieces(checkpoint.get(name), pieces);
    requireFinite(checkpoint, pieces);
}

std::int64_t notFinite(const TensorView& tensor) {
    std::vector<Piece> pieces;
    addPieces(tensor, pieces);
    std::atomic<std::int64_t> total{0};
    parallelFor(std::ssize(pieces), [&](std::int64_t i) { total += countBad(pieces[static_cast<std::size_t>(i)]); });
    return total;
}

}  // namespace dq::checkpoint
