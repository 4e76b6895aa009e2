#include "ui/app.hpp"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QIcon>
#include <QScreen>
#include <QTimer>

#include <cstdio>

#include "core/base/version.hpp"
#include "core/store/store.hpp"
#include "ui/command_line.hpp"
#include "ui/scene.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/banner.hpp"
#include "ui/window/main_window.hpp"
#include "ui/words/language.hpp"

namespace dq::ui {

namespace {

/// What the command line asks of a model once it is open.
void beginAs(Session& session, const Request& request) {
    if (request.bits > 0) session.setBitsPerWeight(request.bits);
    const Matrices& matrices = session.matrices();
    for (std::size_t i = 0; i < matrices.size() && !request.select.isEmpty(); ++i)
        if (matrices[i].name.endsWith(request.select)) return session.select(static_cast<int>(i));
}

int takeScreenshot(MainWindow& window, const Request& request) {
    const auto failed = [&] { return window.banner().isVisible() && !window.banner().isGood(); };
    QElapsedTimer patience;  // the exact choice comes once the budget rests
    patience.start();
    while (window.session().finishing() && patience.elapsed() < 5000) {
        QEventLoop wait;
        QTimer::singleShot(20, &wait, &QEventLoop::quit);
        wait.exec();
    }
    QApplication::processEvents();
    if (!pictureOf(window).save(request.screenshot, "PNG")) {
        std::fprintf(stderr, "dynaquant: cannot write %s\n", qPrintable(request.screenshot));
        return 1;
    }
    if (!failed()) return 0;
    std::fprintf(stderr, "dynaquant: %s\n", qPrintable(window.banner().sentence()));
    return 1;
}

/// The command line, or what to say instead of a window.
std::variant<Request, Answer> prepare(const QStringList& arguments) {
    QCoreApplication::setOrganizationName("dynaquant");
    QCoreApplication::setApplicationName("dynaquant");
    QCoreApplication::setApplicationVersion(QString::fromUtf8(toolVersion));
    auto read = readCommandLine(arguments);
    const auto* request = std::get_if<Request>(&read);
    if (!request || hasPlatform(arguments)) return read;
    if (request->screenshot.isEmpty())
        return Answer{
            "dynaquant: there is no display; --platform offscreen --screenshot FILE draws the window into a "
            "picture\n",
            1};
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return read;
}

constexpr QSize usualSize(1440, 900), frame(16, 56);

/// The window manager adds a frame, and what lies beyond the screen nobody sees.
QSize fitting(const QSize& wanted) {
    const QScreen* const screen = QGuiApplication::primaryScreen();
    return screen ? wanted.boundedTo(screen->availableSize() - frame) : wanted;
}

int showWindow(QApplication& application, const Request& request) {
    QApplication::setWindowIcon(QIcon(":/icons/dynaquant.svg"));
    const bool interactive = request.screenshot.isEmpty();
    speak(!request.language.isEmpty() ? request.language : interactive ? rememberedLanguage() : QString());
    applyTheme(application, interactive && request.scheme == Scheme::System ? rememberedScheme() : request.scheme);

    MainWindow window(request.cache.isEmpty() ? store::defaultCache()
                                              : std::filesystem::path(request.cache.toStdString()));
    if (!interactive) window.forgetEverything();
    window.resize(request.size.isValid() ? request.size : interactive ? fitting(usualSize) : usualSize);
    if (interactive && !request.size.isValid()) window.restoreLayout();
    window.show();
    QObject::connect(
        &window, &MainWindow::settled, &window, [&] { beginAs(window.session(), request); },
        Qt::SingleShotConnection);
    if (!request.screenshot.isEmpty()) {
        // After the answer has been drawn: settled() comes before the views have painted.
        const auto shoot = [&] {
            setScene(window, request.show, [&] { QApplication::exit(takeScreenshot(window, request)); });
        };
        if (request.model.isEmpty())
            QTimer::singleShot(0, &window, shoot);
        else
            QObject::connect(&window, &MainWindow::settled, &window, shoot,
                             static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
    } else if (!request.show.isEmpty()) {
        QObject::connect(
            &window, &MainWindow::settled, &window, [&] { setScene(window, request.show, [] {}); },
            static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
    }
    const QString model = request.model.isEmpty() && interactive && !request.fresh ? MainWindow::lastOpen() : request.model;
    if (!model.isEmpty()) window.openModel(model);
    return QApplication::exec();
}

}  // namespace

int run(int argc, char** argv) {
    initializeResources();
    std::variant<Request, Answer> read;
    {
        // Before a display is asked for: --help must work without one.
        const QCoreApplication application(argc, argv);
        read = prepare(QCoreApplication::arguments());
    }
    if (const auto* answer = std::get_if<Answer>(&read)) {
        std::fputs(qPrintable(answer->text), answer->exitCode == 0 ? stdout : stderr);
        return answer->exitCode;
    }
    QApplication application(argc, argv);
    return showWindow(application, std::get<Request>(read));
}

}  // namespace dq::ui
