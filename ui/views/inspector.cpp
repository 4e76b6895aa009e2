#include "ui/views/inspector.hpp"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "ui/plots/inspector_plot.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

namespace {

QString definitionOf(const QString& fact) {
    if (fact == "Fisher trace")
        return Inspector::tr(
            "Σ h over the matrix: how strongly the loss reacts to its weights, in nats per token per squared "
            "weight");
    if (fact == "kurtosis")
        return Inspector::tr("3 for a Gaussian; larger means heavier tails, which rounding likes less");
    if (fact == "outlier ratio") return Inspector::tr("Largest weight over the root mean square");
    if (fact == "mean w²") return Inspector::tr("Mean square of the weights");
    if (fact == "next step up saves")
        return Inspector::tr("What the next format on its hull would save, per megabyte spent");
    if (fact == "predicted loss")
        return Inspector::tr(
            "Half the Fisher-weighted squared rounding error: its share of the divergence from the original");
    return {};
}

}  // namespace

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
    plotHeading_ = headingLabel(tr("Loss against bytes"));
    axis_ = linkButton(
        tr("log"),
        tr("Logarithmic or linear loss. On the linear axis the price of a byte is a straight line."));
    plot_ = new InspectorPlot;
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
    header->addWidget(plotHeading_);
    header->addWidget(axis_);
    header->addStretch();
    header->addWidget(price_);
    facts_ = new QGridLayout;
    facts_->setVerticalSpacing(3);
    facts_->setColumnStretch(0, 1);
    column->addWidget(title_);
    column->addWidget(subtitle_);
    column->addWidget(why_);
    column->addLayout(header);
    column->addWidget(plot_, 1);
    column->addLayout(facts_);
    return page;
}

void Inspector::show(const Inspection& inspection) {
    title_->setText(inspection.title);
    subtitle_->setText(inspection.subtitle);
    why_->setText(inspection.why);
    plot_->show(inspection);
    showFacts(inspection.facts);
    for (QWidget* part : std::initializer_list<QWidget*>{why_, plotHeading_, axis_, price_, plot_})
        part->setVisible(true);
    pages_->setCurrentIndex(1);
}

void Inspector::showPlain(const QString& title, const QString& subtitle) {
    title_->setText(title);
    subtitle_->setText(subtitle);
    showFacts({});
    for (QWidget* part : std::initializer_list<QWidget*>{why_, plotHeading_, axis_, price_, plot_})
        part->setVisible(false);
    pages_->setCurrentIndex(1);
}

void Inspector::clear() {
    pages_->setCurrentIndex(0);
}

QString Inspector::whyText() const {
    return why_->text();
}

void Inspector::showFacts(const std::vector<std::pair<QString, QString>>& facts) {
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
            const auto& [name, value] = facts[static_cast<std::size_t>(row)];
            label->setText(column == 0 ? name : value);
            label->setToolTip(definitionOf(name));
        }
    }
}

}  // namespace dq::ui
