#include "ui/views/water_page.hpp"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/session/session.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"
#include "ui/views/water_view.hpp"

namespace dq::ui {

WaterPage::WaterPage(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), view_(new WaterView), sentence_(new QLabel) {
    setObjectName("plain");
    auto* what = mutedLabel(tr("A column rises with how much its group minds an error; what stands out of the water "
                               "are its bits. Drag the surface."));
    what->setToolTip(tr("Height: ½ log2(sensitivity / weights). The surface is the price of a byte; every bit above it "
                        "divides the group's loss by four. Numbers count bits from the surface. Colour: the format the "
                        "group was given, as in the map."));
    sentence_->setObjectName("why");
    for (QLabel* label : {what, sentence_})
        label->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::large, space::small, space::large, space::medium);
    column->setSpacing(space::small);
    column->addWidget(what);
    column->addWidget(view_, 1);
    column->addWidget(sentence_);
    view_->setWords([this](int matrix) { return session_.waterText(matrix); });
    connect(view_, &WaterView::priceAsked, &session_, &Session::setPrice);
    connect(view_, &WaterView::stepAsked, &session_, &Session::stepVertices);
    connect(view_, &WaterView::picked, &session_, &Session::selectGroup);
}

void WaterPage::showFront() {
    view_->setWater(session_.hasFront() ? session_.explored()->water : nullptr);
    sentence_->setVisible(session_.hasFront());
}

void WaterPage::showChoice() {
    if (!session_.hasFront()) return;
    view_->setChoice(session_.choice().price, session_.priceWords(), session_.states());
    sentence_->setText(session_.waterSentence());
}

QString WaterPage::sentence() const {
    return sentence_->text();
}

}  // namespace dq::ui
