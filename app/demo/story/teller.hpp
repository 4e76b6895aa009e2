#pragma once

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/story/random.hpp"
#include "app/demo/story/words.hpp"

namespace dq::demo {

/// Something a story established, as its recap may ask for it.
struct Fact {
    std::string topic;     // "place", "count", "pet", ...
    std::string question;  // "Where was the kite?"
    std::string answer;    // "It was under the bed."
    std::string value;     // "under the bed": stands in the story before the recap
};

/// Writes one story: keeps what the slots of the sentences stand for, which words were used, and the facts.
///
/// Sentences are templates. {slot} is replaced by its value, {^slot} with a capital, {@slot} with "a" or "an"
/// before it; [x|y|z] is one of its parts, chosen anew each time.
class Teller {
public:
    explicit Teller(Random& random) : random_(random) {}

    Random& random() { return random_; }

    void bind(std::string slot, std::string_view value);
    void bindNumber(std::string slot, std::int64_t number);  // as a word
    /// Binds slot to a word of the list that this story has not used yet, under any slot.
    std::string_view fresh(std::string slot, words::List list);
    const std::string& value(std::string_view slot) const;  // throws Error(Input) for an unbound slot

    void say(std::initializer_list<std::string_view>
                 alternatives);  // one of them, as the next sentences of the paragraph
    void paragraph();            // starts the next one
    void learn(std::string topic, std::string_view question, std::string_view answer,
               std::string_view valueSlot);

    std::string fill(std::string_view sentence);
    const std::string& text() const { return text_; }
    const std::vector<Fact>& facts() const { return facts_; }

private:
    std::string slotText(std::string_view slot) const;

    Random& random_;
    std::map<std::string, std::string, std::less<>> slots_;
    std::set<std::string, std::less<>> used_;
    std::vector<Fact> facts_;
    std::string text_;
};

}  // namespace dq::demo
