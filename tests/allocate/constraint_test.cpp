#include "core/allocate/constraint.hpp"

#include "core/base/error.hpp"
#include "tests/allocate/tables.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Choice;
using allocate::Constraint;
using allocate::constraintOf;
using allocate::Front;
using allocate::Grouping;

namespace {

struct Asked {
    measure::Measurements table = test::smallModel();
    std::shared_ptr<const allocate::Problem> problem;
    std::shared_ptr<const Front> free, front;

    explicit Asked(const std::vector<std::string>& texts, Grouping grouping = Grouping::Free) {
        problem = std::make_shared<const allocate::Problem>(
            allocate::problemOf(table, quality::lossTable(table, quality::Metric::Squared),
                                {"test", "", table.formats}, grouping));
        std::vector<Constraint> constraints;
        for (const std::string& text : texts)
            constraints.push_back(constraintOf(text));
        free = Front::of(problem);
        front = free->restricted(allocate::restrictionsOf(*problem, table, constraints));
    }

    /// The formats at every twentieth of the range, of the rows that a test of the row picks.
    template <class Test>
    std::vector<std::string> formatsOf(const Test& picks) const {
        std::vector<std::string> found;
        const Bytes first = front->vertices().front().bytes, last = front->vertices().back().bytes;
        for (Bytes i = 0; i <= 20; ++i) {
            const Choice choice = front->exact(first + (last - first) / 20 * i);
            for (std::size_t m = 0; m < table.rows.size(); ++m)
                if (picks(table.rows[m]))
                    found.push_back(problem->formats[static_cast<std::size_t>(choice.formats[m])]);
        }
        return found;
    }
};

bool areAll(const std::vector<std::string>& found, const std::vector<std::string>& allowed) {
    for (const std::string& one : found)
        if (std::find(allowed.begin(), allowed.end(), one) == allowed.end()) return false;
    return !found.empty();
}

}  // namespace

class ConstraintTest : public QObject {
    Q_OBJECT

private slots:
    void aPinHoldsAtEveryBudget() {
        const Asked asked({"pin:layers.3.q=int8-g32"});

        QVERIFY(areAll(asked.formatsOf([](const auto& row) { return row.name == "model.layers.3.q"; }),
                       {"int8-g32"}));
        QVERIFY(!areAll(asked.formatsOf([](const auto& row) { return row.name == "model.layers.2.q"; }),
                        {"int8-g32"}));
    }

    void aMinimumCountsTheBitsOfTheMatrix() {
        const Asked asked({"min:role=down,bits=4"});

        QVERIFY(areAll(asked.formatsOf([](const auto& row) { return row.role == "down"; }),
                       {"int4-g32", "int8-g32", "bf16"}));
    }

    void aMaximumToo() {
        const Asked asked({"max:layers.1-2.gate+up,bits=4"});

        QVERIFY(areAll(asked.formatsOf([](const auto& row) {
            return (row.role == "gate" || row.role == "up") && (row.block == 1 || row.block == 2);
        }),
                       {"int2-g32", "int4-g32"}));
    }

    void aBanHoldsInARangeOfLayersOrEverywhere() {
        const Asked some({"ban:int4-g32@layers.0-1"}), all({"ban:int4-g32"});

        QVERIFY(areAll(some.formatsOf([](const auto& row) { return row.block == 0 || row.block == 1; }),
                       {"int2-g32", "int8-g32", "bf16"}));
        QVERIFY(!areAll(some.formatsOf([](const auto& row) { return row.block > 1; }),
                        {"int2-g32", "int8-g32", "bf16"}));
        QVERIFY(areAll(all.formatsOf([](const auto&) { return true; }), {"int2-g32", "int8-g32", "bf16"}));
        QVERIFY(!all.front->uniform(1).has_value());
    }

    void patternsCoverNames() {
        const Asked asked({"pin:name=*head=bf16", "pin:model.layers.?.v=int4-g32"});

        QVERIFY(areAll(asked.formatsOf([](const auto& row) { return row.role == "head"; }), {"bf16"}));
        QVERIFY(areAll(asked.formatsOf([](const auto& row) { return row.role == "v"; }), {"int4-g32"}));
    }

    void oneOfAFusedGroupBindsTheWhole() {
        const Asked asked({"pin:layers.2.k=bf16"}, Grouping::Fused);

        QVERIFY(areAll(asked.formatsOf([](const auto& row) {
            return row.block == 2 && (row.role == "q" || row.role == "k" || row.role == "v");
        }),
                       {"bf16"}));
    }

