#include "core/evaluate/questions.hpp"

#include <algorithm>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/json/json.hpp"
#include "core/text/utf8.hpp"

namespace dq::evaluate {

namespace {

using json::Json;

const Json& list(const Json& record, const char* key, const std::string& where) {
    const Json& found = json::member(record, key, where);
    if (!found.is_array()) throw Error(Kind::Input, where + ": \"" + key + "\" must be a list, found " + json::shown(found));
    return found;
}

std::vector<std::string> texts(const Json& record, const char* key, const std::string& where) {
    std::vector<std::string> all;
    for (const Json& one : list(record, key, where)) {
        if (!one.is_string()) throw Error(Kind::Input, where + ": \"" + key + "\" must hold texts, found " + json::shown(one));
        all.push_back(one.get<std::string>());
    }
    return all;
}

/// A whole number, or the same in quotation marks, as HellaSwag has it.
std::size_t number(const Json& record, const char* key, const std::string& where) {
    const Json& found = json::member(record, key, where);
    if (found.is_number_unsigned()) return found.get<std::size_t>();
    if (found.is_string() && found.get<std::string>().size() == 1 && found.get<std::string>()[0] >= '0' && found.get<std::string>()[0] <= '9')
        return static_cast<std::size_t>(found.get<std::string>()[0] - '0');
    throw Error(Kind::Input, where + ": \"" + key + "\" must be the number of a choice, found " + json::shown(found));
}

std::vector<std::string> spaced(std::vector<std::string> choices) {
    for (std::string& choice : choices) choice.insert(0, 1, ' ');
    return choices;
}

/// "A" and "1" both mean the first.
std::size_t labelled(const std::vector<std::string>& labels, const std::string& key, const std::string& where) {
    const auto place = [&](const std::string& label) { return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), label) - labels.begin()); };
    if (const std::size_t found = place(key); found < labels.size()) return found;
    if (key.size() == 1 && key[0] >= '1' && key[0] <= '9')
        if (const std::size_t found = place(std::string(1, static_cast<char>('A' + (key[0] - '1')))); found < labels.size()) return found;
    throw Error(Kind::Input, where + ": the answer \"" + json::excerpt(key, 20) + "\" is no choice's label");
}

Question arc(const Json& record, const std::string& where) {
    const Json& choices = json::member(record, "choices", where);
    if (!choices.is_object()) throw Error(Kind::Input, where + ": \"choices\" must hold text and label, found " + json::shown(choices));
    Question question{"Question: " + json::text(record, "question", where) + "\nAnswer:", spaced(texts(choices, "text", where)), 0};
    const std::vector<std::string> labels = texts(choices, "label", where);
    if (labels.size() != question.choices.size())
        throw Error(Kind::Input, where + ": " + std::to_string(question.choices.size()) + " choices, but " + std::to_string(labels.size()) + " labels");
    question.answer = labelled(labels, json::text(record, "answerKey", where), where);
    return question;
}

Question piqa(const Json& record, const std::string& where) {
    return {"Question: " + json::text(record, "goal", where) + "\nAnswer:",
            spaced({json::text(record, "sol1", where), json::text(record, "sol2", where)}), number(record, "label", where)};
}

Question hellaSwag(const Json& record, const std::string& where) {
    std::string context = json::textOr(record, "ctx", "", where);
    if (context.empty()) context = json::text(record, "ctx_a", where) + " " + json::text(record, "ctx_b", where);
    const std::string activity = json::textOr(record, "activity_label", "", where);
    if (!activity.empty()) context = activity + ": " + context;
    return {std::move(context), spaced(texts(record, "endings", where)), number(record, "label", where)};
}

Question boolQ(const Json& record, const std::string& where) {
    const Json& answer = json::member(record, "answer", where);
    if (!answer.is_boolean()) throw Error(Kind::Input, where + ": \"answer\" must be true or false, found " + json::shown(answer));
    return {json::text(record, "passage", where) + "\nQuestion: " + json::text(record, "question", where) + "?\nAnswer:",
            {" no", " yes"},
            answer.get<bool>() ? std::size_t{1} : std::size_t{0}};
}

Question ours(const Json& record, const std::string& where) {
    return {json::text(record, "context", where), texts(record, "choices", where), number(record, "answer", where)};
}

Question shaped(const Json& record, const std::string& where) {
    const auto has = [&](const char* key) { return json::present(record, key) != nullptr; };
    if (has("answerKey")) return arc(record, where);
    if (has("goal")) return piqa(record, where);
    if (has("endings")) return hellaSwag(record, where);
    if (has("passage")) return boolQ(record, where);
    if (has("context")) return ours(record, where);
    throw Error(Kind::Input, where + ": is none of the shapes ARC (answerKey), PIQA (goal), HellaSwag (endings), BoolQ (passage) or ours (context)");
}

Question questionOf(std::string_view line, const std::string& where) {
    const Json record = json::parse(line, where);
    if (!record.is_object()) throw Error(Kind::Input, where + ": must hold a JSON object, found " + json::shown(record));
    Question question = shaped(record, where);
    if (question.choices.size() < 2) throw Error(Kind::Input, where + ": has " + std::to_string(question.choices.size()) + " choices; two at least");
    for (const std::string& choice : question.choices)
        if (text::strip(choice).empty()) throw Error(Kind::Input, where + ": has an empty choice");
    if (question.answer >= question.choices.size())
        throw Error(Kind::Input, where + ": the answer is choice " + std::to_string(question.answer) + " counted from 0, but there are " +
                                     std::to_string(question.choices.size()));
    return question;
}

}  // namespace

std::vector<Question> questionsOf(std::string_view all, std::string_view source, std::optional<std::size_t> limit) {
    std::vector<Question> questions;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < all.size() && !(limit && questions.size() >= *limit);) {
        const std::size_t end = std::min(all.find('\n', begin), all.size());
        const std::string_view line = text::strip(all.substr(begin, end - begin));
        begin = end + 1;
        ++number;
        if (!line.empty()) questions.push_back(questionOf(line, std::string(source) + ": line " + std::to_string(number)));
    }
    if (questions.empty()) throw Error(Kind::Input, std::string(source) + ": holds no question");
    return questions;
}

std::vector<Question> readQuestions(const std::filesystem::path& file, std::optional<std::size_t> limit) {
    return questionsOf(text::repairUtf8(readText(file)), file.string(), limit);
}

}  // namespace dq::evaluate
