#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

#include "core/recipe/recipe.hpp"
#include "ui/session/explored.hpp"
#include "ui/session/matrix_info.hpp"

namespace dq::ui {

/// A kind of checkpoint as a person chooses it.
struct ExportTarget {
    std::string name;     // as `dynaquant-cli export --target` has it
    std::string palette;  // the formats its loaders read; empty: every format can be written
    const char* titleKey = "";  // in English, for the translation
    const char* sentenceKey = "";
    QString title() const;
    QString sentence() const;  // what is written and what loads it
    QString loaders;   // who reads it, inside a sentence
    QString ending;    // of the file's or folder's name
    bool fused = false;           // its loaders join q, k and v, gate and up: they must share a format
    bool stacked = false;         // it holds one matrix of all experts of a layer as one tensor: they must
    bool plainEmbedding = false;  // and read the embedding in BF16 only
};

const std::vector<ExportTarget>& exportTargets();
/// The recipe's formats that the target cannot hold, each once.
QStringList unloadable(const ExportTarget& target, const recipe::Recipe& recipe);
/// Of every file the target writes for it; absent where it cannot be written, which exporting says.
std::optional<Bytes> writtenBytes(const ExportTarget& target, const model::Model& model, const recipe::Recipe& recipe);
/// What must be asked for the target to hold the answer; `now` itself where its recipe already can be written.
Question questionFor(const ExportTarget& target, const Question& now, const recipe::Recipe& recipe,
                     const Matrices& matrices);

}  // namespace dq::ui
