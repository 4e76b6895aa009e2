#include <cmath>
#include <utility>

#include "core/allocate/constraint.hpp"
#include "core/allocate/theory.hpp"
#include "ui/session/session.hpp"

/// What is worked out once the budget rests.
namespace dq::ui {

namespace {

/// The optimum, and its loss over those without constraints and without groups, at the same budget.
Certificate certify(const Explored& explored, const Explored* otherwise, Bytes budget) {
    Certificate certificate{.choice = explored.front->exact(budget), .constraintsPrice = {}, .groupingPrice = {}, .speedPrice = {}, .correction = {}};
    if (explored.paced) {
        allocate::Choice paced = explored.paced->exact(budget).choice;
        certificate.speedPrice = certificate.choice.loss > 0 ? paced.loss / certificate.choice.loss : 1 + paced.loss;
        certificate.choice = std::move(paced);
    }
    const auto feasible = [&](const allocate::Front& front) {
        return front.vertices().front().bytes <= budget;
    };
    if (explored.front != explored.unrestricted && feasible(*explored.unrestricted))
        certificate.constraintsPrice = allocate::priceOf(*explored.front, *explored.unrestricted, budget);
    if (explored.unrestricted != explored.free && feasible(*explored.unrestricted))
        certificate.groupingPrice = allocate::priceOf(*explored.unrestricted, *explored.free, budget);
    if (otherwise && feasible(*otherwise->front))
        certificate.correction = explored.question.correction ? effectOf(*otherwise, explored, budget) : effectOf(explored, *otherwise, budget);
    return certificate;
}

QString percentText(double ratio) {
    if (!std::isfinite(ratio)) return QStringLiteral("+∞ %");
    const double percent = (ratio - 1) * 100;
    if (percent < 0.005) return QStringLiteral("+0 %");
    return '+' + (percent < 10 ? QString::number(percent, 'f', percent < 1 ? 2 : 1) : numberText(percent)) +
           " %";
}

}  // namespace

void Session::finish() {
    if (!hasFront()) return;
    ++finishing_;
    lane_.run<Certificate>([explored = explored_, otherwise = otherwise_, budget = budget_] { return certify(*explored, otherwise.get(), budget); },
                           [this, explored = explored_, budget = budget_](Outcome<Certificate> outcome) {
                               --finishing_;
                               if (explored != explored_ || budget != budget_) return;  // it moved on
                               if (auto* failure = std::get_if<Failure>(&outcome))
                                   return emit failed(*failure);
                               takeCertificate(std::move(std::get<Certificate>(outcome)));
                           });
}

void Session::takeCertificate(Certificate certificate) {
    certificate_ = std::move(certificate);
    setChoice(certificate_->choice);
    emit changed(Stage::Choice);
}

QString Session::certificateWords() const {
    if (!hasFront()) return {};
    const QString bound = lossText(choice_.bound, explored_->lossUnit);
    if (choice_.gap() <= 0)
        return tr(
                   "No choice within this budget can lose less than %1, and this one loses no more.")
            .arg(bound);
    return tr(
               "No choice within this budget can lose less than %1; this one loses %2 % more at most.")
        .arg(bound, numberText(choice_.gap() * 100, 2));
}

QString Session::constraintWords() const {
    if (!hasFront() || question_.constraints.empty()) return {};
    const auto count = [](std::size_t number) { return countText(static_cast<std::int64_t>(number)); };
    const std::size_t constraints = question_.constraints.size(), matrices = explored_->wishes.size();
    QString words = (constraints == 1 ? tr("1 constraint") : tr("%1 constraints").arg(count(constraints))) + " · " +
                    (matrices == 1 ? tr("1 matrix") : tr("%1 matrices").arg(count(matrices)));
    if (certificate_ && certificate_->constraintsPrice)
        words += " · " + tr("%1 loss").arg(percentText(*certificate_->constraintsPrice));
    return words;
}

QString Session::speedWords() const {
    if (!hasFront() || !explored_->paced) return {};
    const double seconds = explored_->paced->secondsOf(choice_);
    QString words = tr("%1 ms a token (%2 a second)").arg(numberText(1e3 * seconds), numberText(1 / seconds));
    if (certificate_ && certificate_->speedPrice) words += ", " + tr("%1 loss").arg(percentText(*certificate_->speedPrice));
    return words;
}

QString Session::groupingPriceWords() const {
    return certificate_ && certificate_->groupingPrice ? percentText(*certificate_->groupingPrice)
                                                       : QString();
}

}  // namespace dq::ui
