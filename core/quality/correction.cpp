#include "core/quality/correction.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace dq::quality {

double Correction::predict(std::span<const double> shares) const {
    const std::size_t columns = gains.size();
    double sum = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) sum += shares[i] * gains[i % columns] * (roles.empty() ? 1 : roleGains[i / columns]);
    return bent(sum);
}

double Correction::gainOf(std::string_view format) const {
    const auto found = std::find(formats.begin(), formats.end(), format);
    return found == formats.end() ? 1 : gains[static_cast<std::size_t>(found - formats.begin())];
}

double Correction::roleGainOf(std::string_view role) const {
    const auto found = std::find(roles.begin(), roles.end(), role);
    return found == roles.end() ? 1 : roleGains[static_cast<std::size_t>(found - roles.begin())];
}

LossTable corrected(LossTable losses, const measure::Measurements& table, const Correction& correction) {
    if (correction.metric != metricName(losses.metric))
        throw Error(Kind::Input, "the correction was made for the metric " + correction.metric + ", not for " +
                                     std::string(metricName(losses.metric)));
    std::vector<double> gains;
    for (const std::string& format : table.formats) gains.push_back(correction.gainOf(format));
    for (std::size_t m = 0; m < losses.loss.size(); ++m) {
        const double ofRole = correction.roleGainOf(table.rows[m].role);
        for (std::size_t f = 0; f < gains.size(); ++f) losses.loss[m][f] *= ofRole * gains[f];
    }
    return losses;
}

}  // namespace dq::quality
