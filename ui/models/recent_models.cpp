#include "ui/models/recent_models.hpp"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

namespace dq::ui {

namespace {
const char* const settingsKey = "recent/models";
}

RecentModels::RecentModels(QObject* parent)
    : QAbstractListModel(parent), paths_(QSettings().value(settingsKey).toStringList().mid(0, most)) {}

void RecentModels::add(const QString& path) {
    QStringList paths = paths_;
    const QString clean = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    paths.removeAll(clean);
    paths.prepend(clean);
    replace(paths.mid(0, most));
}

void RecentModels::forget(const QString& path) {
    QStringList paths = paths_;
    if (paths.removeAll(QDir::cleanPath(QFileInfo(path).absoluteFilePath())) > 0) replace(paths);
}

void RecentModels::replace(QStringList paths) {
    beginResetModel();
    paths_ = std::move(paths);
    endResetModel();
    QSettings().setValue(settingsKey, paths_);
}

int RecentModels::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(paths_.size());
}

QVariant RecentModels::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const QString& path = paths_[index.row()];
    if (role == Qt::DisplayRole)
        return QFileInfo(path).fileName() + QStringLiteral("   ") + QFileInfo(path).path();
    if (role == Qt::ToolTipRole || role == PathRole) return path;
    return {};
}

}  // namespace dq::ui
