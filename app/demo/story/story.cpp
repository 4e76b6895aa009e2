#include "app/demo/story/story.hpp"

#include <algorithm>
#include <utility>

#include "app/demo/story/scenes.hpp"

namespace dq::demo {

namespace {
template <typename T>
void shuffle(std::vector<T>& items, Random& random) {
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[random.below(i)]);
}

/// Scenes of different kinds, so that no two use the same slots.
std::vector<Scene> chooseScenes(Random& random) {
    std::vector<Scene> scenes = {random.pick(placeScenes()), random.pick(numberScenes()),
                                 random.pick(speechScenes())};
    shuffle(scenes, random);
    if (random.chance(0.6)) scenes.pop_back();
    return scenes;
}

void recap(Teller& teller) {
    std::vector<Fact> asked = teller.facts();
    shuffle(asked, teller.random());
    asked.resize(std::min(asked.size(), 1 + teller.random().below(3)));
    teller.paragraph();
    teller.say({"Do you remember?", "Now you know the story.", "That was the whole story."});
    for (const Fact& fact : asked) {
        teller.say({fact.question});
        teller.say({fact.answer});
    }
}
}  // namespace

Story writeStory(Random& random) {
    Teller teller(random);
    introduce(teller);
    teller.paragraph();
    std::vector<Scene> scenes = chooseScenes(random);
    for (const Scene& scene : scenes)
        scene.setup(teller);
    teller.paragraph();
    shuffle(scenes, random);
    for (const Scene& scene : scenes)
        scene.payoff(teller);
    recap(teller);
    return {teller.text(), teller.facts()};
}

std::vector<std::string> writeStories(std::uint64_t seed, std::int64_t count) {
    Random random(seed);
    std::vector<std::string> stories;
    stories.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
        stories.push_back(writeStory(random).text);
    return stories;
}

std::string joinStories(const std::vector<std::string>& stories) {
    std::string text;
    for (const std::string& story : stories) {
        if (!text.empty()) text.append(kSeparator).append("\n");
        text.append(story).append("\n");
    }
    return text;
}

}  // namespace dq::demo
