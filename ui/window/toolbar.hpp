#pragma once

#include <QWidget>

#include "ui/session/explored.hpp"

class QAction;
class QComboBox;
class QLabel;

namespace dq::ui {

/// The line under the menus that reads as a sentence: open, measure | formats, metric, groups and what they
/// cost | undo, redo, save the recipe | export.
class Toolbar : public QWidget {
    Q_OBJECT

public:
    struct Buttons {
        QAction *open, *measure, *undo, *redo, *saveRecipe, *exportModel;
    };
    explicit Toolbar(const Buttons& buttons, QWidget* parent = nullptr);

    void showQuestion(const Question& question);
    void setQuestionEnabled(bool enabled);
    /// Palettes of which the table holds no choice are shown, but cannot be asked for. Empty: nothing is known yet.
    void showMeasured(const std::vector<std::string>& formats);
    void showMetrics(const measure::Measurements* table);  // those it knows; null: nothing is measured yet
    void showGroupingPrice(const QString& words);  // "": nothing shares a format

signals:
    void asked(const dq::ui::Question& question);

private:
    void fillCombos();
    Question question() const;

    void showPalette(const QString& name);

    int own_ = -1;  // the line of a palette without a name; -1: there is none yet
    QComboBox *palette_, *metric_, *groups_;
    QLabel* price_;
    std::vector<allocate::Constraint> constraints_;  // of the question shown: no box changes them
};

}  // namespace dq::ui
