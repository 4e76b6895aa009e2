#pragma once

#include <string>
#include <variant>
#include <vector>

namespace dq::report {

struct Paragraph {
    std::string text;
};
struct Cells {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;  // each as long as the head
    bool sentences = false;                      // not numbers: every column begins at the left
};
struct Figure {
    std::string svg;
    std::string caption;
};
struct Preformatted {
    std::string text;
};

struct Section {
    std::string title;
    std::vector<std::variant<Paragraph, Cells, Figure, Preformatted>> parts;
};

/// A report as a value, written once and read in two forms.
struct Document {
    std::string title, lead;
    std::vector<Section> sections;
};

/// One page that is well-formed XML too and loads nothing from anywhere: figures stand in it.
std::string toHtml(const Document& document);
/// The same for readers of text; of a figure its caption alone.
std::string toMarkdown(const Document& document);

}  // namespace dq::report
