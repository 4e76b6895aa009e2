#include "ui/views/budget_bar.hpp"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>

#include "ui/session/session.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/budget_slider.hpp"
#include "ui/views/card.hpp"
#include "ui/views/quantity_box.hpp"

namespace dq::ui {

namespace {
constexpr int boxWidth = 118;
const QChar thin(0x202f);
}  // namespace

BudgetBar::BudgetBar(Session& session, QWidget* parent)
    : QFrame(parent), session_(session), slider_(new BudgetSlider(this)) {
    setObjectName("card");
    buildBoxes();
    layOut();
    connectParts();
}

void BudgetBar::buildBoxes() {
    size_ = new QuantityBox(tr("Budget, size"),
                            tr("The budget as a size: everything the checkpoint's tensors may take"), this);
    bits_ = new QuantityBox(tr("Budget, bits per weight"),
                            tr("The budget as bits per weight, scales counted"), this);
    loss_ = new LossBox(
        tr("Predicted loss"),
        tr("What the choice is predicted to lose. Type a loss to get the smallest size that reaches it."),
        this);
    for (QuantityBox* box : {size_, bits_, static_cast<QuantityBox*>(loss_)})
        box->setFixedWidth(boxWidth);
    bits_->setSuffix(thin + tr("b/w"));
    bits_->setDecimals(2);
    bits_->setSingleStep(0.05);
    min_ = linkButton(tr("min"), tr("The smallest there is"), this);
    knee_ = linkButton(tr("knee"), tr("Where the curve bends most on linear axes"), this);
    card_ =
        linkButton(tr("fits card ▾"),
                   tr("What a card leaves for weights beside the cache of keys and values and 1 GiB for the "
                      "program around"),
                   this);
    speed_ = linkButton(tr("speed…"), tr("Keep a number of tokens a second beside the size (Ctrl+T)"), this);
    max_ = linkButton(tr("max"), tr("Where more bytes buy nothing any more"), this);
}

void BudgetBar::layOut() {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::large, space::small, space::large, space::small);
    row->setSpacing(space::large);
    auto* heading = headingLabel(tr("Budget"), this);
    heading->setFixedHeight(28);
    row->addWidget(heading, 0, Qt::AlignTop);
    row->addWidget(slider_, 1, Qt::AlignVCenter);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    auto* boxes = new QHBoxLayout;
    boxes->setSpacing(space::small);
    for (QuantityBox* box : {size_, bits_, static_cast<QuantityBox*>(loss_)})
        boxes->addWidget(box);
    auto* links = new QHBoxLayout;
    links->setSpacing(space::medium);
    for (QPushButton* link : {min_, knee_, card_, speed_, max_})
        links->addWidget(link);
    links->addStretch();
    right->addLayout(boxes);
    right->addLayout(links);
    row->addLayout(right);
}

void BudgetBar::connectParts() {
    connect(slider_, &BudgetSlider::budgetAsked, &session_,
            [this](qint64 bytes) { session_.setBudget(bytes); });
    connect(slider_, &BudgetSlider::stepAsked, &session_, &Session::stepVertices);
    connect(size_, &QuantityBox::asked, &session_, [this](double value) {
        session_.setBudget(session_.sizeUnit().toBytes(value));
        showBudget();  // also where the session held it inside the range
    });
    connect(bits_, &QuantityBox::asked, &session_, [this](double value) {
        session_.setBitsPerWeight(value);
        showBudget();
    });
    connect(loss_, &QuantityBox::asked, &session_, [this](double value) {
        session_.setLoss(value);
        showBudget();
    });
    connect(min_, &QPushButton::clicked, &session_, &Session::toSmallest);
    connect(knee_, &QPushButton::clicked, &session_, &Session::toKnee);
    connect(card_, &QPushButton::clicked, this, &BudgetBar::showCardMenu);
    connect(speed_, &QPushButton::clicked, this, &BudgetBar::speedAsked);
    connect(max_, &QPushButton::clicked, &session_, &Session::toLargest);
}

void BudgetBar::fillCardMenu(QMenu& menu) const {
    for (const CardRoom& card : session_.cards()) {
        const bool fits = card.room >= session_.smallest();
        const QString words =
            card.room == 0 ? tr("nothing left") : tr("%1 for weights").arg(sizeText(card.room));
        QAction* action = menu.addAction(tr("%1 card: %2").arg(card.label, words), &session_,
                                         [this, room = card.room] { session_.setBudget(room); });
        action->setEnabled(fits);
        action->setToolTip(fits ? tr("%1 go to keys and values").arg(sizeText(card.cached))
                                : tr("The smallest choice takes %1").arg(sizeText(session_.smallest())));
    }
    menu.setToolTipsVisible(true);
}

void BudgetBar::showCardMenu() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillCardMenu(*menu);
    menu->popup(card_->mapToGlobal(QPoint(0, card_->height())));
}

void BudgetBar::showRange() {
    setEnabled(session_.hasFront());
    for (QuantityBox* box : {size_, bits_, static_cast<QuantityBox*>(loss_)})
        box->showNothing(!session_.hasFront());
    if (!session_.hasFront()) return slider_->setRange(0, 0, {});
    const SizeUnit unit = session_.sizeUnit();
    const allocate::Problem& problem = session_.explored()->problem();
    const QSignalBlocker quietSize(size_), quietBits(bits_);
    size_->setSuffix(thin + unit.name);
    size_->setDecimals(unit.decimals(session_.largest()));
    size_->setSingleStep(unit.of(session_.largest()) / 200);
    // The ends are not quite round in the box's decimals: one step of room keeps them reachable.
    const double room = std::pow(10, -size_->decimals());
    size_->setRange(unit.of(session_.smallest()) - room, unit.of(session_.largest()) + room);
    bits_->setRange(problem.bitsPerWeight(session_.smallest()) - 0.01,
                    problem.bitsPerWeight(session_.largest()) + 0.01);
    loss_->prepare(shortLossUnit(session_.explored()->lossUnit));
    slider_->setRange(session_.smallest(), session_.largest(), session_.explored()->picture.relativePrice);
}

void BudgetBar::showBudget() {
    if (!session_.hasFront()) return;
    slider_->setKnee(session_.knee().bytes);
    slider_->setBudget(session_.budget());
    size_->showValue(session_.sizeUnit().of(session_.budget()));
    bits_->showValue(session_.bitsPerWeight());
    loss_->showValue(session_.choice().loss);
}

}  // namespace dq::ui
