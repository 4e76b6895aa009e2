#include <qcustomplot.h>

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QMouseEvent>
#include <QProcess>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>

#include "core/store/store.hpp"
#include "tests/ui/synthetic.hpp"
#include "ui/plots/front_plot.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/budget_bar.hpp"
#include "ui/views/budget_slider.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"

/// How long the window takes: from the start to its first picture, from a cached table to the drawn front, and from a
/// move of the slider to the end of painting, with 30 000 matrices and every view open. QT_QPA_PLATFORM=offscreen.
using namespace dq;

namespace {

constexpr int moves = 600, perSecond = 60;

double milliseconds(const QElapsedTimer& clock) {
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

/// Of this thread alone, or of all: what others on the machine take does not show in it.
double processorMilliseconds(clockid_t whose = CLOCK_THREAD_CPUTIME_ID) {
    timespec time{};
    clock_gettime(whose, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Everything that was asked for is painted when this returns.
void settle() {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
}

double residentMiB() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmRSS:", 0) == 0) return std::stod(line.substr(6)) / 1024;
    return 0;
}

struct Spread {
    double median = 0, high = 0, worst = 0;  // high: of a hundred, the second worst
};
Spread spreadOf(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times[times.size() * 99 / 100], times.back()};
}

struct Times {
    std::vector<double> wall, processor;

    void add(const QElapsedTimer& clock, double processorBefore) {
        wall.push_back(milliseconds(clock));
        processor.push_back(processorMilliseconds() - processorBefore);
    }
    void print(const char* what) const {
        const Spread seen = spreadOf(wall), own = spreadOf(processor);
        std::printf("| %s | %.1f | %.1f | %.1f | %.1f | %.1f |\n", what, seen.median, seen.high, seen.worst, own.median,
                    own.high);
        std::fflush(stdout);
    }
};

/// Six hundred moves of the slider at sixty a second, there and back.
Times sweep(ui::MainWindow& window) {
    ui::BudgetSlider* slider = window.workspace().budgetBar()->slider();
    const auto send = [&](QEvent::Type type, double x, Qt::MouseButtons held) {
        const QPointF at(x, slider->height() / 2.0);
        QMouseEvent event(type, at, slider->mapToGlobal(at), Qt::LeftButton, held, {});
        QCoreApplication::sendEvent(slider, &event);
    };
    const double left = 20, wide = slider->width() - 40.0;
    send(QEvent::MouseButtonPress, left, Qt::LeftButton);
    settle();
    Times times;
    QElapsedTimer pace;
    pace.start();
    for (int i = 0; i < moves; ++i) {
        while (pace.elapsed() < 1000LL * i / perSecond)
            QThread::usleep(200);
        const double share = static_cast<double>(i % 300) / 300;
        const double processor = processorMilliseconds();
        QElapsedTimer clock;
        clock.start();
        send(QEvent::MouseMove, left + wide * (i < 300 ? share : 1 - share), Qt::LeftButton);
        settle();
        times.add(clock, processor);
    }
    send(QEvent::MouseButtonRelease, left, {});
    return times;
}

/// A bare plot of the size of ours, with a line of as many points.
Times bareReplot(const QSize& size) {
    QMainWindow window;
    auto* plot = new QCustomPlot;
    window.setCentralWidget(plot);
    window.resize(size);
    QVector<double> x, y;
    for (int i = 0; i < 600; ++i) {
        x.append(i);
        y.append(600.0 / (i + 1));
    }
    plot->addGraph()->setData(x, y, true);
    plot->rescaleAxes();
    window.show();
    settle();
    Times times;
    for (int i = 0; i < 200; ++i) {
        const double processor = processorMilliseconds();
        QElapsedTimer clock;
        clock.start();
        plot->replot();
        settle();
        times.add(clock, processor);
    }
    return times;
}

double bareStart() {
    QElapsedTimer clock;
    clock.start();
    QMainWindow window;
    window.setCentralWidget(new QCustomPlot);
    window.resize(1440, 900);
    window.show();
    settle();
    return milliseconds(clock);
}

std::shared_ptr<const measure::Measurements> thirtyThousand() {
    return test::syntheticTable({.layers = 40, .hidden = 512, .feedForward = 128, .vocabulary = 4096, .seed = 7,
                                 .experts = 250, .formats = 24});
}

void open(ui::MainWindow& window, const std::string& file, Times& times) {
    window.session().close();
    settle();
    const double processor = processorMilliseconds(CLOCK_PROCESS_CPUTIME_ID);
    QElapsedTimer clock;
    clock.start();
    window.openModel(QString::fromStdString(file));
    while (!window.session().hasFront())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    settle();
    times.wall.push_back(milliseconds(clock));
    times.processor.push_back(processorMilliseconds(CLOCK_PROCESS_CPUTIME_ID) - processor);
}

}  // namespace

/// In a process of its own: what making the table takes is not the window's.
int main(int argc, char** argv) {
    if (argc > 1) {
        store::Store(argv[1]).write(*thirtyThousand());
        return 0;
    }
    QLoggingCategory::setFilterRules("default.warning=false");  // the offscreen platform complains of every window's size
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    QApplication::setOrganizationName("dynaquant-bench");
    QSettings().clear();
    ui::initializeResources();
    ui::applyTheme(application, ui::Scheme::Light);
    QTemporaryDir folder;
    const double bareProcessor = processorMilliseconds();
    const double bare = bareStart();
    const double startProcessor = processorMilliseconds();

    QElapsedTimer clock;
    clock.start();
    ui::MainWindow window(folder.path().toStdString());
    window.show();
    settle();
    const double start = milliseconds(clock), own = processorMilliseconds() - startProcessor;
    QProcess::execute(argv[0], {folder.path()});
    const std::string file = folder.filePath(QDir(folder.path()).entryList({"*.h5"}).value(0)).toStdString();
    Times opened;
    for (int i = 0; i < 5; ++i)
        open(window, file, opened);
    std::printf("%zu matrices x %zu formats\n\n| | ms | of it processor | limit |\n|---|---:|---:|---:|\n", window.session().matrices().size(),
                window.session().table()->formats.size());
    std::printf("| window to first picture | %.0f | %.0f | 100 |\n", start, own);
    std::printf("| the same over a bare window and plot | %.1f | %.1f | 4 |\n", start / bare,
                own / (startProcessor - bareProcessor));
    std::printf("| cached table to drawn front, median of 5 | %.0f | %.0f | 250 |\n", spreadOf(opened.wall).median,
                spreadOf(opened.processor).median);
    std::fflush(stdout);
    std::printf("\n| %d moves of the slider, input to end of paint, ms | p50 | p99 | worst | own p50 | own p99 |\n"
                "|---|---:|---:|---:|---:|---:|\n", moves);
    ui::TabCard* side = window.workspace().side();
    const char* const pages[] = {"matrix beside it", "water beside it", "snapshot compared with, beside it"};
    for (int page = 0; page < 3; ++page) {
        side->showPage(page);
        if (page == 2) window.session().takeSnapshot();
        settle();
        sweep(window).print(pages[page]);
    }
    window.session().compareWith(-1);
    bareReplot(window.workspace().frontPlot()->size()).print("a bare plot's replot");
    std::printf("\nresident memory %.0f MiB (limit 250 MB = 238 MiB)\n", residentMiB());
    return 0;
}
