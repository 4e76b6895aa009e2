#include "app/demo/story/scenes.hpp"

/// Words that are said once and must be said again.
namespace dq::demo {

namespace {
void secret(Teller& t) {
    t.fresh("gate", words::gates());
    t.fresh("word.1", words::secretWords());
    t.fresh("word.2", words::secretWords());
    t.bind("words", t.value("word.1") + " " + t.value("word.2"));
    t.say({"The {job} told {b} a secret: \"The words that open the {gate} are {words}.\"",
           "{b} learned the secret words of the {gate} from the {job}. They were {words}.",
           "\"If you want to enter the {gate},\" the {job} [whispered|said], \"say {words}.\" {b} listened "
           "well."});
    t.learn("words", "What were the secret words?", "They were {words}.", "words");
}

void openGate(Teller& t) {
    t.say({"At the {gate} {b} said, \"{^words},\" and the door opened [slowly|at once].",
           "They came to the {gate}. \"Who knows the words?\" asked a voice. \"{^words},\" answered {b}, and "
           "they went in.",
           "The {gate} was closed. {a} did not know what to do, but {b} said, \"{^words},\" and it opened."});
}

void verse(Teller& t) {
    t.fresh("noun.1", words::verseNouns());
    t.fresh("verb.1", words::verseVerbs());
    t.fresh("noun.2", words::verseNouns());
    t.fresh("verb.2", words::verseVerbs());
    t.bind("verse", "the " + t.value("noun.1") + " " + t.value("verb.1") + " and the " + t.value("noun.2") +
                        " " + t.value("verb.2"));
    t.say({"{a} made up a song. \"{^verse},\" {a.he} sang.", "The {job} taught {a} a song: \"{^verse}.\"",
           "As {a.he} walked, {a} sang to {a.his} friend: \"{^verse}.\""});
    t.learn("song", "What did {a} sing?", "{^a.he} sang that {verse}.", "verse");
}

void singAgain(Teller& t) {
    t.say({"In the evening {a} sang {a.his} song [again|once more]: \"{^verse}.\"",
           "{b} was sad, so {a} sang for {b.him}. \"{^verse},\" went the song, and {b} smiled.",
           "\"How did your song go?\" asked {b}. \"{^verse},\" sang {a}."});
}

void letter(Teller& t) {
    t.fresh("item.1", words::things());
    t.fresh("item.2", words::things());
    t.fresh("item.3", words::things());
    t.say(
        {"A letter came from the {job}. \"Please bring me the {item.1}, the {item.2} and the {item.3},\" it "
         "said.",
         "The {job} asked {b} for three things: the {item.1}, the {item.2} and the {item.3}.",
         "\"We need the {item.1}, the {item.2} and the {item.3},\" said {b} [to|and looked at] {a}."});
    t.learn("item", "Which things were needed?", "They needed the {item.1}, the {item.2} and the {item.3}.",
            "item.2");
}

void packThings(Teller& t) {
    t.say({"{b} packed the {item.1}, the {item.2} and the {item.3} into [a bag|a box].",
           "So {b.he} took the {item.1} and the {item.2}, and last of all the {item.3}.",
           "\"Do we have everything?\" asked {a}. \"The {item.1}, the {item.2} and the {item.3},\" said {b}. "
           "\"Yes.\""});
}

void fear(Teller& t) {
    t.fresh("fear", words::fears());
    t.say({"{b} was afraid of {fear}, but {a} was not.",
           "There was one thing that {b} did not like at all: {fear}.",
           "{a} was never afraid. {b} feared only {fear}."});
    t.learn("fear", "What was {b} afraid of?", "{^b.he} was afraid of {fear}.", "fear");
}

void courage(Teller& t) {
    t.say(
        {"[That night|On the way] {b} said, \"I think of {fear}, and my knees shake.\" {a} took {b.his} "
         "hand.",
         "\"Is it {fear} again?\" asked {a}. {b} nodded, and {a} stayed with {b.him} until {b.he} felt "
         "better.",
         "After that day {b} was no longer afraid of {fear}, because {a} had been there."});
}

void build(Teller& t) {
    t.fresh("project", words::projects());
    t.fresh("material", words::materials());
    t.say({"{a} wanted to build {@project} out of {material}. \"I will help you,\" said {b}.",
           "\"Let us make {@project} of {material},\" said {a} [one day|in the morning].",
           "{b} had seen {@project} made of {material}, and {a} wanted to make one too."});
    t.learn("material", "What was the {project} made of?", "It was made of {material}.", "material");
}

void finish(Teller& t) {
    t.say(
        {"By [evening|night] the {project} was ready. It was all of {material}, and {a} was proud of {a.his} "
         "work.",
         "They worked [all day|for hours] with the {material}, and then the {project} was done.",
         "The {job} looked at the {project} and said, \"I have never seen so much {material} [used so "
         "well|in one place].\""});
}

constexpr Scene kScenes[] = {
    {secret, openGate}, {verse, singAgain}, {letter, packThings}, {fear, courage}, {build, finish}};
}  // namespace

std::span<const Scene> speechScenes() {
    return kScenes;
}

}  // namespace dq::demo
