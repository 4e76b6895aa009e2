#include "core/text/token_file.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/json/json.hpp"
#include "core/text/npy.hpp"

namespace dq::text {

namespace {

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const std::int64_t axis : shape) text += (text.empty() ? "" : ", ") + std::to_string(axis);
    return "[" + text + "]";
}

Error wrongType(const std::string& where, std::string_view type) {
    return {Kind::Input, where + ": the elements are " + json::excerpt(type) + "; token ids must be int32 or int64"};
}

checkpoint::TensorView chosen(const std::vector<checkpoint::TensorView>& tensors, const std::optional<std::string>& name, const std::string& file) {
    const auto found = std::ranges::find_if(tensors, [&](const auto& tensor) { return name && tensor.name == *name; });
    if (found != tensors.end()) return *found;
    if (name) throw Error(Kind::Input, file + ": holds no tensor \"" + json::excerpt(*name) + "\"");
    if (tensors.size() != 1)
        throw Error(Kind::Input, file + ": holds " + std::to_string(tensors.size()) + " tensors; one of token ids is wanted, or its name");
    return tensors.front();
}

}  // namespace

void TokenFile::setShape(const std::vector<std::int64_t>& shape) {
    if (shape.empty() || shape.size() > 2)
        throw Error(Kind::Input, where_ + ": the shape is " + shapeText(shape) + "; token ids are one row [ids] or several [rows, ids]");
    stream_ = shape.size() == 1;
    rows_ = stream_ ? 1 : shape[0];
    columns_ = shape.back();
    if (rows_ == 0 || columns_ == 0) throw Error(Kind::Input, where_ + ": the shape is " + shapeText(shape) + ", which holds no token id");
}

TokenFile TokenFile::open(const std::filesystem::path& path, const std::optional<std::string>& name) {
    TokenFile tokens;
    tokens.where_ = path.string();
    tokens.file_ = MappedFile(path);
    if (path.extension() == ".npy") {
        const NpyView array = readNpy(tokens.file_.bytes(), tokens.where_);
        if (array.type != "<i4" && array.type != "<i8") throw wrongType(tokens.where_, array.type);
        tokens.width_ = array.type == "<i4" ? 4 : 8;
        tokens.bytes_ = array.bytes;
        tokens.setShape(array.shape);
        return tokens;
    }
    const auto tensors = checkpoint::readHeader(tokens.file_.bytes(), tokens.where_, path.filename().string());
    const checkpoint::TensorView tensor = chosen(tensors, name, tokens.where_);
    tokens.where_ += ": tensor " + json::excerpt(tensor.name);
    if (tensor.dtype != DType::I32 && tensor.dtype != DType::I64) throw wrongType(tokens.where_, dtypeName(tensor.dtype));
    tokens.width_ = elementSize(tensor.dtype);
    tokens.bytes_ = tensor.bytes;
    tokens.setShape(tensor.shape);
    return tokens;
}

std::int64_t TokenFile::at(std::int64_t index) const {
    const std::byte* const place = bytes_.data() + static_cast<std::size_t>(index) * width_;
    if (width_ == 8) {
        std::int64_t id = 0;
        std::memcpy(&id, place, sizeof id);
        return id;
    }
    std::int32_t id = 0;
    std::memcpy(&id, place, sizeof id);
    return id;
}

std::vector<std::int32_t> TokenFile::ids(std::int64_t row, std::int64_t begin, std::int64_t end, std::int64_t vocabulary) const {
    std::vector<std::int32_t> result;
    result.reserve(static_cast<std::size_t>(end - begin));
    for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t id = at(row * columns_ + i);
        if (id < 0 || id >= vocabulary)
            throw Error(Kind::Input, where_ + ": the id " + std::to_string(id) + " at " + (stream_ ? "" : "row " + std::to_string(row) + ", ") +
                                         "place " + std::to_string(i) + " is outside the model's vocabulary of " + std::to_string(vocabulary));
        result.push_back(static_cast<std::int32_t>(id));
    }
    return result;
}

}  // namespace dq::text
