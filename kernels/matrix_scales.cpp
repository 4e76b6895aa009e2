#include "kernels/matrix_scales.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "core/base/parallel.hpp"
#include "kernels/dynamic_map.hpp"
#include "kernels/scale.hpp"
#include "kernels/simd/maxima_row.hpp"

namespace dq::kernels {

namespace {

constexpr std::int64_t together = 256;  // scales that are quantized with one peak

std::int64_t bandsOf(const Encoding& encoding, std::int64_t rows) {
    return (rows + encoding.groupRows - 1) / encoding.groupRows;
}

std::int64_t peaksOf(std::int64_t scales) {
    return (scales + together - 1) / together;
}

float floatAt(std::span<const std::byte> bytes, std::int64_t index) {
    float number = 0;
    std::memcpy(&number, bytes.data() + index * 4, 4);
    return number;
}

void storeFloat(std::span<std::byte> bytes, std::int64_t index, float number) {
    std::memcpy(bytes.data() + index * 4, &number, 4);
}

}  // namespace

std::int64_t sharedScaleBytes(const Encoding& encoding, std::int64_t rows, std::int64_t cols) {
    const std::int64_t scales = bandsOf(encoding, rows) * groupsPerRow(encoding, cols);
    if (encoding.scale != ScaleType::Dynamic8) return static_cast<std::int64_t>(scaleSize(encoding.scale)) * scales;
    return scales == 0 ? 0 : scales + 4 * (peaksOf(scales) + 1);
}

GroupMaxima::GroupMaxima(const Encoding& encoding, std::int64_t rows, std::int64_t cols)
    : encoding_(encoding),
      rows_(rows),
      groups_(groupsPerRow(encoding, cols)),
      maxima_(static_cast<std::size_t>(bandsOf(encoding, rows) * groups_)) {}

void GroupMaxima::add(const MatrixView& part) {
    const std::int64_t before = seen_;
    seen_ += part.rows;
    assert(seen_ <= rows_);
    if (part.rows == 0 || groups_ == 0) return;
    const std::int64_t group = encoding_.group > 0 ? encoding_.group : part.cols, high = encoding_.groupRows;
    const std::int64_t firstBand = before / high, lastBand = (seen_ - 1) / high;
    parallelFor(lastBand - firstBand + 1, [&](std::int64_t b) {
        const std::int64_t band = firstBand + b;
        const std::int64_t begin = std::max(band * high, before), end = std::min((band + 1) * high, seen_);
        for (std::int64_t i = begin; i < end; ++i)
            simd::raiseMaxima(part.row(i - before), static_cast<std::size_t>(part.cols), static_cast<std::size_t>(group),
                              maxima_.data() + band * groups_);
    });
}

void MatrixScales::makeRoom(const Encoding& encoding, std::int64_t rows, std::int64_t groups) {
    groupRows_ = encoding.groupRows;
    groups_ = groups;
    stride_ = (groups + 15) / 16 * 16 + 16;
    scales_.assign(static_cast<std::size_t>(bandsOf(encoding, rows) * stride_), 0.0f);
}

float& MatrixScales::at(std::vector<float>& numbers, std::int64_t k) const {
    return numbers[static_cast<std::size_t>(k / groups_ * stride_ + k % groups_)];
}

MatrixScales::MatrixScales(const GroupMaxima& maxima) {
    assert(maxima.seen_ == maxima.rows_);
    Encoding single = maxima.encoding_;
    if (single.scale == ScaleType::Dynamic8) single.scale = ScaleType::F32;
    makeRoom(maxima.encoding_, maxima.rows_, maxima.groups_);
    divisors_ = scales_;
    const std::int64_t count = std::ssize(maxima.maxima_);
    for (std::int64_t k = 0; k < count; ++k)
        at(divisors_, k) = scaleValue(single.scale, scaleBitsFor(single, maxima.maxima_[static_cast<std::size_t>(k)], 1));
    if (maxima.encoding_.scale == ScaleType::Dynamic8) {
        quantizeTogether();
        decode(maxima.rows_, maxima.groups_);
        return;
    }
    scales_ = divisors_;
    const std::size_t size = scaleSize(single.scale);
    stored_.resize(static_cast<std::size_t>(count) * size);
    for (std::int64_t k = 0; k < count; ++k)
        storeScale(single.scale, scaleBitsFor(single, maxima.maxima_[static_cast<std::size_t>(k)], 1),
                   stored_.data() + static_cast<std::size_t>(k) * size);
}

MatrixScales::MatrixScales(const Encoding& encoding, const MatrixView& whole) {
    if (!sharesScales(encoding)) return;
    GroupMaxima maxima(encoding, whole.rows, whole.cols);
    maxima.add(whole);
    *this = MatrixScales(maxima);
}

MatrixScales::MatrixScales(const Encoding& encoding, std::int64_t rows, std::int64_t cols,
                           std::span<const std::byte> stored) {
    if (!sharesScales(encoding)) return;
    makeRoom(encoding, rows, groupsPerRow(encoding, cols));
    stored_.assign(stored.begin(), stored.end());
    if (encoding.scale == ScaleType::Dynamic8)
        decode(rows, groups_);
    else
        for (std::size_t k = 0, size = scaleSize(encoding.scale); k < stored.size() / size; ++k)
            at(scales_, static_cast<std::int64_t>(k)) = scaleValue(encoding.scale, loadScale(encoding.scale, stored.data() + k * size));
}

void MatrixScales::quantizeTogether() {
    const std::int64_t count = std::ssize(divisors_) / stride_ * groups_;
    if (count == 0) return;
    double sum = 0;
    for (std::int64_t k = 0; k < count; ++k)
        sum += at(divisors_, k);
    const auto mean = static_cast<float>(sum / static_cast<double>(count));
    stored_.resize(static_cast<std::size_t>(count + 4 * (peaksOf(count) + 1)));
    const std::span<std::byte> peaks = std::span(stored_).subspan(static_cast<std::size_t>(count));
    storeFloat(peaks, peaksOf(count), mean);
    for (std::int64_t p = 0; p < peaksOf(count); ++p) {
        const std::int64_t begin = p * together, end = std::min(begin + together, count);
        float peak = 0;
        for (std::int64_t k = begin; k < end; ++k)
            peak = std::max(peak, std::fabs(at(divisors_, k) - mean));
        if (!(peak > 0)) peak = 1;
        storeFloat(peaks, p, peak);
        const float inverse = 1.0f / std::max(peak, 1e-38f);
        for (std::int64_t k = begin; k < end; ++k)
            stored_[static_cast<std::size_t>(k)] = static_cast<std::byte>(toDynamic((at(divisors_, k) - mean) * inverse));
    }
}

void MatrixScales::decode(std::int64_t rows, std::int64_t groups) {
    const std::int64_t count = rows * groups;
    if (count == 0) return;
    const std::span<const std::byte> peaks = std::span(stored_).subspan(static_cast<std::size_t>(count));
    const float mean = floatAt(peaks, peaksOf(count));
    for (std::int64_t k = 0; k < count; ++k) {
        const float number = dynamicMap()[std::to_integer<std::size_t>(stored_[static_cast<std::size_t>(k)])];
        at(scales_, k) = number * floatAt(peaks, k / together) + mean;
    }
}

GivenScales MatrixScales::row(std::int64_t i) const {
    if (stride_ == 0) return {};
    const std::int64_t first = i / groupRows_ * stride_;
    return {divisors_.empty() ? nullptr : divisors_.data() + first, scales_.data() + first};
}

std::vector<MatrixScales> sharedScalesOf(const MatrixView& whole, std::span<const Encoding> palette) {
    std::vector<MatrixScales> all;
    for (const Encoding& encoding : palette)
        all.emplace_back(encoding, whole);
    return all;
}

}  // namespace dq::kernels
