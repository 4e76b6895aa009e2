#pragma once

#include <QTemporaryDir>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

/// Checkpoint folders written by hand, right or wrong.
namespace dq::test {

inline void put(const std::filesystem::path& file, std::string_view content) {
    std::ofstream(file, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

inline std::string lengthPrefix(std::uint64_t length) {
    std::string prefix;
    for (int i = 0; i < 8; ++i) prefix += static_cast<char>((length >> (8 * i)) & 0xff);
    return prefix;
}

inline std::string safetensors(const std::string& header, const std::string& data) {
    return lengthPrefix(header.size()) + header + data;
}

/// One tensor to be written: values in its own type, as bytes.
struct Written {
    std::string name, dtype;
    std::vector<std::int64_t> shape;
    std::string bytes;
};

inline std::string floatBytes(const std::vector<float>& values) {
    std::string bytes(4 * values.size(), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// A correct file; `padding` spaces behind the header decide the alignment of the data.
inline std::string safetensors(const std::vector<Written>& tensors, std::size_t padding = 0) {
    std::string header = "{\"__metadata__\":{\"format\":\"pt\"}", data;
    for (const Written& tensor : tensors) {
        std::string shape;
        for (const std::int64_t size : tensor.shape) shape += (shape.empty() ? "" : ",") + std::to_string(size);
        header += ",\"" + tensor.name + "\":{\"dtype\":\"" + tensor.dtype + "\",\"shape\":[" + shape + "],\"data_offsets\":[" +
                  std::to_string(data.size()) + "," + std::to_string(data.size() + tensor.bytes.size()) + "]}";
        data += tensor.bytes;
    }
    return safetensors(header + "}" + std::string(padding, ' '), data);
}

/// A temporary folder with a config.json.
class Folder {
public:
    explicit Folder(std::string_view config = "{}") { put("config.json", config); }

    void put(const std::string& name, std::string_view content) const { test::put(path() / name, content); }
    std::filesystem::path path() const { return directory_.path().toStdString(); }

private:
    QTemporaryDir directory_;
};

}  // namespace dq::test
