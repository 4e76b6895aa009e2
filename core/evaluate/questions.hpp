#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dq::evaluate {

/// One multiple-choice item: which choice goes on from the context best. A choice begins with the space that parts it.
struct Question {
    std::string context;
    std::vector<std::string> choices;  // two at least, none empty
    std::size_t answer = 0;
};

/// JSON objects, one a line, each in one of the shapes in use:
/// - ARC: question, choices {text, label}, answerKey (a label, or "1" for "A" as older files have it)
/// - PIQA: goal, sol1, sol2, label 0 or 1
/// - HellaSwag: ctx (or ctx_a and ctx_b), endings, label
/// - BoolQ: passage, question, answer true or false
/// - ours: context, choices [texts], answer (number from 0)
/// Contexts are those of lm-evaluation-harness ("Question: ...\nAnswer:"). Throws Error naming file and line: a field that is
/// missing or of another type, a label that no choice has, fewer than two choices, no item at all.
std::vector<Question> readQuestions(const std::filesystem::path& file, std::optional<std::size_t> limit = {});
std::vector<Question> questionsOf(std::string_view text, std::string_view source, std::optional<std::size_t> limit = {});

}  // namespace dq::evaluate
