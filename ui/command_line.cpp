#include "ui/command_line.hpp"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <optional>

#include "ui/scene.hpp"
#include "ui/words/language.hpp"

namespace dq::ui {

namespace {

constexpr int usageError = 2;

/// Invalid: none was asked for. Absent: no size.
std::optional<QSize> sizeOf(const QString& words) {
    if (words.isEmpty()) return QSize();
    bool wide = false, tall = false;
    const QSize size(words.section('x', 0, 0).toInt(&wide), words.section('x', 1, 1).toInt(&tall));
    if (!wide || !tall || size.width() < 320 || size.height() < 240 || size.width() > 16384 ||
        size.height() > 16384)
        return {};
    return size;
}

std::optional<Scheme> schemeOf(const QString& word) {
    if (word == "system") return Scheme::System;
    if (word == "light") return Scheme::Light;
    if (word == "dark") return Scheme::Dark;
    return {};
}

void addOptions(QCommandLineParser& parser) {
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);  // Qt's own "-platform"
    parser.setApplicationDescription(
        "DynaQuant: choose how many bits every weight matrix of a language model gets.");
    parser.addPositionalArgument("model", "A checkpoint folder, or a measured table (.h5).", "[MODEL]");
    parser.addOptions({{{"h", "help"}, "Show this and exit."},
                       {{"v", "version"}, "Show the version and exit."},
                       {"cache", "Where measured tables are kept.", "DIR"},
                       {"screenshot", "Draw the window with the model into a PNG and exit.", "FILE"},
                       {"size", "Size of the window.", "WIDTHxHEIGHT"},
                       {"fresh", "Start without the model that was open last."},
                       {"theme", "light, dark, or as the system is.", "NAME", "system"},
                       {"language", "en or de; otherwise as the system is.", "CODE"},
                       {"bits", "The budget to begin with, in bits per weight.", "NUMBER"},
                       {"select", "The matrix to begin with, by the end of its name.", "NAME"},
                       {"show", "What to begin with: experts, water, jobs, checked or export.", "PAGE"},
                       {"platform", "Qt's platform; offscreen needs no display.", "NAME"}});
}

Answer usage(const QString& sentence) {
    return {"dynaquant: " + sentence + "\n", usageError};
}

}  // namespace

std::variant<Request, Answer> readCommandLine(const QStringList& arguments) {
    QCommandLineParser parser;
    addOptions(parser);
    const bool understood = parser.parse(arguments);
    if (parser.isSet("help")) return Answer{parser.helpText()};
    if (parser.isSet("version")) return Answer{"dynaquant " + QCoreApplication::applicationVersion() + "\n"};
    if (!understood) return usage(parser.errorText());
    const auto size = sizeOf(parser.value("size"));
    if (!size) return usage("--size wants WIDTHxHEIGHT, at least 320x240, for example 1440x900");
    const auto scheme = schemeOf(parser.value("theme"));
    if (!scheme) return usage("--theme wants system, light or dark");
    const QString language = parser.value("language");
    if (!language.isEmpty() && !isLanguage(language)) return usage("--language wants en or de");
    const QString show = parser.value("show");
    if (!show.isEmpty() && !scenes().contains(show)) return usage("--show wants one of " + scenes().join(", "));
    bool isNumber = true;
    const double bits = parser.isSet("bits") ? parser.value("bits").toDouble(&isNumber) : 0;
    if (!isNumber) return usage("--bits wants a number, for example 4.5");
    if (parser.positionalArguments().size() > 1) return usage("one model at a time");
    return Request{parser.positionalArguments().value(0),
                   parser.value("cache"),
                   parser.value("screenshot"),
                   bits,
                   parser.value("select"),
                   show,
                   *size,
                   parser.isSet("fresh"),
                   *scheme,
                   language};
}

bool hasPlatform(const QStringList& arguments) {
    for (const QString& word : arguments)
        if (word.startsWith("-platform") || word.startsWith("--platform")) return true;
    return !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

}  // namespace dq::ui
