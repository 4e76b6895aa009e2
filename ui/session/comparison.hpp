#pragma once

#include <QObject>

#include <atomic>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/allocate/compare/curves.hpp"
#include "ui/jobs/lane.hpp"
#include "ui/session/explored.hpp"

namespace dq::ui {

using allocate::compare::Curve;

/// How others would choose, and the floor under every choice: worked out on a lane of its own, a rule at a
/// time, while somebody wants to see them. A front that replaces another stops what is under way.
class Comparison : public QObject {
    Q_OBJECT

public:
    explicit Comparison(QObject* parent = nullptr);
    ~Comparison() override;

    void follow(std::shared_ptr<const Explored> explored);  // null: nothing is open
    void showPeers(bool on);
    void showFloor(bool on);
    void showMetrics(bool on);
    bool peersShown() const { return peersShown_; }
    bool floorShown() const { return floorShown_; }
    bool metricsShown() const { return metricsShown_; }

    const std::vector<Curve>& peers() const { return peers_; }  // those that are done; empty where not wanted
    const Curve& floor() const { return floor_; }
    /// What the front would be, were it chosen by another metric: judged by the one asked for. Named metricMark and the metric.
    const std::vector<Curve>& metrics() const { return metrics_; }
    static constexpr std::string_view metricMark = "metric:", floorName = "floor", otherwiseName = "otherwise";
    bool busy() const { return pending_ > 0; }

signals:
    void changed();

private:
    void restart();
    void compute(std::function<Curve(const std::atomic<bool>& stop)> work, std::function<void(Curve)> then);

    std::shared_ptr<const Explored> explored_;
    std::shared_ptr<const allocate::Front> front_;
    std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
    std::vector<Curve> peers_, metrics_;
    Curve floor_;
    bool peersShown_ = false, floorShown_ = false, metricsShown_ = false;
    int pending_ = 0;
    Lane lane_;
};

}  // namespace dq::ui
