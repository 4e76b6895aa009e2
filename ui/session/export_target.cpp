#include "ui/session/export_target.hpp"

#include <QCoreApplication>

#include <algorithm>

#include "core/format/format.hpp"

namespace dq::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ExportTarget", text);
}

std::vector<ExportTarget> made() {
    return {
        {"gguf", "gguf", tr("llama.cpp (GGUF)"), tr("One file for llama.cpp, Ollama and LM Studio."), "llama.cpp",
         ".gguf"},
        {"compressed-tensors", "vllm", tr("vLLM, transformers (compressed-tensors)"),
         tr("A folder of safetensors in mixed precision, with config and tokenizer."), "vLLM", "-vllm"},
        {"hf", "", tr("Plain BF16"), tr("A folder of the rounded weights as BF16: runs anywhere, saves nothing."), "",
         "-bf16"},
        {"native", "", tr("Native"),
         tr("A folder of bit-packed safetensors in any format. No engine loads it yet."), "", ""},
    };
}

}  // namespace

const std::vector<ExportTarget>& exportTargets() {
    static const std::vector<ExportTarget> all = made();
    return all;
}

QStringList unloadable(const ExportTarget& target, const recipe::Recipe& recipe) {
    QStringList strange;
    if (target.palette.empty()) return strange;
    for (const recipe::Recipe::Entry& entry : recipe.entries) {
        const QString name = QString::fromStdString(entry.format);
        if (strange.contains(name)) continue;
        const std::vector<std::string> loaders = format::get(entry.format).loaders();
        if (std::find(loaders.begin(), loaders.end(), target.name) == loaders.end()) strange << name;
    }
    return strange;
}

}  // namespace dq::ui
