#include "ui/session/session.hpp"

/// How the front is looked at: axes, and the cards drawn in it.
namespace dq::ui {

void Session::setLogLoss(bool on) {
    Look look = look_;
    look.logLoss = on;
    setLook(look, on ? tr("logarithmic loss") : tr("linear loss"));
}

void Session::setPerplexity(bool on) {
    Look look = look_;
    look.perplexity = on;
    setLook(look, on ? tr("loss as perplexity") : tr("loss in nats"));
}

bool Session::perplexity() const {
    return look_.perplexity && hasFront() && explored_->lossUnit.startsWith("nats");
}

void Session::setContext(std::int64_t positions) {
    Look look = look_;
    look.context = positions;
    setLook(look, tr("context %1").arg(positions));
    if (const auto wished = speed()) setSpeed(wished);  // more of the cache to read, or less
}

void Session::setOwnCard(double gib) {
    Look look = look_;
    look.card = gib;
    setLook(look, gib > 0 ? tr("a card of %1 GB").arg(gib) : tr("no card of one's own"));
}

void Session::setLook(const Look& look, const QString& text) {
    if (look == look_) return;
    const View before = view();
    takeLook(look);
    if (hasFront()) record(text, before, false);
}

void Session::takeLook(const Look& look) {
    if (look == look_) return;
    look_ = look;
    emit lookChanged();
}

}  // namespace dq::ui
