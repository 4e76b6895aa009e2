#include "core/export/gguf_file.hpp"

#include <array>
#include <memory>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/checkpoint/gguf/opened.hpp"
#include "core/export/compare.hpp"
#include "core/export/disk_space.hpp"
#include "core/export/gguf/parts.hpp"
#include "core/export/gguf/plan.hpp"
#include "core/export/gguf/rules.hpp"
#include "core/recipe/complaints.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;

void requireLoadable(const model::Model& model, const recipe::Recipe& recipe) {
    recipe::refuseFor(ggufComplaints(model, recipe), Kind::Unsupported, "llama.cpp would not load this recipe");
}

void writePadded(AtomicFile& file, std::span<const std::byte> bytes) {
    static constexpr std::array<std::byte, gguf::alignment> zeros{};
    file.write(bytes);
    const std::size_t rest = bytes.size() % zeros.size();
    if (rest > 0) file.write(std::span(zeros).first(zeros.size() - rest));
}

recipe::Recipe recipeIn(const gguf::Opened& found) {
    const gguf::Value* value = found.find(gguf::recipeKey);
    if (!value || !std::holds_alternative<std::string>(*value))
        throw Error(Kind::Input, found.source() + ": carries no recipe (key " + gguf::recipeKey + "), so there is nothing to verify it against");
    return recipe::fromJson(std::get<std::string>(*value), found.source());
}

void requireKeys(const gguf::Opened& found, const gguf::Header& expected) {
    for (const gguf::Entry& entry : expected.entries) {
        const gguf::Value* value = found.find(entry.key);
        if (!value || *value != entry.value)
            throw Error(Kind::Corrupt, found.source() + ": key " + entry.key + (value ? " is not the one the model gives" : " is missing"));
    }
}

/// The tensors of all parts, one behind the other, are those of the plan.
void requireTensors(const gguf::Opened& found, const gguf::Header& expected) {
    std::vector<gguf::TensorInfo> all;
    for (const gguf::Read& part : found.parts)
        all.insert(all.end(), part.header.tensors.begin(), part.header.tensors.end());
    if (all != expected.tensors)
        throw Error(Kind::Corrupt, found.source() + ": its tensors are not those that the model and the recipe give");
}

/// All parts under way; they get their names together, the first one last.
class Parts {
public:
    Parts(const std::vector<gguf::Header>& headers, const std::vector<fs::path>& paths) : headers_(headers) {
        for (const fs::path& path : paths)
            if (fs::exists(path)) throw Error(Kind::Input, path.string() + ": exists already");
        for (std::size_t i = 0; i < paths.size(); ++i) {
            files_.push_back(std::make_unique<AtomicFile>(paths[i]));
            files_.back()->write(gguf::headerBytes(headers[i]));
        }
    }
    /// The next tensor of the plan.
    void add(std::span<const std::byte> bytes) {
        if (filled_ == headers_[part_].tensors.size()) {
            ++part_;
            filled_ = 0;
        }
        ++filled_;
        writePadded(*files_[part_], bytes);
    }
    void commit() {
        for (auto file = files_.rbegin(); file != files_.rend(); ++file) (*file)->commit();
    }

private:
    const std::vector<gguf::Header>& headers_;
    std::vector<std::unique_ptr<AtomicFile>> files_;
    std::size_t part_ = 0, filled_ = 0;
};

Bytes bytesOf(const std::vector<gguf::Header>& headers) {
    Bytes sum = 0;
    for (const gguf::Header& header : headers)
        sum += gguf::fileBytes(header);
    return sum;
}

}  // namespace

std::optional<kernels::gguf::Type> ggufTypeOf(const format::Format& format) {
    if (format.encoding.element == kernels::Element::Bf16) return kernels::gguf::Type::Bf16;
    if (format.encoding.element != kernels::Element::Block) return {};
    return static_cast<kernels::gguf::Type>(format.encoding.block);
}

std::vector<std::string> ggufComplaints(const model::Model& model, const recipe::Recipe& recipe) {
    recipe::require(recipe, model);
    std::vector<std::string> all = gguf::modelComplaints(model);
    const std::size_t ofTheModel = all.size();
    for (const recipe::Recipe::Entry& entry : recipe.entries)
        if (!ggufTypeOf(format::get(entry.format)))
            all.push_back("matrix " + entry.matrix + ": GGUF has no type for " + entry.format);
    if (all.size() > ofTheModel) return all;
    for (std::string& one : gguf::stackComplaints(model, recipe))
        all.push_back(std::move(one));
    return all;
}

Bytes ggufFileBytes(const model::Model& model, const recipe::Recipe& recipe, const GgufOptions& options) {
    requireLoadable(model, recipe);
    const measure::Inputs none;
    return bytesOf(gguf::partsOf(gguf::planOf(model, recipe, none).header, options.splitBytes));
}

GgufWritten writeGguf(const model::Model& model, const recipe::Recipe& recipe, const fs::path& target,
                      const Progress& progress, const InputSource& inputs, const GgufOptions& options) {
    requireLoadable(model, recipe);
    if (fs::exists(target)) throw Error(Kind::Input, target.string() + ": exists already");
    const measure::Inputs known = askedOf(inputs, recipe);
    const gguf::Plan plan = gguf::planOf(model, recipe, known);
    const std::vector<gguf::Header> headers = gguf::partsOf(plan.header, options.splitBytes);
    const std::vector<fs::path> paths = gguf::pathsOf(target, headers.size());
    requireSpace(bytesOf(headers), target);
    Parts parts(headers, paths);
    GgufWritten written{paths.front(), {}};
    for (std::size_t i = 0; i < plan.makers.size(); ++i) {
        const std::vector<std::byte> bytes = plan.makers[i]();
        written.digests.add(plan.header.tensors[i].name, bytes);
        parts.add(bytes);
        progress.report({"write", static_cast<std::int64_t>(i) + 1, std::ssize(plan.makers), plan.header.tensors[i].name});
        progress.checkpoint();
    }
    parts.commit();
    return written;
}

VerifyReport verifyGguf(const fs::path& file, const model::Model& against, const Progress& progress,
                        const InputSource& inputs, const Digests* written) {
    const gguf::Opened found = gguf::open(file);
    const recipe::Recipe recipe = recipeIn(found);
    requireLoadable(against, recipe);
    const measure::Inputs known = written ? measure::Inputs() : askedOf(inputs, recipe);
    const gguf::Plan plan = gguf::planOf(against, recipe, known);
    requireKeys(found, plan.header);
    requireTensors(found, plan.header);
    VerifyReport report{.againstModel = true};
    for (const fs::path& part : found.paths)
        report.fileBytes += static_cast<Bytes>(fs::file_size(part));
    report.matrices = std::ssize(against.matrices());
    report.passthrough = plan.passing;
    report.weights = against.weights();
    std::size_t i = 0;
    for (std::size_t p = 0; p < found.parts.size(); ++p)
        for (const std::span<const std::byte> data : found.parts[p].data) {
            const std::string& name = plan.header.tensors[i].name;
            const std::string where = found.paths[p].string() + ": tensor " + name;
            written ? written->require(name, data, where) : requireSame(data, plan.makers[i](), where);
            report.tensorBytes += plan.header.tensors[i].bytes;
            progress.report({"verify", static_cast<std::int64_t>(++i), std::ssize(plan.makers), name});
            progress.checkpoint();
        }
    return report;
}

}  // namespace dq::exporting
