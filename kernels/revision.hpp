#pragma once

namespace dq::kernels {

/// Raised whenever some format's codes or scales become others for some matrix: a table measured before tells of bytes that
/// nobody writes any more. Tables from before there was a number count as 0.
inline constexpr int quantizerRevision = 1;

}  // namespace dq::kernels
