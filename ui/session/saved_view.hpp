#pragma once

#include <QJsonObject>
#include <QStringList>

#include <optional>

#include "ui/session/look.hpp"

namespace dq::ui {

/// What is remembered of a model from one run to the next.
struct SavedView {
    Question question;
    Bytes budget = 0;
    QStringList selection;  // names of matrices
    QString current;
    Look look = {};
};

QJsonObject toJson(const SavedView& view);
/// Settings are files that anybody may edit: absent where anything in them is not what it should be.
std::optional<SavedView> savedViewOf(const QJsonObject& json);

}  // namespace dq::ui
