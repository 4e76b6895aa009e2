#pragma once

namespace dq::ui {

/// How fast a token is to come, and from what memory: what the dialog asks for.
struct Speed {
    double gigabytesPerSecond = 0, tokensPerSecond = 0;

    bool operator==(const Speed&) const = default;
};

}  // namespace dq::ui
