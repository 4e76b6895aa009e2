#pragma once

#include <span>
#include <vector>

/// E[x^2] of a matrix's columns in the form that the search of group scales weighs errors with.
namespace dq::kernels {

/// Multiplied by the power of two that brings the largest into [1, 2). Empty where nothing is known: no numbers, or all 0.
std::vector<float> importanceOf(std::span<const float> moment);

/// Whether a group's importances say something; where all are 0 its columns count alike.
bool isKnown(const float* importance, std::size_t size);

}  // namespace dq::kernels
