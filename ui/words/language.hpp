#pragma once

#include <QString>

#include <vector>

/// What the window is written in. English is in the sources; others are translations of it, compiled in.
namespace dq::ui {

struct Language {
    QString code;  // "de"
    QString name;  // in itself: "Deutsch"
};
/// English first. A build without Qt's translation tools has no other.
const std::vector<Language>& languages();
bool isLanguage(const QString& code);

/// From now on; "" : the system's, where there is a translation for it. Windows follow by QEvent::LanguageChange.
void speak(const QString& code);
QString spoken();  // the code of the language in force

/// From one run to the next; "": as the system is.
void rememberLanguage(const QString& code);
QString rememberedLanguage();

}  // namespace dq::ui
