#include "core/export/layout.hpp"

namespace dq::exporting {

namespace {

DType dtypeOfScale(kernels::ScaleType type) {
    switch (type) {
        case kernels::ScaleType::F16:
            return DType::F16;
        case kernels::ScaleType::F32:
            return DType::F32;
        case kernels::ScaleType::E4M3:
            return DType::F8E4M3;
        case kernels::ScaleType::Bf16:
            return DType::BF16;
        case kernels::ScaleType::E8M0:
        case kernels::ScaleType::Dynamic8:
            return DType::U8;
        case kernels::ScaleType::None:
            break;
    }
    return DType::U8;
}

std::vector<std::int64_t> scaleShape(const kernels::Encoding& encoding, std::int64_t rows, std::int64_t cols) {
    if (encoding.scale == kernels::ScaleType::Dynamic8) return {kernels::scaleBytes(encoding, rows, cols)};
    return {(rows + encoding.groupRows - 1) / encoding.groupRows, kernels::groupsPerRow(encoding, cols)};
}

}  // namespace

Bytes StoredTensor::bytes() const {
    std::int64_t size = static_cast<std::int64_t>(elementSize(dtype));
    for (const std::int64_t extent : shape)
        size = checkedProduct(size, extent, name);
    return size;
}

std::vector<StoredTensor> StoredMatrix::tensors() const {
    std::vector<StoredTensor> all{codes};
    if (!scales.name.empty()) all.push_back(scales);
    if (!zeros.name.empty()) all.push_back(zeros);
    if (!global.name.empty()) all.push_back(global);
    return all;
}

bool isPlain(const format::Format& format) {
    return format.encoding.element == kernels::Element::Bf16;
}

StoredMatrix storedMatrix(const std::string& name, const std::string& plainName, std::int64_t rows,
                          std::int64_t cols, const format::Format& format) {
    StoredMatrix matrix{name, format.name, rows, cols, {}, {}, {}, {}};
    const kernels::Encoding& encoding = format.encoding;
    matrix.codes =
        isPlain(format)
            ? StoredTensor{plainName, DType::BF16, {rows, cols}}
            : StoredTensor{name + ".codes", DType::U8, {rows, kernels::codeBytesPerRow(encoding, cols)}};
    if (encoding.scale != kernels::ScaleType::None)
        matrix.scales = {name + ".scales", dtypeOfScale(encoding.scale), scaleShape(encoding, rows, cols)};
    if (encoding.zeroPoint)
        matrix.zeros = {name + ".zeros", DType::U8, {rows, kernels::zeroBytesPerRow(encoding, cols)}};
    if (encoding.globalScale) matrix.global = {name + ".global", DType::F32, {1}};
    return matrix;
}

}  // namespace dq::exporting
