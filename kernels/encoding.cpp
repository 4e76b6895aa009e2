#include "kernels/encoding.hpp"

namespace dq::kernels {

namespace {
int scaleSize(ScaleType type) {
    switch (type) {
        case ScaleType::None: return 0;
        case ScaleType::E4M3: return 1;
        case ScaleType::F16: return 2;
        case ScaleType::F32: return 4;
    }
    return 0;
}
}  // namespace

std::int64_t groupsPerRow(const Encoding& encoding, std::int64_t cols) {
    if (encoding.scale == ScaleType::None || cols == 0) return 0;
    return encoding.group == 0 ? 1 : (cols + encoding.group - 1) / encoding.group;
}

std::int64_t codeBytesPerRow(const Encoding& encoding, std::int64_t cols) {
    return (cols * encoding.bits + 7) / 8;
}

std::int64_t scaleBytesPerRow(const Encoding& encoding, std::int64_t cols) {
    return groupsPerRow(encoding, cols) * scaleSize(encoding.scale);
}

}  // namespace dq::kernels
