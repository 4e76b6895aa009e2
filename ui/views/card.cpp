#include "ui/views/card.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/theme.hpp"

namespace dq::ui {

Card::Card(const QString& heading, QWidget* parent)
    : QFrame(parent), header_(new QHBoxLayout), body_(new QVBoxLayout(this)) {
    setObjectName("card");
    body_->setContentsMargins(space::large, space::small, space::large, space::small);
    body_->setSpacing(space::tight);
    header_->setSpacing(space::medium);
    if (!heading.isEmpty()) header_->addWidget(heading_ = headingLabel(heading));
    body_->addLayout(header_);
}

void Card::setHeading(const QString& heading) {
    if (heading_) heading_->setText(heading);
}

QLabel* mutedLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setObjectName("muted");
    return label;
}

QLabel* headingLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setObjectName("heading");
    return label;
}

QPushButton* linkButton(const QString& text, const QString& tip, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setObjectName("link");
    button->setCursor(Qt::PointingHandCursor);
    button->setToolTip(tip);
    return button;
}

}  // namespace dq::ui
