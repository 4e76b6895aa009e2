#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/keys.hpp"
#include "core/checkpoint/gguf/names.hpp"
#include "core/checkpoint/gguf/opened.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint::gguf {

namespace {

/// One tensor after the other, under the names of the family.
class Translator {
public:
    explicit Translator(Opened& opened) : opened_(opened), family_(opened.family()) {
        const Keys keys(opened);
        heads_ = keys.count(family_ + ".attention.head_count");
        keyHeads_ = keys.countOr(family_ + ".attention.head_count_kv", heads_);
        experts_ = keys.countOr(family_ + ".expert_count", 0);
        if (experts_ == 0) return;
        kind_ = ExpertTensors::Apart;
        for (const Read& part : opened.parts)
            if (std::ranges::any_of(part.header.tensors, isJointStack, &TensorInfo::name)) kind_ = ExpertTensors::Joint;
    }

    std::vector<TensorView> all() {
        for (std::size_t part = 0; part < opened_.parts.size(); ++part) {
            file_ = opened_.paths[part].filename().string();
            const Read& read = opened_.parts[part];
            for (std::size_t i = 0; i < read.header.tensors.size(); ++i)
                if (!isRopeFactor(read.header.tensors[i].name)) add(read.header.tensors[i], read.data[i], opened_.paths[part].string());
        }
        std::ranges::sort(views_, {}, &TensorView::name);
        if (views_.empty()) throw Error(Kind::Corrupt, opened_.source() + ": holds no tensor");
        return std::move(views_);
    }

private:
    void add(const TensorInfo& info, std::span<const std::byte> bytes, const std::string& path) {
        const std::string where = path + ": tensor " + json::excerpt(info.name);
        const auto type = plainType(info.type);
        if (!type)
            throw Error(Kind::Unsupported, where + ": is quantized (" + typeName(info.type) +
                                               "); only GGUF files of F32, F16 and BF16 are opened: give the original weights");
        const auto place = placeOf(info.name, family_, kind_);
        if (!place) throw Error(Kind::Unsupported, where + ": " + family_ + " has no such tensor");
        TensorView view{place->name, *type, {info.extents.rbegin(), info.extents.rend()}, bytes, file_};
        if (place->name.find('#') != std::string::npos) return addExperts(view, where);
        if (place->name.ends_with(".shared_expert_gate.weight") && view.shape.size() == 1) view.shape.insert(view.shape.begin(), 1);
        if (place->rotated) undoRotation(view, place->keys ? keyHeads_ : heads_, where);
        if (place->centred) replace(view, [](std::vector<float>& values) { for (float& value : values) value -= 1; });
        views_.push_back(std::move(view));
    }

    /// A stack of all experts as one matrix for each.
    void addExperts(const TensorView& stack, const std::string& where) {
        if (stack.shape.size() != 3 || stack.shape[0] != experts_ || experts_ < 1 || experts_ > 1 << 16)
            throw Error(Kind::Corrupt, where + ": must hold a matrix for each of " + std::to_string(experts_) + " experts");
        const std::size_t size = stack.bytes.size() / static_cast<std::size_t>(experts_), mark = stack.name.find('#');
        for (std::int64_t expert = 0; expert < experts_; ++expert) {
            TensorView view = stack;
            view.name.replace(mark, 1, std::to_string(expert));
            view.shape.erase(view.shape.begin());
            view.bytes = stack.bytes.subspan(static_cast<std::size_t>(expert) * size, size);
            views_.push_back(std::move(view));
        }
    }

    /// Matrices are read in their own order where they lie; a bias is small enough to be put in order.
    void undoRotation(TensorView& view, std::int64_t heads, const std::string& where) {
        const std::int64_t rows = view.shape.empty() ? 0 : view.shape.front();
        if (heads < 1 || rows % heads != 0 || rows / heads % 2 != 0)
            throw Error(Kind::Corrupt, where + ": has " + std::to_string(rows) + " rows, which " + std::to_string(heads) + " heads do not share evenly");
        if (view.shape.size() == 2) {
            view.heads = heads;
            return;
        }
        replace(view, [heads](std::vector<float>& values) {
            const std::vector<float> mixed = values;
            const std::size_t size = values.size() / static_cast<std::size_t>(heads), half = size / 2;
            for (std::size_t row = 0; row < values.size(); ++row) {
                const std::size_t within = row % size;
                values[row] = mixed[row - within + (within < half ? 2 * within : 2 * (within - half) + 1)];
            }
        });
    }

    template <class Change>
    void replace(TensorView& view, Change change) {
        std::vector<float> values = view.floats();
        change(values);
        opened_.made.push_back(std::move(values));  // what a vector holds stays where it is when the vector moves
        view.bytes = std::as_bytes(std::span(opened_.made.back()));
        view.dtype = DType::F32;
    }

    Opened& opened_;
    std::string family_, file_;
    std::int64_t heads_ = 0, keyHeads_ = 0, experts_ = 0;
    ExpertTensors kind_ = ExpertTensors::None;
    std::vector<TensorView> views_;
};

}  // namespace

std::vector<TensorView> tensorsOf(Opened& opened) {
    return Translator(opened).all();
}

}  // namespace dq::checkpoint::gguf
