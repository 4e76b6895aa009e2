#include "core/base/fingerprint.hpp"
#include "core/measure/measurements.hpp"

namespace dq::measure {

std::string Key::hex() const {
    Fingerprint all;
    for (const std::string& text : {model, calibration, labels, std::to_string(seed), std::to_string(window),
                                    formats, tool, arithmetic})
        all.add(std::string_view(text));
    return all.hex();
}

}  // namespace dq::measure
