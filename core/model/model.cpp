#include "core/model/model.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <numeric>
#include <set>

#include "core/base/error.hpp"
#include "core/json/json.hpp"
#include "core/model/config.hpp"
#include "core/model/layout.hpp"

namespace dq::model {

namespace {

using checkpoint::Checkpoint;
using checkpoint::TensorView;

std::string shown(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const std::int64_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    return text + "]";
}

std::vector<std::int64_t> storedShape(const WeightMatrix& matrix) {
    if (matrix.slice >= 0) return {matrix.slices, matrix.rows, matrix.cols};
    if (matrix.transposed) return {matrix.cols, matrix.rows};
    return {matrix.rows, matrix.cols};
}

std::vector<Needed> allNeeded(const Layout& layout) {
    std::vector<Needed> all;
    for (const WeightMatrix& matrix : layout.matrices)
        if (matrix.slice <= 0) all.push_back({matrix.tensor, storedShape(matrix)});
    all.insert(all.end(), layout.others.begin(), layout.others.end());
    return all;
}

void requirePresent(const Checkpoint& checkpoint, std::span<const Needed> needed) {
    const auto absent = [&checkpoint](const Needed& one) { return !checkpoint.find(one.tensor); };
    const auto first = std::ranges::find_if(needed, absent);
    if (first == needed.end()) return;
    const auto more = std::count_if(std::next(first), needed.end(), absent);
    throw Error(Kind::Corrupt, checkpoint.path().string() + ": tensor " + first->tensor + " is missing" +
                                   (more > 0 ? ", and " + std::to_string(more) + " more of the " +
                                                   std::to_string(needed.size()) + " that config.json asks for"
                                             : std::string()) +
                                   (first->tensor == "lm_head.weight" ? " (config.json does not tie it to the embedding)" : ""));
}

void requireFits(const Checkpoint& checkpoint, const Needed& needed) {
    const TensorView& view = checkpoint.get(needed.tensor);
    const std::string where = (checkpoint.folder() / view.where()).string();
    if (view.shape != needed.shape)
        throw Error(Kind::Corrupt, where + ": has the shape " + shown(view.shape) + ", config.json asks for " + shown(needed.shape));
    if (view.dtype != DType::F32 && view.dtype != DType::F16 && view.dtype != DType::BF16)
        throw Error(Kind::Unsupported, where + ": is of type " + std::string(dtypeName(view.dtype)) +
                                           "; weights of type F32, F16 and BF16 are supported");
}

/// A tensor of a block beyond the last one: config.json then describes another model than the weights.
void requireKnownBlock(const Checkpoint& checkpoint, const TensorView& view, std::string_view prefix, std::int64_t blocks) {
    if (!view.name.starts_with(prefix)) return;
    std::int64_t block = 0;
    const char* const digits = view.name.data() + prefix.size();
    const auto [rest, fault] = std::from_chars(digits, view.name.data() + view.name.size(), block);
    if (fault == std::errc() && rest != digits && *rest == '.' && block >= blocks)
        throw Error(Kind::Corrupt, (checkpoint.folder() / view.where()).string() +
                                       ": belongs to a block that config.json does not have: num_hidden_layers is " +
                                       std::to_string(blocks));
}

/// The part of a tensor that is the matrix, as [rows, cols].
TensorView viewOf(const Checkpoint& checkpoint, const WeightMatrix& matrix) {
    TensorView view = checkpoint.get(matrix.tensor);
    view.shape = {matrix.rows, matrix.cols};
    view.transposed = view.transposed != matrix.transposed;  // a GGUF file has turned them back
    if (matrix.slice < 0) return view;
    const std::size_t size = view.bytes.size() / static_cast<std::size_t>(matrix.slices);
    view.bytes = view.bytes.subspan(static_cast<std::size_t>(matrix.slice) * size, size);
    view.name += " (" + std::to_string(matrix.slice + 1) + " of " + std::to_string(matrix.slices) + ")";
    return view;
}

std::int64_t blocksOf(std::span<const WeightMatrix> matrices) {
    std::int64_t blocks = 0;
    for (const WeightMatrix& matrix : matrices) blocks = std::max<std::int64_t>(blocks, matrix.block + 1);
    return blocks;
}

void requireMatrices(const Checkpoint& checkpoint, const Layout& layout, const std::string& why) {
    if (layout.matrices.empty())
        throw Error(Kind::Unsupported, checkpoint.path().string() + ": " + why +
                                           ", and no tensor is a weight matrix (two-dimensional, named \".weight\")");
}

/// Everything config.json asks for, compared with what is there.
Layout checkedLayout(const Checkpoint& checkpoint, const Architecture& architecture) {
    Layout layout = layoutOf(architecture, [&](const std::string& name) { return checkpoint.find(name) != nullptr; });
    const std::vector<Needed> needed = allNeeded(layout);
    requirePresent(checkpoint, needed);
    for (const Needed& one : needed) requireFits(checkpoint, one);
    for (const TensorView& view : checkpoint.tensors()) requireKnownBlock(checkpoint, view, layout.blocks, architecture.blocks);
    return layout;
}

std::vector<std::string> passedThrough(const Checkpoint& checkpoint, std::span<const WeightMatrix> matrices) {
    std::set<std::string_view> taken;
    for (const WeightMatrix& matrix : matrices) taken.insert(matrix.tensor);
    std::vector<std::string> rest;
    for (const TensorView& view : checkpoint.tensors())
        if (!taken.contains(view.name)) rest.push_back(view.name);
    return rest;
}

}  // namespace

std::shared_ptr<const Model> Model::open(const std::filesystem::path& folder) {
    const std::shared_ptr<Model> model(new Model);
    model->checkpoint_ = Checkpoint::open(folder);
    const Checkpoint& checkpoint = *model->checkpoint_;
    model->architecture_ = readArchitecture(checkpoint.configText(), checkpoint.configSource());
    Layout layout;
    if (model->architecture_.runnable()) {
        layout = checkedLayout(checkpoint, model->architecture_);
    } else {
        layout = guessedLayout(checkpoint);
        requireMatrices(checkpoint, layout, model->architecture_.notRunnable);
        model->architecture_.blocks = blocksOf(layout.matrices);
    }
    model->matrices_ = std::move(layout.matrices);
    model->pieces_ = std::move(layout.others);
    for (const WeightMatrix& matrix : model->matrices_) model->views_.push_back(viewOf(checkpoint, matrix));
    model->passthrough_ = passedThrough(checkpoint, model->matrices_);
    model->byName_.resize(model->matrices_.size());
    std::iota(model->byName_.begin(), model->byName_.end(), std::size_t{0});
    std::ranges::sort(model->byName_, {}, [&](std::size_t i) -> const std::string& { return model->matrices_[i].name; });
    return model;
}

void Model::requireRunnable() const {
    if (architecture_.runnable()) return;
    throw Error(Kind::Unsupported, checkpoint_->name() + " cannot be run: " + architecture_.notRunnable +
                                       "; only its weights can be measured, with the metric squared");
}

Bytes Model::passthroughBytes() const {
    Bytes bytes = 0;
    for (const std::string& name : passthrough_) bytes += static_cast<Bytes>(checkpoint_->get(name).bytes.size());
    return bytes;
}

std::int64_t Model::weights() const {
    std::int64_t total = 0;
    for (const WeightMatrix& matrix : matrices_) total += matrix.weights();
    return total;
}

std::optional<std::size_t> Model::indexOf(std::string_view matrixName) const {
    const auto name = [this](std::size_t i) { return std::string_view(matrices_[i].name); };
    const auto found = std::ranges::lower_bound(byName_, matrixName, {}, name);
    if (found == byName_.end() || name(*found) != matrixName) return std::nullopt;
    return *found;
}

const TensorView& Model::tensor(const WeightMatrix& matrix) const {
    const std::optional<std::size_t> index = indexOf(matrix.name);
    assert(index);
    return views_[*index];
}

}  // namespace dq::model
