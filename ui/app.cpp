#include "ui/app.hpp"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QTimer>

#include <cstdio>

#include "core/base/version.hpp"
#include "core/store/store.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/banner.hpp"
#include "ui/window/main_window.hpp"

namespace dq::ui {

namespace {

struct Request {
    QString model, cache, screenshot;
    double bits = 0;  // 0: where the session begins
    QString select;
    QSize size;
    Scheme scheme = Scheme::System;
};

constexpr int usageError = 2;

std::optional<QSize> sizeOf(const QString& words) {
    bool wide = false, tall = false;
    const QSize size(words.section('x', 0, 0).toInt(&wide), words.section('x', 1, 1).toInt(&tall));
    if (!wide || !tall || size.width() < 320 || size.height() < 240 || size.width() > 16384 ||
        size.height() > 16384)
        return {};
    return size;
}

std::optional<Scheme> schemeOf(const QString& word) {
    if (word == "system") return Scheme::System;
    if (word == "light") return Scheme::Light;
    if (word == "dark") return Scheme::Dark;
    return {};
}

/// Exits for --help and --version, and with a sentence for what it does not understand.
std::optional<Request> read(const QApplication& application) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        "DynaQuant: choose how many bits every weight matrix of a language model gets.");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("model", "A checkpoint folder, or a measured table (.h5).", "[MODEL]");
    parser.addOption({"cache", "Where measured tables are kept.", "DIR"});
    parser.addOption({"screenshot", "Draw the window with the model into a PNG and exit.", "FILE"});
    parser.addOption({"size", "Size of the window.", "WIDTHxHEIGHT", "1440x900"});
    parser.addOption({"theme", "light, dark, or as the system is.", "NAME", "system"});
    parser.addOption({"bits", "The budget to begin with, in bits per weight.", "NUMBER"});
    parser.addOption({"select", "The matrix to begin with, by the end of its name.", "NAME"});
    parser.process(application);
    const auto size = sizeOf(parser.value("size"));
    const auto scheme = schemeOf(parser.value("theme"));
    if (!size || !scheme || parser.positionalArguments().size() > 1) {
        std::fprintf(stderr, "dynaquant: %s\n",
                     !size     ? "--size wants WIDTHxHEIGHT, at least 320x240, for example 1440x900"
                     : !scheme ? "--theme wants system, light or dark"
                               : "one model at a time");
        return {};
    }
    return Request{parser.positionalArguments().value(0),
                   parser.value("cache"),
                   parser.value("screenshot"),
                   parser.value("bits").toDouble(),
                   parser.value("select"),
                   *size,
                   *scheme};
}

/// What the command line asks of a model once it is open.
void beginAs(Session& session, const Request& request) {
    if (request.bits > 0) session.setBitsPerWeight(request.bits);
    const Matrices& matrices = session.matrices();
    for (std::size_t i = 0; i < matrices.size() && !request.select.isEmpty(); ++i)
        if (matrices[i].name.endsWith(request.select)) return session.select(static_cast<int>(i));
}

int takeScreenshot(MainWindow& window, const Request& request) {
    const auto failed = [&] { return window.banner().isVisible(); };
    QApplication::processEvents();
    if (!window.grab().save(request.screenshot, "PNG")) {
        std::fprintf(stderr, "dynaquant: cannot write %s\n", qPrintable(request.screenshot));
        return 1;
    }
    if (!failed()) return 0;
    std::fprintf(stderr, "dynaquant: %s\n", qPrintable(window.banner().sentence()));
    return 1;
}

}  // namespace

int run(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setOrganizationName("dynaquant");
    QApplication::setApplicationName("dynaquant");
    QApplication::setApplicationVersion(QString::fromUtf8(toolVersion));
    const auto request = read(application);
    if (!request) return usageError;
    initializeResources();
    QApplication::setWindowIcon(QIcon(":/icons/dynaquant.svg"));
    applyTheme(application, request->scheme);

    MainWindow window(request->cache.isEmpty() ? store::defaultCache()
                                               : std::filesystem::path(request->cache.toStdString()));
    window.resize(request->size);
    window.show();
    QObject::connect(
        &window, &MainWindow::settled, &window, [&] { beginAs(window.session(), *request); },
        Qt::SingleShotConnection);
    if (!request->screenshot.isEmpty()) {
        // After the answer has been drawn: settled() comes before the views have painted.
        const auto shoot = [&] { QApplication::exit(takeScreenshot(window, *request)); };
        if (request->model.isEmpty())
            QTimer::singleShot(0, &window, shoot);
        else
            QObject::connect(&window, &MainWindow::settled, &window, shoot, Qt::QueuedConnection);
    }
    if (!request->model.isEmpty()) window.openModel(request->model);
    return QApplication::exec();
}

}  // namespace dq::ui
