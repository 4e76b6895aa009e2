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
    if (peers) all.add(std::string_view("peers"));
    if (!importance.empty()) all.add(std::string_view("importance " + importance));
    return all.hex();
}

namespace {

bool asksFor(bool (format::Format::*what)() const, const Key& key) {
    if (key.labels == weightsOnlyLabels) return false;
    const std::vector<std::string> names = format::palette(key.formats).formats;
    return std::ranges::any_of(names, [what](const std::string& name) { return (format::get(name).*what)(); });
}

}  // namespace

bool Key::needsHessians() const {
    return asksFor(&format::Format::needsHessian, *this);
}

bool Key::needsSensitivities() const {
    return asksFor(&format::Format::needsSensitivities, *this);
}

}  // namespace dq::measure
