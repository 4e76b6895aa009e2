#include "core/recipe/complaints.hpp"

#include <algorithm>

namespace dq::recipe {

void refuseFor(const std::vector<std::string>& complaints, Kind kind, const std::string& sentence) {
    if (complaints.empty()) return;
    constexpr std::size_t most = 5;
    const std::size_t shown = std::min(most, complaints.size());
    std::string all = sentence + ": ";
    for (std::size_t i = 0; i < shown; ++i)
        all += (i > 0 ? "; " : "") + complaints[i];
    if (complaints.size() > shown) all += "; and " + std::to_string(complaints.size() - shown) + " more";
    throw Error(kind, all);
}

}  // namespace dq::recipe
