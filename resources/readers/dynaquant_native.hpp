/// A native packed checkpoint as floats: C++20, the standard library and nlohmann/json, nothing else of DynaQuant. It reads every
/// format but GGUF's blocks; core/export/README.md draws the layout. Throws std::runtime_error with a sentence.
///
///     dynaquant::NativeReader model("demo-4.5");
///     std::vector<float> weights = model.weights("model.layers.0.mlp.up_proj");   // [rows, cols]
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace dynaquant {

class NativeReader {
public:
    explicit NativeReader(const std::filesystem::path& folder) {
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".safetensors") readTensors(entry.path());
        const auto manifest = nlohmann::json::parse(contentOf(folder / "dynaquant.json"));
        for (const auto& matrix : manifest.at("matrices")) matrices_[matrix.at("name").get<std::string>()] = matrix;
    }

    /// Of a matrix in whatever format it is stored, row by row.
    std::vector<float> weights(const std::string& name) const {
        const auto found = matrices_.find(name);
        require(found != matrices_.end(), "there is no matrix " + name);
        const nlohmann::json& matrix = found->second;
        const Shape shape{count(matrix, "rows"), count(matrix, "cols"), count(matrix, "bits"), matrix.at("group").get<std::size_t>()};
        if (matrix.at("tensors").contains("weight")) return values(part(matrix, "weight"), shape.rows * shape.cols);
        return product(matrix, shape);
    }

private:
    struct Tensor {
        std::string name, type;
        std::vector<std::size_t> shape;
        std::string bytes;
    };
    struct Shape {
        std::size_t rows, cols, bits, group;
        std::size_t width() const { return group ? group : cols; }
        std::size_t groups() const { return (cols + width() - 1) / width(); }
    };

    static void require(bool holds, const std::string& sentence) {
        if (!holds) throw std::runtime_error(sentence);
    }
    static std::string contentOf(const std::filesystem::path& file) {
        std::ifstream stream(file, std::ios::binary);
        require(stream.good(), file.string() + ": cannot be opened");
        std::string bytes(std::filesystem::file_size(file), '\0');
        stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        require(stream.gcount() == static_cast<std::streamsize>(bytes.size()), file.string() + ": cannot be read");
        return bytes;
    }
    static std::size_t count(const nlohmann::json& matrix, const char* key) {
        const auto number = matrix.at(key).get<std::int64_t>();
        require(number > 0 && number < std::int64_t{1} << 31, std::string(key) + " is " + std::to_string(number) + ", which is impossible");
        return static_cast<std::size_t>(number);
    }

    void readTensors(const std::filesystem::path& file) {
        const std::string bytes = contentOf(file);
        std::uint64_t length = 0;
        require(bytes.size() >= sizeof length, file.string() + ": is too short");
        std::memcpy(&length, bytes.data(), sizeof length);
        require(length <= bytes.size() - sizeof length, file.string() + ": its header is longer than the file");
        const std::string_view data = std::string_view(bytes).substr(sizeof length + length);
        const auto header = nlohmann::json::parse(std::string_view(bytes).substr(sizeof length, length));
        for (const auto& [name, entry] : header.items()) {
            if (name == "__metadata__") continue;
            const auto begin = entry.at("data_offsets").at(0).get<std::size_t>(), end = entry.at("data_offsets").at(1).get<std::size_t>();
            require(begin <= end && end <= data.size(), name + ": lies outside of " + file.string());
            tensors_[name] = {name, entry.at("dtype").get<std::string>(), entry.at("shape").get<std::vector<std::size_t>>(),
                              std::string(data.substr(begin, end - begin))};
        }
    }

    const Tensor& part(const nlohmann::json& matrix, const char* what) const {
        const auto found = tensors_.find(matrix.at("tensors").at(what).get<std::string>());
        require(found != tensors_.end(), "a tensor of " + matrix.at("name").get<std::string>() + " is missing: " + what);
        return found->second;
    }

    /// Sign, exponent and fraction bits, with the usual bias.
    static float smallFloat(unsigned code, int exponentBits, int fractionBits) {
        const int bias = (1 << (exponentBits - 1)) - 1, exponent = static_cast<int>(code >> fractionBits) & ((1 << exponentBits) - 1);
        const float fraction = static_cast<float>(code & ((1u << fractionBits) - 1)) / static_cast<float>(1u << fractionBits);
        const float value = exponent == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, exponent - bias);
        return code >> (exponentBits + fractionBits) & 1 ? -value : value;
    }

    /// So many numbers of a tensor of a type that stands for itself, or of E8M0 bytes.
    static std::vector<float> values(const Tensor& tensor, std::size_t expected) {
        const std::size_t width = tensor.type == "F32" ? 4 : tensor.type == "BF16" || tensor.type == "F16" ? 2 : 1;
        require(tensor.bytes.size() == expected * width,
                tensor.name + ": has " + std::to_string(tensor.bytes.size()) + " bytes, expected " + std::to_string(expected * width));
        std::vector<float> numbers(expected);
        for (std::size_t i = 0; i < expected; ++i) {
            std::uint32_t raw = 0;
            std::memcpy(&raw, tensor.bytes.data() + i * width, width);
            numbers[i] = tensor.type == "F32"    ? std::bit_cast<float>(raw)
                         : tensor.type == "BF16" ? std::bit_cast<float>(raw << 16)
                         : tensor.type == "F16"  ? smallFloat(raw, 5, 10)
                         : tensor.type == "U8"   ? std::ldexp(1.0f, static_cast<int>(raw) - 127)
                                                 : smallFloat(raw, 4, 3);
        }
        return numbers;
    }

    /// `each` numbers of `bits` a row, every row beginning at a byte.
    static std::vector<unsigned> codes(const Tensor& tensor, std::size_t rows, std::size_t each, std::size_t bits) {
        const std::size_t pitch = (each * bits + 7) / 8;
        require(bits <= 16 && tensor.bytes.size() == rows * pitch, tensor.name + ": has another size than its matrix");
        std::vector<unsigned> all(rows * each);
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t k = 0; k < bits; ++k) {
                const std::size_t bit = i % each * bits + k;
                const auto byte = static_cast<unsigned char>(tensor.bytes[i / each * pitch + bit / 8]);
                all[i] |= (byte >> bit % 8 & 1u) << k;
            }
        return all;
    }

    /// The 256 numbers that bitsandbytes stores scales as.
    static std::vector<float> dynamicMap() {
        std::vector<float> map{0, 1};
        for (int i = 0; i < 7; ++i) {
            const int count = 1 << i;
            const double low = double{0.1f}, step = double{1.0f - 0.1f} / count;
            const auto end = [&](int k) { return static_cast<float>(k < (count + 1) / 2 ? low + step * k : 1 - step * (count - k)); };
            for (int k = 0; k < count; ++k) {
                map.push_back(static_cast<float>(std::pow(10.0, i - 6)) * ((end(k) + end(k + 1)) / 2));
                map.push_back(-map.back());
            }
        }
        std::sort(map.begin(), map.end());
        return map;
    }

    /// Indices, a peak for 256 of them, and the mean.
    static std::vector<float> doubleQuantized(const Tensor& tensor, std::size_t count) {
        const std::size_t peaks = (count + 255) / 256;
        require(tensor.bytes.size() == count + 4 * (peaks + 1), tensor.name + ": has another size than its matrix");
        const std::vector<float> map = dynamicMap(), floats = values({tensor.name, "F32", {}, tensor.bytes.substr(count)}, peaks + 1);
        std::vector<float> scales(count);
        for (std::size_t i = 0; i < count; ++i) {
            const float scale = map[static_cast<unsigned char>(tensor.bytes[i])] * floats[i / 256];
            scales[i] = scale + floats.back();
        }
        return scales;
    }

    static float valueOf(const std::string& element, unsigned code, std::size_t bits) {
        static constexpr float nf4[] = {-1, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f,
                                        -0.18477343022823334f, -0.09105003625154495f, 0, 0.07958029955625534f, 0.16093020141124725f,
                                        0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1};
        static constexpr float fp4[] = {0, 0.005208333333f, 0.66666667f, 1, 0.33333333f, 0.5f, 0.16666667f, 0.25f};
        if (element == "int") return static_cast<float>(code) - (code >> (bits - 1) & 1 ? static_cast<float>(1u << bits) : 0.0f);
        if (element == "nf4") return nf4[code & 15];
        if (element == "fp4") return code & 8 ? -fp4[code & 7] : fp4[code & 7];
        require(element.size() == 4 && element[0] == 'e' && element[2] == 'm', "elements " + element + " are not read here");
        return smallFloat(code, element[1] - '0', element[3] - '0');
    }

    /// value * scale, and for formats with a global scale that times it.
    std::vector<float> product(const nlohmann::json& matrix, const Shape& shape) const {
        const auto& parts = matrix.at("tensors");
        const auto element = matrix.at("element").get<std::string>();
        const std::vector<unsigned> code = codes(part(matrix, "codes"), shape.rows, shape.cols, shape.bits);
        const std::vector<unsigned> zeros =
            parts.contains("zeros") ? codes(part(matrix, "zeros"), shape.rows, shape.groups(), shape.bits) : std::vector<unsigned>();
        std::size_t tile = 1;
        std::vector<float> scales;
        if (parts.contains("scales")) {
            const Tensor& stored = part(matrix, "scales");
            const bool twice = matrix.at("scale") == "dynamic8";
            if (!twice && !stored.shape.empty() && stored.shape[0] < shape.rows) tile = 128;
            const std::size_t expected = (shape.rows + tile - 1) / tile * shape.groups();
            scales = twice ? doubleQuantized(stored, expected) : values(stored, expected);
        }
        const float global = parts.contains("global") ? values(part(matrix, "global"), 1).front() : 1.0f;
        std::vector<float> weights(code.size());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const std::size_t row = i / shape.cols, group = i % shape.cols / shape.width();
            const float value = zeros.empty() ? valueOf(element, code[i], shape.bits)
                                              : static_cast<float>(code[i]) - static_cast<float>(zeros[row * shape.groups() + group]);
            weights[i] = scales.empty() ? value * global : value * scales[row / tile * shape.groups() + group] * global;
        }
        return weights;
    }

    std::map<std::string, Tensor> tensors_;
    std::map<std::string, nlohmann::json> matrices_;
};

}  // namespace dynaquant
