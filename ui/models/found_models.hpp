#pragma once

#include <QAbstractListModel>
#include <QStringList>

#include <vector>

#include "ui/jobs/lane.hpp"

namespace dq::ui {

/// A model in somebody's cache.
struct FoundModel {
    QString name;   // "Qwen/Qwen3-8B"
    QString place;  // "Hugging Face", "LM Studio", "Ollama"
    QString path;   // the folder, or the GGUF file
    bool opens = true;  // false: a GGUF file that is quantized already, there is nothing to measure in it

    bool operator==(const FoundModel&) const = default;
};

/// Where programs keep models; several folders each, those that are not there are passed over.
struct ModelCaches {
    QStringList huggingFace, lmStudio, ollama;

    static ModelCaches usual();  // by the variables the programs heed, else in the home folder
};
/// What lies there, openable first, by name. Looks at folder names, manifests and the
/// beginnings of GGUF files only; of very many models, the first.
std::vector<FoundModel> findModels(const ModelCaches& caches);

/// The same as a list that fills itself without holding up the window.
class FoundModels : public QAbstractListModel {
    Q_OBJECT

public:
    static constexpr int PathRole = Qt::UserRole;

    explicit FoundModels(QObject* parent = nullptr);
    void search(const ModelCaches& caches);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    std::vector<FoundModel> found_;
    Lane lane_;
};

}  // namespace dq::ui
