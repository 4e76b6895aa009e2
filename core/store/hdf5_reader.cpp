#include "core/store/hdf5_reader.hpp"

#include <array>
#include <cmath>
#include <cstring>

namespace dq::store::hdf5 {

namespace {

constexpr hsize_t largestElementCount = hsize_t{1} << 36;
constexpr hsize_t largestChunk = 64u << 20;
constexpr std::size_t longestText = 60'000;  // an attribute is at most 64 KiB
constexpr std::size_t longestString = 1024;  // of a dataset: names of matrices
constexpr hsize_t bestCompression = 1100;    // deflate never does better than 1032 : 1

std::string shown(const std::vector<hsize_t>& extents) {
    std::string text = "[";
    for (const hsize_t extent : extents)
        text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
    return text + "]";
}

bool isPlainLink(hid_t file, const char* path) {
    H5L_info_t facts;
    return H5Lget_info(file, path, &facts, H5P_DEFAULT) >= 0 && facts.type == H5L_TYPE_HARD;
}

}  // namespace

Error Reader::corrupt(const std::string& sentence) const {
    return {Kind::Corrupt, path_ + ": " + sentence};
}

Handle Reader::own(hid_t id, Handle::Close close, const char* name) const {
    if (id < 0) throw corrupt(std::string("cannot read ") + name + ": " + lastFault());
    return {id, close};
}

Reader::Reader(const std::filesystem::path& file) : path_(file.string()) {
    std::error_code fault;
    if (!std::filesystem::is_regular_file(file, fault))
        throw Error(Kind::Io, path_ + ": is not there or is no file");
    fileBytes_ = std::filesystem::file_size(file, fault);
    if (fault) throw Error(Kind::Io, path_ + ": cannot read: " + fault.message());
    const Handle access = own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "the file");
    H5Pset_file_locking(access.get(), false, true);  // tables are replaced, never changed in place
    const hid_t id = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, access.get());
    if (id < 0) throw corrupt("is no readable HDF5 file: " + lastFault());
    file_ = Handle(id, H5Fclose);
}

Handle Reader::openAttribute(const char* name) const {
    Handle attribute = own(H5Aopen(file_.get(), name, H5P_DEFAULT), H5Aclose, name);
    const Handle space = own(H5Aget_space(attribute.get()), H5Sclose, name);
    if (H5Sget_simple_extent_npoints(space.get()) != 1)
        throw corrupt(std::string("attribute ") + name + " is no single value");
    return attribute;
}

template <class T>
T Reader::scalar(const char* name, H5T_class_t kind, hid_t memoryType) const {
    const Handle attribute = openAttribute(name);
    const Handle type = own(H5Aget_type(attribute.get()), H5Tclose, name);
    if (H5Tget_class(type.get()) != kind)
        throw corrupt(std::string("attribute ") + name + " has another type than expected");
    T value{};
    if (H5Aread(attribute.get(), memoryType, &value) < 0)
        throw corrupt(std::string("cannot read attribute ") + name + ": " + lastFault());
    return value;
}

std::int64_t Reader::integer(const char* attribute) const {
    return scalar<std::int64_t>(attribute, H5T_INTEGER, H5T_NATIVE_INT64);
}

double Reader::number(const char* attribute) const {
    const double value = scalar<double>(attribute, H5T_FLOAT, H5T_NATIVE_DOUBLE);
    if (!std::isfinite(value)) throw corrupt(std::string("attribute ") + attribute + " is no finite number");
    return value;
}

std::string Reader::text(const char* name) const {
    const Handle attribute = openAttribute(name);
    const Handle type = own(H5Aget_type(attribute.get()), H5Tclose, name);
    const std::size_t length = H5Tget_size(type.get());
    if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0 || length == 0 ||
        length > longestText)
        throw corrupt(std::string("attribute ") + name + " is no text of at most " +
                      std::to_string(longestText) + " bytes");
    std::string text(length, '\0');
    if (H5Aread(attribute.get(), type.get(), text.data()) < 0)
        throw corrupt(std::string("cannot read attribute ") + name + ": " + lastFault());
    return text.c_str();
}

/// Soft, external and user-defined links lead out of the file: only hard ones are followed.
void Reader::requirePlainLinks(const std::string& name) const {
    for (std::size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1))
        if (!isPlainLink(file_.get(), name.substr(0, end).c_str()))
            throw corrupt("group " + name.substr(0, end) + " is missing");
    if (!isPlainLink(file_.get(), name.c_str())) throw corrupt("dataset " + name + " is missing");
}

bool Reader::has(const std::string& name) const {
    for (std::size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1))
        if (!isPlainLink(file_.get(), name.substr(0, end).c_str())) return false;
    return isPlainLink(file_.get(), name.c_str());
}

bool Reader::hasAttribute(const char* name) const {
    return H5Aexists(file_.get(), name) > 0;
}

Handle Reader::openDataset(const char* name) const {
    requirePlainLinks(name);
    return own(H5Dopen2(file_.get(), name, H5P_DEFAULT), H5Dclose, name);
}

std::vector<hsize_t> Reader::extents(const char* name) const {
    const Handle dataset = openDataset(name);
    const Handle space = own(H5Dget_space(dataset.get()), H5Sclose, name);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 1 || rank > 2)
        throw corrupt(std::string("dataset ") + name + " has " + std::to_string(rank) +
                      " dimensions; 1 or 2 are allowed");
    std::vector<hsize_t> found(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space.get(), found.data(), nullptr);
    hsize_t count = 1;
    for (const hsize_t extent : found)
        if (__builtin_mul_overflow(count, extent, &count) || count > largestElementCount)
            throw corrupt(std::string("dataset ") + name + " claims impossible extents " + shown(found));
    return found;
}

