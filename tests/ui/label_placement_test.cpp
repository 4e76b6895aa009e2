#include <random>

#include "tests/support/runner.hpp"
#include "ui/plots/label_placement.hpp"

using namespace dq::ui;

class LabelPlacementTest : public QObject {
    Q_OBJECT

private slots:
    void labelsNeverOverlapEachOtherPointsOrTheLine() {
        std::mt19937 random(3);
        std::uniform_real_distribution<double> x(20, 780), y(20, 380);
        const QRectF bounds(0, 0, 800, 400);
        for (int round = 0; round < 20; ++round) {
            std::vector<Label> labels;
            std::vector<QRectF> points;
            QPolygonF line;
            for (int i = 0; i < 30; ++i) {
                labels.push_back({{x(random), y(random)}, {60, 14}});
                points.emplace_back(labels.back().anchor - QPointF(3, 3), QSizeF(6, 6));
            }
            for (int i = 0; i < 50; ++i)
                line.append({i * 16.0, 380 - 360 * std::exp(-i / 12.0)});

            const auto places = placeLabels(labels, bounds, points, line);

            for (std::size_t a = 0; a < places.size(); ++a) {
                if (!places[a]) continue;
                QVERIFY(bounds.contains(*places[a]));
                QVERIFY(!crosses(line, *places[a]));
                for (const QRectF& point : points)
                    QVERIFY(!point.intersects(*places[a]));
                for (std::size_t b = 0; b < a; ++b)
                    QVERIFY(!places[b] || !places[b]->intersects(*places[a]));
            }
        }
    }

    void aFreePointGetsItsLabelAtTheUpperRight() {
        const auto places = placeLabels({{{100, 100}, {40, 12}}}, {0, 0, 400, 400}, {}, {});

        QVERIFY(places[0]->left() > 100);
        QVERIFY(places[0]->center().y() < 100);
    }

    void aLabelWithoutRoomIsLeftOut() {
        QVERIFY(!placeLabels({{{10, 10}, {100, 12}}}, {0, 0, 50, 50}, {}, {})[0]);
    }

    void crossingIsSeenAlsoBetweenPoints() {
        QVERIFY(crosses({QPointF(0, 0), QPointF(100, 100)}, {40, 40, 20, 20}));
        QVERIFY(!crosses({QPointF(0, 0), QPointF(100, 100)}, {60, 10, 20, 20}));
        QVERIFY(!crosses({}, {0, 0, 10, 10}));
    }
};

DQ_TEST(LabelPlacementTest);
#include "label_placement_test.moc"
