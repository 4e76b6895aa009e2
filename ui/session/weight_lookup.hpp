#pragma once

#include <QObject>

#include "ui/jobs/lane.hpp"
#include "ui/session/histogram.hpp"

namespace dq::ui {

/// Looks at weights on a lane of its own; only the newest question is answered, and none twice in a row.
class WeightLookup : public QObject {
    Q_OBJECT

public:
    explicit WeightLookup(QObject* parent = nullptr);

    void ask(WeightSource source);
    void forget();

signals:
    void found(std::shared_ptr<const dq::ui::WeightHistogram> histogram);
    void failed(const QString& sentence);

private:
    std::string matrix_, format_;
    std::weak_ptr<const checkpoint::Checkpoint> checkpoint_;
    std::uint64_t generation_ = 0;
    Lane lane_;
};

}  // namespace dq::ui
