#include "core/flow/neighbours.hpp"

#include "tests/support/runner.hpp"

using dq::allocate::Option;
using dq::flow::neighboursOf;

class NeighboursTest : public QObject {
    Q_OBJECT

    // sizes 2 3 4 8 16; the option of 4 lies above the line from 3 to 8, that of 16 loses nothing
    const std::vector<Option> options_{{200, 9.0, 0}, {300, 3.0, 1}, {400, 2.9, 2}, {800, 0.1, 3}, {1600, 0, 4}};

private slots:
    void areTheHullsNextOnBothSides() {
        QCOMPARE(neighboursOf(options_, 1), (std::vector<std::size_t>{3, 0}));
        QCOMPARE(neighboursOf(options_, 2), (std::vector<std::size_t>{3, 1}));
    }

    void haveOneSideAtTheEnds() {
        QCOMPARE(neighboursOf(options_, 0), (std::vector<std::size_t>{1}));
        QCOMPARE(neighboursOf(options_, 4), (std::vector<std::size_t>{3}));
        QVERIFY(neighboursOf({{100, 1.0, 0}}, 0).empty());
    }

    /// Two kinds of 4 bits: the prediction may be wrong about which is better.
    void holdTheBestOfNearlyTheSameSize() {
        const std::vector<Option> options{{200, 9.0, 0}, {395, 2.0, 1}, {400, 2.1, 2}, {405, 2.05, 3}, {800, 0.1, 4}};
        QCOMPARE(neighboursOf(options, 2), (std::vector<std::size_t>{4, 1}));
        QCOMPARE(neighboursOf(options, 1), (std::vector<std::size_t>{4, 0, 3}));
    }
};

DQ_TEST(NeighboursTest);
#include "neighbours_test.moc"
