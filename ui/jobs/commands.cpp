#include "ui/jobs/commands.hpp"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace dq::ui {

namespace {
constexpr qint64 lookedAt = 256 * 1024;
const char* const usualSeparator = "<|endoftext|>";

QString path(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}
}  // namespace

QStringList measureArguments(const std::filesystem::path& model, const MeasureSettings& settings,
                             const std::filesystem::path& cache) {
    QStringList arguments = {"measure", path(model), "--calibration", settings.calibration};
    if (!settings.separator.isEmpty()) arguments << "--documents" << settings.separator;
    if (settings.errorFeedback) arguments << "--error-feedback";
    if (settings.fisherScales) arguments << "--fisher-scales";
    if (!cache.empty()) arguments << "--cache" << path(cache);
    return arguments << "--progress"
                     << "json";
}

QStringList resumeArguments(const std::filesystem::path& model, const store::Asked& asked, const std::filesystem::path& cache) {
    QStringList arguments = {"measure", path(model)};
    if (!asked.calibration.empty()) arguments << "--calibration" << path(asked.calibration);
    for (const std::string& option : asked.options) arguments << QString::fromStdString(option);
    if (!cache.empty()) arguments << "--cache" << path(cache);
    return arguments << "--progress"
                     << "json";
}

QStringList validateArguments(const std::filesystem::path& model, const QString& palette, const QString& metric,
                              const QString& grouping, const QString& correction,
                              const std::filesystem::path& cache) {
    QStringList arguments = {"validate", path(model),  "--palette", palette, "--metric", metric, "--group", grouping,
                             "--points", "8",          "--limit",   "20",    "-o",       correction};
    if (!cache.empty()) arguments << "--cache" << path(cache);
    return arguments << "--progress"
                     << "json";
}

QStringList evaluateArguments(const std::filesystem::path& model, const QString& recipe, const std::filesystem::path& cache) {
    QStringList arguments = {"evaluate", path(model), "--recipe", recipe, "--limit", "20"};
    if (!cache.empty()) arguments << "--cache" << path(cache);
    return arguments << "--progress"
                     << "json";
}

QStringList exportArguments(const std::filesystem::path& model, const QString& recipe,
                            const QString& target, const QString& output,
                            const std::filesystem::path& cache) {
    QStringList arguments = {"export", path(model), "--recipe", recipe, "--target", target, "-o", output};
    if (!cache.empty()) arguments << "--cache" << path(cache);
    return arguments << "--progress"
                     << "json";
}

QString separatorOf(const QString& textFile) {
    QFile file(textFile);
    if (!file.open(QIODevice::ReadOnly)) return {};
    return file.read(lookedAt).contains(usualSeparator) ? QString::fromLatin1(usualSeparator) : QString();
}

QString demoModel() {
    const QString beside = QCoreApplication::applicationDirPath() + "/../share/dynaquant";
    for (const QString& place :
         {qEnvironmentVariable("DYNAQUANT_RESOURCES"), beside, QStringLiteral(DQ_RESOURCES)}) {
        const QString folder = place + "/demo";
        if (!place.isEmpty() && QFileInfo::exists(folder + "/config.json")) return QDir::cleanPath(folder);
    }
    return {};
}

QString ownCalibration(const std::filesystem::path& model) {
    const QString folder = QFileInfo(path(model)).isFile() ? QFileInfo(path(model)).path() : path(model);
    const QString file = folder + "/calibration.txt";
    return QFileInfo::exists(file) ? file : QString();
}

}  // namespace dq::ui
