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
    judgeOtherwise();
    if (wasCorrected) setCorrected(true);
}

/// Beside what is shown, and never in its way: the answer is dropped where something else is shown by then.
void Session::judgeOtherwise() {
    otherwise_.reset();
    if (!validated_ || !explored_) return;
    Question question = question_;
    question.correction = corrected() ? nullptr : validated_->correction;
    using Made = std::shared_ptr<const Explored>;
    lane_.run<Made>([table = table_, question] { return explore(table, question); }, [this, of = explored_](Outcome<Made> outcome) {
        if (of != explored_ || !std::holds_alternative<Made>(outcome)) return;  // where it has no answer, there is nothing beside it
        otherwise_ = std::move(std::get<Made>(outcome));
        rest_.start();
        emit validatedChanged();
    });
}

QString Session::correctionWords() const {
    if (!validated_ || !hasFront()) return {};
    if (!certificate_ || !certificate_->correction) return tr("What the correction changes is worked out when the budget rests.");
    const QString measured = measuredEffect(*validated_, choice_.bytes);
    return certificate_->correction->words() + (measured.isEmpty() ? QString() : ' ' + measured);
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
    otherwise_.reset();
    evaluations_.clear();
    question_.correction.reset();
    emit validatedChanged();
}

}  // namespace dq::ui
