#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/dtype.hpp"
#include "core/base/units.hpp"
#include "core/format/format.hpp"

/// Which tensors a matrix becomes (README.md draws them). Private to core/export.
namespace dq::exporting {

struct StoredTensor {
    std::string name;
    DType dtype = DType::U8;
    std::vector<std::int64_t> shape;

    Bytes bytes() const;
    bool operator==(const StoredTensor&) const = default;
};

/// A matrix in the packed checkpoint. `scales`, `zeros` and `global` have no name where the format has none.
struct StoredMatrix {
    std::string name;
    std::string format;
    std::int64_t rows = 0, cols = 0;
    StoredTensor codes, scales, zeros, global;

    std::vector<StoredTensor> tensors() const;
    bool operator==(const StoredMatrix&) const = default;
};

/// `plainName` is what the matrix's tensor is called where it is stored without codes (bf16).
StoredMatrix storedMatrix(const std::string& name, const std::string& plainName, std::int64_t rows,
                          std::int64_t cols, const format::Format& format);

bool isPlain(const format::Format& format);  // stored as a tensor that any reader understands

}  // namespace dq::exporting
