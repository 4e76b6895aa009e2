#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/encoding.hpp"

/// Scales that rows cannot choose alone, because rows share them or because they are quantized together.
///
///     groupRows 128    one F32 or BF16 scale for each tile of 128 rows and `group` columns, tiles at the edges smaller:
///                      largest magnitude / largestCode, row of tiles after row of tiles
///     Dynamic8         bitsandbytes' double quantization of one F32 scale a group, groups in row-major order:
///                      U8 [groups]               index of (scale - mean) * (1 / peak) in kernels/dynamic_map.hpp
///                      F32 [ceil(groups / 256)]  peak: the largest |scale - mean| of 256 groups, 1 where that is 0
///                      F32                       mean of all scales, summed in double
///                      Weights are divided by the F32 scale; their codes count multiples of index * peak + mean.
namespace dq::kernels {

std::int64_t sharedScaleBytes(const Encoding& encoding, std::int64_t rows, std::int64_t cols);

/// What one row is divided by and its codes are multiplied with, a number a group. Null: the row chooses its own.
struct GivenScales {
    const float* divisors = nullptr;
    const float* scales = nullptr;
};

/// The largest magnitude of each group of a matrix, whose rows come in parts, in order.
class GroupMaxima {
public:
    GroupMaxima(const Encoding& encoding, std::int64_t rows, std::int64_t cols);
    void add(const MatrixView& part);

private:
    friend class MatrixScales;
    Encoding encoding_;
    std::int64_t rows_, groups_, seen_ = 0;
    std::vector<float> maxima_;  // [bands of groupRows rows, groups_]
};

class MatrixScales {
public:
    MatrixScales() = default;  // of an encoding that shares none
    explicit MatrixScales(const GroupMaxima& maxima);
    MatrixScales(const Encoding& encoding, const MatrixView& whole);
    /// From stored bytes: any are valid. Without divisors.
    MatrixScales(const Encoding& encoding, std::int64_t rows, std::int64_t cols, std::span<const std::byte> stored);

    GivenScales row(std::int64_t i) const;  // arrays of this row's groups, 16 more may be read
    std::span<const std::byte> stored() const { return stored_; }

private:
    void makeRoom(const Encoding& encoding, std::int64_t rows, std::int64_t groups);
    void quantizeTogether();
    void decode(std::int64_t rows, std::int64_t groups);
    float& at(std::vector<float>& numbers, std::int64_t k) const;

    std::int64_t groupRows_ = 1, groups_ = 0, stride_ = 0;
    std::vector<float> divisors_, scales_;  // [bands, stride_]
    std::vector<std::byte> stored_;
};

/// Of a palette over a slab of a matrix: the scales of each encoding that shares them, for the WHOLE matrix, and the
/// slab's first row there. Without scales the slab is the whole matrix and they are made from it.
struct SharedScales {
    std::span<const MatrixScales> scales;
    std::int64_t firstRow = 0;

    GivenScales row(std::size_t encoding, std::int64_t i) const {
        return scales.empty() ? GivenScales() : scales[encoding].row(firstRow + i);
    }
};

std::vector<MatrixScales> sharedScalesOf(const MatrixView& whole, std::span<const Encoding> palette);

}  // namespace dq::kernels
