#pragma once

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QFontMetrics>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>

namespace dq::test {

namespace detail {

inline QString textOf(const QWidget& widget) {
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) return label->text();
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) return button->text();
    if (const auto* combo = qobject_cast<const QComboBox*>(&widget)) return combo->currentText();
    if (const auto* box = qobject_cast<const QAbstractSpinBox*>(&widget)) return box->text();
    return {};
}

inline bool isCut(const QWidget& widget) {
    const auto* label = qobject_cast<const QLabel*>(&widget);
    if (label && label->wordWrap()) return widget.height() < label->heightForWidth(widget.width());
    if (qobject_cast<const QAbstractSpinBox*>(&widget))
        return widget.width() < widget.fontMetrics().horizontalAdvance(textOf(widget)) + 12;
    return widget.width() < widget.minimumSizeHint().width() - 1 || widget.height() < widget.minimumSizeHint().height() - 1;
}

inline QString cutHeading(const QTableView& table) {
    const QHeaderView* header = table.horizontalHeader();
    for (int column = 0; column < header->count(); ++column) {
        if (header->isSectionHidden(column)) continue;
        const QString text = table.model()->headerData(column, Qt::Horizontal).toString();
        QFont font = header->font();
        font.setPixelSize(12);
        font.setWeight(QFont::DemiBold);
        if (header->sectionSize(column) < QFontMetrics(font).horizontalAdvance(text) + 13) return text;
    }
    return {};
}

}  // namespace detail

/// A text that does not fit the widget showing it, or that lies outside the window; "": all is seen.
inline QString cutText(const QWidget& window) {
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible()) continue;
        if (const auto* table = qobject_cast<const QTableView*>(widget))
            if (const QString heading = detail::cutHeading(*table); !heading.isEmpty()) return "heading: " + heading;
        const QString text = detail::textOf(*widget);
        if (text.isEmpty()) continue;
        const QRect place(widget->mapTo(&window, QPoint()), widget->size());
        if (detail::isCut(*widget) || !window.rect().contains(place)) return text;
    }
    return {};
}

}  // namespace dq::test
