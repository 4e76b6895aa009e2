#include "core/report/labels.hpp"

#include <random>

#include "core/report/axis.hpp"
#include "tests/support/runner.hpp"

using namespace dq::report;

namespace {

QStringList namesOf(const std::vector<Tick>& ticks) {
    QStringList names;
    for (const Tick& tick : ticks)
        names << QString::fromStdString(tick.label);
    return names;
}

}  // namespace

class LabelsTest : public QObject {
    Q_OBJECT

private slots:
    void aLoneLabelStandsRightAboveItsPoint() {
        const auto places = placeLabels(std::vector{Wanted{{50, 50}, 20, 10}}, {0, 0, 100, 100}, {});

        QVERIFY(places[0].has_value());
        QVERIFY(places[0]->left > 50 && places[0]->bottom() < 50);
    }

    void crowdedLabelsNeverOverlapAndStayInside() {
        std::mt19937 random(11);
        const Box frame{0, 0, 400, 300};
        for (int round = 0; round < 30; ++round) {
            std::vector<Wanted> wanted;
            Taken taken;
            for (int i = 0; i < 30; ++i) {
                wanted.push_back(
                    {{100.0 + static_cast<int>(random() % 200), 100.0 + static_cast<int>(random() % 100)},
                     40,
                     12});
                taken.marks.push_back({wanted.back().point.x - 4, wanted.back().point.y - 4, 8, 8});
            }
            taken.curve = {{0, 50}, {200, 150}, {400, 290}};
            const auto places = placeLabels(wanted, frame, taken);
            int placed = 0;
            for (std::size_t i = 0; i < places.size(); ++i) {
                if (!places[i]) continue;
                ++placed;
                QVERIFY(frame.holds(*places[i]));
                QVERIFY(!places[i]->crossedBy({0, 50}, {200, 150}) &&
                        !places[i]->crossedBy({200, 150}, {400, 290}));
                for (const Box& mark : taken.marks)
                    QVERIFY(!places[i]->overlaps(mark));
                for (std::size_t j = 0; j < i; ++j)
                    QVERIFY(!places[j] || !places[i]->overlaps(*places[j]));
            }
            QVERIFY(placed >= 20);
        }
    }

    void whereThereIsNoRoomThereIsNoLabel() {
        const auto places = placeLabels(std::vector{Wanted{{50, 50}, 200, 10}}, {0, 0, 100, 100}, {});

        QVERIFY(!places[0].has_value());
    }

    void linesAndBoxesMeetWhereTheyDo() {
        const Box box{10, 10, 10, 10};

        QVERIFY(box.crossedBy({0, 0}, {30, 30}));
        QVERIFY(box.crossedBy({15, 15}, {16, 15}));  // wholly inside
        QVERIFY(box.crossedBy({15, 0}, {15, 30}));
        QVERIFY(!box.crossedBy({0, 0}, {30, 5}));
        QVERIFY(!box.crossedBy({0, 0}, {5, 5}));  // ends before it
        QVERIFY(!box.crossedBy({25, 0}, {25, 30}));
        QVERIFY(!box.overlaps({20, 10, 5, 5}));  // side by side
        QVERIFY(box.overlaps({19, 19, 5, 5}));
    }

    void evenTicksAreRoundNumbers() {
        QCOMPARE(namesOf(evenTicks(0.3, 2.1, 5)), (QStringList{"0.5", "1.0", "1.5", "2.0"}));
        QCOMPARE(namesOf(evenTicks(97, 1630, 8)),
                 (QStringList{"200", "400", "600", "800", "1000", "1200", "1400", "1600"}));
        QCOMPARE(namesOf(evenTicks(-0.02, 0.04, 3)), (QStringList{"-0.02", "0.00", "0.02", "0.04"}));
        QVERIFY(evenTicks(1, 1, 5).empty());
    }

    void logTicksArePowersOfTen() {
        QCOMPARE(namesOf(logTicks(3e-5, 20)),
                 (QStringList{"10\u207b\u2074", "10\u207b\u00b3", "0.01", "0.1", "1", "10"}));
        QCOMPARE(namesOf(logTicks(0.15, 4)), (QStringList{"0.2", "0.5", "1", "2"}));
        QVERIFY(namesOf(logTicks(1e-300, 1)).size() > 200);
        QVERIFY(namesOf(logTicks(1e-300, 1)).filter("10").size() < 20);
        QVERIFY(logTicks(0, 1).empty());
    }

    void anAxisGoesFromValuesToPlaces() {
        const Axis even{10, 20, 100, 0, false}, logarithmic{1, 100, 0, 50, true};

        QCOMPARE(even.at(15), 50.0);
        QCOMPARE(logarithmic.at(10), 25.0);
    }
};

DQ_TEST(LabelsTest);
#include "labels_test.moc"
