#include "ui/theme/theme.hpp"

namespace dq::ui {

namespace {

const char* const sheet = R"(
* { outline: 0; }
QMainWindow, QWidget#page, QDialog { background: @window; }
QFrame#card { background: @card; border: 1px solid @hairline; border-radius: 8px; }
QFrame#card QLabel, QFrame#card QWidget#plain { background: transparent; }
QLabel { color: @ink; background: transparent; }
QLabel#muted { color: @muted; }
QLabel#price { color: @measured; }
QLabel#title { font-size: 22px; font-weight: 600; }
QLabel#heading { font-weight: 600; }
QFrame#card QLabel#why { background: @wash; border-radius: 6px; padding: 9px 11px; }

QMenuBar { background: @card; color: @ink; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @wash; }
QMenu { background: @card; color: @ink; border: 1px solid @hairline; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: @wash; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @hairline; margin: 4px 8px; }
QWidget#toolbar { background: @card; border-bottom: 1px solid @hairline; }
QWidget#statusline { background: @card; border-top: 1px solid @hairline; }

QPushButton { background: @card; color: @ink; border: 1px solid @hairline; border-radius: 6px; padding: 0 13px;
    min-height: 28px; }
QPushButton:hover { border-color: @accent; }
QPushButton:focus { border-color: @accent; }
QPushButton:pressed { background: @wash; }
QPushButton:disabled { color: @muted; background: @window; }
QPushButton#primary { background: @accent; color: @onaccent; border-color: @accent; font-weight: 600; }
QPushButton#primary:hover, QPushButton#primary:focus { border-color: @ink; }
QPushButton#primary:disabled { background: @hairline; color: @muted; border-color: @hairline; }
QPushButton#link { border: 0; background: transparent; color: @accent; padding: 0 3px; min-height: 20px; text-align: left; }
QPushButton#link:hover, QPushButton#link:focus { text-decoration: underline; }
QPushButton#link:disabled { color: @muted; }
QPushButton#glyph { padding: 0; min-width: 30px; max-width: 30px; }
QPushButton#choice { border-radius: 8px; padding: 0; min-height: 84px; }

QComboBox { background: @card; color: @ink; border: 1px solid @hairline; border-radius: 6px; padding: 0 8px 0 10px;
    min-height: 28px; }
QComboBox:hover, QComboBox:focus { border-color: @accent; }
QComboBox:disabled { color: @muted; background: @window; }
QComboBox::drop-down { border: 0; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/chevron.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @card; color: @ink; border: 1px solid @hairline;
    selection-background-color: @wash; selection-color: @ink; }

QAbstractSpinBox, QLineEdit { background: @card; color: @ink; border: 1px solid @hairline; border-radius: 6px;
    padding: 0 8px; min-height: 28px; selection-background-color: @accent; selection-color: @onaccent; }
QAbstractSpinBox:hover, QLineEdit:hover, QAbstractSpinBox:focus, QLineEdit:focus { border-color: @accent; }
QAbstractSpinBox:disabled, QLineEdit:disabled { color: @muted; background: @window; }
QLineEdit#small, QAbstractSpinBox#small { min-height: 20px; }
QDoubleSpinBox#figure { font-weight: 600; }

QTableView { background: @card; color: @ink; border: 0; gridline-color: @hairline; alternate-background-color: @card;
    selection-background-color: @wash; selection-color: @ink; }
QTableView::item { padding: 0 8px; border: 0; }
QTableView::item:selected { background: @wash; color: @ink; }
QHeaderView { background: @card; border: 0; }
QHeaderView::section { background: @card; color: @ink; font-weight: 600; border: 0; border-bottom: 1px solid @hairline;
    font-size: 12px; padding: 4px 2px 4px 11px; }
QHeaderView::up-arrow { image: url(:/icons/chevron-up.svg); width: 9px; height: 9px; subcontrol-position: center right; right: 2px; }
QHeaderView::down-arrow { image: url(:/icons/chevron.svg); width: 9px; height: 9px; subcontrol-position: center right; right: 2px; }
QTabBar#flat { background: transparent; }
QTabBar#flat::tab { background: transparent; color: @muted; padding: 6px 8px 5px 8px; margin: 0 2px 0 0;
    border-bottom: 2px solid transparent; }
QTabBar#flat::tab:selected { color: @ink; font-weight: 600; border-bottom-color: @accent; }
QTabBar#flat::tab:hover, QTabBar#flat::tab:focus { color: @accent; }
QTableCornerButton::section { background: @card; border: 0; }
QListView { background: @card; color: @ink; border: 0; }
QListView::item { padding: 7px 8px; border-radius: 6px; }
QListView::item:hover { background: @wash; }
QListView::item:selected { background: @wash; color: @ink; }
QPlainTextEdit { background: @window; color: @ink; border: 1px solid @hairline; border-radius: 6px; padding: 6px; }

QProgressBar { background: @wash; border: 0; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: @accent; border-radius: 4px; }
QCheckBox, QRadioButton { color: @ink; spacing: 8px; }
QCheckBox:disabled { color: @muted; }
QCheckBox::indicator:disabled { border-color: @hairline; }
QCheckBox::indicator { width: 12px; height: 12px; border: 1px solid @muted; border-radius: 3px; background: @card; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check.svg); }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid @muted; border-radius: 7px; background: @card; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid @accent; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox::indicator:focus, QRadioButton::indicator:focus {
    border-color: @accent; }
QToolTip { background: @card; color: @ink; border: 1px solid @hairline; padding: 5px 7px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @hairline; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: 0; background: transparent; }
QScrollArea > QWidget > QWidget#plain { background: transparent; }
QSplitter::handle { background: transparent; }

QFrame#banner { background: @errorwash; border: 1px solid @error; border-radius: 8px; }
QFrame#banner[good="true"] { background: @wash; border-color: @accent; }
QFrame#banner QLabel { background: transparent; }
)";

}  // namespace

QString styleSheet(const Theme& t) {
    QString css = QString::fromUtf8(sheet);
    // Longer names first: "@errorwash" begins with "@error".
    const std::pair<const char*, QColor> tokens[] = {{"@errorwash", t.errorWash},
                                                     {"@error", t.error},
                                                     {"@onaccent", t.onAccent},
                                                     {"@accent", t.accent},
                                                     {"@hairline", t.hairline},
                                                     {"@window", t.window},
                                                     {"@card", t.card},
                                                     {"@wash", t.accentWash},
                                                     {"@measured", t.measured},
                                                     {"@muted", t.muted},
                                                     {"@ink", t.ink}};
    for (const auto& [name, color] : tokens)
        css.replace(QLatin1String(name), color.name());
    return css;
}

}  // namespace dq::ui
