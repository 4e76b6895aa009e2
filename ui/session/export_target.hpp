#pragma once

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

#include "core/recipe/recipe.hpp"

namespace dq::ui {

/// A kind of checkpoint as a person chooses it.
struct ExportTarget {
    std::string name;     // as `dynaquant-cli export --target` has it
    std::string palette;  // the formats its loaders read; empty: every format can be written
    QString title;
    QString sentence;  // what is written and what loads it
    QString loaders;   // who reads it, inside a sentence
    QString ending;    // of the file's or folder's name
};

const std::vector<ExportTarget>& exportTargets();
/// The recipe's formats that the target cannot hold, each once.
QStringList unloadable(const ExportTarget& target, const recipe::Recipe& recipe);

}  // namespace dq::ui
