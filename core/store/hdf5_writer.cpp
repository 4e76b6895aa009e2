#include "core/store/hdf5_writer.hpp"

#include <algorithm>
#include <cstring>

namespace dq::store::hdf5 {

namespace {
constexpr hsize_t chunkBytes = 1u << 20;
constexpr unsigned compression = 4;

/// About a mebibyte: whole rows of a two-dimensional column.
std::vector<hsize_t> chunkOf(const std::vector<hsize_t>& extents, std::size_t elementBytes) {
    std::vector<hsize_t> chunk = extents;
    hsize_t rowBytes = elementBytes;
    for (std::size_t i = 1; i < extents.size(); ++i)
        rowBytes *= extents[i];
    chunk[0] = std::min(extents[0], std::max<hsize_t>(1, chunkBytes / std::max<hsize_t>(1, rowBytes)));
    for (hsize_t& extent : chunk)
        extent = std::max<hsize_t>(1, extent);
    return chunk;
}

Handle textType(std::size_t length) {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), std::max<std::size_t>(1, length));
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    return type;
}

Error refusal(const char* step, const char* name) {
    return {Kind::Memory, std::string("cannot ") + step + " " + name + " of a table: " + lastFault()};
}

Handle own(hid_t id, Handle::Close close, const char* step, const char* name) {
    if (id < 0) throw refusal(step, name);
    return {id, close};
}

void require(herr_t status, const char* step, const char* name) {
    if (status < 0) throw refusal(step, name);
}
}  // namespace

Writer::Writer() {
    const Handle creation = own(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "set up", "the file");
    require(H5Pset_obj_track_times(creation.get(), false), "set up", "the file");
    const Handle access = own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "set up", "the file");
    // Format 1.10: every structure of the file is checksummed, and all of h5py, HDFView and h5dump read it.
    require(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110), "set up", "the file");
    if (!image_.hold(access.get())) throw refusal("set up", "the file");
    file_ = own(H5Fcreate("table", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, "create", "the file");
}

void Writer::group(const char* name) {
    const Handle creation = own(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "set up", name);
    require(H5Pset_obj_track_times(creation.get(), false), "set up", name);
    own(H5Gcreate2(file_.get(), name, H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Gclose, "create group",
        name);
}

void Writer::attributeOn(hid_t object, const char* name, hid_t type, hid_t memoryType, const void* value) {
    const Handle space = own(H5Screate(H5S_SCALAR), H5Sclose, "create attribute", name);
    const Handle attribute = own(H5Acreate2(object, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                                 H5Aclose, "create attribute", name);
    require(H5Awrite(attribute.get(), memoryType, value), "write attribute", name);
}

void Writer::textOn(hid_t object, const char* name, std::string_view text) {
    const Handle type = textType(text.size());
    const std::string whole = text.empty() ? std::string(1, '\0') : std::string(text);
    attributeOn(object, name, type.get(), type.get(), whole.data());
}

void Writer::attribute(const char* name, std::string_view text) {
    textOn(file_.get(), name, text);
}

void Writer::attribute(const char* name, std::int64_t value) {
    attributeOn(file_.get(), name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

void Writer::attribute(const char* name, double value) {
    attributeOn(file_.get(), name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

void Writer::dataset(const char* name, hid_t fileType, hid_t memoryType, const void* values,
                     std::size_t elementBytes, const std::vector<hsize_t>& extents, const char* unit) {
    const int rank = static_cast<int>(extents.size());
    const Handle space =
        own(H5Screate_simple(rank, extents.data(), nullptr), H5Sclose, "create dataset", name);
    const Handle creation = own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "create dataset", name);
    require(H5Pset_obj_track_times(creation.get(), false), "create dataset", name);
    require(H5Pset_chunk(creation.get(), rank, chunkOf(extents, elementBytes).data()), "create dataset",
            name);
    require(H5Pset_shuffle(creation.get()), "create dataset", name);
    require(H5Pset_deflate(creation.get(), compression), "create dataset", name);
    require(H5Pset_fletcher32(creation.get()), "create dataset", name);
    const Handle column =
        own(H5Dcreate2(file_.get(), name, fileType, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
            H5Dclose, "create dataset", name);
    require(H5Dwrite(column.get(), memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write dataset", name);
    textOn(column.get(), "unit", unit);
}

void Writer::column(const char* name, std::span<const std::int64_t> values, std::vector<hsize_t> extents,
                    const char* unit) {
    dataset(name, H5T_STD_I64LE, H5T_NATIVE_INT64, values.data(), sizeof(std::int64_t), extents, unit);
}

void Writer::column(const char* name, std::span<const std::int32_t> values, std::vector<hsize_t> extents,
                    const char* unit) {
    dataset(name, H5T_STD_I32LE, H5T_NATIVE_INT32, values.data(), sizeof(std::int32_t), extents, unit);
}

void Writer::column(const char* name, std::span<const double> values, std::vector<hsize_t> extents,
                    const char* unit) {
    dataset(name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(), sizeof(double), extents, unit);
}

void Writer::column(const char* name, std::span<const float> values, std::vector<hsize_t> extents,
                    const char* unit) {
    dataset(name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values.data(), sizeof(float), extents, unit);
}

void Writer::strings(const char* name, std::span<const std::string> values, const char* unit) {
    std::size_t longest = 1;
    for (const std::string& value : values)
        longest = std::max(longest, value.size());
    std::vector<char> padded(longest * values.size(), '\0');
    for (std::size_t i = 0; i < values.size(); ++i)
        std::memcpy(padded.data() + i * longest, values[i].data(), values[i].size());
    const Handle type = textType(longest);
    dataset(name, type.get(), type.get(), padded.data(), longest, {values.size()}, unit);
}

std::vector<std::byte> Writer::bytes() {
    const bool closed = file_.reset();
    std::vector<std::byte> bytes = image_.taken();
    if (!closed || bytes.empty()) throw refusal("finish", "the file");
    return bytes;
}

}  // namespace dq::store::hdf5
