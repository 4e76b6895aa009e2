#include "ui/session/weight_lookup.hpp"

#include <utility>

namespace dq::ui {

WeightLookup::WeightLookup(QObject* parent) : QObject(parent), lane_(this) {}

void WeightLookup::ask(WeightSource source) {
    if (source.matrix == matrix_ && source.format == format_ && source.checkpoint == checkpoint_.lock()) return;
    matrix_ = source.matrix;
    format_ = source.format;
    checkpoint_ = source.checkpoint;
    using Seen = std::shared_ptr<const WeightHistogram>;
    lane_.run<Seen>([source = std::move(source)] { return std::make_shared<const WeightHistogram>(histogramOf(source)); },
                    [this, mine = ++generation_](Outcome<Seen> outcome) {
                        if (mine != generation_) return;
                        if (const auto* failure = std::get_if<Failure>(&outcome)) return emit failed(failure->sentence);
                        emit found(std::get<Seen>(std::move(outcome)));
                    });
}

void WeightLookup::forget() {
    ++generation_;
    matrix_.clear();
}

}  // namespace dq::ui
