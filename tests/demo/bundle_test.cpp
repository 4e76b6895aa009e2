#include "app/demo/texts.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "core/model/model.hpp"
#include "core/text/samples.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/support/runner.hpp"

namespace {
using namespace dq::demo;
const std::filesystem::path kFolder = DQ_SOURCE_DIR "/resources/demo";
}  // namespace

/// resources/demo is what the programs here make, and fits together.
class BundleTest : public QObject {
    Q_OBJECT

private slots:
    void theTextsAreTheGenerators();
    void theTokenizerIsTheLearnedOne();
    void everyMatrixDimensionIsAMultipleOf256();
    void theModelIsSmallGroupedAndUntied();
    void vocabularyAndModelAgree();
    void theWeightsAreTrainedAndFinite();
};

void BundleTest::theTextsAreTheGenerators() {
    for (const auto& [name, text] :
         {std::pair{"calibration.txt", Text::Calibration}, {"evaluation.txt", Text::Evaluation}}) {
        const std::string kept = dq::readText(kFolder / name);
        QCOMPARE(kept, joinStories(writeStories(static_cast<std::uint64_t>(text), kStories)));
        QVERIFY(kept.size() > 60'000 && kept.size() < 150'000);
        QCOMPARE(dq::text::splitDocuments(kept, kSeparator).size(), static_cast<std::size_t>(kStories));
    }
}

void BundleTest::theTokenizerIsTheLearnedOne() {
    QCOMPARE(dq::readText(kFolder / "tokenizer.json"), tokenizerJson(demoVocabulary()));
}

void BundleTest::everyMatrixDimensionIsAMultipleOf256() {
    const auto model = dq::model::Model::open(kFolder);

    QCOMPARE(model->matrices().size(), std::size_t{4 * 7 + 2});
    for (const dq::model::WeightMatrix& matrix : model->matrices())
        QVERIFY2(matrix.rows % 256 == 0 && matrix.cols % 256 == 0, matrix.name.c_str());
}

void BundleTest::theModelIsSmallGroupedAndUntied() {
    const auto model = dq::model::Model::open(kFolder);

    QVERIFY(std::filesystem::file_size(kFolder / "model.safetensors") <= 8'000'000);
    QVERIFY(model->weights() >= 2'000'000 && model->weights() <= 4'000'000);
    QVERIFY(model->architecture().kvHeads < model->architecture().heads);
    QVERIFY(!model->architecture().tiedHead);
    for (const auto& tensor : model->checkpoint().tensors())
        QCOMPARE(tensor.dtype, dq::DType::BF16);
}

void BundleTest::vocabularyAndModelAgree() {
    const auto tokenizer = dq::text::Tokenizer::open(kFolder / "tokenizer.json");
    const std::int64_t vocabulary = dq::model::Model::open(kFolder)->architecture().vocabulary;
    QCOMPARE(tokenizer->vocabularySize(), vocabulary);

    dq::text::SampleOptions options;
    options.separator = std::string(kSeparator);
    for (const char* name :
         {"calibration.txt", "evaluation.txt"}) {  // readSamples refuses ids outside the vocabulary
        const auto samples = dq::text::readSamples(kFolder / name, *tokenizer, options, vocabulary);
        QCOMPARE(samples.sequences.size(), static_cast<std::size_t>(kStories));
        for (const dq::text::Sample& sample : samples.sequences) {
            QCOMPARE(sample.front(), kVocabulary - 1);
            QVERIFY(sample.size() > 100 && sample.size() < 400);
        }
    }
}

void BundleTest::theWeightsAreTrainedAndFinite() {
    const auto model = dq::model::Model::open(kFolder);
    dq::checkpoint::requireFinite(model->checkpoint());

    for (const float weight : model->checkpoint().get("model.norm.weight").floats())
        if (weight != 1.0f) return;  // it starts as all ones
    QFAIL("the final norm still has its first values: these weights were never trained");
}

DQ_TEST(BundleTest);
#include "bundle_test.moc"
