#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/keys.hpp"
#include "core/checkpoint/gguf/names.hpp"
#include "core/checkpoint/gguf/opened.hpp"
#include "core/checkpoint/gguf/orders.hpp"
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
        if (isHybrid(family_)) linear_ = linearHeadsOf(keys, family_);
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
        for (const auto& [name, joint] : joints_) addJoint(name, joint);
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
        if (place->form == Form::JointQkv || place->form == Form::JointValues) {
            Joint& joint = joints_[view.name];
            (place->form == Form::JointQkv ? joint.qkv : joint.z) = std::move(view);
            return;
        }
        undo(view, place->form, where);
        views_.push_back(std::move(view));
    }

    /// The tensor as the checkpoint has it. Matrices are read in their own order where they lie; what is small is made anew.
    void undo(TensorView& view, Form form, const std::string& where) {
        const LinearHeads& d = linear_;
        switch (form) {
            case Form::Queries: return reorder(view, rotation(view, heads_, where));
            case Form::Keys: return reorder(view, rotation(view, keyHeads_, where));
            case Form::Centred: return replace(view, [](std::vector<float>& values) { for (float& value : values) value -= 1; });
            case Form::Turned: return turn(view, where);
            case Form::Qkv: return reorder(view, tiled(view, 2 * d.keys(), d.valueDim, where));
            case Form::Values: return reorder(view, tiled(view, 0, d.valueDim, where));
            case Form::Heads: return reorder(view, tiled(view, 0, 1, where));
            case Form::Columns: return reorderColumns(view, where);
            case Form::Convolution:
                copyInOrder(view, tiled(view, 2 * d.keys(), d.valueDim, where));
                if (view.shape.size() == 2) view.shape.insert(view.shape.begin() + 1, 1);
                return;
            case Form::DecayLog:
                replace(view, [&](std::vector<float>& values) { for (float& value : values) value = decayLog(value, where); });
                return reorder(view, tiled(view, 0, 1, where));
            case Form::Plain:
            case Form::JointQkv:
            case Form::JointValues: return;
        }
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

    static Order rotation(const TensorView& view, std::int64_t heads, const std::string& where) {
        const std::int64_t rows = rowsOf(view);
        if (heads < 1 || rows % heads != 0 || rows / heads % 2 != 0)
            throw Error(Kind::Corrupt, where + ": has " + std::to_string(rows) + " rows, which " + std::to_string(heads) + " heads do not share evenly");
        return interleaved(rows, heads);
    }

    /// Rows before the value heads, then so many of each, as qwen3.5's files have them; elsewhere they stay.
    Order tiled(const TensorView& view, std::int64_t before, std::int64_t each, const std::string& where) const {
        requireRows(view, before + each * linear_.valueHeads, where);
        return tiles() ? tiledRows(linear_, before, each) : Order();
    }
    bool tiles() const { return family_ != "qwen3next" && linear_.keyHeads != linear_.valueHeads; }

    static std::int64_t rowsOf(const TensorView& view) { return view.shape.empty() ? 0 : view.shape.front(); }

    static void requireRows(const TensorView& view, std::int64_t rows, const std::string& where) {
        if (rowsOf(view) != rows)
            throw Error(Kind::Corrupt, where + ": has " + std::to_string(rowsOf(view)) + " rows, its keys describe " + std::to_string(rows));
    }

    /// Where each row of the checkpoint's tensor lies.
    static void place(std::vector<const std::byte*>& rows, std::span<const std::byte> bytes, const Order& order) {
        const std::size_t size = bytes.size() / order.size();
        for (std::size_t i = 0; i < order.size(); ++i)
            rows.at(static_cast<std::size_t>(order[i])) = bytes.data() + i * size;
    }

    void reorder(TensorView& view, const Order& order) {
        if (order.empty()) return;
        if (view.shape.size() != 2) return copyInOrder(view, order);
        auto placement = std::make_shared<Placement>();
        placement->rows.assign(order.size(), nullptr);
        place(placement->rows, view.bytes, order);
        view.placement = std::move(placement);
    }

    void copyInOrder(TensorView& view, const Order& order) {
        if (order.empty()) return;
        replace(view, [&order](std::vector<float>& values) {
            const std::vector<float> found = values;
            const std::size_t size = values.size() / order.size();
            for (std::size_t i = 0; i < order.size(); ++i)
                std::copy_n(found.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                            values.begin() + order[i] * static_cast<std::ptrdiff_t>(size));
        });
    }

    void reorderColumns(TensorView& view, const std::string& where) const {
        if (view.shape.size() != 2 || view.shape[1] != linear_.values())
            throw Error(Kind::Corrupt, where + ": must have a column for each of " + std::to_string(linear_.values()) + " numbers of its value heads");
        if (!tiles()) return;
        auto placement = std::make_shared<Placement>();
        placement->rows.assign(static_cast<std::size_t>(view.shape[0]), nullptr);
        Order asTheyAre;
        for (std::int64_t row = 0; row < view.shape[0]; ++row) asTheyAre.push_back(row);
        place(placement->rows, view.bytes, asTheyAre);
        placement->runs = tiledHeads(linear_);
        view.placement = std::move(placement);
    }

    static void turn(TensorView& view, const std::string& where) {
        if (view.shape.size() != 2) throw Error(Kind::Corrupt, where + ": must be a matrix");
        std::swap(view.shape[0], view.shape[1]);
        view.transposed = true;
    }

    /// The number whose negative exponential is the file's, to the last bit where single precision has one.
    static float decayLog(float value, const std::string& where) {
        if (!(value < 0) || !std::isfinite(value)) throw Error(Kind::Corrupt, where + ": must hold finite numbers below 0");
        const float near = std::log(-value);
        float up = near, down = near;
        for (int step = 0; step < 4; ++step) {
            for (const float one : {up, down})
                if (-std::exp(one) == value) return one;
            up = std::nextafter(up, INFINITY);
            down = std::nextafter(down, -INFINITY);
        }
        return near;
    }

    struct Joint {
        TensorView qkv, z;
    };

    /// qwen3_next's one projection, whose rows the file has in two tensors.
    void addJoint(const std::string& name, const Joint& joint) {
        const std::string where = opened_.source() + ": " + name;
        const auto fits = [&](const TensorView& part) { return part.shape.size() == 2 && part.shape[1] == joint.qkv.shape[1] && part.dtype == joint.qkv.dtype; };
        if (joint.qkv.name.empty() || joint.z.name.empty() || !fits(joint.qkv) || !fits(joint.z))
            throw Error(Kind::Corrupt, where + ": its two parts attn_qkv and attn_gate must be matrices of one type and width");
        requireRows(joint.qkv, 2 * linear_.keys() + linear_.values(), where + ": attn_qkv");
        requireRows(joint.z, linear_.values(), where + ": attn_gate");
        const JointRows rows = jointRows(linear_);
        auto placement = std::make_shared<Placement>();
        placement->rows.assign(rows.qkv.size() + rows.z.size(), nullptr);
        place(placement->rows, joint.qkv.bytes, rows.qkv);
        place(placement->rows, joint.z.bytes, rows.z);
        placement->rest = joint.z.bytes;
        TensorView view = joint.qkv;
        view.shape[0] = std::ssize(placement->rows);
        view.placement = std::move(placement);
        views_.push_back(std::move(view));
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
    LinearHeads linear_;
    std::map<std::string, Joint> joints_;
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
