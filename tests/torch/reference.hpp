#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/torch/tiny_model.hpp"

namespace dq::test {

/// The slower truth, in double: every position has its own copy of every weight matrix, so that one backward
/// pass gives the gradient of the summed loss with respect to each position's copy; h is the mean of their
/// squares.
struct Reference {
    std::map<std::string, std::vector<double>> fisher;       // by matrix name, [rows, cols]
    std::map<std::string, std::vector<double>> inputMoment;  // by matrix name, [cols]; none for the embedding
    std::map<std::string, std::vector<double>> hessian;      // the same, [cols, cols]
    struct Position {
        std::size_t sequence = 0;
        std::vector<double> gradient;  // [rows, cols]
        std::vector<double> input;     // [cols]; none for the embedding
    };
    std::map<std::string, std::vector<Position>> positions;  // by matrix name; of a tied one both uses
    std::vector<double> bottom;                   // gradient at the embedding's output, [positions, hidden]
    std::vector<std::vector<double>> logSoftmax;  // per predicted position
    double loss = 0;                              // of the text's next tokens, mean
};

/// Chooses the label of a predicted position, counted over all sequences, from its log softmax.
using LabelChoice = std::function<std::int64_t(std::size_t sequence, std::size_t position,
                                               const std::vector<double>& logSoftmax)>;

/// Without a choice the labels are the text's next tokens.
Reference referenceOf(const TinyModel& model, const text::Samples& samples, const LabelChoice& choose = {});

}  // namespace dq::test
