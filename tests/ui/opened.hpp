#pragma once

#include <QTemporaryDir>

#include "tests/support/runner.hpp"
#include "tests/ui/synthetic.hpp"
#include "ui/window/main_window.hpp"

namespace dq::test {

inline const SyntheticShape smallShape{.layers = 3, .hidden = 128, .feedForward = 256, .vocabulary = 512, .seed = 3};

/// A session over a small table, with a front; the table is made once.
struct OpenSession {
    QTemporaryDir folder;
    ui::Session session{folder.path().toStdString()};

    OpenSession() {
        static const auto table = syntheticTable(smallShape);
        session.showTable(table);
        [&] { QTRY_VERIFY(session.hasFront()); }();
    }
};

/// Twelve layers; made once.
inline const std::shared_ptr<const measure::Measurements>& twelveLayers() {
    static const auto table =
        syntheticTable({.layers = 12, .hidden = 256, .feedForward = 512, .vocabulary = 1024, .seed = 5});
    return table;
}

/// Three layers of sixteen experts; made once.
inline const std::shared_ptr<const measure::Measurements>& mixture() {
    static const auto table = syntheticTable(
        {.layers = 3, .hidden = 128, .feedForward = 64, .vocabulary = 512, .seed = 5, .experts = 16});
    return table;
}

/// The whole window over a table, shown.
struct ShownWindow {
    QTemporaryDir folder;
    ui::MainWindow window{folder.path().toStdString()};

    explicit ShownWindow(const std::shared_ptr<const measure::Measurements>& table = twelveLayers()) {
        window.show();
        [&] { QVERIFY(QTest::qWaitForWindowExposed(&window)); }();
        window.session().showTable(table);
        [&] { QTRY_VERIFY(window.session().hasFront()); }();
        QCoreApplication::processEvents();
    }

    ui::Session& session() { return window.session(); }
};

}  // namespace dq::test
