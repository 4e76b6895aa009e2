#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace dq::test {

/// What a run of the real dynaquant-cli left behind.
struct Ran {
    int code = -1;
    QByteArray out, err;

    QJsonObject json() const;          // standard output as one JSON object; empty where it is none
    QList<QJsonObject> lines() const;  // standard output as one JSON object a line
};

/// Runs it to its end (at most ten minutes); `measure` scores a few formats unless told which.
Ran runCli(const QStringList& arguments);

/// Starts it; the caller kills it or waits.
void startCli(QProcess& process, const QStringList& arguments);

QString demoModel();        // the bundled model's folder
QString demoCalibration();  // and its texts
QString demoEvaluation();

}  // namespace dq::test
