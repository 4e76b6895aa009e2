#include "ui/session/recipe_fit.hpp"

#include <algorithm>
#include <unordered_set>

#include "ui/session/session.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

constexpr qsizetype namedExamples = 3;

/// "4 matrices of this model are not in it: a, b, c, …"
void complain(QStringList& complaints, const QStringList& names, const QString& sentence) {
    if (names.isEmpty()) return;
    complaints << sentence.arg(countText(names.size())) + ": " + names.mid(0, namedExamples).join(", ") +
                      (names.size() > namedExamples ? QString(", …") : QString());
}

}  // namespace

RecipeFit fitOf(const recipe::Recipe& recipe, const measure::Measurements& table) {
    std::unordered_set<std::string> own, named;
    for (const measure::MatrixRow& row : table.rows)
        own.insert(row.name);
    RecipeFit fit;
    QStringList foreign, notMeasured, missing;
    for (const recipe::Recipe::Entry& entry : recipe.entries) {
        named.insert(entry.matrix);
        if (!own.contains(entry.matrix))
            foreign << text(entry.matrix);
        else if (std::find(table.formats.begin(), table.formats.end(), entry.format) == table.formats.end())
            notMeasured << text(entry.matrix) + " (" + text(entry.format) + ')';
        else
            ++fit.matching;
    }
    for (const measure::MatrixRow& row : table.rows)
        if (!named.contains(row.name)) missing << text(row.name);
    if (!recipe.modelFingerprint.empty() && recipe.modelFingerprint != table.key.model)
        fit.complaints << Session::tr("It was made for another model, %1; this is %2.")
                              .arg(text(recipe.modelName), text(table.modelName));
    complain(fit.complaints, foreign, Session::tr("%1 of its matrices are not in this model"));
    complain(fit.complaints, missing, Session::tr("%1 matrices of this model are not in it"));
    complain(fit.complaints, notMeasured, Session::tr("%1 of its matrices have formats that were not measured"));
    return fit;
}

}  // namespace dq::ui
