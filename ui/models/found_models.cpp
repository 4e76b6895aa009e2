#include "ui/models/found_models.hpp"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QtEndian>

#include <algorithm>
#include <tuple>

namespace dq::ui {

namespace {

constexpr std::size_t most = 200;
constexpr qint64 largestManifest = 1 << 20;
constexpr auto folders = QDir::Dirs | QDir::NoDotAndDotDot;

using Found = std::vector<FoundModel>;

bool isCheckpoint(const QString& folder) {
    return QFileInfo::exists(folder + "/config.json") &&
           !QDir(folder).entryList({"*.safetensors"}, QDir::Files).isEmpty();
}

/// models--Qwen--Qwen3-8B/snapshots/<revision>: of several revisions the newest.
void searchHub(const QString& hub, Found& found) {
    for (const QString& name : QDir(hub).entryList({"models--*"}, folders)) {
        const QDir snapshots(hub + '/' + name + "/snapshots");
        for (const QFileInfo& revision : snapshots.entryInfoList(folders, QDir::Time)) {
            if (!isCheckpoint(revision.filePath())) continue;
            found.push_back({name.mid(8).replace("--", "/"), "Hugging Face", revision.filePath()});
            break;
        }
    }
}

/// Whether a file is GGUF and does not say among its first keys that most of it is quantized. Opening one that says nothing
/// tells for certain.
bool mayBePlain(const QString& path) {
    constexpr qint64 lookedAt = 1 << 16;
    constexpr char key[] = "general.file_type";
    constexpr qsizetype keyLength = sizeof key - 1, numberType = 4, end = keyLength + 4 + 4;  // the value's type, then the value, 32 bits each
    const QSet<quint32> plain = {0, 1, 32};                                                  // F32, F16, BF16
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return false;
    const QByteArray front = file.read(lookedAt);
    if (!front.startsWith("GGUF")) return false;
    const qsizetype at = front.indexOf(key);
    if (at < 0 || at + end > front.size()) return true;
    const auto number = [&](qsizetype offset) { return qFromLittleEndian<quint32>(front.constData() + at + offset); };
    return number(keyLength) != numberType || plain.contains(number(keyLength + 4));
}

/// A split model is opened by its first part, and named without the part's number; "": a later part.
QString nameOfGguf(const QFileInfo& file) {
    static const QRegularExpression part("^(.+)-(\\d{5})-of-\\d{5}$");
    const QRegularExpressionMatch match = part.match(file.completeBaseName());
    if (!match.hasMatch()) return file.completeBaseName();
    return match.captured(2) == QStringLiteral("00001") ? match.captured(1) : QString();
}

/// publisher/model, a checkpoint or GGUF files.
void searchLmStudio(const QString& models, Found& found) {
    for (const QString& publisher : QDir(models).entryList(folders))
        for (const QFileInfo& model : QDir(models + '/' + publisher).entryInfoList(folders)) {
            if (isCheckpoint(model.filePath())) {
                found.push_back({publisher + '/' + model.fileName(), "LM Studio", model.filePath()});
                continue;
            }
            for (const QFileInfo& file : QDir(model.filePath()).entryInfoList({"*.gguf"}, QDir::Files))
                if (const QString name = nameOfGguf(file); !name.isEmpty())
                    found.push_back({publisher + '/' + name, "LM Studio", file.filePath(), mayBePlain(file.filePath())});
        }
}

/// The file a manifest names as the model; "": it names none.
QString blobOf(const QString& manifest, const QString& blobs) {
    QFile file(manifest);
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestManifest) return {};
    for (const QJsonValue& layer : QJsonDocument::fromJson(file.readAll()).object()["layers"].toArray()) {
        if (layer["mediaType"].toString() != "application/vnd.ollama.image.model") continue;
        const QString digest = layer["digest"].toString().replace(':', '-');
        return digest.contains('/') ? QString() : blobs + '/' + digest;
    }
    return {};
}

/// manifests/<registry>/<namespace>/<model>/<tag>, blobs beside them.
void searchOllama(const QString& models, Found& found) {
    const QString manifests = models + "/manifests";
    for (const QString& registry : QDir(manifests).entryList(folders))
        for (const QString& space : QDir(manifests + '/' + registry).entryList(folders))
            for (const QFileInfo& model : QDir(manifests + '/' + registry + '/' + space).entryInfoList(folders))
                for (const QFileInfo& tag : QDir(model.filePath()).entryInfoList(QDir::Files)) {
                    const QString blob = blobOf(tag.filePath(), models + "/blobs");
                    if (QFileInfo::exists(blob))
                        found.push_back({model.fileName() + ':' + tag.fileName(), "Ollama", blob, mayBePlain(blob)});
                }
}

}  // namespace

ModelCaches ModelCaches::usual() {
    const QString home = QDir::homePath();
    const auto placed = [](const char* variable, const QString& otherwise) {
        return qEnvironmentVariableIsEmpty(variable) ? otherwise : qEnvironmentVariable(variable);
    };
    const QString hugging = placed("HF_HOME", home + "/.cache/huggingface");
    return {{placed("HF_HUB_CACHE", hugging + "/hub")},
            {home + "/.lmstudio/models", home + "/.cache/lm-studio/models"},
            {placed("OLLAMA_MODELS", home + "/.ollama/models")}};
}

std::vector<FoundModel> findModels(const ModelCaches& caches) {
    Found found;
    for (const QString& folder : caches.huggingFace)
        searchHub(folder, found);
    for (const QString& folder : caches.lmStudio)
        searchLmStudio(folder, found);
    for (const QString& folder : caches.ollama)
        searchOllama(folder, found);
    const auto rank = [](const FoundModel& one) { return std::tuple(!one.opens, one.name.toLower(), one.path); };
    std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    if (found.size() > most) found.resize(most);
    return found;
}

FoundModels::FoundModels(QObject* parent) : QAbstractListModel(parent), lane_(this) {}

void FoundModels::search(const ModelCaches& caches) {
    lane_.run<Found>([caches] { return findModels(caches); }, [this](Outcome<Found> outcome) {
        if (!std::holds_alternative<Found>(outcome)) return;  // a cache that cannot be read is no news here
        beginResetModel();
        found_ = std::move(std::get<Found>(outcome));
        endResetModel();
    });
}

int FoundModels::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(found_.size());
}

QVariant FoundModels::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const FoundModel& model = found_[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) return model.name + QStringLiteral("   ") + model.place;
    if (role == PathRole) return model.path;
    if (role == Qt::ToolTipRole)
        return model.opens ? model.path
                           : model.path + '\n' + tr("GGUF: quantized already, there is nothing to measure in it.");
    return {};
}

Qt::ItemFlags FoundModels::flags(const QModelIndex& index) const {
    const Qt::ItemFlags usual = QAbstractListModel::flags(index);
    return index.isValid() && !found_[static_cast<std::size_t>(index.row())].opens ? usual & ~Qt::ItemIsEnabled : usual;
}

}  // namespace dq::ui
