#include "core/report/document.hpp"

#include "core/report/page_style.hpp"
#include "core/report/svg_text.hpp"

namespace dq::report {

namespace {

/// What would end a cell or begin markup is escaped.
std::string plain(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '*' || c == '_' || c == '<' || c == '\\') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

struct Html {
    std::string& out;

    void operator()(const Paragraph& part) const { out += "<p>" + escaped(part.text) + "</p>\n"; }
    void operator()(const Figure& part) const { out += part.svg + "<p class=\"lead\">" + escaped(part.caption) + "</p>\n"; }
    void operator()(const Preformatted& part) const { out += "<pre>" + escaped(part.text) + "</pre>\n"; }
    void operator()(const Cells& part) const {
        out += "<table>\n";
        row("th", part.head, part.sentences);
        for (const auto& cells : part.rows) row("td", cells, part.sentences);
        out += "</table>\n";
    }
    void row(const char* tag, const std::vector<std::string>& cells, bool sentences) const {
        out += "<tr>";
        for (std::size_t i = 0; i < cells.size(); ++i)
            out += std::string("<") + tag + (i > 0 && !sentences ? " class=\"n\">" : ">") + escaped(cells[i]) + "</" + tag + ">";
        out += "</tr>\n";
    }
};

struct Markdown {
    std::string& out;

    void operator()(const Paragraph& part) const { out += plain(part.text) + "\n\n"; }
    void operator()(const Figure& part) const { out += "(Picture on the HTML page: " + plain(part.caption) + ")\n\n"; }
    void operator()(const Preformatted& part) const { out += "```\n" + part.text + "\n```\n\n"; }
    void operator()(const Cells& part) const {
        row(part.head);
        out += "|";
        for (std::size_t i = 0; i < part.head.size(); ++i) out += i > 0 && !part.sentences ? "---:|" : "---|";
        out += "\n";
        for (const auto& cells : part.rows) row(cells);
        out += "\n";
    }
    void row(const std::vector<std::string>& cells) const {
        out += "|";
        for (const std::string& cell : cells) out += " " + plain(cell) + " |";
        out += "\n";
    }
};

}  // namespace

std::string toHtml(const Document& document) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>" + escaped(document.title) + "</title>\n<style>" +
                      pageStyle + "</style></head>\n<body>\n<h1>" + escaped(document.title) + "</h1>\n<p class=\"lead\">" +
                      escaped(document.lead) + "</p>\n";
    for (const Section& section : document.sections) {
        out += "<h2>" + escaped(section.title) + "</h2>\n";
        for (const auto& part : section.parts) std::visit(Html{out}, part);
    }
    return out + "</body></html>\n";
}

std::string toMarkdown(const Document& document) {
    std::string out = "# " + plain(document.title) + "\n\n" + plain(document.lead) + "\n\n";
    for (const Section& section : document.sections) {
        out += "## " + plain(section.title) + "\n\n";
        for (const auto& part : section.parts) std::visit(Markdown{out}, part);
    }
    out.pop_back();
    return out;
}

}  // namespace dq::report
