#include "ui/session/export_target.hpp"

#include <QCoreApplication>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/export/target.hpp"
#include "core/format/names.hpp"

namespace dq::ui {

namespace {

std::vector<ExportTarget> made() {
    return {
        {"gguf", "gguf", QT_TRANSLATE_NOOP("TargetWords", "llama.cpp (GGUF)"), QT_TRANSLATE_NOOP("TargetWords", "One file for llama.cpp, Ollama and LM Studio."), "llama.cpp",
         ".gguf", false, true},
        {"compressed-tensors", "vllm", QT_TRANSLATE_NOOP("TargetWords", "vLLM, transformers (compressed-tensors)"),
         QT_TRANSLATE_NOOP("TargetWords", "A folder of safetensors in mixed precision, with config and tokenizer."), "vLLM", "-vllm", true, true, true},
        {"hf", "", QT_TRANSLATE_NOOP("TargetWords", "Plain BF16"), QT_TRANSLATE_NOOP("TargetWords", "A folder of the rounded weights as BF16: runs anywhere, saves nothing."), "",
         "-bf16"},
        {"native", "", QT_TRANSLATE_NOOP("TargetWords", "Native"),
         QT_TRANSLATE_NOOP("TargetWords", "A folder of bit-packed safetensors in any format. No engine loads it yet."), "", ""},
    };
}

}  // namespace

const std::vector<ExportTarget>& exportTargets() {
    static const std::vector<ExportTarget> all = made();
    return all;
}

QString ExportTarget::title() const {
    return QCoreApplication::translate("TargetWords", titleKey);
}

QString ExportTarget::sentence() const {
    return QCoreApplication::translate("TargetWords", sentenceKey);
}

QStringList unloadable(const ExportTarget& target, const recipe::Recipe& recipe) {
    QStringList strange;
    if (target.palette.empty()) return strange;
    for (const recipe::Recipe::Entry& entry : recipe.entries) {
        const QString name = QString::fromStdString(entry.format);
        if (strange.contains(name)) continue;
        const format::Format& format = format::get(entry.format);
        const std::vector<std::string> loaders = format.loaders();
        const bool loaded = std::find(loaders.begin(), loaders.end(), target.name) != loaders.end();
        // Engines that fuse layers keep scales in the model's type: others would be rounded on loading.
        const bool rounded = target.fused && format::withBf16Scales(format).value_or(entry.format) != entry.format;
        if (!loaded || rounded) strange << name;
    }
    return strange;
}

std::optional<Bytes> writtenBytes(const ExportTarget& target, const model::Model& model, const recipe::Recipe& recipe) {
    try {
        return exporting::plannedFileBytes(exporting::targetOf(target.name), model, recipe);
    } catch (const Error&) {
        return {};
    }
}

Question questionFor(const ExportTarget& target, const Question& now, const recipe::Recipe& recipe,
                     const Matrices& matrices) {
    Question question = now;
    if (!unloadable(target, recipe).isEmpty()) question.palette = target.palette;
    const bool mixture = std::any_of(matrices.begin(), matrices.end(), [](const MatrixInfo& one) { return one.expert >= 0; });
    using allocate::Grouping;
    const bool joined = now.grouping == Grouping::Fused || now.grouping == Grouping::Block;
    const bool together = joined || now.grouping == Grouping::Role || now.grouping == Grouping::Stacks;
    if (target.fused && !joined) question.grouping = Grouping::Fused;
    if (target.stacked && mixture && !together) question.grouping = Grouping::Stacks;
    const bool quantized = std::any_of(matrices.begin(), matrices.end(), [&](const MatrixInfo& matrix) {
        if (matrix.role != "embedding") return false;
        const auto& all = recipe.entries;
        const auto entry = std::find_if(all.begin(), all.end(), [&](const recipe::Recipe::Entry& one) {
            return matrix.name == QString::fromStdString(one.matrix);
        });
        return entry != all.end() && entry->format != "bf16";
    });
    if (target.plainEmbedding && quantized)
        question.constraints.push_back(allocate::constraintOf("pin:role=embedding=bf16"));
    return question;
}

}  // namespace dq::ui
