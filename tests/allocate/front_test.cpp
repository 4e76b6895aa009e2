#include "core/allocate/front.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/allocate/problems.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Choice;
using allocate::Front;
using test::Table;

namespace {

/// Seed 000's water-filling units (methods.md 1.3): loss S * noise(b), bytes numel * b / 8.
Table waterFilling() {
    Table table;
    for (const auto& [numel, sensitivity] :
         {std::pair(4096, 4.0), std::pair(8192, 1.0), std::pair(16384, 0.5)})
        table.push_back(
            {{numel / 2, sensitivity / 49}, {numel, sensitivity / (127.0 * 127)}, {2 * numel, 0}});
    return table;
}

Bytes bytesOf(const Table& table, const Choice& choice) {
    Bytes bytes = 0;
    for (std::size_t c = 0; c < table.size(); ++c)
        bytes += table[c][static_cast<std::size_t>(choice.formats[c])].first;
    return bytes;
}

double lossOf(const Table& table, const Choice& choice) {
    double loss = 0;
    for (std::size_t c = 0; c < table.size(); ++c)
        loss += table[c][static_cast<std::size_t>(choice.formats[c])].second;
    return loss;
}

// Sums of a handful of numbers below 100, in two orders.
constexpr double rounding = 1e-12;

}  // namespace

class FrontTest : public QObject {
    Q_OBJECT

private slots:
    void waterFillingGoesThroughEveryKnownStep() {
        const std::vector<std::pair<Bytes, double>> known{
            {14336, .112244898},    {16384, .030860245},    {20480, .010514082}, {28672, 3.41000683e-4},
            {32768, 9.30001860e-5}, {40960, 3.10000620e-5}, {57344, 0}};
        const std::vector<std::vector<int>> formats{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {1, 1, 1},
                                                    {2, 1, 1}, {2, 2, 1}, {2, 2, 2}};

        const auto front = Front::of(test::problemFrom(waterFilling()));

        QCOMPARE(front->vertices().size(), known.size());
        for (std::size_t v = 0; v < known.size(); ++v) {
            QCOMPARE(front->vertices()[v].bytes, known[v].first);
            const double lastDigit =
                known[v].second > 1e-3 ? 1e-9 : 1e-8 * known[v].second;  // as they are printed
            QVERIFY(std::fabs(front->vertices()[v].loss - known[v].second) <= lastDigit / 2);
            QCOMPARE(front->atVertex(v).formats, formats[v]);
        }
    }

    void nonConvexInstanceHasTheKnownVertices() {
        const std::vector<std::pair<Bytes, double>> known{{5, 24}, {7, 18},   {8, 15},  {11, 9},
                                                          {13, 6}, {18, 3.5}, {19, 3.4}};

        const auto front = Front::of(test::problemFrom(test::nonConvex()));

        QCOMPARE(front->vertices().size(), known.size());
        for (std::size_t v = 0; v < known.size(); ++v) {
            QCOMPARE(front->vertices()[v].bytes, known[v].first);
            QVERIFY(std::fabs(front->vertices()[v].loss - known[v].second) < rounding);
        }
    }

    void passthroughCountsInEverySize() {
        const auto front = Front::of(test::problemFrom(test::nonConvex(), 100));

        QCOMPARE(front->vertices().front().bytes, 105);
        QCOMPARE(front->at(106).bytes, 106);
        QCOMPARE(front->uniform(1)->bytes, 100 + 3 + 3 + 4);
    }

    void betweenVerticesItFillsWhatIsLeft() {
        const auto front = Front::of(test::problemFrom(test::nonConvex()));

        const Choice choice = front->at(10);  // vertex (8, 15), then the step of class 0 that still fits

        QCOMPARE(choice.bytes, 10);
        QCOMPARE(choice.loss, 12.0);
        QCOMPARE(choice.formats, (std::vector<int>{3, 1, 0}));
        QCOMPARE(choice.bound, 15 - 2.0 * 2);
        QCOMPARE(choice.price, 2.0);
        QVERIFY(std::fabs(choice.gap() - 1.0 / 11) < rounding);
    }

