#include "ui/jobs/worker_line.hpp"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cmath>

#include "ui/words/core_words.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

constexpr qsizetype longestNoise = 2000;

std::int64_t whole(const QJsonValue& value) {
    const double number = value.toDouble();
    // Past 2^53 a double is no count any more, and converting it would be undefined.
    return std::isfinite(number) ? static_cast<std::int64_t>(std::clamp(number, -9e15, 9e15)) : 0;
}

WorkerProgress progressOf(const QJsonObject& object) {
    WorkerProgress progress;
    progress.phase = object["phase"].toString();
    progress.unit = object["unit"].toString();
    progress.rateUnit = object["rate_unit"].toString();
    progress.done = std::max<std::int64_t>(0, whole(object["done"]));
    progress.total = std::max<std::int64_t>(0, whole(object["total"]));
    progress.rate = object["rate"].toDouble();
    progress.secondsLeft = object["seconds_left"].toDouble(-1);
    return progress;
}

WorkerEvent rowOf(const QJsonObject& object, const QByteArray& line) {
    WorkerRow row;
    row.matrix = object["matrix"].toString();
    row.role = object["role"].toString();
    row.block = static_cast<int>(
        std::clamp<std::int64_t>(object.contains("block") ? whole(object["block"]) : -1, -1, 1 << 20));
    row.rows = whole(object["rows"]);
    row.cols = whole(object["cols"]);
    for (const QJsonValue& format : object["formats"].toArray())
        row.formats.append(format.toString());
    for (const QJsonValue& bytes : object["bytes"].toArray())
        row.bytes.push_back(whole(bytes));
    for (const QJsonValue& loss : object["loss"].toArray())
        row.loss.push_back(loss.toDouble());
    const auto formats = static_cast<std::size_t>(row.formats.size());
    if (row.matrix.isEmpty() || row.bytes.size() != formats || row.loss.size() != formats)
        return WorkerNoise{QString::fromUtf8(line.left(longestNoise))};
    return row;
}

}  // namespace

double WorkerProgress::fraction() const {
    return total > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0) : 0;
}

QString WorkerProgress::words() const {
    QString words = phase.isEmpty() ? phase : coreWords(utf8(phase));
    if (!unit.isEmpty()) words += (words.isEmpty() ? "" : ", ") + unit;
    if (total > 0) words += ": " + tr("%1 of %2").arg(countText(done), countText(total));
    if (rate > 0) words += " · " + numberText(rate) + " " + rateUnit;
    if (secondsLeft >= 0) words += " · " + tr("%1 left").arg(durationText(secondsLeft));
    return words;
}

WorkerEvent readWorkerLine(const QByteArray& line) {
    const QJsonDocument document = QJsonDocument::fromJson(line);
    const QJsonObject object = document.object();
    const QString event = object["event"].toString();
    if (event == "progress") return progressOf(object);
    if (event == "row") return rowOf(object, line);
    if (event == "done") return WorkerDone{object["result"].toObject()};
    if (event == "error") return WorkerError{object["kind"].toString(), object["message"].toString()};
    if (event == "cancelled") return WorkerCancelled{};
    return WorkerNoise{QString::fromUtf8(line.left(longestNoise))};
}

}  // namespace dq::ui
