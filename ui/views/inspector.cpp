#include "ui/views/inspector.hpp"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/plots/inspector_plot.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"
#include "ui/views/histogram_view.hpp"

namespace dq::ui {

Inspector::Inspector(QWidget* parent) : QWidget(parent), pages_(new QStackedLayout(this)) {
    setObjectName("plain");
    pages_->addWidget(buildEmpty());
    pages_->addWidget(buildFull());
}

QWidget* Inspector::buildEmpty() {
    auto* page = new QWidget;
    page->setObjectName("plain");
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(space::large, space::medium, space::large, space::large);
    auto* hint =
        mutedLabel(tr("Select a cell of the map or a row of the table to see why that matrix got its bits."));
    hint->setWordWrap(true);
    column->addWidget(hint);
    column->addStretch();
    return page;
}

QWidget* Inspector::buildFull() {
    auto* page = new QWidget;
    page->setObjectName("plain");
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(space::large, space::medium, space::large, space::medium);
    column->setSpacing(space::small);
    title_ = headingLabel({});
    title_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    subtitle_ = mutedLabel({});
    why_ = new QLabel;
    why_->setObjectName("why");
    for (QLabel* label : {title_, subtitle_, why_})
        label->setWordWrap(true);
    QLayout* header = buildHeader();
    pictures_ = new QStackedWidget;
    pictures_->setObjectName("plain");
    pictures_->addWidget(plot_ = new InspectorPlot);
    pictures_->addWidget(histogram_ = new HistogramView);
    facts_ = new QGridLayout;
    facts_->setVerticalSpacing(3);
    facts_->setColumnStretch(0, 1);
    column->addWidget(title_);
    column->addWidget(subtitle_);
    column->addWidget(why_);
    column->addLayout(header);
    column->addWidget(pictures_, 1);
    column->addWidget(price_, 0, Qt::AlignRight);
    column->addLayout(facts_);
    return page;
}

QLayout* Inspector::buildHeader() {
    plotHeading_ = headingLabel(tr("Loss against bytes"));
    axis_ = linkButton(
        tr("log"),
        tr("Logarithmic or linear loss. On the linear axis the price of a byte is a straight line."));
    price_ = new QLabel(tr("– – price of a byte"));
    price_->setObjectName("price");
    price_->setFont(captionFont());
    price_->setToolTip(
        tr("What the next byte of the budget would save anywhere in the model. No format of this matrix lies "
           "below "
           "this line through the chosen one: nothing it could become is worth its bytes more."));
    connect(axis_, &QPushButton::clicked, this, [this] {
        logLoss_ = !logLoss_;
        axis_->setText(logLoss_ ? tr("log") : tr("linear"));
        plot_->setLogLoss(logLoss_);
    });
    auto* header = new QHBoxLayout;
    kind_ = linkButton(tr("weights"), tr("The histogram of the weights with the levels they are rounded to, or the loss against bytes"));
    connect(kind_, &QPushButton::clicked, this, [this] { showWeights(!weightsShown()); });
    header->addWidget(plotHeading_);
    header->addWidget(axis_);
    header->addWidget(kind_);
    header->addStretch();
    return header;
}

bool Inspector::weightsShown() const {
    return pictures_->currentIndex() == 1;
}

void Inspector::showWeights(bool on) {
    pictures_->setCurrentIndex(on ? 1 : 0);
    plotHeading_->setText(on ? tr("Weights") : tr("Loss against bytes"));
    kind_->setText(on ? tr("loss") : tr("weights"));
    axis_->setVisible(!on);
    price_->setVisible(!on);
    if (on) emit weightsWanted();
}

void Inspector::showParts(bool measured) {
    for (QWidget* part : std::initializer_list<QWidget*>{why_, plotHeading_, kind_, pictures_})
        part->setVisible(measured);
    for (QWidget* part : std::initializer_list<QWidget*>{axis_, price_})
        part->setVisible(measured && !weightsShown());
}

void Inspector::show(const Inspection& inspection) {
    title_->setText(inspection.title);
    subtitle_->setText(inspection.subtitle);
    why_->setText(inspection.why);
    plot_->show(inspection);
    showFacts(inspection.facts);
    showParts(true);
    pages_->setCurrentIndex(1);
}

void Inspector::showPlain(const QString& title, const QString& subtitle) {
    title_->setText(title);
    subtitle_->setText(subtitle);
    showFacts({});
    showParts(false);
    pages_->setCurrentIndex(1);
}

void Inspector::clear() {
    pages_->setCurrentIndex(0);
}

QString Inspector::whyText() const {
    return why_->text();
}

void Inspector::showFacts(const std::vector<Inspection::Fact>& facts) {
    const auto rows = static_cast<int>(facts.size());
    for (int row = 0; row < std::max(rows, facts_->rowCount()); ++row) {
        for (int column = 0; column < 2; ++column) {
            QLayoutItem* item = facts_->itemAtPosition(row, column);
            auto* label = item ? static_cast<QLabel*>(item->widget()) : nullptr;
            if (!label && row < rows) {
                label = column == 0 ? mutedLabel({}) : new QLabel;
                facts_->addWidget(label, row, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
            }
            if (!label) continue;
            label->setVisible(row < rows);
            if (row >= rows) continue;
            const Inspection::Fact& fact = facts[static_cast<std::size_t>(row)];
            label->setText(column == 0 ? fact.name : fact.value);
            label->setToolTip(fact.definition);
        }
    }
}

}  // namespace dq::ui
