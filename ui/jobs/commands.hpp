#pragma once

#include <QString>
#include <QStringList>

#include <filesystem>

#include "core/store/asked.hpp"

namespace dq::ui {

/// What a measurement needs besides the model.
struct MeasureSettings {
    QString calibration;  // a UTF-8 text
    QString separator;    // where documents end in it; empty: one stream
    bool errorFeedback = false;  // the palette gptq too, which needs the Hessians of all inputs
    bool fisherScales = false;   // the palette fisher too, which needs a byte a weight
};

/// The worker's command lines.
QStringList measureArguments(const std::filesystem::path& model, const MeasureSettings& settings,
                             const std::filesystem::path& cache);
/// The same question again that a measurement was interrupted in.
QStringList resumeArguments(const std::filesystem::path& model, const store::Asked& asked, const std::filesystem::path& cache);
/// Eight points of the front and the formats they use, on twenty documents of the evaluation text; what is learned goes to a file.
QStringList validateArguments(const std::filesystem::path& model, const QString& palette, const QString& metric, const QString& grouping,
                              const QString& correction, const std::filesystem::path& cache);
/// The recipe on twenty documents of the evaluation text, as validate takes them.
QStringList evaluateArguments(const std::filesystem::path& model, const QString& recipe, const std::filesystem::path& cache);
QStringList exportArguments(const std::filesystem::path& model, const QString& recipe,
                            const QString& target, const QString& output,
                            const std::filesystem::path& cache);

/// The separator a text uses, if it is the usual one; looks at its first pieces only.
QString separatorOf(const QString& textFile);

/// The bundled demo model's folder: beside the installed program, in the source tree, or where
/// DYNAQUANT_RESOURCES says.
QString demoModel();
/// The calibration text that came with a model: calibration.txt in its folder, or beside its file. Empty: none.
QString ownCalibration(const std::filesystem::path& model);

}  // namespace dq::ui
