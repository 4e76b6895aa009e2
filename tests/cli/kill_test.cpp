// Kill -9 at any instant costs at most the unit in progress, and never a bit of the table.
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <random>

#include "tests/cli/cli_process.hpp"
#include "tests/support/runner.hpp"

class KillTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QStringList measuring(const QString& cache) const {
        return {"measure", dq::test::demoModel(), "--calibration", dq::test::demoCalibration(), "--documents",
                "<|endoftext|>", "--tokens", "3000", "--cache", folder_.filePath(cache), "--progress", "none"};
    }

    QByteArray table(const QString& cache) const {
        QDirIterator tables(folder_.filePath(cache), {"*.h5"}, QDir::Files);
        if (!tables.hasNext()) return {};
        QFile file(tables.next());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private slots:
    void twentyKillsEndWithTheSameTable() {
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(dq::test::runCli(measuring("straight")).code, 0);
        const int whole = static_cast<int>(clock.elapsed());
        std::mt19937 random(20261121);
        std::uniform_int_distribution<int> delay(whole / 20, whole * 9 / 10);

        int killed = 0;
        for (int attempt = 0; killed < 20 && attempt < 60; ++attempt) {
            QProcess process;
            dq::test::startCli(process, measuring("killed"));
            if (process.waitForFinished(delay(random))) {  // done before its time: forget, and begin anew
                QVERIFY(QDir(folder_.filePath("killed")).removeRecursively());
                continue;
            }
            process.kill();
            QVERIFY(process.waitForFinished());
            ++killed;
        }
        QCOMPARE(killed, 20);
        QCOMPARE(dq::test::runCli(measuring("killed")).code, 0);

        QVERIFY(!table("straight").isEmpty());
        QVERIFY(table("killed") == table("straight"));
    }
};

DQ_TEST(KillTest);
#include "kill_test.moc"
