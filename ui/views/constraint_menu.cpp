#include "ui/views/constraint_menu.hpp"

#include <QCoreApplication>
#include <QMenu>

#include <algorithm>

#include "ui/session/session.hpp"

namespace dq::ui {

namespace {

constexpr double steps[] = {2, 3, 4, 5, 6, 8, 16};  // bits one would ask for

struct ConstraintWords {
    Q_DECLARE_TR_FUNCTIONS(ConstraintWords)
};

using Take = std::function<void(const std::string& format)>;

void addFormats(QMenu& menu, Session& session, const QString& current, const Take& take) {
    for (const std::string& format : session.explored()->problem().formats) {
        QAction* action = menu.addAction(text(format), &session, [take, format] { take(format); });
        action->setCheckable(true);
        action->setChecked(text(format) == current);
    }
}

void addBits(QMenu& menu, Session& session, double current, const std::function<void(double)>& take) {
    for (const double bits : steps) {
        QAction* action = menu.addAction(ConstraintWords::tr("%1 bits").arg(bits), &session, [take, bits] { take(bits); });
        action->setCheckable(true);
        action->setChecked(bits == current);
    }
    menu.addSeparator();
    menu.addAction(ConstraintWords::tr("no limit"), &session, [take] { take(0); })->setEnabled(current > 0);
}

/// The formats of the selection: one, or how many.
QString formatsOf(const Session& session, const std::vector<int>& matrices) {
    std::set<QString> formats;
    for (const int matrix : matrices)
        formats.insert(
            session.explored()->formatName(session.states()[static_cast<std::size_t>(matrix)].format));
    return formats.size() == 1 ? *formats.begin() : ConstraintWords::tr("their %1 formats").arg(formats.size());
}

}  // namespace

void fillConstraintMenu(QMenu& menu, Session& session) {
    menu.clear();
    menu.setToolTipsVisible(true);
    const std::vector<int> matrices = session.selection();
    if (!session.hasFront() || matrices.empty()) {
        menu.addAction(ConstraintWords::tr("Select matrices of the map or the table first"))->setEnabled(false);
        return;
    }
    const Wishes& wishes = session.explored()->wishes;
    const auto has = wishes.find(matrices.front());
    const Wish now = has == wishes.end() ? Wish{} : has->second;
    const bool any =
        std::any_of(matrices.begin(), matrices.end(), [&](int matrix) { return wishes.contains(matrix); });
    const QString name = matrices.size() == 1
                             ? session.matrices()[static_cast<std::size_t>(matrices.front())].shortName
                             : ConstraintWords::tr("%1 matrices").arg(matrices.size());
    menu.addSection(name);
    menu.addAction(ConstraintWords::tr("Pin to %1").arg(formatsOf(session, matrices)), &session,
                   [&session, matrices] { session.pin(matrices); })
        ->setToolTip(ConstraintWords::tr("Keep what they have now, whatever the budget"));
    addFormats(*menu.addMenu(ConstraintWords::tr("Pin to")), session, text(now.pin),
               [&session, matrices](const std::string& format) { session.pinTo(matrices, format); });
    addFormats(*menu.addMenu(ConstraintWords::tr("Never")), session, {},
               [&session, matrices](const std::string& format) { session.ban(matrices, format); });
    addBits(*menu.addMenu(ConstraintWords::tr("At least")), session, now.least,
            [&session, matrices](double bits) { session.setLeast(matrices, bits); });
    addBits(*menu.addMenu(ConstraintWords::tr("At most")), session, now.most,
            [&session, matrices](double bits) { session.setMost(matrices, bits); });
    menu.addSeparator();
    menu.addAction(ConstraintWords::tr("Clear their constraints"), &session,
                   [&session, matrices] { session.clearConstraints(matrices); })
        ->setEnabled(any);
    menu.addAction(ConstraintWords::tr("Clear all constraints"), &session, [&session] { session.clearConstraints(); })
        ->setEnabled(!wishes.empty());
}

}  // namespace dq::ui
