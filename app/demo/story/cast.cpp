#include "app/demo/story/scenes.hpp"

namespace dq::demo {

namespace {
void bindPronouns(Teller& teller, const std::string& who, bool female) {
    teller.bind(who + ".he", female ? "she" : "he");
    teller.bind(who + ".him", female ? "her" : "him");
    teller.bind(who + ".his", female ? "her" : "his");
}

void bindHero(Teller& teller, const std::string& who) {
    Random& random = teller.random();
    const bool female = random.chance(0.5);
    bindPronouns(teller, who, female);
    if (random.chance(0.3)) {
        teller.fresh(who + ".kind", words::animals());
        teller.fresh(who, words::animalNames());
    } else {
        teller.bind(who + ".kind", female ? "girl" : "boy");
        const words::List own = female ? words::girlNames() : words::boyNames();
        teller.fresh(who, random.chance(0.25) ? words::eitherNames() : own);
    }
    teller.fresh(who + ".nature", words::natures());
    teller.fresh(who + ".food", words::foods());
}

void tellPet(Teller& teller) {
    teller.fresh("pet", words::pets());
    teller.fresh("pet.name", words::petNames());
    teller.say({"{^a.he} had {@pet} called {pet.name}.",
                "With {a.him} lived {@pet} whose name was {pet.name}.",
                "{^a.his} {pet} was called {pet.name}, and {pet.name} followed {a.him} everywhere."});
    teller.learn("pet", "What was the name of the {pet}?", "The {pet} was called {pet.name}.", "pet.name");
}

void tellElder(Teller& teller) {
    bindPronouns(teller, "e", teller.random().chance(0.5));
    teller.fresh("job", words::jobs());
    teller.fresh("e.nature", words::natures());
    teller.say(
        {"Both of them knew the {job}, {@e.nature} old [friend|neighbour] who [often told|liked to tell] "
         "stories.",
         "Next door lived {@e.nature} {job}, and {e.he} was [always glad|happy] to see them.",
         "They often [visited|went to see] the {job}, because {e.he} was {e.nature} and never in a hurry."});
}

void tellFriend(Teller& teller) {
    teller.say({"{^a.his} best friend was {b}, {@b.nature} {b.kind}.",
                "{^a.he} had a friend, {@b.nature} {b.kind} named {b}.",
                "Every day {a.he} played with {b}, {@b.nature} {b.kind}."});
    teller.learn("friend", "Who was {a}'s friend?", "{^a.his} friend was {b}.", "b");
}

void tellFoods(Teller& teller) {
    teller.say({"{a} loved {a.food}, but {b} liked {b.food} better.",
                "What {a} liked most was {a.food}, and what {b} liked most was {b.food}.",
                "{b} wanted {b.food} every day, and {a} never said no to {a.food}."});
    const std::string who = teller.random().chance(0.5) ? "a" : "b";
    teller.learn("food", "What did {" + who + "} like to eat?", "{^" + who + ".he} liked {" + who + ".food}.",
                 who + ".food");
}
}  // namespace

void introduce(Teller& teller) {
    bindHero(teller, "a");
    bindHero(teller, "b");
    teller.fresh("home", words::homes());
    teller.say({"Once there was {@a.nature} {a.kind} named {a}, and {a.he} lived {home}.",
                "There was once {@a.nature} {a.kind} called {a}. {^a.he} lived {home}.",
                "This is [the|a] story of {a}, {@a.nature} {a.kind} who lived {home}.",
                "A long time ago, {@a.nature} {a.kind} lived {home}. {^a.his} name was {a}."});
    teller.learn("home", "Where did {a} live?", "{^a.he} lived {home}.", "home");
    if (teller.random().chance(0.5)) tellPet(teller);
    tellFriend(teller);
    tellElder(teller);
    if (teller.random().chance(0.5)) tellFoods(teller);
}

}  // namespace dq::demo
