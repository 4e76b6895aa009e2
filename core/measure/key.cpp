#include <algorithm>

#include "core/base/fingerprint.hpp"
#include "core/format/format.hpp"
#include "core/measure/measurements.hpp"

namespace dq::measure {

std::string Key::hex() const {
    Fingerprint all;
    for (const std::string& text : {model, calibration, labels, std::to_string(seed), std::to_string(window),
                                    formats, tool, arithmetic})
        all.add(std::string_view(text));
    // Tables from before there was a revision keep their names.
    if (quantizers != 0) all.add(std::string_view(std::to_string(quantizers)));
    return all.hex();
}

bool Key::needsHessians() const {
    if (labels == weightsOnlyLabels) return false;
    const std::vector<std::string> names = format::palette(formats).formats;
    return std::ranges::any_of(names, [](const std::string& name) { return format::get(name).needsHessian(); });
}

}  // namespace dq::measure
