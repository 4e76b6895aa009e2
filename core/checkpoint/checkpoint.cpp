#include "core/checkpoint/checkpoint.hpp"

#include <algorithm>
#include <mutex>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/content.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/checkpoint/shards.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint {

namespace fs = std::filesystem;

std::int64_t TensorView::count() const {
    return static_cast<std::int64_t>(bytes.size() / elementSize(dtype));
}

std::string TensorView::where() const {
    return file + ": tensor " + json::excerpt(name);
}

namespace {

/// [rows, cols] as [cols, rows], in tiles that stay in the cache.
void turn(std::span<const float> from, std::int64_t rows, std::int64_t cols, std::span<float> to) {
    constexpr std::int64_t tile = 64;
    for (std::int64_t top = 0; top < rows; top += tile)
        for (std::int64_t left = 0; left < cols; left += tile)
            for (std::int64_t i = top; i < std::min(top + tile, rows); ++i)
                for (std::int64_t j = left; j < std::min(left + tile, cols); ++j)
                    to[static_cast<std::size_t>(j * rows + i)] = from[static_cast<std::size_t>(i * cols + j)];
}

}  // namespace

std::vector<float> TensorView::floats() const {
    std::vector<float> values(static_cast<std::size_t>(count()));
    try {
        toFloat(dtype, bytes, values);
    } catch (const Error& error) {
        throw error.during(where());
    }
    if (!transposed) return values;
    std::vector<float> turned(values.size());
    turn(values, shape.at(1), shape.at(0), turned);
    return turned;
}

void TensorView::rowsTo(std::int64_t first, std::int64_t rows, std::span<float> to) const {
    if (transposed) {  // such matrices are small: read whole
        const std::vector<float> all = floats();
        std::copy_n(all.begin() + first * shape.at(1), rows * shape.at(1), to.begin());
        return;
    }
    const std::size_t row = static_cast<std::size_t>(shape.at(1)) * elementSize(dtype);
    try {
        toFloat(dtype, bytes.subspan(static_cast<std::size_t>(first) * row, static_cast<std::size_t>(rows) * row), to);
    } catch (const Error& error) {
        throw error.during(where());
    }
}

struct Checkpoint::Parts {
    fs::path folder;
    std::string config;
    std::vector<MappedFile> files;
    std::vector<TensorView> tensors;
    Bytes bytes = 0;
    mutable std::once_flag hashed;
    mutable std::string fingerprint;
};

namespace {

void requireFolder(const fs::path& folder) {
    std::error_code fault;
    const fs::file_status status = fs::status(folder, fault);
    if (!fs::exists(status)) throw Error(Kind::Input, folder.string() + ": there is no such folder");
    if (!fs::is_directory(status))
        throw Error(Kind::Input, folder.string() + ": is no folder; give the one that holds config.json and the weights");
    if (!fs::exists(folder / "config.json"))
        throw Error(Kind::Input, folder.string() + ": holds no config.json, so it is no Hugging Face checkpoint");
}

void requireUnique(std::span<const TensorView> sorted, const fs::path& folder) {
    const auto twice = std::ranges::adjacent_find(sorted, {}, &TensorView::name);
    if (twice == sorted.end()) return;
    throw Error(Kind::Corrupt, folder.string() + ": tensor " + json::excerpt(twice->name) + " stands both in " +
                                   twice->file + " and in " + std::next(twice)->file);
}

const TensorView* findIn(std::span<const TensorView> sorted, std::string_view name) {
    const auto found = std::ranges::lower_bound(sorted, name, {}, [](const TensorView& t) { return std::string_view(t.name); });
    return found != sorted.end() && found->name == name ? &*found : nullptr;
}

void requirePromised(const Shards& shards, std::span<const TensorView> sorted) {
    for (const auto& [tensor, file] : shards.promises) {
        const TensorView* const view = findIn(sorted, tensor);
        if (view && view->file == file) continue;
        throw Error(Kind::Corrupt, shards.index + ": tensor " + json::excerpt(tensor) + " is said to lie in " + file + ", but " +
                                       (view ? "lies in " + view->file : "is not there"));
    }
}

}  // namespace

Checkpoint::Checkpoint() : parts_(std::make_unique<Parts>()) {}
Checkpoint::~Checkpoint() = default;

std::shared_ptr<const Checkpoint> Checkpoint::open(const fs::path& folder) {
    requireFolder(folder);
    const std::shared_ptr<Checkpoint> opened(new Checkpoint);
    Parts& parts = *opened->parts_;
    parts.folder = folder;
    parts.config = readText(folder / "config.json", 16u << 20);
    const Shards shards = findShards(folder);
    for (const std::string& file : shards.files) {
        parts.files.emplace_back(folder / file);
        std::ranges::move(readHeader(parts.files.back().bytes(), (folder / file).string(), file),
                          std::back_inserter(parts.tensors));
    }
    if (parts.tensors.empty()) throw Error(Kind::Corrupt, (folder / shards.files.front()).string() + ": holds no tensor");
    std::ranges::sort(parts.tensors, {}, &TensorView::name);
    requireUnique(parts.tensors, folder);
    requirePromised(shards, parts.tensors);
    for (const TensorView& tensor : parts.tensors) parts.bytes += static_cast<Bytes>(tensor.bytes.size());
    return opened;
}

const fs::path& Checkpoint::folder() const {
    return parts_->folder;
}

std::string Checkpoint::name() const {
    const fs::path whole = fs::absolute(parts_->folder).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

std::span<const TensorView> Checkpoint::tensors() const {
    return parts_->tensors;
}

const TensorView* Checkpoint::find(std::string_view name) const {
    return findIn(parts_->tensors, name);
}

const TensorView& Checkpoint::get(std::string_view name) const {
    if (const TensorView* const view = find(name)) return *view;
    throw Error(Kind::Corrupt, parts_->folder.string() + ": tensor " + json::excerpt(name) + " is missing");
}

const std::string& Checkpoint::configText() const {
    return parts_->config;
}

Bytes Checkpoint::bytes() const {
    return parts_->bytes;
}

const std::string& Checkpoint::fingerprint() const {
    std::call_once(parts_->hashed, [this] { parts_->fingerprint = contentFingerprint(parts_->config, parts_->tensors); });
    return parts_->fingerprint;
}

}  // namespace dq::checkpoint
