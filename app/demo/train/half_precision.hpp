#pragma once

namespace dq::demo {

/// While it lives, products run in BF16 and everything else in F32. On processors that multiply BF16 a
/// training step then takes half the time; the weights and their moments stay F32.
class HalfPrecision {
public:
    HalfPrecision();
    ~HalfPrecision();
    HalfPrecision(const HalfPrecision&) = delete;
    HalfPrecision& operator=(const HalfPrecision&) = delete;
};

}  // namespace dq::demo
