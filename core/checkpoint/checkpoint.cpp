#include "core/checkpoint/checkpoint.hpp"

#include <algorithm>
#include <mutex>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/content.hpp"
#include "core/checkpoint/gguf/magic.hpp"
#include "core/checkpoint/gguf/opened.hpp"
#include "core/checkpoint/gguf/splits.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/checkpoint/shards.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint {

namespace fs = std::filesystem;

std::int64_t TensorView::count() const {
    const std::size_t rest = placement ? placement->rest.size() : 0;
    return static_cast<std::int64_t>((bytes.size() + rest) / elementSize(dtype));
}

std::vector<std::span<const std::byte>> TensorView::pieces() const {
    if (!placement || placement->rest.empty()) return {bytes};
    return {bytes, placement->rest};
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

/// One row as a file has it, its runs of columns put in their own order.
void inOrder(std::span<float> row, std::span<const std::int64_t> runs) {
    if (runs.size() < 2) return;
    const std::vector<float> found(row.begin(), row.end());
    const std::size_t width = row.size() / runs.size();
    for (std::size_t i = 0; i < runs.size(); ++i)
        std::copy_n(found.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                    row.begin() + runs[i] * static_cast<std::ptrdiff_t>(width));
}

}  // namespace

std::vector<float> TensorView::floats() const {
    std::vector<float> values(static_cast<std::size_t>(count()));
    if (placement) {
        rowsTo(0, shape.at(0), values);
        return values;
    }
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
    const auto cols = static_cast<std::size_t>(shape.at(1));
    const std::size_t row = cols * elementSize(dtype);
    try {
        if (!placement)
            return toFloat(dtype, bytes.subspan(static_cast<std::size_t>(first) * row, static_cast<std::size_t>(rows) * row), to);
        for (std::int64_t i = 0; i < rows; ++i) {
            const std::span<float> own = to.subspan(static_cast<std::size_t>(i) * cols, cols);
            toFloat(dtype, {placement->rows.at(static_cast<std::size_t>(first + i)), row}, own);
            inOrder(own, placement->runs);
        }
    } catch (const Error& error) {
        throw error.during(where());
    }
}

struct Checkpoint::Parts {
    fs::path path, folder;
    std::string config;
    std::vector<MappedFile> files;
    std::optional<gguf::Opened> gguf;
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
        throw Error(Kind::Input, folder.string() + ": is neither a folder with config.json and the weights nor a GGUF file");
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

namespace {

/// What is found in a folder is put together from its shards.
std::vector<TensorView> tensorsIn(const fs::path& folder, std::vector<MappedFile>& files) {
    const Shards shards = findShards(folder);
    std::vector<TensorView> tensors;
    for (const std::string& file : shards.files) {
        files.emplace_back(folder / file);
        std::ranges::move(readHeader(files.back().bytes(), (folder / file).string(), file), std::back_inserter(tensors));
    }
    if (tensors.empty()) throw Error(Kind::Corrupt, (folder / shards.files.front()).string() + ": holds no tensor");
    std::ranges::sort(tensors, {}, &TensorView::name);
    requireUnique(tensors, folder);
    requirePromised(shards, tensors);
    return tensors;
}

void requireGguf(const fs::path& path) {
    if (!gguf::isGguf(path))
        throw Error(Kind::Input, path.string() + ": is neither a folder with config.json and the weights nor a GGUF file");
}

bool isFile(const fs::path& path) {
    std::error_code fault;
    return fs::is_regular_file(path, fault);
}

}  // namespace

std::shared_ptr<const Checkpoint> Checkpoint::open(const fs::path& path) {
    const std::shared_ptr<Checkpoint> opened(new Checkpoint);
    Parts& parts = *opened->parts_;
    parts.path = path;
    if (isFile(path)) {
        parts.folder = path.parent_path();
        requireGguf(path);
        parts.gguf = gguf::open(path);
        parts.config = gguf::configOf(*parts.gguf);
        parts.tensors = gguf::tensorsOf(*parts.gguf);
    } else {
        requireFolder(path);
        parts.folder = path;
        parts.config = readText(path / "config.json", 16u << 20);
        parts.tensors = tensorsIn(path, parts.files);
    }
    for (const TensorView& tensor : parts.tensors) parts.bytes += tensor.count() * static_cast<Bytes>(elementSize(tensor.dtype));
    return opened;
}

const fs::path& Checkpoint::path() const {
    return parts_->path;
}

const fs::path& Checkpoint::folder() const {
    return parts_->folder;
}

std::string Checkpoint::name() const {
    const fs::path whole = fs::absolute(parts_->path).lexically_normal();
    if (!parts_->gguf) return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    const auto split = gguf::splitNameOf(whole);
    return split ? split->stem : whole.stem().string();
}

std::string Checkpoint::configSource() const {
    return parts_->gguf ? parts_->path.string() : (parts_->folder / "config.json").string();
}

std::optional<std::string> Checkpoint::companion(const std::string& name) const {
    if (parts_->gguf) {
        if (name == "config.json") return parts_->config;
        if (name == "tokenizer.json") return gguf::tokenizerOf(*parts_->gguf);
        if (name == "tokenizer_config.json") return gguf::tokenizerConfigOf(*parts_->gguf);
        return {};
    }
    if (!isFile(parts_->folder / name)) return {};
    return readText(parts_->folder / name);
}

const gguf::Header* Checkpoint::ggufHeader() const {
    return parts_->gguf ? &parts_->gguf->header() : nullptr;
}

std::span<const TensorView> Checkpoint::tensors() const {
    return parts_->tensors;
}

const TensorView* Checkpoint::find(std::string_view name) const {
    return findIn(parts_->tensors, name);
}

const TensorView& Checkpoint::get(std::string_view name) const {
    if (const TensorView* const view = find(name)) return *view;
    throw Error(Kind::Corrupt, parts_->path.string() + ": tensor " + json::excerpt(name) + " is missing");
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
