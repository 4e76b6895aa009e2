#include "core/allocate/constraint.hpp"
#include "core/base/error.hpp"
#include "tests/allocate/tables.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Front;
using allocate::Grouping;
using allocate::Problem;

namespace {

Problem problemOf(const measure::Measurements& table, Grouping grouping) {
    return allocate::problemOf(table, quality::lossTable(table, quality::Metric::Squared),
                               {"test", "", table.formats}, grouping);
}

std::vector<std::string> namesOf(const Problem& problem) {
    std::vector<std::string> names;
    for (const allocate::Class& one : problem.classes)
        names.push_back(one.name);
    return names;
}

}  // namespace

class GroupingTest : public QObject {
    Q_OBJECT

private slots:
    void expertsOfABlockAreFusedOrStandByThemselves() {
        QCOMPARE(
            namesOf(problemOf(test::expertModel(), Grouping::Fused)),
            (std::vector<std::string>{"layers.0.q+k+v", "model.layers.0.self_attn.o", "layers.0.experts",
                                      "layers.1.q+k+v", "model.layers.1.self_attn.o", "layers.1.experts"}));
        QCOMPARE(
            namesOf(problemOf(test::expertModel(), Grouping::Expert)),
            (std::vector<std::string>{"layers.0.q+k+v", "model.layers.0.self_attn.o", "layers.0.experts.0",
                                      "layers.0.experts.1", "layers.0.experts.2", "layers.1.q+k+v",
                                      "model.layers.1.self_attn.o", "layers.1.experts.0",
                                      "layers.1.experts.1", "layers.1.experts.2"}));
        QCOMPARE(namesOf(problemOf(test::expertModel(), Grouping::Stacks)).size(), std::size_t{2 * (4 + 3)});
    }

    /// As GGUF holds them: gate, up and down of all experts are three tensors; nothing else is joined.
    void stacksOfExpertsShareAndNothingElse() {
        measure::Measurements table;
        table.formats = {"int2-g32", "int4-g32", "int8-g32", "bf16"};
        table.rows.push_back(test::rowOf("model.layers.0.self_attn.q_proj", "q", 0, 16));
        table.rows.push_back(test::rowOf("model.layers.0.self_attn.k_proj", "k", 0, 16));
        for (const char* expert : {"0", "1"})
            for (const char* role : {"gate", "up", "down"})
                table.rows.push_back(test::rowOf("model.layers.0.mlp.experts." + std::string(expert) + "." + role + "_proj",
                                                 std::string("expert_") + role, 0, 8));
        table.rows.push_back(test::rowOf("model.layers.0.mlp.shared_expert.gate_proj", "shared_gate", 0, 16));
        table.rows.push_back(test::rowOf("model.layers.0.mlp.shared_expert.up_proj", "shared_up", 0, 16));

        const Problem problem = problemOf(table, Grouping::Stacks);

        QCOMPARE(namesOf(problem),
                 (std::vector<std::string>{"model.layers.0.self_attn.q_proj", "model.layers.0.self_attn.k_proj",
                                           "layers.0.experts.gate", "layers.0.experts.up", "layers.0.experts.down",
                                           "model.layers.0.mlp.shared_expert.gate_proj",
                                           "model.layers.0.mlp.shared_expert.up_proj"}));
        QCOMPARE(problem.classes[3].matrices, (std::vector<int>{3, 6}));
        QCOMPARE(problem.classes[3].role, std::string("expert_up"));
    }

    /// What compressed-tensors' export asks of a layer (core/export/compressed/fused.hpp) is what the view gives.
    void sharedExpertsAndLinearAttentionAreFused() {
        measure::Measurements table;
        table.formats = {"int2-g32", "int4-g32", "int8-g32", "bf16"};
        for (const char* role : {"linear_qkv", "linear_z", "linear_b", "linear_a", "linear_out", "shared_gate", "shared_up", "shared_down"})
            table.rows.push_back(test::rowOf(std::string("model.layers.0.") + role, role, 0, 16));
        QCOMPARE(namesOf(problemOf(table, Grouping::Fused)),
                 (std::vector<std::string>{"layers.0.linear_qkv+z", "layers.0.linear_b+a", "model.layers.0.linear_out",
                                           "layers.0.shared_gate+up", "model.layers.0.shared_down"}));
    }

    void blocksAndRolesShare() {
        QCOMPARE(namesOf(problemOf(test::smallModel(), Grouping::Block)),
                 (std::vector<std::string>{"model.embed_tokens", "layers.0", "layers.1", "layers.2",
                                           "layers.3", "lm_head"}));
        QCOMPARE(namesOf(problemOf(test::smallModel(), Grouping::Role)),
                 (std::vector<std::string>{"model.embed_tokens", "every q", "every k", "every v", "every o",
                                           "every gate", "every up", "every down", "lm_head"}));
    }

    void everyViewHoldsEveryMatrixOnce() {
        for (const measure::Measurements& table : {test::smallModel(), test::expertModel()})
            for (const Grouping grouping :
                 {Grouping::Free, Grouping::Fused, Grouping::Expert, Grouping::Stacks, Grouping::Block, Grouping::Role}) {
                const Problem problem = problemOf(table, grouping), free = problemOf(table, Grouping::Free);
                std::vector<int> seen;
                std::int64_t weights = 0;
                for (const allocate::Class& one : problem.classes) {
                    seen.insert(seen.end(), one.matrices.begin(), one.matrices.end());
                    weights += one.weights;
                }
                std::sort(seen.begin(), seen.end());
                QCOMPARE(seen.size(), table.rows.size());
                QVERIFY(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
                QCOMPARE(weights, problem.weights);
                QCOMPARE(problem.smallest(), free.smallest());
                QCOMPARE(problem.largest(), free.largest());
            }
    }

    void lossesOfAGroupAreAddedNeverTheWorstTaken() {
        const Problem problem = problemOf(test::expertModel(), Grouping::Expert);

        QCOMPARE(problem.classes[4].options.front().loss, 3 * 3.0 * 3);
        QCOMPARE(problem.classes[4].role, std::string("experts.2"));
        QCOMPARE(problem.classes[4].block, 0);
        QCOMPARE(problem.classes[4].weights, 3 * 64);
    }

    void sharingNeverHelps() {
        const auto front = [](Grouping grouping) {
            return Front::of(std::make_shared<const Problem>(problemOf(test::smallModel(), grouping)));
        };
        const auto free = front(Grouping::Free), fused = front(Grouping::Fused),
                   block = front(Grouping::Block);
        for (const double bits : {2.5, 3.3, 4.0, 5.1, 7.7, 10.0, 15.0}) {
            const Bytes budget = free->problem().budgetFor(bits);
            QVERIFY(allocate::priceOf(*fused, *free, budget) >= 1);
            QVERIFY(allocate::priceOf(*block, *fused, budget) >= 1);
        }
        QVERIFY(allocate::priceOf(*block, *free, free->problem().budgetFor(4)) > 1);
    }

    void viewsHaveNames() {
        for (const Grouping grouping :
             {Grouping::Free, Grouping::Fused, Grouping::Expert, Grouping::Stacks, Grouping::Block, Grouping::Role})
            QCOMPARE(allocate::groupingOf(allocate::groupingName(grouping)), grouping);
        DQ_THROWS(allocate::groupingOf("pairs"), "\"pairs\"", "free, fused, expert, stacks, block, role");
    }
};

DQ_TEST(GroupingTest);
#include "grouping_test.moc"
