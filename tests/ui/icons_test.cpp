#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>

#include "tests/support/runner.hpp"
#include "tests/ui/opened.hpp"
#include "ui/theme/icon.hpp"
#include "ui/theme/theme.hpp"
#include "ui/window/toolbar.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

/// The colour of what is drawn most firmly.
QColor strongest(const QPixmap& picture) {
    const QImage image = picture.toImage().convertToFormat(QImage::Format_ARGB32);
    QRgb best = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (qAlpha(image.pixel(x, y)) > qAlpha(best)) best = image.pixel(x, y);
    return QColor(qRed(best), qGreen(best), qBlue(best));
}

bool close(const QColor& a, const QColor& b) {
    return qAbs(a.red() - b.red()) + qAbs(a.green() - b.green()) + qAbs(a.blue() - b.blue()) < 12;
}

void collect(const QMenu* menu, QList<QAction*>& all) {
    for (QAction* one : menu->actions()) {
        if (one->menu()) collect(one->menu(), all);
        else if (!one->isSeparator()) all << one;
    }
}

}  // namespace

class IconsTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QSettings().clear(); }
    void cleanup() { applyTheme(*qApp, Scheme::Light); }

    void theyHaveTheColourOfTheTextAlsoWhenThatChanges() {
        const QIcon open = icon("open"), sent = icon("export", IconInk::OnAccent);
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark, Scheme::Light}) {
            applyTheme(*qApp, scheme);
            QVERIFY(close(strongest(open.pixmap(64, 64)), theme().ink));
            QVERIFY(close(strongest(open.pixmap(64, 64, QIcon::Disabled)), theme().muted));
            QVERIFY(close(strongest(sent.pixmap(64, 64)), theme().onAccent));
        }
    }

    void theyAreDrawnAtTheSizeTheyAreShown() {
        const QPixmap sharp = icon("measure").pixmap(QSize(16, 16), 2.0);
        QCOMPARE(sharp.size(), QSize(32, 32));
        QCOMPARE(sharp.devicePixelRatio(), 2.0);
        const QImage wide = icon("measure").pixmap(40, 32).toImage();
        for (int y = 0; y < wide.height(); ++y) QCOMPARE(qAlpha(wide.pixel(38, y)), 0);  // square, at the left
    }

    void oneThatIsNotThereDrawsNothing() { QCOMPARE(qAlpha(icon("none").pixmap(16, 16).toImage().pixel(8, 8)), 0); }

    void everyCommandOfTheMenusHasOneAndNoneIsEmpty() {
        test::ShownWindow shown;
        QList<QAction*> all;
        for (const QAction* top : shown.window.menuBar()->actions()) collect(top->menu(), all);
        int drawn = 0;
        for (const QAction* one : all) {
            if (one->icon().isNull()) continue;
            ++drawn;
            QVERIFY2(close(strongest(one->icon().pixmap(64, 64)), theme().ink), qPrintable(one->text()));
        }
        QVERIFY2(drawn >= 26, qPrintable(QString::number(drawn)));
        for (const QPushButton* button : shown.window.findChild<Toolbar*>()->findChildren<QPushButton*>()) QVERIFY(!button->icon().isNull());
    }
};

DQ_TEST(IconsTest);
#include "icons_test.moc"
