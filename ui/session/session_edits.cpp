#include <algorithm>

#include "core/base/error.hpp"
#include "ui/session/session.hpp"
#include "ui/session/view_change.hpp"

/// What a person insists on, and taking it back.
namespace dq::ui {

void Session::pin(const std::vector<int>& matrices) {
    if (!hasFront()) return;
    edit(tr("pin %1").arg(nameOf(matrices)), matrices, [this](int matrix, Wish& wish) {
        wish.pin = utf8(explored_->formatName(states_[static_cast<std::size_t>(matrix)].format));
    });
}

void Session::pinTo(const std::vector<int>& matrices, const std::string& format) {
    edit(tr("pin %1 to %2").arg(nameOf(matrices), text(format)), matrices,
         [&](int, Wish& wish) { wish.pin = format; });
}

void Session::ban(const std::vector<int>& matrices, const std::string& format) {
    edit(tr("ban %1 from %2").arg(text(format), nameOf(matrices)), matrices,
         [&](int, Wish& wish) { wish.banned.insert(format); });
}

void Session::setLeast(const std::vector<int>& matrices, double bits) {
    edit(tr("at least %1 bits for %2").arg(bits).arg(nameOf(matrices)), matrices,
         [&](int, Wish& wish) { wish.least = bits; });
}

void Session::setMost(const std::vector<int>& matrices, double bits) {
    edit(tr("at most %1 bits for %2").arg(bits).arg(nameOf(matrices)), matrices,
         [&](int, Wish& wish) { wish.most = bits; });
}

void Session::clearConstraints(const std::vector<int>& matrices) {
    edit(tr("no constraints on %1").arg(nameOf(matrices)), matrices,
         [](int, Wish& wish) { wish = {}; });
}

void Session::clearConstraints() {
    if (hasFront() && !question_.constraints.empty()) takeConstrained({}, tr("no constraints"));
}

QString Session::nameOf(const std::vector<int>& matrices) const {
    if (matrices.size() == 1) return matrices_[static_cast<std::size_t>(matrices.front())].shortName;
    return tr("%1 matrices").arg(countText(static_cast<std::int64_t>(matrices.size())));
}

void Session::edit(const QString& text, const std::vector<int>& matrices, const Change& change) {
    if (!hasFront() || matrices.empty()) return;
    Wishes wishes = explored_->wishes;
    for (const int matrix : matrices) {
        change(matrix, wishes[matrix]);
        if (wishes[matrix].none()) wishes.erase(matrix);
    }
    if (wishes == explored_->wishes) return;
    takeConstrained(constraintsOf(table_->rows, wishes), text);
}

void Session::takeConstrained(std::vector<allocate::Constraint> constraints, const QString& text) {
    const View before = view();
    if (constrain(std::move(constraints))) record(text, before, false);
}

bool Session::constrain(std::vector<allocate::Constraint> constraints) {
    try {
        auto made = constrained(*explored_, std::move(constraints));
        ++generation_;  // a question still on its way would bring the old constraints back
        takeFront(std::move(made), Stage::Front);
        return true;
    } catch (...) {
        emit failed(failureOf(std::current_exception()));
        return false;
    }
}

void Session::record(const QString& text, const View& before, bool budgetOnly) {
    history_.push(new ViewChange(*this, text, before, view(), budgetOnly));
}

void Session::restore(const View& view) {
    if (!hasFront()) return;
    takeLook(view.look);
    if (!view.question.sameBut(question_)) return explain(view.question, view.budget, {});
    if (view.question == question_) {
        if (view.budget == budget_) return;
        choose(view.budget);
        return emit changed(Stage::Choice);
    }
    budget_ = view.budget;
    constrain(view.question.constraints);
}

}  // namespace dq::ui
