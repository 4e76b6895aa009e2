#include "ui/theme/icon.hpp"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <algorithm>

#include "ui/theme/theme.hpp"

namespace dq::ui {

namespace {

QColor colorOf(IconInk ink, QIcon::Mode mode) {
    if (mode == QIcon::Disabled) return theme().muted;
    if (ink == IconInk::Measured) return theme().measured;
    return ink == IconInk::OnAccent ? theme().onAccent : theme().ink;
}

QByteArray drawing(const QString& name, const QColor& color) {
    QFile file(":/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly)) return {};
    return file.readAll().replace("currentColor", color.name().toLatin1());
}

/// Keeps no picture of its own: the colours may have changed by the next time.
class DrawnIcon : public QIconEngine {
public:
    DrawnIcon(QString name, IconInk ink) : name_(std::move(name)), ink_(ink) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const int side = std::min(rect.width(), rect.height());
        const QRect square(rect.left(), rect.top() + (rect.height() - side) / 2, side, side);
        QSvgRenderer(drawing(name_, colorOf(ink_, mode))).render(painter, square);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        const QString key = QStringLiteral("icon %1 %2 %3 %4")
                                .arg(name_, colorOf(ink_, mode).name())
                                .arg(size.width())
                                .arg(size.height());
        QPixmap picture;
        if (QPixmapCache::find(key, &picture)) return picture;
        picture = QPixmap(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        paint(&painter, QRect(QPoint(), size), mode, state);
        painter.end();
        QPixmapCache::insert(key, picture);
        return picture;
    }

    QIconEngine* clone() const override { return new DrawnIcon(*this); }

private:
    QString name_;
    IconInk ink_;
};

}  // namespace

QIcon icon(const QString& name, IconInk ink) {
    return QIcon(new DrawnIcon(name, ink));
}

}  // namespace dq::ui
