#include "core/export/imatrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/export/gguf/names.hpp"
#include "core/export/gguf/plan.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;
using measure::MatrixRow;
using measure::Measurements;

constexpr std::uint32_t plainF32 = 0;
constexpr const char* sumsEnding = ".in_sum2";
constexpr const char* countsEnding = ".counts";

/// One tensor of llama.cpp's: the experts of a block one behind the other.
struct Entry {
    std::int64_t cols = 0;
    std::vector<float> sums, counts;
};

void put(Entry& entry, const model::WeightMatrix& matrix, const MatrixRow& row, double positions) {
    const auto at = static_cast<std::size_t>(std::max(0, matrix.expert));
    const auto cols = static_cast<std::size_t>(matrix.cols);
    entry.cols = matrix.cols;
    if (entry.counts.size() <= at) {
        entry.counts.resize(at + 1);
        entry.sums.resize((at + 1) * cols);
    }
    if (row.unreached()) return;
    entry.counts[at] = static_cast<float>(row.tokens > 0 ? static_cast<double>(row.tokens) : positions);
    for (std::size_t j = 0; j < cols; ++j) entry.sums[at * cols + j] = static_cast<float>(double{row.inputMoment[j]} * positions);
}

std::map<std::string, Entry> entriesOf(const model::Model& model, const Measurements& table) {
    const auto predicted = static_cast<double>(table.calibrationTokens), all = predicted + static_cast<double>(table.calibrationSequences);
    std::map<std::string, Entry> entries;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const model::WeightMatrix& matrix = model.matrices()[i];
        const auto name = gguf::ggufName(matrix);
        if (!name || matrix.role == model::Role::Embedding) continue;
        put(entries[*name], matrix, table.rows[i], matrix.block < 0 ? predicted : all);
    }
    return entries;
}

void requireMeasured(const model::Model& model, const Measurements& table) {
    gguf::requiredFamily(model.architecture(), model.checkpoint().name());
    const auto matrices = model.matrices();
    const bool same = table.rows.size() == matrices.size() &&
                      std::equal(table.rows.begin(), table.rows.end(), matrices.begin(),
                                 [](const MatrixRow& row, const model::WeightMatrix& one) { return row.name == one.name && row.cols == one.cols; });
    if (!same) throw Error(Kind::Input, "the error table of " + table.modelName + " is not of " + model.checkpoint().name());
}

gguf::Header headerOf(const std::map<std::string, Entry>& entries, const Measurements& table) {
    gguf::Header header;
    header.entries = {{"general.type", std::string("imatrix")},
                      {"imatrix.datasets", std::vector<std::string>{table.calibrationSource}},
                      {"imatrix.chunk_count", static_cast<std::uint32_t>(table.calibrationSequences)},
                      {"imatrix.chunk_size", static_cast<std::uint32_t>(table.key.window)}};
    for (const auto& [name, entry] : entries) {
        const std::int64_t experts = std::ssize(entry.counts);
        header.tensors.push_back({name + sumsEnding, {entry.cols, experts}, plainF32, experts * entry.cols * 4});
        header.tensors.push_back({name + countsEnding, {1, experts}, plainF32, experts * 4});
    }
    return header;
}

void writePadded(AtomicFile& file, std::span<const float> numbers) {
    static constexpr std::array<std::byte, gguf::alignment> zeros{};
    file.write(std::as_bytes(numbers));
    const std::size_t rest = numbers.size_bytes() % zeros.size();
    if (rest > 0) file.write(std::span(zeros).first(zeros.size() - rest));
}

/// The file's tensors by name, each checked to be of floats.
class Numbers {
public:
    explicit Numbers(const fs::path& path) : path_(path), file_(gguf::read(path, checkpoint::gguf::tensorBytes)) {
        for (std::size_t i = 0; i < file_.header.tensors.size(); ++i) places_.emplace(file_.header.tensors[i].name, i);
    }

