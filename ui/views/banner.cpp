#include "ui/views/banner.hpp"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyle>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

namespace {
constexpr int widest = 900, margin = 24, detailsHeight = 160;
constexpr int goodNewsMilliseconds = 10000;
}  // namespace

Banner::Banner(QWidget* parent) : QFrame(parent) {
    setObjectName("banner");
    setAccessibleName(tr("Message"));
    sentence_ = new QLabel;
    sentence_->setWordWrap(true);
    sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    offer_ = linkButton({}, {});
    more_ = linkButton(tr("Details"), tr("Show what the program knows about it"));
    copy_ = linkButton(tr("Copy"), tr("Copy the message and its details"));
    folder_ = linkButton(tr("Show folder"), tr("Open the folder in the file manager"));
    close_ = linkButton(tr("Close"), tr("Put the message away"));
    details_ = new QPlainTextEdit;
    details_->setReadOnly(true);
    details_->setAccessibleName(tr("Details"));
    details_->setFixedHeight(detailsHeight);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::medium);
    row->addWidget(sentence_, 1);
    for (QPushButton* button : {offer_, folder_, more_, copy_, close_})
        row->addWidget(button, 0, Qt::AlignTop);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::large, space::medium, space::large, space::medium);
    column->addLayout(row);
    column->addWidget(details_);
    connect(offer_, &QPushButton::clicked, this, [this] {
        hide();
        emit accepted();
    });
    connect(more_, &QPushButton::clicked, this, &Banner::toggleDetails);
    connect(copy_, &QPushButton::clicked, this, &Banner::copyAll);
    connect(close_, &QPushButton::clicked, this, &QWidget::hide);
    connect(folder_, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(folderPath_)); });
    hide();
    fade_.setSingleShot(true);
    connect(&fade_, &QTimer::timeout, this, &QWidget::hide);
}

void Banner::showFailure(const Failure& failure) {
    folder_->hide();
    present(failure.sentence, failure.details, false);
}

void Banner::showGood(const QString& sentence, const QString& folder) {
    folderPath_ = folder;
    folder_->setVisible(!folder.isEmpty());
    present(sentence, {}, true);
}

void Banner::showOffer(const QString& sentence, const QString& action) {
    folder_->hide();
    present(sentence, {}, true);
    fade_.stop();
    offer_->setText(action);
    offer_->setToolTip(action);
    offer_->show();
    place();
}

void Banner::present(const QString& sentence, const QString& details, bool good) {
    offer_->hide();
    if (good)
        fade_.start(goodNewsMilliseconds);
    else
        fade_.stop();  // a failure stays until it is put away
    setProperty("good", good);
    style()->unpolish(this);
    style()->polish(this);
    sentence_->setText(sentence);
    setAccessibleDescription(sentence);
    details_->setPlainText(details);
    details_->hide();
    more_->setVisible(!details.isEmpty());
    more_->setText(tr("Details"));
    show();
    raise();
    place();
}

void Banner::place() {
    if (!parentWidget()) return;
    const int width = std::min(widest, parentWidget()->width() - 2 * margin);
    setFixedWidth(width);
    layout()->invalidate();  // a wrapped sentence just changed
    const int height =
        layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width) : sizeHint().height();
    setGeometry((parentWidget()->width() - width) / 2, space::medium, width, std::max(height, 48));
}

void Banner::toggleDetails() {
    details_->setVisible(!details_->isVisible());
    more_->setText(details_->isVisible() ? tr("Less") : tr("Details"));
    place();
}

void Banner::copyAll() {
    QGuiApplication::clipboard()->setText(sentence() + "\n\n" + details());
}

QString Banner::sentence() const {
    return sentence_->text();
}
QString Banner::details() const {
    return details_->toPlainText();
}

}  // namespace dq::ui
