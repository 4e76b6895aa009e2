#pragma once

#include <QSize>
#include <QString>
#include <QStringList>
#include <variant>

#include "ui/theme/theme.hpp"

namespace dq::ui {

/// What the command line asks of the window.
struct Request {
    QString model, cache, screenshot;
    double bits = 0;  // 0: where the session begins
    QString select;
    QString show;  // a page or dialog to begin with: "experts", "water", "jobs", "export"
    QSize size;          // invalid: as it was left
    bool fresh = false;  // without the model that was open last
    Scheme scheme = Scheme::System;
    QString language;  // "": as it was left, else the system's
};

/// What to print, where, and the exit code: --help, --version, or a sentence about what was not understood.
struct Answer {
    QString text;
    int exitCode = 0;
};

/// Needs a QCoreApplication for the program's name, and no display.
std::variant<Request, Answer> readCommandLine(const QStringList& arguments);

/// Whether a window can be shown at all: a display, or a platform named by option or environment.
bool hasPlatform(const QStringList& arguments);

}  // namespace dq::ui
