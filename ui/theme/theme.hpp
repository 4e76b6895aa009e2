#pragma once

#include <QColor>
#include <QFont>
#include <QString>

class QApplication;

/// Colours, fonts and distances of the window: the one place they are decided (design/DESIGN.md).
namespace dq::ui {

enum class Scheme { System, Light, Dark };

struct Theme {
    bool dark = false;
    QColor window, card, hairline;
    QColor ink, muted;
    QColor accent, accentWash, onAccent;
    QColor hover;  // what the mouse is over, here or in another view
    QColor measured;  // measured points; the price of a byte in the inspector
    QColor uniform, stock;
    QColor kept;  // matrices kept at 16 bits
    QColor error, errorWash;
};

/// What is shown now. Widgets that paint themselves read it in their paint event; a change arrives as
/// QEvent::PaletteChange.
const Theme& theme();
/// Makes the icons of this library known; a static library does not do so by itself.
void initializeResources();
/// Sets palette, style sheet and fonts of the application. System: light or dark as the palette of the
/// platform is.
void applyTheme(QApplication& application, Scheme scheme);
Scheme chosenScheme();  // what applyTheme was last asked for
/// From one run to the next.
void rememberScheme(Scheme scheme);
Scheme rememberedScheme();

/// Viridis from 2 bits (dark violet) to 8 (yellow); grey from 12 up: kept as it was.
QColor bitsColor(double bits);
/// Ink or white, whichever reads on the colour.
QColor inkOn(const QColor& background);
/// -1 … 1: fewer to more, through the grey of no change; told apart also by who sees no red or green.
QColor changeColor(double t);
/// 0 … 1 → viridis.
QColor viridis(double t);

QFont headingFont();  // semi-bold
QFont captionFont();  // one pixel smaller
QFont figureFont();   // semi-bold, for the numbers one looks at

namespace space {
constexpr int tight = 4, small = 8, medium = 12, large = 16;
constexpr int cardRadius = 8, controlRadius = 6, controlHeight = 30;
}  // namespace space

QString styleSheet(const Theme& theme);  // style_sheet.cpp

}  // namespace dq::ui