/// No bytes outside this file, no filter but ours, no chunk and no array that the stored bytes could not
/// hold.
void Reader::requireTame(hid_t dataset, const char* name, std::size_t elementBytes) const {
    const Handle creation = own(H5Dget_create_plist(dataset), H5Pclose, name);
    const H5D_layout_t layout = H5Pget_layout(creation.get());
    const std::string what = std::string("dataset ") + name;
    if (layout == H5D_VIRTUAL || layout == H5D_LAYOUT_ERROR || H5Pget_external_count(creation.get()) != 0)
        throw corrupt(what + " keeps its values outside the file");
    for (int i = 0; i < H5Pget_nfilters(creation.get()); ++i) {
        std::array<unsigned, 8> settings{};
        std::size_t count = settings.size();
        unsigned flags = 0, config = 0;
        const H5Z_filter_t filter = H5Pget_filter2(creation.get(), static_cast<unsigned>(i), &flags, &count,
                                                   settings.data(), 0, nullptr, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
            throw corrupt(what + " is stored with filter " + std::to_string(filter) +
                          ", which tables do not use");
    }
    std::array<hsize_t, H5S_MAX_RANK> chunk{};
    const int rank = layout == H5D_CHUNKED ? H5Pget_chunk(creation.get(), H5S_MAX_RANK, chunk.data()) : 0;
    hsize_t bytes = elementBytes;
    for (int i = 0; i < rank; ++i)
        if (__builtin_mul_overflow(bytes, chunk[static_cast<std::size_t>(i)], &bytes) || bytes > largestChunk)
            throw corrupt(what + " has chunks of more than " + std::to_string(largestChunk) + " bytes");
    const hsize_t stored = H5Dget_storage_size(dataset);
    hsize_t claimed = elementBytes;
    for (const hsize_t extent : extents(name))
        if (__builtin_mul_overflow(claimed, extent, &claimed))
            throw corrupt(what + " claims impossible extents");
    if (stored > fileBytes_ || claimed > stored * bestCompression)
        throw corrupt(what + " claims " + std::to_string(claimed) + " bytes, but " + std::to_string(stored) +
                      " are stored");
}

template <class T>
std::vector<T> Reader::column(const char* name, const std::vector<hsize_t>& wanted, H5T_class_t kind,
                              hid_t memoryType) const {
    const std::vector<hsize_t> found = extents(name);
    if (found != wanted)
        throw corrupt(std::string("dataset ") + name + " has extents " + shown(found) + ", expected " +
                      shown(wanted));
    const Handle dataset = openDataset(name);
    const Handle type = own(H5Dget_type(dataset.get()), H5Tclose, name);
    if (H5Tget_class(type.get()) != kind || H5Tget_size(type.get()) > 16)
        throw corrupt(std::string("dataset ") + name + " has another element type than expected");
    requireTame(dataset.get(), name, H5Tget_size(type.get()));
    std::size_t count = 1;
    for (const hsize_t extent : found)
        count *= extent;
    std::vector<T> values(count);
    if (count > 0 && H5Dread(dataset.get(), memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        throw corrupt(std::string("cannot read dataset ") + name + ": " + lastFault());
    return values;
}

std::vector<std::int64_t> Reader::integers(const char* dataset, const std::vector<hsize_t>& extents) const {
    return column<std::int64_t>(dataset, extents, H5T_INTEGER, H5T_NATIVE_INT64);
}

std::vector<double> Reader::doubles(const char* dataset, const std::vector<hsize_t>& extents) const {
    std::vector<double> values = column<double>(dataset, extents, H5T_FLOAT, H5T_NATIVE_DOUBLE);
    for (const double value : values)
        if (!std::isfinite(value))
            throw corrupt(std::string("dataset ") + dataset + " holds a number that is not finite");
    return values;
}

std::vector<float> Reader::floats(const char* dataset, const std::vector<hsize_t>& extents) const {
    std::vector<float> values = column<float>(dataset, extents, H5T_FLOAT, H5T_NATIVE_FLOAT);
    for (const float value : values)
        if (!std::isfinite(value))
            throw corrupt(std::string("dataset ") + dataset + " holds a number that is not finite");
    return values;
}

std::vector<std::string> Reader::strings(const char* name, hsize_t count) const {
    if (const std::vector<hsize_t> found = extents(name); found != std::vector<hsize_t>{count})
        throw corrupt(std::string("dataset ") + name + " has extents " + shown(found) + ", expected " +
                      shown({count}));
    const Handle dataset = openDataset(name);
    const Handle type = own(H5Dget_type(dataset.get()), H5Tclose, name);
    const std::size_t length = H5Tget_size(type.get());
    if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0 || length == 0 ||
        length > longestString)
        throw corrupt(std::string("dataset ") + name + " holds no texts of at most " +
                      std::to_string(longestString) + " bytes");
    requireTame(dataset.get(), name, length);
    std::vector<char> padded(length * count);
    if (count > 0 && H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, padded.data()) < 0)
        throw corrupt(std::string("cannot read dataset ") + name + ": " + lastFault());
    std::vector<std::string> texts(count);
    for (hsize_t i = 0; i < count; ++i)
        texts[i].assign(padded.data() + i * length, strnlen(padded.data() + i * length, length));
    return texts;
}

}  // namespace dq::store::hdf5
