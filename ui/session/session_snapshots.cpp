#include <QStringList>

#include <algorithm>
#include <cmath>

#include "ui/session/session.hpp"
#include "ui/session/view_change.hpp"

/// Choices put aside, and what became other since.
namespace dq::ui {

namespace {
constexpr std::size_t mostSnapshots = 64;  // each holds a number for every matrix
const QChar minus(0x2212);

QString signedSize(Bytes difference) {
    if (difference == 0) return Session::tr("equal size");
    return (difference < 0 ? minus : QChar('+')) + sizeText(std::abs(difference));
}

QString signedLoss(double now, double then) {
    if (now == then) return Session::tr("equal loss");
    if (!(then > 0)) return Session::tr("loss from nothing");
    const double percent = (now / then - 1) * 100;
    return Session::tr("%1 % loss").arg((percent < 0 ? minus : QChar('+')) + numberText(std::abs(percent)));
}
}  // namespace

void Session::takeSnapshot(const QString& name) {
    if (!hasFront()) return;
    addSnapshot(snapshotOf(*explored_, states_, budget_, name.isEmpty() ? freeName(snapshots_) : name));
}

void Session::addSnapshot(Snapshot snapshot) {
    if (!hasFront() || snapshots_.size() >= mostSnapshots) return;
    snapshots_.push_back(std::move(snapshot));
    compareWith(static_cast<int>(snapshots_.size()) - 1);
}

void Session::renameSnapshot(int index, const QString& name) {
    if (index < 0 || index >= static_cast<int>(snapshots_.size()) || name.trimmed().isEmpty()) return;
    snapshots_[static_cast<std::size_t>(index)].name = name.trimmed();
    emit snapshotsChanged();
}

void Session::dropSnapshot(int index) {
    if (index < 0 || index >= static_cast<int>(snapshots_.size())) return;
    snapshots_.erase(snapshots_.begin() + index);
    const int last = static_cast<int>(snapshots_.size()) - 1;
    compareWith(index < compared_ ? compared_ - 1 : std::min(compared_, last));
}

void Session::compareWith(int index) {
    if (!hasFront() || index < -1 || index >= static_cast<int>(snapshots_.size())) return;
    compared_ = index;
    against_.reset();
    compare();
    emit snapshotsChanged();
    emit changed(Stage::Choice);
}

void Session::compare() {
    difference_.reset();
    if (compared_ < 0) return;
    if (!against_) against_ = judged(snapshots_[static_cast<std::size_t>(compared_)], *explored_);
    difference_ = differenceTo(*against_, *explored_, states_);
}

void Session::returnTo(int index) {
    if (!hasFront() || index < 0 || index >= static_cast<int>(snapshots_.size())) return;
    const Snapshot& to = snapshots_[static_cast<std::size_t>(index)];
    history_.push(new ViewChange(*this, tr("back to %1").arg(to.name), view(), {to.question, to.budget, look_}));
}

void Session::forgetSnapshots() {
    compared_ = -1;
    against_.reset();
    difference_.reset();
    if (snapshots_.empty()) return;
    snapshots_.clear();
    emit snapshotsChanged();
}

QString Session::differenceWords() const {
    if (!difference_) return {};
    const Difference& d = *difference_;
    const QString& name = snapshots_[static_cast<std::size_t>(compared_)].name;
    if (d.changed() == 0) return tr("No matrix has another format than in %1.").arg(name);
    QStringList parts = {signedSize(choice_.bytes - d.bytes), signedLoss(choice_.loss, d.loss),
                         tr("%1 of %2 matrices have another format")
                             .arg(countText(d.changed()), countText(static_cast<std::int64_t>(states_.size())))};
    QStringList how;
    if (d.more > 0) how << tr("%1 more bits").arg(countText(d.more));
    if (d.fewer > 0) how << tr("%1 fewer").arg(countText(d.fewer));
    if (d.even > 0) how << tr("%1 as many").arg(countText(d.even));
    return tr("Against %1: %2 (%3).").arg(name, parts.join(" · "), how.join(", "));
}

}  // namespace dq::ui
