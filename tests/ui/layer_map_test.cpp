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

        QCOMPARE(map.rows, QStringList({"q", "v", "gate", "down"}));
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

    void expertsOfALayerShareACellUntilTheyAreOpened() {
        Matrices matrices = {one("q", 0), one("q", 1)};
        for (int layer = 0; layer < 2; ++layer)
            for (int expert = 0; expert < 3; ++expert)
                for (const char* role : {"expert_up", "expert_down"}) {
                    matrices.push_back(one(role, layer));
                    matrices.back().expert = expert;
                }
        const auto number = [](int matrix) { return QString::number(matrix); };

        const LayerMap whole = LayerMap::of(matrices);
        QCOMPARE(whole.toText(number), "q\t0\t1\nexpert_up\t2\t8\nexpert_down\t3\t9\n");
        QCOMPARE(whole.membersOf(9), (std::vector<int>{9, 11, 13}));
        QVERIFY(whole.isCrowd(9) && !whole.isCrowd(0));
        QCOMPARE(whole.cellOf(13), 9);
        QVERIFY(whole.placeOf(13) == whole.placeOf(9));
        QCOMPARE(LayerMap::expertRoles(matrices), QStringList({"expert_up", "expert_down"}));

        const LayerMap opened = LayerMap::ofExperts(matrices, "expert_down");
        QCOMPARE(opened.toText(number), "0\t3\t5\t7\n1\t9\t11\t13\n");
        QVERIFY(!opened.placeOf(0));
        QCOMPARE(opened.cellOf(-1), -1);
        QCOMPARE(opened.cellOf(14), -1);
        QCOMPARE(LayerMap::ofExperts(matrices, "gate").columns, 0);
    }

    void anExpertIsKnownByItsName() {
        dq::measure::Measurements table;
        const auto expertOf = [&](const char* name) {
            table.rows.clear();
            dq::measure::MatrixRow row;
            row.name = name;
            table.rows.push_back(row);
            return matricesOf(table).front().expert;
        };

        QCOMPARE(expertOf("model.layers.3.mlp.experts.17.up_proj"), 17);
        QCOMPARE(expertOf("model.layers.3.mlp.up_proj"), -1);
        QCOMPARE(expertOf("a.experts.x.b"), -1);
        QCOMPARE(expertOf("a.experts.-3.b"), -1);
        QCOMPARE(expertOf("a.experts.99999999999.b"), -1);
        QCOMPARE(expertOf("a.experts.100000.b"), -1);  // a map that wide would not be one
    }

    void anEmptyModelHasAnEmptyMap() {
        const LayerMap map = LayerMap::of({});

        QCOMPARE(map.columns, 0);
        QCOMPARE(map.toText([](int) { return QString(); }), "");
    }
};

DQ_TEST(LayerMapTest);
#include "layer_map_test.moc"
