#include <algorithm>
#include <unordered_map>

#include "core/format/format.hpp"
#include "ui/session/session.hpp"
#include "ui/session/view_change.hpp"

/// From one run to the next, and from a recipe.
namespace dq::ui {

namespace {

/// The palette, and what a recipe has beside it.
std::string widened(const std::string& palette, const std::vector<std::string>& formats) {
    const std::vector<std::string> had = format::palette(palette).formats;
    std::vector<std::string> missing;
    for (const std::string& one : formats)
        if (std::find(had.begin(), had.end(), one) == had.end() &&
            std::find(missing.begin(), missing.end(), one) == missing.end())
            missing.push_back(one);
    std::string wide = palette;
    for (const std::string& one : missing)
        wide += "," + one;
    return wide;
}

/// Whether what shares a format is wished one.
bool keepsGroups(const allocate::Problem& problem, const Wishes& wishes) {
    const auto pin = [&](int matrix) {
        const auto wish = wishes.find(matrix);
        return wish == wishes.end() ? std::string() : wish->second.pin;
    };
    return std::all_of(problem.classes.begin(), problem.classes.end(), [&](const allocate::Class& one) {
        return std::all_of(one.matrices.begin(), one.matrices.end(),
                           [&](int matrix) { return pin(matrix) == pin(one.matrices.front()); });
    });
}

}  // namespace

SavedView Session::saved() const {
    SavedView view{question_, budget_, {}, {}, look_};
    const auto name = [this](int matrix) { return matrices_[static_cast<std::size_t>(matrix)].name; };
    for (const int matrix : selection_)
        view.selection << name(matrix);
    if (selected_ >= 0) view.current = name(selected_);
    return view;
}

void Session::resume(const SavedView& view) {
    if (!hasFront()) return;
    const std::set<QString> names(view.selection.begin(), view.selection.end());
    std::vector<int> chosen;
    int current = -1;
    for (std::size_t m = 0; m < matrices_.size(); ++m) {
        if (!names.contains(matrices_[m].name)) continue;
        chosen.push_back(static_cast<int>(m));
        if (current < 0 || matrices_[m].name == view.current) current = static_cast<int>(m);
    }
    if (current >= 0) selectMany(std::move(chosen), current);
    restore({view.question, view.budget, view.look});
}

void Session::applyRecipe(const recipe::Recipe& recipe, const QString& name) {
    if (!hasFront()) return;
    addSnapshot(snapshotOf(*table_, recipe, question_, name));
    std::unordered_map<std::string, int> indices;
    for (std::size_t m = 0; m < table_->rows.size(); ++m)
        indices.emplace(table_->rows[m].name, static_cast<int>(m));
    Wishes wishes;
    std::vector<std::string> formats;
    for (const recipe::Recipe::Entry& entry : recipe.entries) {
        const auto matrix = indices.find(entry.matrix);
        const bool measured = std::find(table_->formats.begin(), table_->formats.end(), entry.format) !=
                              table_->formats.end();
        if (matrix == indices.end() || !measured) continue;
        wishes[matrix->second].pin = entry.format;
        formats.push_back(entry.format);
    }
    if (wishes.empty()) return;
    Question question = question_;
    question.palette = widened(question.palette, formats);
    if (!keepsGroups(explored_->problem(), wishes)) question.grouping = allocate::Grouping::Free;
    question.constraints = constraintsOf(table_->rows, wishes);
    explain(question, recipe.bytes, tr("recipe %1").arg(name));
}

}  // namespace dq::ui
