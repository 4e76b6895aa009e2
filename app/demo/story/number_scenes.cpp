#include "app/demo/story/scenes.hpp"

/// Counts that must come out, days that are kept, orders and amounts.
namespace dq::demo {

namespace {
void count(Teller& t) {
    const std::int64_t had = t.random().between(5, 12);
    const std::int64_t given = t.random().between(2, had - 2);
    t.bindNumber("had", had);
    t.bindNumber("given.count", given);
    t.bindNumber("left", had - given);
    t.fresh("goods", words::countables());
    t.say({"{a} had {had} {goods} in [a bag|a box|a jar].",
           "On the table lay {had} {goods}, and all of them belonged to {a}.",
           "That week {a} had collected {had} {goods}."});
}

void share(Teller& t) {
    t.say({"{a} gave {given.count} {goods} to {b}, so {a.he} had {left} {goods} left.",
           "\"Please take {given.count} of my {goods},\" said {a}. {b} took them, and {left} {goods} were "
           "left.",
           "{b} asked for {given.count} {goods}. {a} counted the rest: {left} {goods}."});
    t.learn("count", "How many {goods} did {a} have at the end?", "{^a.he} had {left}.", "left");
}

void gather(Teller& t) {
    const std::int64_t first = t.random().between(1, 6);
    const std::int64_t second = t.random().between(1, 6);
    t.bindNumber("first", first);
    t.bindNumber("second", second);
    t.bindNumber("sum", first + second);
    t.fresh("found", words::countables());
    t.say({"They went to look for {found}. {a} [brought|found] {first} and {b} [brought|found] {second}.",
           "{b} needed {found}. Alone {b.he} found {second}, and {a} found {first} more.",
           "\"Let us collect {found},\" said {a}. {^a.he} got {first}, and {b} got {second}."});
}

void total(Teller& t) {
    t.say({"They put everything together and counted the {found}: {sum}.",
           "\"How many {found} are there?\" asked the {job}. \"{^sum},\" said {b}, who had counted them.",
           "In the end there were {sum} {found} in the [basket|bowl]."});
    t.learn("count", "How many {found} were there in the end?", "There were {sum}.", "sum");
}

void promise(Teller& t) {
    t.fresh("day", words::days());
    t.fresh("dish", words::foods());
    t.say({"{a} promised to bring {dish} to the {job} on {day}.",
           "\"Come on {day},\" the {job} had said to {a}, \"and bring me some {dish}.\"",
           "The {job} was ill, and {a} said, \"On {day} I will cook {dish} for you.\""});
    t.learn("day", "On which day did {a} visit the {job}?", "{^a.he} went on {day}.", "day");
}

void keepPromise(Teller& t) {
    t.say({"When {day} came, {a} kept {a.his} word. The {job} ate the {dish} and smiled.",
           "On {day} {a} took the {dish} and walked to the {job}'s house.",
           "It was {day} at last. \"Here is your {dish},\" said {a}, and the {job} was very happy."});
}

void race(Teller& t) {
    const bool first = t.random().chance(0.5);
    t.bind("winner", t.value(first ? "a" : "b"));
    t.bind("winner.he", t.value(first ? "a.he" : "b.he"));
    t.bind("second.name", t.value(first ? "b" : "a"));
    t.fresh("prize", words::things());
    t.say(
        {"They ran a race to the [bridge|church|big stone]. {winner} came first and {second.name} came "
         "second.",
         "In the race {second.name} was fast, but {winner} was faster and won.",
         "{second.name} and {winner} raced each other [across the field|down the road], and {winner} won."});
    t.learn("winner", "Who won the race?", "{winner} won it.", "winner");
}

void prize(Teller& t) {
    t.say({"The {job} had seen the race and gave {@prize} to {winner}. \"Well done,\" said {second.name}.",
           "There was a prize for the race, {@prize}, and of course {winner} got it.",
           "\"The winner gets the {prize},\" said the {job}. {winner} took it, and {winner.he} was proud."});
    t.learn("prize", "What was the prize?", "It was {@prize}.", "prize");
}

void plant(Teller& t) {
    t.fresh("plant", words::plants());
    t.fresh("pot", words::colours());
    t.bindNumber("weeks", t.random().between(2, 9));
    t.say({"{b} planted {@plant} in {@pot} pot. \"It needs {weeks} weeks,\" {b.he} said.",
           "In {@pot} pot {b} was growing {@plant}. The {job} said that it would take {weeks} weeks.",
           "{b} put a seed into {@pot} pot and hoped for {@plant} in {weeks} weeks."});
    t.learn("plant", "What grew in the {pot} pot?", "It was {@plant}.", "plant");
}

void harvest(Teller& t) {
    t.say(
        {"After {weeks} weeks the {plant} stood [tall|bright] in its {pot} pot, and {b} [danced|sang] for "
         "joy.",
         "{^weeks} weeks went by. {b} looked into the {pot} pot, and there was the {plant}.",
         "\"Come and see my {plant}!\" called {b} after {weeks} weeks. It had grown over the edge of the "
         "{pot} pot."});
}

constexpr Scene kScenes[] = {
    {count, share}, {gather, total}, {promise, keepPromise}, {race, prize}, {plant, harvest}};
}  // namespace

std::span<const Scene> numberScenes() {
    return kScenes;
}

}  // namespace dq::demo
