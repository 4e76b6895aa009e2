#include "ui/scene.hpp"

#include <QDialog>
#include <QPainter>
#include <QTimer>

#include "ui/session/layer_map.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/jobs_page.hpp"
#include "ui/views/map_card.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/views/water_page.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"

namespace dq::ui {

namespace {

constexpr int pollMilliseconds = 50, lookMilliseconds = 1500;

void showExperts(MainWindow& window) {
    const QStringList roles = LayerMap::expertRoles(window.session().matrices());
    if (!roles.isEmpty()) window.workspace().mapCard()->showExperts(roles.back());
}

/// One job done and one under way, so that both can be seen.
void showJobs(MainWindow& window, std::function<void()> ready) {
    window.workspace().bottom()->showPage(window.workspace().jobsPage());
    QObject::connect(
        &window, &MainWindow::jobEnded, &window,
        [&window, ready = std::move(ready)] { QTimer::singleShot(lookMilliseconds, &window, ready); }, Qt::SingleShotConnection);
    window.evaluate();
    window.validate();
}

void whenSettled(MainWindow& window, std::function<void()> ready);

/// The front after it was checked.
void showChecked(MainWindow& window, std::function<void()> ready) {
    QObject::connect(
        &window, &MainWindow::jobEnded, &window,
        [&window, ready = std::move(ready)] {
            if (window.banner().isGood()) window.banner().hide();
            QTimer::singleShot(lookMilliseconds, &window, [&window, ready] { whenSettled(window, ready); });
        },
        Qt::SingleShotConnection);
    window.validate();
}

void whenSettled(MainWindow& window, std::function<void()> ready) {
    if (!window.session().busy() && !window.session().finishing()) return ready();
    QTimer::singleShot(pollMilliseconds, &window, [&window, ready = std::move(ready)] { whenSettled(window, ready); });
}

}  // namespace

QStringList scenes() {
    return {"experts", "water", "jobs", "checked", "export"};
}

void setScene(MainWindow& window, const QString& name, std::function<void()> ready) {
    if (name.isEmpty() || !window.session().hasFront()) return ready();
    if (name == "jobs") return showJobs(window, std::move(ready));
    if (name == "checked") return showChecked(window, std::move(ready));
    if (name == "experts") showExperts(window);
    if (name == "water") window.workspace().side()->showPage(window.workspace().waterPage());
    if (name == "export") window.askExport();
    whenSettled(window, std::move(ready));
}

QPixmap pictureOf(MainWindow& window) {
    QPixmap picture = window.grab();
    for (QDialog* dialog : window.findChildren<QDialog*>()) {
        if (!dialog->isVisible()) continue;
        dialog->adjustSize();
        QRect place(QPoint(), dialog->size());
        place.moveCenter(window.rect().center());
        QPainter painter(&picture);
        QColor veil = theme().ink;
        veil.setAlphaF(theme().dark ? 0.1F : 0.35F);
        painter.fillRect(window.rect(), veil);
        painter.drawPixmap(place.topLeft(), dialog->grab());
        painter.setPen(theme().hairline);
        painter.drawRect(place);
    }
    return picture;
}

}  // namespace dq::ui
