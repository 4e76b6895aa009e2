#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace dq::ui {

/// A white card with a heading line: heading on the left, whatever is added to `header` to its right, `body`
/// below.
class Card : public QFrame {
    Q_OBJECT

public:
    explicit Card(const QString& heading, QWidget* parent = nullptr);

    QHBoxLayout* header() const { return header_; }
    QVBoxLayout* body() const { return body_; }
    void setHeading(const QString& heading);

private:
    QHBoxLayout* header_;
    QVBoxLayout* body_;
    QLabel* heading_ = nullptr;
};

QLabel* mutedLabel(const QString& text, QWidget* parent = nullptr);
QLabel* headingLabel(const QString& text, QWidget* parent = nullptr);
/// A button that looks like a link, with what it does as its tooltip.
QPushButton* linkButton(const QString& text, const QString& tip, QWidget* parent = nullptr);

}  // namespace dq::ui