    void contradictionsAreQuoted() {
        DQ_THROWS(Asked({"pin:layers.3.q=int8-g32", "ban:int8-g32@layers.0-3"}), "model.layers.3.q",
                  "\"pin:layers.3.q=int8-g32\" and \"ban:int8-g32@layers.0-3\" together leave no format");
        DQ_THROWS(Asked({"pin:role=q=int8-g32", "pin:role=k=bf16"}, Grouping::Fused), "layers.0.q+k+v",
                  "\"pin:role=q=int8-g32\" and \"pin:role=k=bf16\"");
        DQ_THROWS(Asked({"min:all,bits=17"}), "\"min:all,bits=17\" leave no format");
        DQ_THROWS(Asked({"min:role=o,bits=5", "max:role=o,bits=7"}), "model.layers.0.o", "together");
    }

    void whatCoversNothingIsAMistake() {
        DQ_THROWS(Asked({"min:role=dwon,bits=4"}), "\"min:role=dwon,bits=4\" covers no matrix");
        DQ_THROWS(Asked({"pin:layers.9=bf16"}), "covers no matrix");
        DQ_THROWS(Asked({"pin:layers.1=int5-g32"}), "int5-g32 is none of", "int2-g32, int4-g32");
        DQ_THROWS(Asked({"ban:in4-g32"}), "in4-g32 is none of");
    }

    void aBanOfAFormatThatIsNotInThePaletteIsKeptAnyway() {
        QCOMPARE(Asked({"ban:nvfp4@layers.0-3"}).front->vertices().size(),
                 Asked({}).front->vertices().size());
    }

    void textsThatMakeNoSenseAreRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("why");
        QTest::newRow("word") << "keep:layers.0=bf16"
                              << "starts with none of";
        QTest::newRow("empty") << ""
                               << "starts with none of";
        QTest::newRow("no format") << "pin:layers.0"
                                   << "pin:WHERE=FORMAT";
        QTest::newRow("nowhere") << "pin:=bf16"
                                 << "which matrices";
        QTest::newRow("empty where") << "ban:bf16@"
                                     << "which matrices";
        QTest::newRow("empty term") << "min:role=q,,bits=3"
                                    << "which matrices";
        QTest::newRow("empty ban") << "ban:@layers.0"
                                   << "ban:FORMAT";
        QTest::newRow("backwards") << "ban:bf16@layers.3-1"
                                   << "from 3 down to 1";
        QTest::newRow("no bits") << "min:role=q"
                                 << "bits=NUMBER";
        QTest::newRow("words") << "min:role=q,bits=four"
                               << "above 0";
        QTest::newRow("negative") << "max:role=q,bits=-4"
                                  << "above 0";
        QTest::newRow("nan") << "max:role=q,bits=nan"
                             << "above 0";
        QTest::newRow("huge") << "max:role=q,bits=1e9"
                              << "at most 64";
        QTest::newRow("trailing") << "max:role=q,bits=4x"
                                  << "at most 64";
    }

    void textsThatMakeNoSenseAreRefused() {
        QFETCH(QString, text);
        QFETCH(QString, why);

        DQ_THROWS(constraintOf(text.toStdString()), why.toStdString());
    }

    void textsAreReadBackAsTheyAreWritten() {
        for (const std::string text :
             {"pin:layers.3.q=int8-g32", "ban:nvfp4", "ban:nvfp4@layers.0-3", "min:role=down+o,bits=4",
              "max:layers.8-15.gate+up,bits=5.25", "pin:name=*.lm_head=bf16", "min:all,bits=3",
              "ban:bf16@layers.2,name=*expert*"}) {
            const Constraint read = constraintOf(text);
            QCOMPARE(constraintOf(textOf(read)), read);
        }
        QCOMPARE(textOf(constraintOf("pin:layers.3-3.q=int8-g32")), std::string("pin:layers.3.q=int8-g32"));
        QCOMPARE(constraintOf("min:bits=4,role=down"), constraintOf("min:role=down,bits=4"));
    }

    void thePriceIsTheRatioOfTheOptima() {
        const Asked asked({"pin:role=head=int2-g32"});
        const Bytes budget = asked.problem->budgetFor(5);

        const double price = allocate::priceOf(*asked.front, *asked.free, budget);

        QVERIFY(price > 1);
        QCOMPARE(price, asked.front->exact(budget).loss / asked.free->exact(budget).loss);
        QCOMPARE(allocate::priceOf(*asked.free, *asked.free, budget), 1.0);
        QVERIFY(std::isinf(allocate::priceOf(*asked.front, *asked.free, asked.problem->largest())));
    }
};

DQ_TEST(ConstraintTest);
#include "constraint_test.moc"
