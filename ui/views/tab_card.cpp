#include "ui/views/tab_card.hpp"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/theme/theme.hpp"

namespace dq::ui {

TabCard::TabCard(const QString& name, QWidget* parent)
    : QFrame(parent), tabs_(new QTabBar), corner_(new QHBoxLayout), pages_(new QStackedWidget) {
    setObjectName("card");
    tabs_->setObjectName("flat");
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->setAccessibleName(name);
    pages_->setObjectName("plain");
    auto* header = new QHBoxLayout;
    header->setContentsMargins(space::small, 2, space::large, 0);
    header->addWidget(tabs_);
    header->addLayout(corner_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(header);
    column->addWidget(pages_, 1);
    connect(tabs_, &QTabBar::currentChanged, pages_, &QStackedWidget::setCurrentIndex);
}

void TabCard::addPage(const QString& title, QWidget* page) {
    pages_->addWidget(page);
    tabs_->addTab(title);
}

void TabCard::setTitle(QWidget* page, const QString& title) {
    tabs_->setTabText(pages_->indexOf(page), title);
}

void TabCard::showPage(QWidget* page) {
    showPage(pages_->indexOf(page));
}

void TabCard::showPage(int index) {
    if (index >= 0 && index < tabs_->count()) tabs_->setCurrentIndex(index);
}

int TabCard::page() const {
    return tabs_->currentIndex();
}

}  // namespace dq::ui
