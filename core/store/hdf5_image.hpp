#pragma once

#include <hdf5.h>

#include <cstddef>
#include <vector>

namespace dq::store::hdf5 {

/// The bytes of a file that the library builds in memory, taken when it closes the file. (H5Fget_file_image, made for this,
/// clears a flag of the superblock and leaves its checksum wrong.) Outlives the file.
class Image {
public:
    Image() = default;
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    /// Makes files created with this access list live here; false where the library refuses.
    bool hold(hid_t access);
    std::vector<std::byte> taken();  // after the file was closed; empty where nothing sensible was left

private:
    static void* grow(void* old, size_t size, H5FD_file_image_op_t, void* self);
    static void* begin(size_t size, H5FD_file_image_op_t op, void* self);
    static void* copy(void* to, const void* from, size_t size, H5FD_file_image_op_t, void*);
    static herr_t end(void* memory, H5FD_file_image_op_t op, void* self);
    static void* share(void* self) { return self; }
    static herr_t unshare(void*) { return 0; }

    std::size_t allocated_ = 0;
    std::vector<std::byte> bytes_;
};

}  // namespace dq::store::hdf5
