#include <QStringList>

#include <cmath>

#include "ui/session/session.hpp"

/// What the session says about itself in words.
namespace dq::ui {

QString Session::name() const {
    if (model_) return text(model_->checkpoint().name());
    if (table_) return text(table_->modelName);
    return {};
}

QString Session::summary() const {
    if (matrices_.empty()) return name();
    std::int64_t weights = 0;
    for (const MatrixInfo& matrix : matrices_)
        weights += matrix.weights();
    return tr("%1 · %2 weight matrices · %3")
        .arg(name(), countText(static_cast<std::int64_t>(matrices_.size())), weightsText(weights));
}

QString Session::status() const {
    if (!hasFront()) return {};
    const QString unit = explored_->lossUnit;
    QStringList parts = {sizeText(choice_.bytes),
                         tr("%1 bits per weight").arg(bitsNumber(explored_->problem().bitsPerWeight(choice_.bytes)))};
    if (unit.startsWith("nats"))
        parts << tr("predicted loss %1 per token (perplexity %2)")
                     .arg(lossText(choice_.loss, shortLossUnit(unit)), perplexityText(choice_.loss));
    else
        parts << tr("predicted loss %1").arg(lossText(choice_.loss, unit));
    parts << (choice_.gap() <= 0 ? tr("proven optimal")
                                 : tr("optimal within %1 %").arg(numberText(choice_.gap() * 100, 2)));
    parts << tr("coding gain %1").arg(numberText(explored_->codingGain));
    if (const QString speed = speedWords(); !speed.isEmpty()) parts << speed;
    return parts.join(" · ");
}

QString Session::gainWords() const {
    if (!hasFront()) return {};
    const FrontPicture::Uniform* nearest = nullptr;
    const auto off = [this](const FrontPicture::Uniform& one) {
        return std::abs(one.bytes - static_cast<double>(choice_.bytes));
    };
    for (const FrontPicture::Uniform& one : explored_->picture.uniforms)
        if (one.loss > 0 && (!nearest || off(one) < off(*nearest))) nearest = &one;
    if (!nearest) return {};
    if (nearest->saved < 0.005) return tr("mixing saves nothing over %1").arg(nearest->format);
    return tr("mixing saves %1 over %2").arg(bitsText(nearest->saved), nearest->format);
}

QString Session::measuredOn() const {
    if (!table_) return {};
    return tr("measured on %1 tokens · %2")
        .arg(countText(table_->calibrationTokens), text(table_->key.arithmetic).replace('-', ' '));
}

QString Session::cellText(int matrix) const {
    if (matrix < 0 || matrix >= static_cast<int>(matrices_.size())) return {};
    const auto m = static_cast<std::size_t>(matrix);
    const MatrixInfo& info = matrices_[m];
    QString words =
        QString("<b>%1</b><br>%2 · %3").arg(info.shortName, info.shape(), weightsText(info.weights()));
    if (m >= states_.size()) return words + "<br>" + tr("not measured yet");
    const MatrixState& state = states_[m];
    words += "<br>" + tr("%1, %2 bits per weight, %3<br>costs %4")
                 .arg(explored_->formatName(state.format), bitsNumber(state.bits), sizeText(state.bytes),
                      lossText(state.loss, explored_->lossUnit));
    if (difference_ && difference_->other[m]) {
        const Snapshot& then = snapshots_[static_cast<std::size_t>(compared_)];
        words += "<br>" + tr("was %1 in %2")
                     .arg(text(table_->formats[static_cast<std::size_t>(then.columns[m])]), then.name.toHtmlEscaped());
    }
    if (const auto wish = explored_->wishes.find(matrix); wish != explored_->wishes.end())
        words += "<br><b>" + wish->second.text() + "</b>";
    return words + (state.gain > 0
                        ? "<br>" + tr("its next step up would save %1").arg(priceText(state.gain, explored_->lossUnit))
                        : "<br>" + tr("more bytes would buy nothing here"));
}

QString Session::priceWords() const {
    if (!hasFront()) return {};
    if (choice_.price <= 0) return tr("more bytes buy nothing");
    return tr("price of a byte %1").arg(priceText(choice_.price, explored_->lossUnit));
}

QString Session::waterText(int matrix) const {
    if (!hasFront() || matrix < 0 || matrix >= static_cast<int>(states_.size())) return {};
    const auto m = static_cast<std::size_t>(matrix);
    const int column = explored_->water->columnOf[m];
    if (column < 0) return {};
    const double out =
        explored_->water->columns[static_cast<std::size_t>(column)].height - waterLevel(choice_.price);
    const QString given = tr("%1, %2 bits per weight")
                              .arg(explored_->formatName(states_[m].format), bitsNumber(states_[m].bits));
    const std::size_t members =
        explored_->problem().classes[static_cast<std::size_t>(explored_->classOf[m])].matrices.size();
    QString words = "<b>" + matrices_[m].shortName + "</b>";
    if (members > 1) words += ' ' + tr("and %1 that share its format").arg(members - 1);
    if (choice_.price <= 0) return words + "<br>" + tr("no price: it has all the bits that help, %1").arg(given);
    if (out <= 0) return words + "<br>" + tr("%1 bits under water → %2").arg(bitsNumber(-out), given);
    return words + "<br>" + tr("%1 bits out of the water → %2").arg(bitsNumber(out), given);
}

QString Session::waterSentence() const {
    if (!hasFront()) return {};
    const Water& water = *explored_->water;
    const auto groups = static_cast<std::int64_t>(water.columns.size());
    const int covered = water.covered(waterLevel(choice_.price));
    QString words;
    if (choice_.price <= 0)
        words = tr("No water left: more bytes would buy nothing.");
    else if (covered == 0)
        words = tr("No column is under water: each of the %1 groups earns bits at this price.")
                    .arg(countText(groups));
    else
        words = tr("%1 of %2 groups are under water: they earn no bits at this price and have the "
                               "smallest format they may.")
                    .arg(countText(covered), countText(groups));
    if (water.silent > 0)
        words += ' ' + tr("%1 more lose nothing in any format.").arg(countText(water.silent));
    return words;
}

QString Session::crowdText(const std::vector<int>& matrices) const {
    if (matrices.empty() || matrices.front() < 0 || matrices.back() >= static_cast<int>(matrices_.size())) return {};
    const MatrixInfo& first = matrices_[static_cast<std::size_t>(matrices.front())];
    const auto count = static_cast<std::int64_t>(matrices.size());
    QString words = tr("<b>%1 × %2 of layer %3</b>").arg(countText(count), first.role).arg(first.block);
    if (states_.empty()) return words + "<br>" + tr("not measured yet");
    double bits = 0, least = HUGE_VAL, most = 0, loss = 0;
    Bytes bytes = 0;
    for (const int matrix : matrices) {
        const MatrixState& state = states_[static_cast<std::size_t>(matrix)];
        bits += state.bits;
        least = std::min(least, state.bits);
        most = std::max(most, state.bits);
        loss += state.loss;
        bytes += state.bytes;
    }
    return words + "<br>" + tr("%1 to %2 bits per weight, %3 in the mean<br>%4, cost %5<br>double-click or Enter "
                                  "opens them")
                       .arg(bitsNumber(least), bitsNumber(most), bitsNumber(bits / static_cast<double>(count)),
                            sizeText(bytes), lossText(loss, explored_->lossUnit));
}

}  // namespace dq::ui
