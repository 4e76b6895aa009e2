#pragma once

#include <QPixmap>
#include <QStringList>

#include <functional>

namespace dq::ui {

class MainWindow;

/// What the window can be asked to begin with, for pictures and for who starts it from a script.
QStringList scenes();
/// Shows one of them ("": as it is) and says when it stands: a job runs first where its page is wanted.
void setScene(MainWindow& window, const QString& name, std::function<void()> ready);
/// The window, and over it the dialog it shows.
QPixmap pictureOf(MainWindow& window);

}  // namespace dq::ui
