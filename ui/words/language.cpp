#include "ui/words/language.hpp"

#include <QCoreApplication>
#include <QFile>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

#include <algorithm>
#include <memory>

namespace dq::ui {

namespace {

const char* const settingsKey = "window/language";
const QString english = QStringLiteral("en");

QString fileOf(const QString& code) {
    return QStringLiteral(":/translations/dynaquant_%1.qm").arg(code);
}

/// Our own words, and Qt's for its buttons and file dialogs; gone with the application that knew them.
std::vector<std::unique_ptr<QTranslator>>& installed() {
    static std::vector<std::unique_ptr<QTranslator>> all;
    return all;
}

void install(const QString& file) {
    auto translator = std::make_unique<QTranslator>();
    if (!translator->load(file)) return;
    QCoreApplication::installTranslator(translator.get());
    installed().push_back(std::move(translator));
}

QString systemLanguage() {
    for (const QString& wanted : QLocale::system().uiLanguages())
        if (const QString code = wanted.section('-', 0, 0).section('_', 0, 0); isLanguage(code)) return code;
    return english;
}

QString& inForce() {
    static QString code = english;
    return code;
}

}  // namespace

const std::vector<Language>& languages() {
    static const std::vector<Language> all = [] {
        std::vector<Language> found = {{english, QStringLiteral("English")}};
        if (QFile::exists(fileOf("de"))) found.push_back({QStringLiteral("de"), QStringLiteral("Deutsch")});
        return found;
    }();
    return all;
}

bool isLanguage(const QString& code) {
    const auto& all = languages();
    return std::any_of(all.begin(), all.end(), [&](const Language& one) { return one.code == code; });
}

void speak(const QString& code) {
    const QString language = isLanguage(code) ? code : systemLanguage();
    if (language == inForce()) return;
    installed().clear();  // a translator that goes takes its words with it
    inForce() = language;
    if (language == english) return;
    install(QLibraryInfo::path(QLibraryInfo::TranslationsPath) + "/qtbase_" + language + ".qm");
    install(fileOf(language));
}

QString spoken() {
    return inForce();
}

void rememberLanguage(const QString& code) {
    QSettings().setValue(settingsKey, code);
}

QString rememberedLanguage() {
    const QString code = QSettings().value(settingsKey).toString();
    return isLanguage(code) ? code : QString();
}

}  // namespace dq::ui
