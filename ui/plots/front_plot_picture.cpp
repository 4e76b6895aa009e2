#include <qcustomplot.h>

#include <QBuffer>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "ui/plots/front_plot.hpp"
#include "ui/plots/overlay_items.hpp"

/// The plot as a file.
namespace dq::ui {

namespace {

constexpr int dotsPerInch = 96;
constexpr double sharpness = 2;  // pixels of a picture per pixel of the window

void paint(QCustomPlot& plot, QPaintDevice& device) {
    QCPPainter painter;
    painter.begin(&device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&painter, plot.width(), plot.height());
    painter.end();
}

QByteArray svg(QCustomPlot& plot) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(plot.size());
    generator.setViewBox(plot.rect());
    generator.setResolution(dotsPerInch);
    generator.setTitle(FrontPlot::tr("Quality against memory"));
    paint(plot, generator);
    return bytes;
}

QByteArray pdf(QCustomPlot& plot) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(dotsPerInch);
    writer.setPageSize(QPageSize(QSizeF(plot.size()) / dotsPerInch, QPageSize::Inch));
    writer.setPageMargins({});
    paint(plot, writer);
    return bytes;
}

QByteArray png(QCustomPlot& plot) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    plot.toPixmap(plot.width(), plot.height(), sharpness).save(&buffer, "PNG");
    return bytes;
}

}  // namespace

QByteArray FrontPlot::picture(const QString& kind) {
    hideCrosshair();
    const QString lower = kind.toLower();
    return lower == "png" ? png(*plot_) : lower == "svg" ? svg(*plot_) : lower == "pdf" ? pdf(*plot_) : QByteArray();
}

}  // namespace dq::ui
