#include <QFile>
#include <QTemporaryDir>

#include "tests/cli/cli_process.hpp"
#include "tests/support/runner.hpp"

using dq::test::Ran;
using dq::test::runCli;

/// What the real program takes for its calibration and evaluation texts.
class CalibrationCommandTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void takesTheModelsOwnTextWhereNoneIsNamed();
    void takesJsonRecords();
    void takesTokenIds();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();

private:
    QString written(const QString& name, const QByteArray& content) const;
    Ran measured(const QStringList& more) const;
    Ran evaluated(const QStringList& more) const;

    std::unique_ptr<QTemporaryDir> work_;
};

namespace {

/// A NumPy array of one row of 32-bit ids.
QByteArray array(const QList<std::int32_t>& ids) {
    const QByteArray header = "{'descr': '<i4', 'fortran_order': False, 'shape': (" + QByteArray::number(ids.size()) + ",), }\n";
    QByteArray file = QByteArray("\x93NUMPY\x01\x00", 8);
    file.append(static_cast<char>(header.size())).append('\0').append(header);
    return file.append(reinterpret_cast<const char*>(ids.constData()), ids.size() * 4);
}

}  // namespace

void CalibrationCommandTest::init() {
    work_ = std::make_unique<QTemporaryDir>();
}

QString CalibrationCommandTest::written(const QString& name, const QByteArray& content) const {
    QFile file(work_->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) return {};
    return file.fileName();
}

Ran CalibrationCommandTest::measured(const QStringList& more) const {
    return runCli(QStringList({"measure", dq::test::demoModel(), "--cache", work_->path(), "--tokens", "200", "--window", "64", "--progress", "json"}) + more);
}

Ran CalibrationCommandTest::evaluated(const QStringList& more) const {
    return runCli(QStringList({"evaluate", dq::test::demoModel(), "--window", "64", "--progress", "none"}) + more);
}

void CalibrationCommandTest::takesTheModelsOwnTextWhereNoneIsNamed() {
    const Ran named = measured({"--calibration", dq::test::demoCalibration(), "--documents", "<|endoftext|>"});
    const Ran unnamed = measured({});

    QCOMPARE(named.code, 0);
    QCOMPARE(unnamed.code, 0);
    const auto result = unnamed.lines().last()["result"].toObject();
    QVERIFY(result["remembered"].toBool());
    QCOMPARE(result["key"], named.lines().last()["result"].toObject()["key"]);
}

void CalibrationCommandTest::takesJsonRecords() {
    QByteArray lines;
    for (int i = 0; i < 20; ++i) lines += "{\"id\":" + QByteArray::number(i) + ",\"body\":\"One day the fox and the hen met by the old mill.\"}\n";

    const Ran ran = evaluated({"--text", written("data.jsonl", lines), "--field", "body"});

    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.json()["documents"].toInt(), 20);
}

void CalibrationCommandTest::takesTokenIds() {
    QList<std::int32_t> ids;
    for (std::int32_t i = 0; i < 256; ++i) ids.append(i % 200);

    const Ran ran = evaluated({"--text", written("ids.npy", array(ids))});

    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.json()["documents"].toInt(), 4);
    QCOMPARE(ran.json()["tokens"].toInt(), 252);  // the first of each window is predicted by nobody
}

void CalibrationCommandTest::saysWhatIsWrong_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("wanted");
    QTest::newRow("no text") << "a.txt" << QByteArray(" \n") << QByteArray("holds no text");
    QTest::newRow("short text") << "a.txt" << QByteArray("once upon a time") << QByteArray("fewer than a window of 64");
    QTest::newRow("no field") << "a.jsonl" << QByteArray("{\"text\":\"x\"}\n{}") << QByteArray("line 2: has no text");
    QTest::newRow("id out of range") << "a.npy" << array(QList<std::int32_t>(100, 1 << 20)) << QByteArray("the id 1048576 at place 0");
    QTest::newRow("lying header") << "a.npy" << array(QList<std::int32_t>(100, 1)).chopped(4) << QByteArray("does not fit");
    QTest::newRow("no tensors") << "a.safetensors" << QByteArray("\x02\0\0\0\0\0\0\0{}", 10) << QByteArray("a.safetensors");
}

void CalibrationCommandTest::saysWhatIsWrong() {
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, wanted);
    const QString file = written(name, content);

    const Ran measuring = runCli({"measure", dq::test::demoModel(), "--cache", work_->path(), "--window", "64", "--calibration", file, "--progress", "none"});
    const Ran evaluating = runCli({"evaluate", dq::test::demoModel(), "--window", "64", "--text", file, "--progress", "none"});

    for (const Ran& ran : {measuring, evaluating}) {
        QCOMPARE(ran.code, 1);
        QVERIFY2(ran.err.contains(wanted), ran.err);
        QVERIFY2(ran.err.contains(name.toUtf8()), ran.err);
        QVERIFY(ran.out.isEmpty());
    }
}

DQ_TEST(CalibrationCommandTest);

#include "calibration_test.moc"
