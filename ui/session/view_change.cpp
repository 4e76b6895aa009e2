#include "ui/session/view_change.hpp"

#include <utility>

#include "ui/words/core_words.hpp"

namespace dq::ui {

namespace {
constexpr qint64 sweepMilliseconds = 600;  // a longer rest begins another step
}

ViewChange::ViewChange(Session& session, const QString& text, View before, View after, bool budgetOnly)
    : QUndoCommand(text),
      session_(session),
      before_(std::move(before)),
      after_(std::move(after)),
      budgetOnly_(budgetOnly) {
    since_.start();
}

ViewChange::ViewChange(Session& session, const QString& text, View before, View after)
    : ViewChange(session, text, std::move(before), std::move(after), false) {
    done_ = true;
}

void ViewChange::undo() {
    session_.restore(before_);
}

void ViewChange::redo() {
    if (std::exchange(done_, true)) session_.restore(after_);
}

bool ViewChange::mergeWith(const QUndoCommand* next) {
    const auto* later = static_cast<const ViewChange*>(next);  // of the same id
    if (since_.elapsed() > sweepMilliseconds || !(after_.question == later->before_.question)) return false;
    after_ = later->after_;
    setText(later->text());
    since_.start();
    return true;
}

QString changeText(const Question& before, const Question& after) {
    if (before.palette != after.palette) return Session::tr("formats %1").arg(text(after.palette));
    if (before.metric != after.metric)
        return Session::tr("metric %1").arg(coreWords(quality::metricName(after.metric)));
    if (before.grouping != after.grouping)
        return Session::tr("groups %1").arg(coreWords(allocate::groupingName(after.grouping)));
    if (before.correction != after.correction)
        return after.correction ? Session::tr("correction") : Session::tr("no correction");
    if (before.pace != after.pace)
        return after.pace ? Session::tr("speed of %1 tokens a second").arg(numberText(1 / after.pace->secondsPerToken))
                          : Session::tr("no speed");
    return Session::tr("constraints");
}

}  // namespace dq::ui
