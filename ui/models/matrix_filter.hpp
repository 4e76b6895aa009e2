#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

#include <vector>

namespace dq::ui {

/// Sorts the matrix table, and filters it by words: "down layer 10-20 bits<5". A word must be in the name,
/// the role or the format; "role down", "role gate+up", "layer 3", "layer 10-20" and "bits<5", "bits>=4" mean what they say, "changed"
/// keeps what has another format than in the snapshot compared with.
class MatrixFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit MatrixFilter(QObject* parent = nullptr);
    void setWords(const QString& words);
    /// Sorts and filters anew by what a choice changes. Not at every move of the budget: rows that change places under
    /// a moving slider cannot be read, and thirty thousand of them take longer than a frame. False: nothing could move.
    bool settle();

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    struct Bound {
        QString relation;  // "<", "<=", ">", ">=", "="
        double value = 0;
        bool holds(double bits) const;
    };
    void addLayers(const QString& range);

    QStringList words_, roles_;
    bool changed_ = false;
    std::vector<std::pair<int, int>> layers_;
    std::vector<Bound> bits_;
};

}  // namespace dq::ui
