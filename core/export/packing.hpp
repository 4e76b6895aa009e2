#pragma once

#include <functional>

#include "core/checkpoint/checkpoint.hpp"
#include "core/export/rounded.hpp"

namespace dq::exporting {

enum class Device { Processor, Cuda };

/// As long as this lives the thread that made it packs matrices there: on a device those whose format its kernels know, to the bit
/// as here. Throws Error(Unavailable) where there is none.
class PackingOn {
public:
    explicit PackingOn(Device device);
    ~PackingOn();
    PackingOn(const PackingOn&) = delete;
    PackingOn& operator=(const PackingOn&) = delete;

private:
    Device before_;
};

/// Some rows as they come off the quantizer. `matrix` is that of these rows alone (and its global scale).
struct PackedRows {
    std::int64_t first = 0, count = 0;
    const Packed& matrix;
};

using TakeRows = std::function<void(const PackedRows&)>;

/// Hands over packed() of a matrix where it lies, to the bit. Where the format's rows do not depend on each other it is read and
/// rounded some rows at a time by all threads, who call `take` at once, each row once and in no order: it never stands in memory as
/// floats or whole. Else, and on a device, `take` is called once, with all rows. Throws as packed() does, in which case some rows may have been taken.
void packRows(const checkpoint::TensorView& matrix, const format::Format& format, const kernels::Input& input,
              const TakeRows& take);

/// What `pack` hands over as one matrix of so many rows.
Packed gathered(std::int64_t rows, const std::function<void(const TakeRows&)>& pack);

/// packRows as a whole.
Packed packedMatrix(const checkpoint::TensorView& matrix, const format::Format& format, const kernels::Input& input = {});

using TakeBytes = std::function<void(std::int64_t firstRow, std::span<const std::byte>)>;

/// The rows after rounding, once more rounded to BF16: what packed(rounded()) in bf16 gives. Taken as packRows' are.
void bf16Rows(const checkpoint::TensorView& matrix, const format::Format& format, const kernels::Input& input, const TakeBytes& take);

/// BF16 as llama.cpp writes it, which is not always as our format of that name: it does not saturate. Taken as packRows' rows are.
void ggufBf16Rows(const checkpoint::TensorView& matrix, const TakeBytes& take);

/// The largest magnitude of its weights.
float largestIn(const checkpoint::TensorView& matrix);

}  // namespace dq::exporting
