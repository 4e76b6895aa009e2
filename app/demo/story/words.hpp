#pragma once

#include <span>
#include <string_view>

/// The word lists of the story grammar. A list is a span of static strings.
namespace dq::demo::words {

using List = std::span<const std::string_view>;

List girlNames();
List boyNames();
List eitherNames();  // borne by both: only the story tells which pronoun is meant
List animalNames();
List petNames();
List animals();  // who can be a hero
List pets();
List jobs();
List colours();
List natures();  // what a character is like: "brave"
List looks();    // what a thing is like: "shiny"
List things();
List garments();
List hidingPlaces();  // with their preposition: "under the bed"
List homes();         // "near the old mill"
List gates();
List foods();
List plants();
List countables();  // plural: "apples"
List materials();
List projects();
List fears();
List days();
List secretWords();
List verseNouns();
List verseVerbs();
List numbers();  // [0] is "zero"

}  // namespace dq::demo::words
