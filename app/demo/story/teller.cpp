#include "app/demo/story/teller.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace dq::demo {

namespace {
void capitalise(std::string& text) {
    const auto letter = std::find_if(text.begin(), text.end(), [](char c) { return c != '"'; });
    if (letter != text.end() && *letter >= 'a' && *letter <= 'z')
        *letter = static_cast<char>(*letter - 'a' + 'A');
}

std::string_view article(std::string_view word) {
    const bool vowel =
        !word.empty() && std::string_view("aeiouAEIO").find(word.front()) != std::string_view::npos;
    return vowel || word.starts_with("honest") ? "an " : "a ";
}

std::string_view choose(std::string_view alternatives, Random& random) {
    const auto bars = static_cast<std::size_t>(std::count(alternatives.begin(), alternatives.end(), '|'));
    for (std::size_t skip = random.below(bars + 1); skip > 0; --skip)
        alternatives.remove_prefix(alternatives.find('|') + 1);
    return alternatives.substr(0, alternatives.find('|'));
}

std::size_t closing(std::string_view sentence, std::size_t open, char bracket) {
    const std::size_t at = sentence.find(bracket, open);
    if (at == std::string_view::npos)
        throw Error(Kind::Input, "story template has no closing bracket: " + std::string(sentence));
    return at;
}
}  // namespace

void Teller::bind(std::string slot, std::string_view value) {
    slots_.insert_or_assign(std::move(slot), std::string(value));
}

void Teller::bindNumber(std::string slot, std::int64_t number) {
    bind(std::move(slot), words::numbers()[static_cast<std::size_t>(number)]);
}

std::string_view Teller::fresh(std::string slot, words::List list) {
    std::vector<std::string_view> left;
    std::copy_if(list.begin(), list.end(), std::back_inserter(left),
                 [&](auto word) { return !used_.contains(word); });
    if (left.empty()) throw Error(Kind::Input, "story grammar: no word is left for slot " + slot);
    const std::string_view word = left[random_.below(left.size())];
    used_.insert(std::string(word));
    bind(std::move(slot), word);
    return word;
}

const std::string& Teller::value(std::string_view slot) const {
    const auto found = slots_.find(slot);
    if (found == slots_.end())
        throw Error(Kind::Input, "story template uses the unbound slot " + std::string(slot));
    return found->second;
}

std::string Teller::slotText(std::string_view slot) const {
    const char flag = slot.front();
    if (flag != '^' && flag != '@') return value(slot);
    std::string text = value(slot.substr(1));
    if (flag == '@') return std::string(article(text)) + text;
    capitalise(text);
    return text;
}

std::string Teller::fill(std::string_view sentence) {
    std::string out;
    for (std::size_t at = 0; at < sentence.size(); ++at) {
        const char c = sentence[at];
        if (c != '{' && c != '[') {
            out += c;
            continue;
        }
        const std::size_t end = closing(sentence, at, c == '{' ? '}' : ']');
        const std::string_view inside = sentence.substr(at + 1, end - at - 1);
        out += c == '{' ? slotText(inside) : fill(choose(inside, random_));
        at = end;
    }
    return out;
}

void Teller::say(std::initializer_list<std::string_view> alternatives) {
    std::string sentence = fill(random_.pick(std::span(alternatives.begin(), alternatives.size())));
    capitalise(sentence);
    if (!text_.empty() && text_.back() != '\n') text_ += ' ';
    text_ += sentence;
}

void Teller::paragraph() {
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
}

void Teller::learn(std::string topic, std::string_view question, std::string_view answer,
                   std::string_view valueSlot) {
    Fact fact{std::move(topic), fill(question), fill(answer), value(valueSlot)};
    capitalise(fact.question);
    capitalise(fact.answer);
    facts_.push_back(std::move(fact));
}

}  // namespace dq::demo
