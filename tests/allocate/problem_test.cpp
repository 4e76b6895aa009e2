#include "core/allocate/problem.hpp"

#include <cmath>

#include "core/allocate/front.hpp"
#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Grouping;
using allocate::Problem;

namespace {

measure::MatrixRow row(const std::string& name, const std::string& role, int block, Bytes unit) {
    measure::MatrixRow one;
    one.name = name;
    one.role = role;
    one.block = block;
    one.rows = 8;
    one.cols = unit;
    one.bytes = {4 * unit, 8 * unit, 16 * unit};
    one.errors = {{.squared = 3}, {.squared = 2}, {.squared = 0}};
    return one;
}

/// Two blocks of q k v o gate up down, an embedding before and a head after them.
measure::Measurements table() {
    measure::Measurements all;
    all.modelName = "toy";
    all.passthroughBytes = 1000;
    all.formats = {"int4-g32", "fp8-e4m3", "bf16"};
    all.rows.push_back(row("embed", "embedding", -1, 64));
    for (int block = 0; block < 2; ++block)
        for (const char* role : {"q", "k", "v", "o", "gate", "up", "down"})
            all.rows.push_back(row("layers." + std::to_string(block) + "." + role, role, block, 16));
    all.rows.push_back(row("head", "head", -1, 64));
    return all;
}

Problem problemOf(const measure::Measurements& table, const std::vector<std::string>& formats,
                  Grouping grouping = Grouping::Free) {
    return allocate::problemOf(table, quality::lossTable(table, quality::Metric::Squared),
                               {"test", "", formats}, grouping);
}

const std::vector<std::string> everything{"bf16", "fp8-e4m3", "int4-g32", "never-measured"};

}  // namespace

class ProblemTest : public QObject {
    Q_OBJECT

private slots:
    void freeMatricesAreClassesOfTheirOwn() {
        const Problem problem = problemOf(table(), everything);

        QCOMPARE(problem.classes.size(), std::size_t{16});
        QCOMPARE(problem.classes[3].name, std::string("layers.0.v"));
        QCOMPARE(problem.classes[3].matrices, (std::vector<int>{3}));
        QCOMPARE(problem.formats, (std::vector<std::string>{"int4-g32", "fp8-e4m3", "bf16"}));
        QCOMPARE(problem.matrices, std::size_t{16});
        QCOMPARE(problem.weights, 8 * (2 * 64 + 14 * 16));
    }

    /// NaN or infinity in a matrix: bf16 is all it may be, and what is fused with it.
    void damagedMatricesStayInBf16() {
        measure::Measurements damaged = table();
        damaged.rows[2].notFinite = 3;  // layers.0.k
        damaged.rows[2].errors = {{}, {}, {}};

        const Problem free = problemOf(damaged, {"int4-g32", "fp8-e4m3"}), fused = problemOf(damaged, everything, Grouping::Fused);

        QCOMPARE(free.formats, (std::vector<std::string>{"int4-g32", "fp8-e4m3", "bf16"}));
        for (std::size_t c = 0; c < free.classes.size(); ++c) {
            QCOMPARE(free.classes[c].options.size(), c == 2 ? std::size_t{1} : std::size_t{2});
            if (c != 2) QVERIFY(free.classes[c].options.back().format != 2);
        }
        QCOMPARE(free.classes[2].options[0].format, 2);
        QCOMPARE(free.classes[2].options[0].bytes, 16 * 16);
        QCOMPARE(fused.classes[1].options.size(), std::size_t{1});
        QCOMPARE(fused.classes[1].options[0].bytes, 3 * 16 * 16);
        QCOMPARE(fused.classes[2].options.size(), std::size_t{3});

        const auto front = allocate::Front::of(std::make_shared<const Problem>(free));
        QCOMPARE(front->vertices().front().bytes, free.smallest());
        for (const allocate::Choice& choice : {front->exact(free.smallest()), front->exact(free.largest())})
            QCOMPARE(choice.formats[2], 2);
        damaged.formats[2] = "int8-g32";
        DQ_THROWS(problemOf(damaged, {"int4-g32"}), "layers.0.k", "3 weights", "bf16");
    }