    void boundOptimumAndProposalStandInOrder() {
        std::mt19937 random(20);
        for (int round = 0; round < 400; ++round) {
            const Table table = test::randomTable(random);
            const auto front = Front::of(test::problemFrom(table));
            for (Bytes budget = front->vertices().front().bytes; budget <= front->vertices().back().bytes + 3;
                 ++budget) {
                const Choice choice = front->at(budget);
                const double best = test::bestOf(table, budget);
                QVERIFY(choice.bytes <= budget);
                QCOMPARE(bytesOf(table, choice), choice.bytes);
                QVERIFY(std::fabs(lossOf(table, choice) - choice.loss) < rounding);
                QVERIFY(choice.bound <= best + rounding);
                QVERIFY(best <= choice.loss + rounding);
            }
        }
    }

    void everyVertexIsTheOptimumAtItsOwnSize() {
        std::mt19937 random(21);
        for (int round = 0; round < 400; ++round) {
            const Table table = test::randomTable(random);
            const auto front = Front::of(test::problemFrom(table));
            for (std::size_t v = 0; v < front->vertices().size(); ++v) {
                const Choice choice = front->atVertex(v);
                QCOMPARE(bytesOf(table, choice), front->vertices()[v].bytes);
                QVERIFY(std::fabs(choice.loss - test::bestOf(table, choice.bytes)) < rounding);
                QCOMPARE(choice.loss, front->vertices()[v].loss);
                QCOMPARE(choice.gap(), 0.0);
                QCOMPARE(front->at(choice.bytes).formats, choice.formats);
            }
        }
    }

    void verticesRiseInSizeAndFallInLossWithFallingPrice() {
        std::mt19937 random(22);
        for (int round = 0; round < 200; ++round) {
            const auto front = Front::of(test::problemFrom(test::randomTable(random)));
            const auto vertices = front->vertices();
            double price = std::numeric_limits<double>::infinity();
            for (std::size_t v = 0; v + 1 < vertices.size(); ++v) {
                QVERIFY(vertices[v].bytes < vertices[v + 1].bytes);
                QVERIFY(vertices[v].loss > vertices[v + 1].loss);
                QVERIFY(front->atVertex(v).price <= price);
                price = front->atVertex(v).price;
            }
            QCOMPARE(front->atVertex(vertices.size() - 1).price, 0.0);
        }
    }

    void noUniformFormatThatFitsIsBetter() {
        std::mt19937 random(23);
        int compared = 0;
        for (int round = 0; round < 400; ++round) {
            const Table table = test::randomTable(random);
            const auto problem = test::problemFrom(table);
            const auto front = Front::of(problem);
            for (int f = 0; f < static_cast<int>(problem->formats.size()); ++f) {
                const auto uniform = front->uniform(f);
                if (!uniform) continue;
                QCOMPARE(bytesOf(table, *uniform), uniform->bytes);
                QVERIFY(uniform->bound <= uniform->loss);
                for (Bytes more = 0; more < 4; ++more)
                    QVERIFY(front->at(uniform->bytes + more).loss <= uniform->loss + rounding);
                ++compared;
            }
        }
        QVERIFY(compared > 400);
    }

    void startsFromAUniformFormatWhereFillingWouldLose() {
        // The vertex (5, 12) leaves a byte that buys nothing; both classes as f1 spend it.
        const Table table{{{1, 10}, {3, 5}, {4, 2}}, {{1, 10}, {3, 5.5}, {9, 0}}};
        const auto front = Front::of(test::problemFrom(table));

        QCOMPARE(front->at(5).loss, 12.0);
        QCOMPARE(front->at(6).loss, 10.5);
        QCOMPARE(front->at(6).formats, (std::vector<int>{1, 1}));
        QCOMPARE(front->at(7).loss, 7.5);
        QCOMPARE(front->at(7).formats, (std::vector<int>{2, 1}));
    }

    void aClassThatLacksAFormatHasNoUniformChoice() {
        const auto front = Front::of(test::problemFrom({{{1, 5}, {2, 1}}, {{1, 5}}}));

        QVERIFY(front->uniform(0).has_value());
        QVERIFY(!front->uniform(1).has_value());
        QVERIFY(!front->uniform(-1).has_value());
        QVERIFY(!front->uniform(2).has_value());
    }

    void theCheapestMayBeTheBest() {
        const auto front = Front::of(test::problemFrom({{{3, 1}, {4, 1}, {9, 2}}, {{2, 0}}}));

        QCOMPARE(front->vertices().size(), std::size_t{1});
        QCOMPARE(front->at(1000).bytes, 5);
        QCOMPARE(front->at(1000).loss, 1.0);
        QCOMPARE(front->at(1000).price, 0.0);
    }

