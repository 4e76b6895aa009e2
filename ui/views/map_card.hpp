#pragma once

#include "ui/views/card.hpp"

class QMenu;

namespace dq::ui {

class CellLegend;
class Heatmap;
class Session;
enum class CellMode;

/// The map of the model with what colours it, which experts are opened, and what is insisted on.
class MapCard : public Card {
    Q_OBJECT

public:
    explicit MapCard(Session& session, QWidget* parent = nullptr);

    void showModel();
    void showChoice();
    void showMode(CellMode mode);
    CellMode mode() const { return mode_; }
    /// Layer by expert of this role; "": all roles by layer.
    void showExperts(const QString& role);
    QString experts() const { return experts_; }

    Heatmap* heatmap() const { return heatmap_; }
    CellLegend* legend() const { return legend_; }
    QLabel* constraintsLabel() const { return constraints_; }
    QPushButton* clearButton() const { return clear_; }
    QMenu* modeMenu() const { return modeMenu_; }
    QMenu* expertMenu() const { return expertMenu_; }
    QPushButton* expertButton() const { return expertButton_; }

private:
    void buildModes();
    void buildConstraints();
    void fillExperts();
    void showShades();
    QString wordsFor(int matrix) const;

    Session& session_;
    Heatmap* heatmap_;
    CellLegend* legend_;
    QLabel* constraints_ = nullptr;
    QPushButton *clear_ = nullptr, *modeButton_ = nullptr, *expertButton_ = nullptr;
    QMenu *modeMenu_, *expertMenu_;
    CellMode mode_;
    QString experts_;
};

}  // namespace dq::ui