    void fusedMatricesShareAClassAndAddUp() {
        const Problem problem = problemOf(table(), everything, Grouping::Fused);

        QCOMPARE(problem.classes.size(), std::size_t{10});
        QCOMPARE(problem.classes[1].name, std::string("layers.0.q+k+v"));
        QCOMPARE(problem.classes[1].matrices, (std::vector<int>{1, 2, 3}));
        QCOMPARE(problem.classes[1].options.front().bytes, 3 * 4 * 16);
        QCOMPARE(problem.classes[1].options.front().loss, 9.0);
        QCOMPARE(problem.classes[3].name, std::string("layers.0.gate+up"));
        QCOMPARE(problem.classes[3].matrices, (std::vector<int>{5, 6}));
        QCOMPARE(problem.classes[5].matrices, (std::vector<int>{8, 9, 10}));
        QCOMPARE(problem.smallest(), problemOf(table(), everything).smallest());
    }

    void aPaletteKeepsItsFormatsOnly() {
        const Problem problem = problemOf(table(), {"bf16", "int4-g32"});

        QCOMPARE(problem.formats, (std::vector<std::string>{"int4-g32", "bf16"}));
        QCOMPARE(problem.classes[0].options.size(), std::size_t{2});
        QCOMPARE(problem.classes[0].options[1].format, 1);
        QCOMPARE(problem.classes[0].options[1].bytes, 16 * 64);
    }

    void optionsAreSortedByBytesThenLossThenFormat() {
        measure::Measurements all = table();
        all.rows[0].bytes = {512, 300, 300};
        all.rows[0].errors = {{.squared = 0}, {.squared = 2}, {.squared = 1}};

        const auto options = problemOf(all, everything).classes[0].options;

        QCOMPARE(options[0].format, 2);
        QCOMPARE(options[1].format, 1);
        QCOMPARE(options[2].format, 0);
    }

    void sizesAndBitsPerWeightCountWhatTheyPromise() {
        const Problem problem = problemOf(table(), everything);

        QCOMPARE(problem.smallest(), 1000 + 4 * (2 * 64 + 14 * 16));
        QCOMPARE(problem.largest(), 1000 + 16 * (2 * 64 + 14 * 16));
        QCOMPARE(problem.bitsPerWeight(problem.smallest()), 4.0);
        QCOMPARE(problem.budgetFor(4.0), problem.smallest());
        QCOMPARE(problem.budgetFor(0), 1000);
        QCOMPARE(problem.budgetFor(-3), 1000);
        QCOMPARE(problem.budgetFor(std::nan("")), 1000);
        QVERIFY(problem.budgetFor(1e300) > 0);
    }

    void aBudgetOfBitsIsTheLargestThatKeepsThem() {
        Problem problem;
        problem.passthrough = 7;
        for (const std::int64_t weights : std::vector<std::int64_t>{1, 3, 7, 1000003, 8190735361})
            for (const double bits : {0.1, 1.0 / 3, 2.7, 4.5, 4.53125, 15.999}) {
                problem.weights = weights;
                const Bytes budget = problem.budgetFor(bits);
                QVERIFY(problem.bitsPerWeight(budget) <= bits);
                QVERIFY(problem.bitsPerWeight(budget + 1) > bits);
            }
    }

    void refusesATableThatMakesNoSense() {
        DQ_THROWS(problemOf(measure::Measurements{}, everything), "no matrices");
        DQ_THROWS(problemOf(table(), {"nf4-g64"}), "test", "int4-g32, fp8-e4m3, bf16");
        measure::Measurements short1 = table();
        short1.rows[2].bytes.pop_back();
        DQ_THROWS(problemOf(short1, everything), "layers.0.k", "2 sizes", "3 formats");
        measure::Measurements negative = table();
        negative.rows[5].bytes[1] = -4;
        DQ_THROWS(problemOf(negative, everything), "layers.0.gate", "fp8-e4m3", "-4 bytes");
        measure::Measurements huge = table();
        for (auto& one : huge.rows)
            one.bytes[2] = INT64_MAX / 4;
        DQ_THROWS(problemOf(huge, everything), "63 bits");
    }

    void refusesLossesThatAreNoNumbers() {
        for (const double wrong : {-1.0, std::nan(""), double{INFINITY}}) {
            quality::LossTable losses = quality::lossTable(table(), quality::Metric::Squared);
            losses.loss[4][1] = wrong;
            DQ_THROWS(allocate::problemOf(table(), losses, {"test", "", everything}), "layers.0.o",
                      "fp8-e4m3");
        }
        quality::LossTable few = quality::lossTable(table(), quality::Metric::Squared);
        few.loss.pop_back();
        DQ_THROWS(allocate::problemOf(table(), few, {"test", "", everything}), "15 matrices", "16");
    }
};

DQ_TEST(ProblemTest);
#include "problem_test.moc"
