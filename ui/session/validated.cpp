#include "ui/session/validated.hpp"

#include <QCoreApplication>
#include <QJsonDocument>

#include "core/base/mapped_file.hpp"
#include "core/report/validation.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

QString said(const report::ValidationSummary::Agreement& agreement) {
    return QCoreApplication::translate("Validated", "predicted / measured %1, ranks %2")
        .arg(numberText(agreement.ratio, 2), numberText(agreement.spearman, 3));
}

Validated::Point pointOf(const report::ValidationSummary::Point& point) {
    return {text(point.mark.name), point.mark.bytes, point.mark.kl, point.mark.low, point.mark.high};
}

}  // namespace

Validated validatedOf(const QJsonObject& answer, const QString& correctionFile) {
    const report::ValidationSummary summary =
        report::validationFromJson(QJsonDocument(answer).toJson().toStdString(), "the worker's answer");
    Validated validated;
    for (const report::ValidationSummary::Point& point : summary.points)
        validated.points.push_back(pointOf(point));
    // One for each point of the front, which stand first.
    for (std::size_t i = 0; i < summary.reallocated.size() && i < summary.points.size(); ++i)
        validated.pairs.push_back({pointOf(summary.points[i]), pointOf(summary.reallocated[i])});
    validated.correction = std::make_shared<const quality::Correction>(
        quality::correctionFromJson(readText(correctionFile.toStdString()), correctionFile.toStdString()));
    validated.words = QCoreApplication::translate("Validated", "measured on %1: %2; corrected: %3")
                          .arg(text(summary.text), said(summary.before), said(summary.after));
    return validated;
}

}  // namespace dq::ui
