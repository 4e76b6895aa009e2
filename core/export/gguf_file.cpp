#include "core/export/gguf_file.hpp"

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

/// All parts under way, each as long as it will be; they get their names together, the first one last.
class Parts {
public:
    Parts(const std::vector<gguf::Header>& headers, const std::vector<fs::path>& paths) {
        for (const fs::path& path : paths)
            if (fs::exists(path)) throw Error(Kind::Input, path.string() + ": exists already");
        for (std::size_t i = 0; i < paths.size(); ++i) begin(headers[i], paths[i]);
    }
    /// Into the tensor of that number in the plan; from any thread.
    void put(std::size_t tensor, Bytes at, std::span<const std::byte> bytes) {
        places_[tensor].file->writeAt(places_[tensor].offset + at, bytes);
    }
    /// All of it was put.
    void startWriting(std::size_t tensor) { places_[tensor].file->startWriting(places_[tensor].offset, places_[tensor].bytes); }
    void commit() {
        for (auto file = files_.rbegin(); file != files_.rend(); ++file) (*file)->commit();
    }

private:
    struct Place {
        AtomicFile* file = nullptr;
        Bytes offset = 0, bytes = 0;
    };

    void begin(const gguf::Header& header, const fs::path& path) {
        AtomicFile& file = *files_.emplace_back(std::make_unique<AtomicFile>(path));
        const std::string front = gguf::headerBytes(header);
        file.reserve(gguf::fileBytes(header));
        file.writeAt(0, std::as_bytes(std::span(front.data(), front.size())));
        Bytes offset = std::ssize(front);
        for (const gguf::TensorInfo& tensor : header.tensors) {
            places_.push_back({&file, offset, tensor.bytes});
            offset += gguf::padded(tensor.bytes);
        }
    }

    std::vector<std::unique_ptr<AtomicFile>> files_;
    std::vector<Place> places_;
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
        DigestMaker digest;
        plan.makers[i]([&](Bytes at, std::span<const std::byte> bytes) {
            parts.put(i, at, bytes);
            digest.add(at, bytes);
        });
        parts.startWriting(i);
        written.digests.add(plan.header.tensors[i].name, digest.digest());
        progress.report({"write", static_cast<std::int64_t>(i) + 1, std::ssize(plan.makers), plan.header.tensors[i].name});
        progress.checkpoint();
    }
    parts.commit();
    return written;
}

VerifyReport verifyGguf(const fs::path& file, const model::Model& against, const Progress& progress,
                        const InputSource& inputs, const WrittenDigests* written) {
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
            if (written)
                written->require(name, data, where);
            else
                plan.makers[i]([&](Bytes at, std::span<const std::byte> bytes) { requireSameAt(data, at, bytes, where); });
            report.tensorBytes += plan.header.tensors[i].bytes;
            progress.report({"verify", static_cast<std::int64_t>(++i), std::ssize(plan.makers), name});
            progress.checkpoint();
        }
    return report;
}

}  // namespace dq::exporting
