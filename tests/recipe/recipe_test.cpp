#include "core/recipe/recipe.hpp"

#include "core/base/error.hpp"
#include "core/base/version.hpp"
#include "tests/recipe/samples.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

std::vector<model::WeightMatrix> matrices() {
    std::vector<model::WeightMatrix> both(2);
    both[0].name = "model.embed_tokens";
    both[1].name = "model.layers.0.mlp.up_proj";
    return both;
}

std::vector<std::string> check(const recipe::Recipe& recipe) {
    return recipe::check(recipe, "toy", "00ff", matrices());
}

bool names(const std::string& complaint, std::initializer_list<const char*> parts) {
    for (const char* part : parts)
        if (complaint.find(part) == std::string::npos) return false;
    return true;
}

measure::Measurements table() {
    measure::Measurements all;
    all.modelName = "toy";
    all.passthroughBytes = 100;
    all.calibrationSource = "text.utf8";
    all.calibrationTokens = 77;
    all.key.model = "00ff";
    all.key.calibration = "abcd";
    all.key.labels = "sampled";
    all.formats = {"int4-g32", "bf16"};
    for (const char* name : {"a", "b"}) {
        measure::MatrixRow row;
        row.name = name;
        row.rows = 2;
        row.cols = 32;
        row.bytes = {36, 128};
        row.errors = {{.fisher = 0.5}, {}};
        all.rows.push_back(row);
    }
    all.rows[1].errors[0].fisher = 0.75;
    return all;
}

}  // namespace

class RecipeTest : public QObject {
    Q_OBJECT

private slots:
    void carriesTheChoiceItsPromiseAndItsOrigin() {
        const measure::Measurements measured = table();
        const auto problem = std::make_shared<const allocate::Problem>(
            allocate::problemOf(measured, quality::lossTable(measured, quality::Metric::FisherDiagonal),
                                {"all", "", {"int4-g32", "bf16"}}));

        const recipe::Recipe recipe =
            recipe::recipeOf(measured, *problem, allocate::Front::of(problem)->at(270), "fisher-diagonal");

        QCOMPARE(recipe.entries, (std::vector<recipe::Recipe::Entry>{{"a", "int4-g32"}, {"b", "bf16"}}));
        QCOMPARE(recipe.bytes, 100 + 36 + 128);
        QCOMPARE(recipe.bitsPerWeight, 8.0 * 164 / 128);
        QCOMPARE(recipe.predictedLoss, 0.5);
        QVERIFY(recipe.bound < 0.5 && recipe.bound > 0.4);
        QCOMPARE(recipe.modelFingerprint, std::string("00ff"));
        QCOMPARE(recipe.calibrationTokens, 77);
        QCOMPARE(recipe.metric, std::string("fisher-diagonal"));
        QCOMPARE(recipe.tool, std::string(toolVersion));
        QCOMPARE(recipe.tableKey, measured.key.hex());
        DQ_THROWS(recipe::recipeOf({}, *problem, allocate::Front::of(problem)->atVertex(0), "squared"),
                  "2 matrices");
    }

    void aRecipeThatFitsHasNoComplaints() { QVERIFY(check(test::sampleRecipe()).empty()); }

    void anotherModelIsNamed() {
        recipe::Recipe recipe = test::sampleRecipe();
        recipe.modelFingerprint = "1111";

        QCOMPARE(check(recipe).size(), std::size_t{1});
        QVERIFY(names(check(recipe)[0], {"made for toy", "1111", "00ff"}));
    }

    void everyMatrixThatIsWrongIsNamed() {
        recipe::Recipe recipe = test::sampleRecipe();
        recipe.entries = {
            {"model.embed_tokens", "int4-g32"}, {"model.embed_tokens", "int8-g32"}, {"lm_head", "int3-g1"}};

        const auto complaints = check(recipe);

        QCOMPARE(complaints.size(), std::size_t{4});
        QVERIFY(names(complaints[0], {"model.embed_tokens", "twice", "int4-g32", "int8-g32"}));
        QVERIFY(names(complaints[1], {"lm_head", "none of this name"}));
        QVERIFY(names(complaints[2], {"lm_head", "int3-g1"}));
        QVERIFY(names(complaints[3], {"model.layers.0.mlp.up_proj", "no format"}));
    }

    void anEmptyFormatIsOneThatDoesNotExist() {
        recipe::Recipe recipe = test::sampleRecipe();
        recipe.entries[0].format.clear();

        QCOMPARE(check(recipe).size(), std::size_t{1});
        QVERIFY(names(check(recipe)[0], {"model.embed_tokens", "no format \"\""}));
    }

    void aRealModelRefusesARecipeMadeForAnother() {
        if (!std::filesystem::exists(test::sharedModel("stories260K-bf16")))
            QSKIP("the model stories260K-bf16 is not beside the checkout");
        const auto model = model::Model::open(test::sharedModel("stories260K-bf16"));
        recipe::Recipe recipe = test::sampleRecipe();
        DQ_THROWS(recipe::require(recipe, *model), "does not fit", "made for", " more");

        recipe.modelFingerprint = model->checkpoint().fingerprint();
        recipe.entries.clear();
        recipe.bytes = model->passthroughBytes();
        for (const auto& matrix : model->matrices()) {
            recipe.entries.push_back({matrix.name, "int4-g32"});
            recipe.bytes += format::get("int4-g32").bytes(matrix.rows, matrix.cols);
        }
        QCOMPARE(recipe::check(recipe, *model), std::vector<std::string>());
        recipe::require(recipe, *model);
        ++recipe.bytes;
        DQ_THROWS(recipe::require(recipe, *model), "promises");
    }
};

DQ_TEST(RecipeTest);
#include "recipe_test.moc"
