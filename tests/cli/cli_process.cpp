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

namespace {

/// Enough formats for what is tested; all of them take minutes with sanitizers.
constexpr const char* fewFormats =
    "int2-g128,int2-g128-mse,int2-g64,int2-g32,int2-g64-mse,int3-g128,int3-g64,int3-g32-mse,int4-g128,int4-g64,int4-g32,int4-g32-mse,nf4-g64,"
    "nvfp4,int5-g32,int6-g64,int7-g128,fp8-e4m3,int8-g64,int8-g32,bf16";

QStringList withFewFormats(QStringList arguments) {
    const bool measures = arguments.value(0) == "measure" && arguments.size() > 2;
    if (measures && !arguments.contains("--formats")) arguments << "--formats" << fewFormats;
    return arguments;
}

}  // namespace

void startCli(QProcess& process, const QStringList& arguments) {
    process.start(QStringLiteral(DQ_CLI), withFewFormats(arguments));
}

Ran runCli(const QStringList& arguments) {
    QProcess process;
    startCli(process, arguments);
    if (!process.waitForFinished(600000)) process.kill();
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