    bool has(const std::string& name) const { return places_.contains(name); }
    bool saysImatrix() const {
        const gguf::Value* const type = file_.find("general.type");
        return type && std::holds_alternative<std::string>(*type) && std::get<std::string>(*type) == "imatrix";
    }
    /// All numbers of a tensor of `count` floats.
    std::vector<float> of(const std::string& name, std::int64_t count) const {
        const auto found = places_.find(name);
        if (found == places_.end()) throw corrupt("has no tensor " + name);
        const gguf::TensorInfo& info = file_.header.tensors[found->second];
        if (info.type != plainF32) throw corrupt("tensor " + name + " is of type " + std::to_string(info.type) + ", not F32 (0)");
        if (info.bytes != count * 4)
            throw corrupt("tensor " + name + " has " + std::to_string(info.bytes / 4) + " numbers, the model needs " + std::to_string(count));
        std::vector<float> numbers(static_cast<std::size_t>(count));
        std::memcpy(numbers.data(), file_.data[found->second].data(), numbers.size() * 4);
        for (std::size_t j = 0; j < numbers.size(); ++j)
            if (!std::isfinite(numbers[j]) || numbers[j] < 0)
                throw corrupt("tensor " + name + " holds " + std::to_string(numbers[j]) + " at " + std::to_string(j) +
                              "; sums of squares and counts are finite and not negative");
        return numbers;
    }
    std::string fingerprint() const {
        Fingerprint sum;
        sum.add(file_.file.bytes());
        return sum.hex();
    }
    Error corrupt(const std::string& sentence) const { return {Kind::Corrupt, path_.string() + ": " + sentence}; }

private:
    fs::path path_;
    gguf::Read file_;
    std::map<std::string, std::size_t> places_;
};

/// What all matrices of a block that share a name have together.
std::map<std::string, std::int64_t> expertsByName(const model::Model& model) {
    std::map<std::string, std::int64_t> experts;
    for (const model::WeightMatrix& matrix : model.matrices())
        if (const auto name = gguf::ggufName(matrix)) {
            std::int64_t& most = experts[*name];
            most = std::max<std::int64_t>(most, std::max(0, matrix.expert) + 1);
        }
    return experts;
}

/// The means of one matrix; empty where it met no token.
std::vector<float> momentsOf(const Entry& entry, const model::WeightMatrix& matrix) {
    const auto at = static_cast<std::size_t>(std::max(0, matrix.expert)), cols = static_cast<std::size_t>(matrix.cols);
    if (!(entry.counts[at] > 0)) return {};
    std::vector<float> moments;
    for (std::size_t j = 0; j < cols; ++j) moments.push_back(entry.sums[at * cols + j] / entry.counts[at]);
    return moments;
}

}  // namespace

void writeImatrix(const model::Model& model, const Measurements& table, const fs::path& target) {
    if (fs::exists(target)) throw Error(Kind::Input, target.string() + ": exists already");
    requireMeasured(model, table);
    const std::map<std::string, Entry> entries = entriesOf(model, table);
    AtomicFile file(target);
    file.write(gguf::headerBytes(headerOf(entries, table)));
    for (const auto& [name, entry] : entries) {
        writePadded(file, entry.sums);
        writePadded(file, entry.counts);
    }
    file.commit();
}

std::shared_ptr<const measure::Importance> readImatrix(const model::Model& model, const fs::path& path) {
    const Numbers file(path);
    if (!file.saysImatrix()) throw Error(Kind::Input, path.string() + ": is a GGUF file, but no imatrix (its key general.type is another or missing)");
    auto importance = std::make_shared<measure::Importance>();
    const std::map<std::string, std::int64_t> experts = expertsByName(model);
    std::map<std::string, Entry> entries;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        const std::string name = gguf::ggufName(matrix).value_or("");
        if (!file.has(name + sumsEnding)) continue;
        Entry& entry = entries[name];
        if (entry.counts.empty()) {
            const std::int64_t count = experts.at(name);
            entry = {matrix.cols, file.of(name + sumsEnding, count * matrix.cols), file.of(name + countsEnding, count)};
        }
        std::vector<float> moments = momentsOf(entry, matrix);
        if (!moments.empty()) importance->moments.emplace(matrix.name, std::move(moments));
    }
    if (importance->moments.empty())
        throw Error(Kind::Input, path.string() + ": names no matrix of " + model.checkpoint().name() + " (tensors like blk.0.attn_q.weight.in_sum2)");
    importance->fingerprint = file.fingerprint();
    importance->source = path.filename().string();
    return importance;
}

}  // namespace dq::exporting
