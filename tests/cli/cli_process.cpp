#include "tests/cli/cli_process.hpp"

#include <QJsonDocument>

namespace dq::test {

QJsonObject Ran::json() const {
    return QJsonDocument::fromJson(out).object();
}

QList<QJsonObject> Ran::lines() const {
    QList<QJsonObject> objects;
    for (const QByteArray& line : out.split('\n'))
        if (!line.isEmpty()) objects << QJsonDocument::fromJson(line).object();
    return objects;
}

void startCli(QProcess& process, const QStringList& arguments) {
    process.start(QStringLiteral(DQ_CLI), arguments);
}

Ran runCli(const QStringList& arguments) {
    QProcess process;
    startCli(process, arguments);
    if (!process.waitForFinished(120000)) process.kill();
    Ran ran;
    ran.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    ran.out = process.readAllStandardOutput();
    ran.err = process.readAllStandardError();
    return ran;
}

QString demoModel() {
    return QStringLiteral(DQ_SOURCE_DIR "/resources/demo");
}

QString demoCalibration() {
    return demoModel() + QStringLiteral("/calibration.txt");
}

QString demoEvaluation() {
    return demoModel() + QStringLiteral("/evaluation.txt");
}

}  // namespace dq::test
