#include <QTemporaryDir>
#include <fstream>

#include "core/base/error.hpp"
#include "core/json/json.hpp"
#include "core/text/tokenizer.hpp"
#include "tests/support/runner.hpp"

using dq::json::Json;
using dq::text::Tokenizer;

namespace {

/// families.json: what model families ship around two small vocabularies, with the ids of Python's tokenizers.
const Json& fixture() {
    static const Json whole = dq::json::parseFile(DQ_SOURCE_DIR "/tests/fixtures/text/families.json");
    return whole;
}

std::shared_ptr<const Tokenizer> opened(const Json& family) {
    Json whole = family["rest"];
    whole["model"] = fixture()["models"][family["model"].get<std::string>()];
    whole["model"].update(family["flags"]);
    const QTemporaryDir directory;
    const std::string file = directory.filePath("tokenizer.json").toStdString();
    std::ofstream(file, std::ios::binary) << whole.dump();
    return Tokenizer::open(file);
}

std::string textAt(std::size_t i) {
    return QByteArray::fromHex(QByteArray::fromStdString(fixture()["texts"][i].get<std::string>())).toStdString();
}

}  // namespace

class FamiliesTest : public QObject {
    Q_OBJECT

private slots:
    void givesTheIdsOfPythonsTokenizers_data();
    void givesTheIdsOfPythonsTokenizers();
    void remembersNothingWrong();
};

void FamiliesTest::givesTheIdsOfPythonsTokenizers_data() {
    QTest::addColumn<int>("row");
    for (std::size_t i = 0; i < fixture()["families"].size(); ++i)
        QTest::newRow(fixture()["families"][i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
}

void FamiliesTest::givesTheIdsOfPythonsTokenizers() {
    QFETCH(int, row);
    const Json& family = fixture()["families"][static_cast<std::size_t>(row)];
    const auto tokenizer = opened(family);

    for (std::size_t i = 0; i < fixture()["texts"].size(); ++i) {
        const std::string text = textAt(i);
        QCOMPARE(tokenizer->encode(text), family["ids"][i].get<std::vector<std::int32_t>>());
    }
}

void FamiliesTest::remembersNothingWrong() {
    std::string all;
    for (std::size_t i = 0; i < fixture()["texts"].size(); ++i) all += textAt(i) + " ";
    for (const Json& family : fixture()["families"]) {
        const auto tokenizer = opened(family);
        const auto cold = tokenizer->encode(all);

        QCOMPARE(tokenizer->encode(all), cold);
        QCOMPARE(opened(family)->encode(all), cold);
    }
}

DQ_TEST(FamiliesTest);

#include "families_test.moc"
