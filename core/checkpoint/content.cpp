#include "core/checkpoint/content.hpp"

#include <vector>

#include "core/base/fingerprint.hpp"
#include "core/base/mapped_file.hpp"

namespace dq::checkpoint {

namespace {

constexpr std::size_t largeCheckpoint = 256u << 20;
constexpr std::size_t largeTensor = 1u << 20;
constexpr std::size_t pieces = 64;
constexpr std::size_t pieceBytes = 4096;

/// The pieces that stand for a large tensor.
std::vector<std::span<const std::byte>> spreadOver(std::span<const std::byte> bytes) {
    std::vector<std::span<const std::byte>> spread;
    const std::size_t span = bytes.size() - pieceBytes;
    for (std::size_t i = 0; i < pieces; ++i) {
        const std::size_t begin = span / (pieces - 1) * i + span % (pieces - 1) * i / (pieces - 1);  // no overflow
        spread.push_back(bytes.subspan(begin, pieceBytes));
    }
    return spread;
}

/// They are asked for together, and nothing around them: a disk answers many at once.
void askFor(std::span<const TensorView> tensors) {
    for (const TensorView& tensor : tensors)
        for (const std::span<const std::byte> all : tensor.pieces()) {
            if (all.size() <= largeTensor) continue;
            readSparsely(all);
            for (const std::span<const std::byte> piece : spreadOver(all)) willNeed(piece);
        }
}

void addSpread(Fingerprint& print, std::span<const std::byte> bytes) {
    for (const std::span<const std::byte> piece : spreadOver(bytes)) print.add(piece);
    readAhead(bytes);
}

}  // namespace

std::string contentFingerprint(const std::string& config, std::span<const TensorView> tensors) {
    std::size_t total = 0;
    for (const TensorView& tensor : tensors)
        for (const std::span<const std::byte> piece : tensor.pieces()) total += piece.size();
    if (total > largeCheckpoint) askFor(tensors);
    Fingerprint print;
    print.add(std::string_view(config));
    for (const TensorView& tensor : tensors) {
        print.add(std::string_view(tensor.name));
        print.add(dtypeName(tensor.dtype));
        print.add(std::to_string(tensor.shape.size()));
        print.add(std::as_bytes(std::span(tensor.shape)));
        for (const std::span<const std::byte> piece : tensor.pieces())
            if (total > largeCheckpoint && piece.size() > largeTensor)
                addSpread(print, piece);
            else
                print.add(piece);
    }
    return print.hex();
}

}  // namespace dq::checkpoint
