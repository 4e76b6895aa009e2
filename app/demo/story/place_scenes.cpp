#include "app/demo/story/scenes.hpp"

/// Things put somewhere and found there, owners, and what changed hands.
namespace dq::demo {

namespace {
void hide(Teller& t) {
    t.fresh("thing", words::things());
    t.fresh("thing.colour", words::colours());
    t.fresh("place", words::hidingPlaces());
    t.say({"{a} had {@thing.colour} {thing}. One [morning|evening] {a.he} hid the {thing} {place}.",
           "One day {a} found {@thing.colour} {thing}. \"This is a secret,\" {a.he} said, and {a.he} hid the "
           "{thing} {place}.",
           "{b} gave {@thing.colour} {thing} to {a}. {a} put the {thing} {place}, where it was safe."});
    t.learn("place", "Where was the {thing}?", "It was {place}.", "place");
    t.learn("colour", "What colour was the {thing}?", "It was {thing.colour}.", "thing.colour");
}

void find(Teller& t) {
    t.fresh("wrong", words::hidingPlaces());
    t.say(
        {"[Later|After a while] {b} asked, \"Where is the {thing}?\" First {b.he} looked {wrong}, but there "
         "was nothing.",
         "Then {b} wanted to see the {thing.colour} {thing}. {^b.he} [searched|looked] {wrong} and found "
         "only dust.",
         "\"I cannot find the {thing},\" said {b}. \"Is it {wrong}?\" It was not."});
    t.say({"\"Look {place},\" said {a}, and there was the {thing.colour} {thing}.",
           "But {a} remembered. {^a.he} went and looked {place}, and there it was, {thing.colour} as before.",
           "{a} laughed. \"The {thing} is {place}, where I put it,\" {a.he} said, and so it was."});
}

void leaveTwo(Teller& t) {
    t.fresh("mine", words::things());
    t.fresh("yours", words::things());
    t.fresh("mine.place", words::hidingPlaces());
    t.fresh("yours.place", words::hidingPlaces());
    t.say({"{a} left the {mine} {mine.place}, and {b} left the {yours} {yours.place}.",
           "[Before lunch|Before supper] {b} put the {yours} {yours.place}. {a} put the {mine} {mine.place}.",
           "They tidied up: {a} carried the {mine} and {b} the {yours}. Soon the {mine} {mine.place} and the "
           "{yours} "
           "{yours.place} were [out of the way|forgotten]."});
    const std::string which = t.random().chance(0.5) ? "mine" : "yours";
    t.learn("place", "Where was the {" + which + "}?", "It was {" + which + ".place}.", which + ".place");
}

void fetchOne(Teller& t) {
    const std::string which = t.random().chance(0.5) ? "mine" : "yours";
    t.bind("which", t.value(which));
    t.bind("which.place", t.value(which + ".place"));
    t.say(
        {"The {job} [came by|knocked] and needed the {which}. They ran to look {which.place}, and {e.he} "
         "thanked them.",
         "\"May I have the {which}?\" asked the {job}. \"It is {which.place},\" they said [together|at "
         "once].",
         "When it grew dark, the {which} was still {which.place}, and the {job} brought it [home|back]."});
}

void losePet(Teller& t) {
    t.fresh("lost", words::pets());
    t.fresh("lost.place", words::hidingPlaces());
    t.say({"The {job} had {@lost} that always slept {lost.place}.",
           "There was also {@lost}, which belonged to the {job}. It liked to sit {lost.place}.",
           "In the {job}'s house lived {@lost}. Its favourite spot was {lost.place}."});
    t.learn("place", "Where did the {lost} like to be?", "It liked to be {lost.place}.", "lost.place");
}

void findPet(Teller& t) {
    t.say(
        {"[One night|At noon] the {job} cried, \"My {lost} is gone!\" {b} thought for a moment, looked "
         "{lost.place} and found it.",
         "Then the {lost} was missing. {a} and {b} called and called. They found it {lost.place}, fast "
         "asleep.",
         "\"Have you seen my {lost}?\" asked the {job}. \"Yes,\" said {a}, \"it is {lost.place}, as "
         "always.\""});
}

void swapThings(Teller& t) {
    t.fresh("given", words::things());
    t.fresh("taken", words::things());
    t.say({"{a} owned {@given}, and {b} owned {@taken}.",
           "{b} had brought {@taken}. {a} had brought {@given}.",
           "In {a}'s bag was {@given}, but {b} carried {@taken}."});
}

void afterSwap(Teller& t) {
    t.say(
        {"\"Shall we swap?\" asked {b}. So {a} gave away the {given} and got the {taken}, and {b} got the "
         "{given}.",
         "{a} looked at the {taken} and wanted it. \"Take my {given} for it,\" {a.he} said. {b} took the "
         "{given} and was glad.",
         "They made a trade: the {given} for the {taken}. Now {b} had the {given} and {a} had the {taken}."});
    if (t.random().chance(0.5))
        t.learn("owner", "Who had the {given} at the end?", "{b} had it.", "b");
    else
        t.learn("owner", "Who had the {taken} at the end?", "{a} had it.", "a");
}

void dress(Teller& t) {
    t.fresh("wear.a", words::garments());
    t.fresh("wear.b", words::garments());
    t.fresh("colour.a", words::colours());
    t.fresh("colour.b", words::colours());
    t.say({"It was [cold|windy], so {a} wore {@colour.a} {wear.a} and {b} wore {@colour.b} {wear.b}.",
           "{a} put on {@colour.a} {wear.a}. {b} put on {@colour.b} {wear.b}, and they went out.",
           "{b} came in {@colour.b} {wear.b}, and {a} came in {@colour.a} {wear.a}."});
    const std::string who = t.random().chance(0.5) ? "a" : "b";
    t.learn("colour", "What colour was the {wear." + who + "}?", "It was {colour." + who + "}.",
            "colour." + who);
}

void blowAway(Teller& t) {
    const std::string who = t.random().chance(0.5) ? "a" : "b";
    t.bind("owner", t.value(who));
    t.bind("owner.he", t.value(who + ".he"));
    t.bind("owner.wear", t.value("wear." + who));
    t.bind("owner.colour", t.value("colour." + who));
    t.say(
        {"A [strong|sudden] wind took the {owner.colour} {owner.wear} away. \"That is mine!\" cried {owner}, "
         "and {owner.he} ran after it.",
         "Someone found {@owner.wear} in the [mud|street]. It was {owner.colour}, so it belonged to {owner}.",
         "On the way back {owner} lost the {owner.wear}. \"Look for something {owner.colour},\" {owner.he} "
         "said, and soon they saw it."});
    t.learn("owner", "Whose {owner.wear} was lost?", "It belonged to {owner}.", "owner");
}

constexpr Scene kScenes[] = {
    {hide, find},     {hide, find}, {leaveTwo, fetchOne}, {losePet, findPet}, {swapThings, afterSwap},
    {dress, blowAway}};
}  // namespace

std::span<const Scene> placeScenes() {
    return kScenes;
}

}  // namespace dq::demo
