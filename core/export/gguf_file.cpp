#include "core/export/gguf_file.hpp"

#include <array>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/export/compare.hpp"
#include "core/export/disk_space.hpp"
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

recipe::Recipe recipeIn(const gguf::Read& found, const fs::path& file) {
    const gguf::Value* value = found.find(gguf::recipeKey);
    if (!value || !std::holds_alternative<std::string>(*value))
        throw Error(Kind::Input, file.string() + ": carries no recipe (key " + gguf::recipeKey + "), so there is nothing to verify it against");
    return recipe::fromJson(std::get<std::string>(*value), file.string());
}

void requireKeys(const gguf::Read& found, const gguf::Header& expected, const fs::path& file) {
    for (const gguf::Entry& entry : expected.entries) {
        const gguf::Value* value = found.find(entry.key);
        if (!value || *value != entry.value)
            throw Error(Kind::Corrupt, file.string() + ": key " + entry.key + (value ? " is not the one the model gives" : " is missing"));
    }
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

Bytes ggufFileBytes(const model::Model& model, const recipe::Recipe& recipe) {
    requireLoadable(model, recipe);
    const measure::Inputs none;
    return gguf::fileBytes(gguf::planOf(model, recipe, none).header);
}

void writeGguf(const model::Model& model, const recipe::Recipe& recipe, const fs::path& target,
               const Progress& progress, const InputSource& inputs) {
    requireLoadable(model, recipe);
    if (fs::exists(target)) throw Error(Kind::Input, target.string() + ": exists already");
    const measure::Inputs known = askedOf(inputs, recipe);
    const gguf::Plan plan = gguf::planOf(model, recipe, known);
    requireSpace(gguf::fileBytes(plan.header), target);
    AtomicFile file(target);
    file.write(gguf::headerBytes(plan.header));
    for (std::size_t i = 0; i < plan.makers.size(); ++i) {
        writePadded(file, plan.makers[i]());
        progress.report({"write", static_cast<std::int64_t>(i) + 1, std::ssize(plan.makers), plan.header.tensors[i].name});
        progress.checkpoint();
    }
    file.commit();
}

VerifyReport verifyGguf(const fs::path& file, const model::Model& against, const Progress& progress,
                        const InputSource& inputs) {
    const gguf::Read found = gguf::read(file, gguf::tensorBytes);
    const recipe::Recipe recipe = recipeIn(found, file);
    requireLoadable(against, recipe);
    const measure::Inputs known = askedOf(inputs, recipe);
    const gguf::Plan plan = gguf::planOf(against, recipe, known);
    requireKeys(found, plan.header, file);
    if (found.header.tensors != plan.header.tensors)
        throw Error(Kind::Corrupt, file.string() + ": its tensors are not those that the model and the recipe give");
    VerifyReport report{.fileBytes = static_cast<Bytes>(fs::file_size(file)), .againstModel = true};
    report.matrices = std::ssize(against.matrices());
    report.passthrough = plan.passing;
    report.weights = against.weights();
    for (std::size_t i = 0; i < plan.makers.size(); ++i) {
        const std::string& name = plan.header.tensors[i].name;
        requireSame(found.data[i], plan.makers[i](), file.string() + ": tensor " + name);
        report.tensorBytes += plan.header.tensors[i].bytes;
        progress.report({"verify", static_cast<std::int64_t>(i) + 1, std::ssize(plan.makers), name});
        progress.checkpoint();
    }
    return report;
}

}  // namespace dq::exporting
