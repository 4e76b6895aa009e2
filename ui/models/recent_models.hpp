#pragma once

#include <QAbstractListModel>
#include <QStringList>

namespace dq::ui {

/// The models opened last, newest first; kept in the user's settings.
class RecentModels : public QAbstractListModel {
    Q_OBJECT

public:
    static constexpr int PathRole = Qt::UserRole;
    static constexpr int most = 8;

    explicit RecentModels(QObject* parent = nullptr);

    void add(const QString& path);
    void forget(const QString& path);
    const QStringList& paths() const { return paths_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void replace(QStringList paths);

    QStringList paths_;
};

}  // namespace dq::ui
