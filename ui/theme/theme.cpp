#include "ui/theme/theme.hpp"

#include <QApplication>
#include <QPalette>
#include <QSettings>
#include <QStyleFactory>

#include <algorithm>
#include <array>
#include <cmath>

// The macro wants the global namespace.
static void registerIcons() {
    Q_INIT_RESOURCE(icons);
#ifdef DQ_TRANSLATED
    Q_INIT_RESOURCE(translations);
#endif
}

namespace dq::ui {

void initializeResources() {
    registerIcons();
}

namespace {

constexpr int textPixels = 13;

Theme light() {
    return {.dark = false,
            .window = "#f6f7f9",
            .card = "#ffffff",
            .hairline = "#d5dbe1",
            .ink = "#1f2933",
            .muted = "#66727f",
            .accent = "#0b7fab",
            .accentWash = "#d4ecf5",
            .onAccent = "#ffffff",
            .hover = "#eaf5f9",
            .measured = "#c8610a",
            .uniform = "#98a2ad",
            .stock = "#7a5ea8",
            .kept = "#e6e9ed",
            .error = "#a8261c",
            .errorWash = "#fdecea"};
}

Theme dark() {
    return {.dark = true,
            .window = "#14181d",
            .card = "#1c2229",
            .hairline = "#2e3740",
            .ink = "#e6ebf0",
            .muted = "#93a0ac",
            .accent = "#3fb0dc",
            .accentWash = "#12384a",
            .onAccent = "#0c1318",
            .hover = "#172d38",
            .measured = "#f0954a",
            .uniform = "#7d8893",
            .stock = "#b096dd",
            .kept = "#39434d",
            .error = "#ff9b8f",
            .errorWash = "#43201d"};
}

Theme current = light();
Scheme chosen = Scheme::System;
const char* const schemeKey = "window/theme";

QPalette paletteOf(const Theme& t) {
    QPalette palette;
    palette.setColor(QPalette::Window, t.window);
    palette.setColor(QPalette::WindowText, t.ink);
    palette.setColor(QPalette::Base, t.card);
    palette.setColor(QPalette::AlternateBase, t.window);
    palette.setColor(QPalette::Text, t.ink);
    palette.setColor(QPalette::Button, t.card);
    palette.setColor(QPalette::ButtonText, t.ink);
    palette.setColor(QPalette::Highlight, t.accentWash);
    palette.setColor(QPalette::HighlightedText, t.ink);
    palette.setColor(QPalette::ToolTipBase, t.card);
    palette.setColor(QPalette::ToolTipText, t.ink);
    palette.setColor(QPalette::PlaceholderText, t.muted);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::Mid, t.hairline);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, t.muted);
    return palette;
}

/// The platform's own palette, asked once before ours replaces it.
bool systemIsDark() {
    static const bool dark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    return dark;
}

}  // namespace

const Theme& theme() {
    return current;
}

void applyTheme(QApplication& application, Scheme scheme) {
    const bool systemDark = systemIsDark();
    chosen = scheme;
    current = (scheme == Scheme::Dark || (scheme == Scheme::System && systemDark)) ? dark() : light();
    application.setStyle(QStyleFactory::create("Fusion"));
    QFont font = application.font();
    font.setPixelSize(textPixels);
    application.setFont(font);
    application.setPalette(paletteOf(current));
    application.setStyleSheet(styleSheet(current));
}

Scheme chosenScheme() {
    return chosen;
}

void rememberScheme(Scheme scheme) {
    QSettings().setValue(schemeKey, static_cast<int>(scheme));
}

Scheme rememberedScheme() {
    const int scheme = QSettings().value(schemeKey).toInt();
    return scheme == static_cast<int>(Scheme::Light)  ? Scheme::Light
           : scheme == static_cast<int>(Scheme::Dark) ? Scheme::Dark
                                                      : Scheme::System;
}

QColor viridis(double t) {
    static const std::array<QColor, 9> anchors = {QColor("#440154"), QColor("#472d7b"), QColor("#3b528b"),
                                                  QColor("#2c728e"), QColor("#21918c"), QColor("#28ae80"),
                                                  QColor("#5ec962"), QColor("#addc30"), QColor("#fde725")};
    const double at = std::clamp(t, 0.0, 1.0) * (anchors.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(at), anchors.size() - 2);
    const auto mix = static_cast<float>(at - static_cast<double>(below));
    const QColor &a = anchors[below], &b = anchors[below + 1];
    return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * mix,
                            a.greenF() + (b.greenF() - a.greenF()) * mix,
                            a.blueF() + (b.blueF() - a.blueF()) * mix);
}

QColor bitsColor(double bits) {
    if (bits >= 12) return current.kept;
    return viridis((bits - 2) / 6);
}

QColor changeColor(double t) {
    const QColor &none = current.kept, &end = t < 0 ? current.measured : current.accent;
    // Any change at all must be seen: it starts a third of the way.
    const float mix = t == 0 ? 0.0F : static_cast<float>(0.35 + 0.65 * std::min(std::abs(t), 1.0));
    return QColor::fromRgbF(none.redF() + (end.redF() - none.redF()) * mix,
                            none.greenF() + (end.greenF() - none.greenF()) * mix,
                            none.blueF() + (end.blueF() - none.blueF()) * mix);
}

QColor inkOn(const QColor& background) {
    const double luminance =
        0.299 * background.redF() + 0.587 * background.greenF() + 0.114 * background.blueF();
    return luminance > 0.5 ? QColor("#1f2933") : QColor("#ffffff");
}

QFont headingFont() {
    QFont font = QApplication::font();
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont captionFont() {
    QFont font = QApplication::font();
    font.setPixelSize(textPixels - 1);
    return font;
}

QFont figureFont() {
    return headingFont();
}

}  // namespace dq::ui
