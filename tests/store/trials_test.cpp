#include "core/store/trials.hpp"

#include <QTemporaryDir>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using dq::store::Trials;

class TrialsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    Trials trials() const { return {folder_.path().toStdString(), "table", "text"}; }

private slots:
    void nothingIsKnownAtFirst() {
        const QTemporaryDir empty;
        QVERIFY(Trials(empty.path().toStdString(), "table", "text").read().empty());
    }

    void remembersEveryDigit() {
        const Trials::Kl known{{{"layers.0.q", "int4-g32"}, 0.1 + 0.2}, {{"layers.0.q", "int3-g32"}, 1e-300}};

        trials().write(known);

        QVERIFY(trials().read() == known);
        QVERIFY(Trials(folder_.path().toStdString(), "table", "another text").read().empty());
    }

    void whatIsDamagedIsNotBelieved_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("cut") << QByteArray("{\"schema_version\": 1, \"trials\": [{\"matrix\": \"a\"");
        QTest::newRow("other version") << QByteArray("{\"schema_version\": 2, \"trials\": [{\"matrix\": \"a\", \"format\": \"b\", \"kl\": 1}]}");
        QTest::newRow("a text for a number") << QByteArray("{\"schema_version\": 1, \"trials\": [{\"matrix\": \"a\", \"format\": \"b\", \"kl\": \"1\"}]}");
        QTest::newRow("a list") << QByteArray("[1]");
        QTest::newRow("no lists inside") << QByteArray("{\"schema_version\": 1, \"trials\": 3}");
    }
    void whatIsDamagedIsNotBelieved() {
        QFETCH(QByteArray, text);
        trials().write({{{"a", "b"}, 1}});
        dq::writeFile(trials().file(), text.toStdString());

        QVERIFY(trials().read().empty());
    }

    void sayWhereTheyCannotBeKept() {
        const QString file = folder_.filePath("file");
        dq::writeFile(file.toStdString(), "x");
        DQ_THROWS(Trials(file.toStdString(), "table", "text").write({}), "table.trials");
    }
};

DQ_TEST(TrialsTest);
#include "trials_test.moc"