    void equalOptionsAndEqualSlopesKeepTheirOrder() {
        const std::vector<std::pair<Bytes, double>> options{{1, 4}, {1, 4}, {2, 2}, {2, 2}, {4, 1}};

        const auto front = Front::of(test::problemFrom({options, options, options}));

        QCOMPARE(front->vertices().size(), std::size_t{7});
        QCOMPARE(front->atVertex(0).formats, (std::vector<int>{0, 0, 0}));
        QCOMPARE(front->atVertex(2).formats, (std::vector<int>{2, 2, 0}));
        QCOMPARE(front->atVertex(4).formats, (std::vector<int>{4, 2, 2}));
    }

    void slopesThatDifferInTheirLastBitsAreSorted() {
        Table table;  // slope of class c: 1 + c * 2^-52, the smallest steps above 1
        for (int c = 0; c < 8; ++c)
            table.push_back({{1, 1 + c * 0x1p-52}, {2, 0}});

        const auto front = Front::of(test::problemFrom(table));

        QCOMPARE(front->atVertex(1).formats, (std::vector<int>{0, 0, 0, 0, 0, 0, 0, 1}));
        QCOMPARE(front->atVertex(3).formats, (std::vector<int>{0, 0, 0, 0, 0, 1, 1, 1}));
    }

    void swappingClassesOfEqualSlopeChangesNoSize() {
        std::mt19937 random(24);
        Table table = test::randomTable(random);
        while (table.size() < 4)
            table = test::randomTable(random);
        const auto front = Front::of(test::problemFrom(table));
        std::reverse(table.begin(), table.end());
        const auto reversed = Front::of(test::problemFrom(table));

        QCOMPARE(front->vertices().front().bytes, reversed->vertices().front().bytes);
        QCOMPARE(front->vertices().size(), reversed->vertices().size());
        for (const auto& vertex : front->vertices())  // on the same curve, whichever of two equals came first
            QVERIFY(std::fabs(reversed->at(vertex.bytes).bound - vertex.loss) < rounding);
    }

    void lossesFarApartKeepTheirDigits() {
        // 1e6 minus its own parts would leave rounding errors of 1e-10, larger than the loss that remains.
        const auto front =
            Front::of(test::problemFrom({{{1, 1e6}, {2, 0.3}, {3, 0}}, {{10, 1e-12}, {90, 1e-15}}}));

        QCOMPARE(front->vertices()[2].loss, 1e-12);
        QCOMPARE(front->vertices()[3].loss, 1e-15);
    }

    void findsTheVertexForALossOrASize() {
        const auto front = Front::of(test::problemFrom(test::nonConvex()));

        QCOMPARE(front->reaching(100).value(), std::size_t{0});
        QCOMPARE(front->reaching(9).value(), std::size_t{3});
        QCOMPARE(front->reaching(8.9).value(), std::size_t{4});
        QVERIFY(!front->reaching(3.3).has_value());
        QVERIFY(!front->reaching(std::nan("")).has_value());
        QCOMPARE(front->vertexBelow(12), std::size_t{3});
        QCOMPARE(front->vertexBelow(0), std::size_t{0});
        QCOMPARE(front->vertexBelow(1000), std::size_t{6});
    }

    void aBudgetBelowTheSmallestNamesTheRange() {
        const auto front = Front::of(test::problemFrom(test::nonConvex(), 10));

        DQ_THROWS(front->at(14), "14 bytes", "from 15 to 29 bytes", "2.00 to 7.60 bits per weight");
        DQ_THROWS(front->at(-1), "from 15 to 29 bytes");
    }

    void refusesNothingToChooseFrom() {
        DQ_THROWS(Front::of(nullptr), "no matrices");
        DQ_THROWS(Front::of(std::make_shared<const allocate::Problem>()), "no matrices");
        allocate::Problem problem;
        problem.classes.push_back({"layers.3.mlp.down_proj", {0}, {}});
        DQ_THROWS(Front::of(std::make_shared<const allocate::Problem>(problem)), "layers.3.mlp.down_proj");
    }
};

DQ_TEST(FrontTest);
#include "front_test.moc"
