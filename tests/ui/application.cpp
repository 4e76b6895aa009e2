#include <QApplication>
#include <QSettings>
#include <QStandardPaths>

#include "ui/theme/theme.hpp"

/// The widgets' tests need a QApplication; it keeps its settings away from the user's.
QCoreApplication* makeApplication(int& argc, char** argv) {
    QStandardPaths::setTestModeEnabled(true);
    auto* application = new QApplication(argc, argv);
    QApplication::setOrganizationName("dynaquant-tests");
    QApplication::setApplicationName("ui");
    QSettings().clear();
    dq::ui::initializeResources();
    dq::ui::applyTheme(*application, dq::ui::Scheme::Light);
    return application;
}
