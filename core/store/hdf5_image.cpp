#include "core/store/hdf5_image.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace dq::store::hdf5 {

namespace {
constexpr std::size_t memoryStep = 1u << 20;
constexpr std::size_t endOfFileAt = 28;  // in a superblock of version 2 or 3: where the file's length stands
constexpr std::size_t superblockSize = 48;
}  // namespace

bool Image::hold(hid_t access) {
    H5FD_file_image_callbacks_t callbacks{begin, copy, grow, end, share, unshare, this};
    return H5Pset_fapl_core(access, memoryStep, false) >= 0 && H5Pset_file_image_callbacks(access, &callbacks) >= 0;
}

std::vector<std::byte> Image::taken() {
    return std::exchange(bytes_, {});
}

void* Image::grow(void* old, size_t size, H5FD_file_image_op_t, void* self) {
    auto& image = *static_cast<Image*>(self);
    void* const memory = std::realloc(old, size);
    if (memory && size > image.allocated_)
        std::memset(static_cast<std::byte*>(memory) + image.allocated_, 0, size - image.allocated_);
    if (memory) image.allocated_ = size;
    return memory;
}

void* Image::begin(size_t size, H5FD_file_image_op_t op, void* self) {
    static_cast<Image*>(self)->allocated_ = 0;
    return grow(nullptr, size, op, self);
}

void* Image::copy(void* to, const void* from, size_t size, H5FD_file_image_op_t, void*) {
    return std::memcpy(to, from, size);
}

herr_t Image::end(void* memory, H5FD_file_image_op_t op, void* self) {
    auto& image = *static_cast<Image*>(self);
    std::uint64_t size = 0;
    if (op == H5FD_FILE_IMAGE_OP_FILE_CLOSE && memory && image.allocated_ >= superblockSize)
        std::memcpy(&size, static_cast<const std::byte*>(memory) + endOfFileAt, sizeof size);
    if (size >= superblockSize && size <= image.allocated_) {
        const auto* const first = static_cast<const std::byte*>(memory);
        image.bytes_.assign(first, first + size);
    }
    std::free(memory);
    return 0;
}

}  // namespace dq::store::hdf5
