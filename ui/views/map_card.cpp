#include "ui/views/map_card.hpp"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/session/session.hpp"
#include "ui/views/cell_legend.hpp"
#include "ui/views/heatmap.hpp"

namespace dq::ui {

MapCard::MapCard(Session& session, QWidget* parent)
    : Card(tr("Bits by layer"), parent),
      session_(session),
      heatmap_(new Heatmap),
      legend_(new CellLegend),
      modeMenu_(new QMenu(tr("Colour the &map by"), this)),
      expertMenu_(new QMenu(tr("&Experts"), this)),
      mode_(CellMode::Bits) {
    heatmap_->setWords([this](int matrix) { return wordsFor(matrix); });
    buildModes();
    buildConstraints();
    header()->addWidget(legend_);
    body()->addWidget(heatmap_, 1);
    connect(heatmap_, &Heatmap::opened, this, [this](int cell) {
        if (cell < 0) return showExperts({});
        if (heatmap_->map().isCrowd(cell)) showExperts(session_.matrices()[static_cast<std::size_t>(cell)].role);
    });
    connect(&session_, &Session::snapshotsChanged, this, [this] {
        if (session_.compared() < 0 && mode_ == CellMode::Difference) showMode(CellMode::Bits);
    });
}

void MapCard::buildModes() {
    modeButton_ = linkButton({}, tr("What the cells are coloured by"));
    modeButton_->setAccessibleName(tr("Colour of the map"));
    expertButton_ = linkButton({}, tr("Open the experts of a layer: layer by expert (double-click a cell of experts)"));
    expertButton_->setAccessibleName(tr("Experts"));
    auto* group = new QActionGroup(this);
    for (const CellMode mode : cellModes()) {
        QAction* choice = modeMenu_->addAction(cellModeName(mode), this, [this, mode] { showMode(mode); });
        choice->setCheckable(true);
        choice->setToolTip(cellModeSentence(mode));
        choice->setData(static_cast<int>(mode));
        choice->setChecked(mode == mode_);
        group->addAction(choice);
    }
    modeMenu_->setToolTipsVisible(true);
    const auto popup = [](QPushButton* button, QMenu* menu) {
        connect(button, &QPushButton::clicked, menu,
                [button, menu] { menu->popup(button->mapToGlobal(QPoint(0, button->height()))); });
    };
    popup(modeButton_, modeMenu_);
    popup(expertButton_, expertMenu_);
    header()->addWidget(modeButton_);
    header()->addWidget(expertButton_);
    modeButton_->setText(tr("colour: %1 ▾").arg(cellModeName(mode_)));
}

void MapCard::buildConstraints() {
    constraints_ = mutedLabel({});
    constraints_->setAccessibleName(tr("Constraints"));
    constraints_->setToolTip(
        tr("What you insist on, and how much more is lost at the same bytes than without.\nRight-click cells "
           "of the map or rows of the table to pin, ban or limit their formats."));
    clear_ = linkButton(tr("clear all"), tr("Let the budget decide again for every matrix (Ctrl+Shift+K)"));
    connect(clear_, &QPushButton::clicked, &session_, [this] { session_.clearConstraints(); });
    constraints_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // gives way in a narrow window
    header()->addWidget(constraints_, 1);
    header()->addWidget(clear_);
}

QString MapCard::wordsFor(int matrix) const {
    return heatmap_->map().isCrowd(matrix) ? session_.crowdText(heatmap_->map().membersOf(matrix))
                                           : session_.cellText(matrix);
}

void MapCard::fillExperts() {
    const QStringList roles = LayerMap::expertRoles(session_.matrices());
    expertMenu_->clear();
    const auto add = [this](const QString& title, const QString& role) {
        QAction* choice = expertMenu_->addAction(title, this, [this, role] { showExperts(role); });
        choice->setCheckable(true);
        choice->setChecked(role == experts_);
    };
    add(tr("All roles by layer"), {});
    for (const QString& role : roles)
        add(tr("%1, layer by expert").arg(role), role);
    expertMenu_->menuAction()->setVisible(!roles.isEmpty());
    expertButton_->setVisible(!roles.isEmpty());
    expertButton_->setText(experts_.isEmpty() ? tr("experts ▾") : tr("experts: %1 ▾").arg(experts_));
}

void MapCard::showModel() {
    experts_.clear();
    showExperts({});
}

void MapCard::showExperts(const QString& role) {
    const bool there = LayerMap::expertRoles(session_.matrices()).contains(role);
    experts_ = there ? role : QString();
    heatmap_->setMap(there ? LayerMap::ofExperts(session_.matrices(), role) : session_.map());
    setHeading(there ? tr("Layer by expert") : tr("Bits by layer"));
    fillExperts();
    showChoice();
    heatmap_->setSelected(session_.selection(), session_.selected());
}

void MapCard::showMode(CellMode mode) {
    mode_ = mode;
    for (QAction* action : modeMenu_->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(mode));
    modeButton_->setText(tr("colour: %1 ▾").arg(cellModeName(mode)));
    showShades();
}

void MapCard::showShades() {
    if (!session_.hasFront()) return legend_->setShades({CellMode::Bits, {}, "2", "8"});
    CellShades shades = shadesOf(*session_.explored(), session_.states(), session_.difference(), mode_);
    legend_->setShades(shades);
    heatmap_->setShades(std::move(shades));
}

void MapCard::showChoice() {
    heatmap_->setStates(session_.states());
    showShades();
    heatmap_->setWishes(session_.hasFront() ? session_.explored()->wishes : Wishes{});
    const QString words = session_.constraintWords();
    constraints_->setText(words);
    clear_->setVisible(!words.isEmpty());
    for (QAction* action : modeMenu_->actions())
        if (action->data().toInt() == static_cast<int>(CellMode::Difference))
            action->setEnabled(session_.difference() != nullptr);
}

}  // namespace dq::ui
