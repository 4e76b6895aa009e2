#pragma once

#include <algorithm>
#include <map>
#include <utility>

#include "core/measure/measure.hpp"

namespace dq::test {

/// A notebook that forgets with its process.
class MemoryNotebook : public measure::Notebook {
public:
    std::size_t units() const { return kept_.size(); }
    bool holds(const std::string& matrix) const {
        return std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) {
            return std::any_of(kept.rows.begin(), kept.rows.end(),
                               [&](const auto& row) { return row.name == matrix; });
        });
    }

    bool finished(const std::string& unit) const override { return find(unit) != nullptr; }
    std::vector<float> boundary() const override { return boundary_; }
    std::optional<double> loss() const override {
        return kept_.empty() ? std::nullopt : std::optional(kept_.front().loss);
    }
    void keep(const measure::FisherUnit& unit, const std::vector<measure::MatrixRow>& rows,
              std::span<const float> boundary, double loss) override {
        kept_.push_back({unit.name, loss, rows});
        boundary_.assign(boundary.begin(), boundary.end());
    }
    std::vector<measure::MatrixRow> rows(const measure::FisherUnit& unit) const override {
        return find(unit.name)->rows;
    }

    void keepHessian(const std::string& matrix, const std::string& input, std::int64_t, std::span<const float> hessian) override {
        hessians.insert_or_assign(matrix, std::pair(input, std::vector<float>(hessian.begin(), hessian.end())));
    }

    void keepSensitivities(const std::string& matrix, std::int64_t, std::int64_t, std::span<const std::uint8_t> codes) override {
        sensitivities.insert_or_assign(matrix, std::vector<std::uint8_t>(codes.begin(), codes.end()));
    }

    std::map<std::string, std::pair<std::string, std::vector<float>>> hessians;
    std::map<std::string, std::vector<std::uint8_t>> sensitivities;

private:
    struct Kept {
        std::string unit;
        double loss;
        std::vector<measure::MatrixRow> rows;
    };
    const Kept* find(const std::string& unit) const {
        const auto found =
            std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.unit == unit; });
        return found == kept_.end() ? nullptr : &*found;
    }

    std::vector<Kept> kept_;
    std::vector<float> boundary_;
};

}  // namespace dq::test
