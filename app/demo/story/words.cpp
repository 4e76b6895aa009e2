#include "app/demo/story/words.hpp"

namespace dq::demo::words {

namespace {
using Word = std::string_view;

constexpr Word kGirls[] = {"Mia",  "Anna",  "Lucy",  "Clara", "Nora",   "Ruth", "Ida",
                           "Zoë",  "Greta", "Olive", "Hazel", "Martha", "Ivy",  "Paula",
                           "Elsa", "Dora",  "Tilda", "Wanda", "Bella",  "Rosa"};
constexpr Word kBoys[] = {"Tom",   "Ben",  "Oscar", "Felix", "Hugo",  "Leo",    "Bruno",
                          "Emil",  "Max",  "Otto",  "Paul",  "Simon", "Victor", "Adam",
                          "Jacob", "Karl", "Nils",  "Peter", "Rory",  "Walter"};
constexpr Word kEither[] = {"Robin",   "Sasha", "Kim",   "Alex", "Sam",
                            "Charlie", "Noel",  "Jules", "Toni", "Andy"};
constexpr Word kAnimalNames[] = {"Bramble", "Rusty",  "Willow", "Thistle", "Ember", "Fern",
                                 "Nutmeg",  "Clover", "Pebble", "Dusty",   "Maple", "Sorrel"};
constexpr Word kPetNames[] = {"Pepper", "Biscuit", "Button", "Muffin", "Shadow", "Sunny", "Pickle",  "Snowy",
                              "Tiger",  "Ginger",  "Coco",   "Marble", "Toffee", "Smoky", "Bubbles", "Star"};
constexpr Word kAnimals[] = {"fox",      "bear",  "rabbit", "badger",   "otter",
                             "hedgehog", "mouse", "owl",    "squirrel", "beaver"};
constexpr Word kPets[] = {"cat",  "dog",    "parrot", "hamster", "goat",
                          "pony", "turtle", "duck",   "goose",   "lamb"};
constexpr Word kJobs[] = {"baker",      "sailor",   "teacher", "doctor",    "farmer",   "painter",
                          "miller",     "fisher",   "tailor",  "singer",    "gardener", "writer",
                          "clockmaker", "shepherd", "postman", "blacksmith"};
constexpr Word kColours[] = {"red",  "blue",  "green",  "yellow", "white", "black",
                             "pink", "brown", "orange", "purple", "grey",  "golden"};
constexpr Word kNatures[] = {"brave", "small", "clever", "quiet", "kind",   "funny", "curious",  "young",
                             "proud", "shy",   "honest", "busy",  "gentle", "tall",  "cheerful", "sleepy"};
constexpr Word kLooks[] = {"shiny", "heavy",  "tiny",   "old",   "wooden",
                           "new",   "broken", "pretty", "round", "strange"};
constexpr Word kThings[] = {
    "kite",    "drum",   "ball",  "lamp",   "key",     "book",   "flute",    "bell",   "basket",  "spoon",
    "mirror",  "wagon",  "clock", "doll",   "compass", "bottle", "hammer",   "candle", "map",     "ring",
    "whistle", "bucket", "brush", "puppet", "shell",   "marble", "umbrella", "violin", "feather", "knife"};
constexpr Word kGarments[] = {"hat",   "scarf",  "coat",  "cap",   "sweater",
                              "cloak", "ribbon", "apron", "shawl", "jacket"};
constexpr Word kHiding[] = {"under the bed",      "behind the door",        "on the shelf",
                            "in the oven",        "under the bridge",       "in the hollow tree",
                            "on the roof",        "behind the barn",        "in the boat",
                            "under the stairs",   "next to the well",       "in the drawer",
                            "on the window sill", "behind the curtain",     "under the table",
                            "in the hay",         "beside the pond",        "in the cellar",
                            "on the wall",        "under the old oak",      "behind the stove",
                            "in the tall grass",  "on top of the cupboard", "between the rocks"};
constexpr Word kHomes[] = {
    "near the old mill",      "by the harbour",     "at the edge of the forest", "on a green hill",
    "beside the river",       "in a narrow street", "next to the school",        "above the café",
    "in a house of stone",    "behind the market",  "on a quiet island",         "in a warm valley",
    "at the end of the road", "in the tall tower",  "near the railway station",  "under the mountain"};
constexpr Word kGates[] = {"gate",   "tower",   "cave",          "castle",
                           "garden", "library", "treasure room", "lighthouse"};
constexpr Word kFoods[] = {"plum cake",  "pea soup",   "honey bread",   "apple pie",
                           "fried fish", "pancakes",   "cheese",        "porridge",
                           "ginger tea", "roast corn", "carrot stew",   "cherry jam",
                           "walnuts",    "ice cream",  "hot chocolate", "noodles"};
constexpr Word kPlants[] = {"sunflower", "pumpkin", "rose",       "bean",
                            "tulip",     "tomato",  "lemon tree", "cabbage"};
constexpr Word kCountables[] = {"apples",  "buttons", "coins",    "stones",  "eggs",  "shells",
                                "cookies", "pencils", "stamps",   "carrots", "beads", "nuts",
                                "pears",   "candles", "feathers", "marbles"};
constexpr Word kMaterials[] = {"wood", "clay", "paper", "stone", "snow", "straw", "glass", "wool"};
constexpr Word kProjects[] = {"boat",   "tower", "bird house", "lantern", "bridge",
                              "sledge", "crown", "castle",     "nest",    "mask"};
constexpr Word kFears[] = {"thunder",     "the dark",     "deep water", "spiders",
                           "loud noises", "high ladders", "bees",       "the wind"};
constexpr Word kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr Word kSecret[] = {"silver", "lantern", "moon",  "river",  "winter",  "copper", "turnip", "velvet",
                            "oyster", "pepper",  "cloud", "garden", "thimble", "falcon", "ladder", "meadow"};
constexpr Word kVerseNouns[] = {"moon", "river", "wind", "star", "sea",
                                "bird", "rain",  "sun",  "tree", "night"};
constexpr Word kVerseVerbs[] = {"sleeps", "dances", "sings",  "waits", "turns",
                                "shines", "laughs", "dreams", "runs",  "calls"};
constexpr Word kNumbers[] = {"zero",  "one",   "two",  "three", "four",   "five",  "six",
                             "seven", "eight", "nine", "ten",   "eleven", "twelve"};
}  // namespace

List girlNames() {
    return kGirls;
}
List boyNames() {
    return kBoys;
}
List eitherNames() {
    return kEither;
}
List animalNames() {
    return kAnimalNames;
}
List petNames() {
    return kPetNames;
}
List animals() {
    return kAnimals;
}
List pets() {
    return kPets;
}
List jobs() {
    return kJobs;
}
List colours() {
    return kColours;
}
List natures() {
    return kNatures;
}
List looks() {
    return kLooks;
}
List things() {
    return kThings;
}
List garments() {
    return kGarments;
}
List hidingPlaces() {
    return kHiding;
}
List homes() {
    return kHomes;
}
List gates() {
    return kGates;
}
List foods() {
    return kFoods;
}
List plants() {
    return kPlants;
}
List countables() {
    return kCountables;
}
List materials() {
    return kMaterials;
}
List projects() {
    return kProjects;
}
List fears() {
    return kFears;
}
List days() {
    return kDays;
}
List secretWords() {
    return kSecret;
}
List verseNouns() {
    return kVerseNouns;
}
List verseVerbs() {
    return kVerseVerbs;
}
List numbers() {
    return kNumbers;
}

}  // namespace dq::demo::words
