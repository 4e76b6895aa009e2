#include "ui/models/found_models.hpp"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

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

/// publisher/model, a checkpoint or GGUF files.
void searchLmStudio(const QString& models, Found& found) {
    for (const QString& publisher : QDir(models).entryList(folders))
        for (const QFileInfo& model : QDir(models + '/' + publisher).entryInfoList(folders)) {
            if (isCheckpoint(model.filePath())) {
                found.push_back({publisher + '/' + model.fileName(), "LM Studio", model.filePath()});
                continue;
            }
            for (const QFileInfo& file : QDir(model.filePath()).entryInfoList({"*.gguf"}, QDir::Files))
                found.push_back({publisher + '/' + file.completeBaseName(), "LM Studio", file.filePath(), false});
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
                        found.push_back({model.fileName() + ':' + tag.fileName(), "Ollama", blob, false});
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
