#include "ui/session/layer_map.hpp"
#include "tests/support/runner.hpp"

using namespace dq::ui;

namespace {

MatrixInfo one(const QString& role, int block) {
    return {role + QString::number(block), role, role, block, 4, 8};
}

/// Two layers, no o in the second; embedding first and head last, as a model lists them.
Matrices small() {
    return {one("embedding", -1), one("q", 0),    one("o", 0),    one("down", 0),
            one("q", 1),          one("down", 1), one("head", -1)};
}

}  // namespace

class LayerMapTest : public QObject {
    Q_OBJECT

private slots:
    void rolesStandInReadingOrderAndTheRestApart() {
        const LayerMap map =
            LayerMap::of({one("down", 0), one("gate", 0), one("q", 0), one("head", -1), one("v", 0)});

        QCOMPARE(map.roles, QStringList({"q", "v", "gate", "down"}));
        QCOMPARE(map.apartLabels, QStringList{"head"});
    }

    void itCanBeReadAsText() {
        const QString text = LayerMap::of(small()).toText([](int matrix) { return QString::number(matrix); });

        QCOMPARE(text, "q\t1\t4\no\t2\t-\ndown\t3\t5\nemb\t0\nhead\t6\n");
    }

    void everyMatrixIsFoundWhereItStands() {
        const LayerMap map = LayerMap::of(small());

        for (int matrix = 0; matrix < 7; ++matrix)
            QCOMPARE(map.at(*map.placeOf(matrix)), matrix);
        QVERIFY(!map.placeOf(-1));
        QVERIFY(!map.placeOf(7));
    }

    void arrowKeysSkipHolesAndStopAtEdges() {
        const LayerMap map = LayerMap::of(small());
        const auto from = [&](int matrix, int dx, int dy) {
            return map.at(map.stepped(*map.placeOf(matrix), dx, dy));
        };

        QCOMPARE(from(1, 1, 0), 4);   // right
        QCOMPARE(from(1, -1, 0), 1);  // edge
        QCOMPARE(from(4, 0, 1), 5);   // down over the hole
        QCOMPARE(from(2, 1, 0), 0);   // right over the hole, out of the layers
        QCOMPARE(from(0, 1, 0), 6);   // embedding to head
        QCOMPARE(from(6, 1, 0), 6);
        QCOMPARE(from(6, -1, 0), 0);
        QCOMPARE(from(1, 0, -1), 1);
    }

    void anEmptyModelHasAnEmptyMap() {
        const LayerMap map = LayerMap::of({});

        QCOMPARE(map.layers, 0);
        QCOMPARE(map.toText([](int) { return QString(); }), "");
    }
};

DQ_TEST(LayerMapTest);
#include "layer_map_test.moc"
