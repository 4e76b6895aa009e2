#include "core/base/error.hpp"
#include "ui/session/session.hpp"

/// What running the model has said of the front, and judging the table by it.
namespace dq::ui {

void Session::takeValidation(Validated validated) {
    if (!table_ || validated.correction->table != table_->key.hex())
        throw Error(Kind::Input, "the measured points belong to a table that is no longer open");
    const bool wasCorrected = question_.correction != nullptr;
    validated_ = std::move(validated);
    emit validatedChanged();
    if (wasCorrected) setCorrected(true);
}

void Session::setCorrected(bool on) {
    Question question = question_;
    question.correction = on && validated_ ? validated_->correction : nullptr;
    ask(question);
}

void Session::takeEvaluation(const std::string& table, const Evaluated& point) {
    if (!table_ || table != table_->key.hex())
        throw Error(Kind::Input, "the measured point belongs to a table that is no longer open");
    evaluations_.push_back(point);
    emit validatedChanged();
}

void Session::forgetValidation() {
    if (!validated_ && evaluations_.empty()) return;
    validated_.reset();
    evaluations_.clear();
    question_.correction.reset();
    emit validatedChanged();
}

}  // namespace dq::ui
