#pragma once

#include <QProcess>
#include <QString>

namespace dq::test {

/// The worker this build made, else the one that DQ_TEST_CLI names; "": there is none (DQ_TORCH is off).
inline QString realWorker() {
#ifdef DQ_CLI
    return DQ_CLI;
#else
    return qEnvironmentVariable("DQ_TEST_CLI");
#endif
}

/// What it prints; empty where it fails.
inline QByteArray workerSays(const QStringList& arguments) {
    QProcess worker;
    worker.start(realWorker(), arguments);
    return worker.waitForFinished(300000) && worker.exitCode() == 0 ? worker.readAllStandardOutput() : QByteArray();
}

}  // namespace dq::test
