#pragma once

#include <QElapsedTimer>
#include <QUndoCommand>

#include "ui/session/session.hpp"

namespace dq::ui {

/// A step of the history: the views before and after. Moves of the budget in one sweep are one step.
class ViewChange : public QUndoCommand {
public:
    /// A change that was made already.
    ViewChange(Session& session, const QString& text, View before, View after, bool budgetOnly);
    /// One that the stack makes when it takes it over.
    ViewChange(Session& session, const QString& text, View before, View after);

    void undo() override;
    void redo() override;
    int id() const override { return budgetOnly_ ? 1 : -1; }
    bool mergeWith(const QUndoCommand* next) override;

private:
    Session& session_;
    View before_, after_;
    bool budgetOnly_;
    bool done_ = false;  // the first redo comes from the stack taking it over
    QElapsedTimer since_;
};

/// What became other, in words: "formats int-g32".
QString changeText(const Question& before, const Question& after);

}  // namespace dq::ui
