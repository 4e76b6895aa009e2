#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model.hpp"

/// Which matrices make which tensor of the file, and in what order their rows and columns lie there. Private to core/export.
namespace dq::exporting::gguf {

/// Empty orders: as they are.
struct Part {
    const model::WeightMatrix* matrix = nullptr;
    std::vector<std::int64_t> rows;    // which row of the matrix each row of the tensor is
    std::vector<std::int64_t> chunks;  // the same for runs of columns, all equally wide
};

/// One tensor: a matrix, some rows of one, or all experts of a block one behind the other.
struct Stack {
    std::string name;
    std::vector<Part> parts;
    bool ofExperts = false;

    const model::WeightMatrix& first() const { return *parts.front().matrix; }
    std::int64_t rows() const;  // of each part
};

/// In the order of the matrices. Keeps pointers to the model's matrices. Throws Error(Unsupported) for a matrix that llama.cpp
/// has no place for.
std::vector<Stack> stacksOf(const model::Model& model);

/// The same order for a tensor that passes through; empty: its rows stay.
std::vector<std::int64_t> rowsOf(const model::Model& model, const model::Needed& piece);

}  // namespace dq::exporting::gguf
