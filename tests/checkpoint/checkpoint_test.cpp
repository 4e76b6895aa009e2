#include "core/checkpoint/checkpoint.hpp"

#include "core/base/error.hpp"
#include "tests/checkpoint/files.hpp"
#include "tests/support/runner.hpp"

#include <algorithm>

using dq::checkpoint::Checkpoint;
using dq::test::floatBytes;
using dq::test::Folder;
using dq::test::safetensors;
using dq::test::Written;

namespace {

const std::vector<Written> two{{"b", "F32", {2, 2}, floatBytes({1, 2, 3, 4})}, {"a", "BF16", {3}, {"\x80\x3f\x00\x40\x40\xc0", 6}}};

std::shared_ptr<const Checkpoint> opened(const Folder& folder) {
    return Checkpoint::open(folder.path());
}

}  // namespace

class CheckpointTest : public QObject {
    Q_OBJECT

private slots:
    void readsNamesTypesShapesAndValues();
    void readsDataAtAnyAlignment();
    void acceptsScalarsAndEmptyTensors();
    void findsTheOnlyFileWhateverItsName();
    void readsShards();
    void theFingerprintKnowsContentAndNotShards();
    void theFingerprintOfALargeCheckpointSamplesIt();
    void opensEverySharedModel();
};

void CheckpointTest::readsNamesTypesShapesAndValues() {
    const Folder folder(R"({"x":1})");
    folder.put("model.safetensors", safetensors(two));

    const auto checkpoint = opened(folder);
    const std::string where = folder.path().string();

    QCOMPARE(checkpoint->tensors().size(), std::size_t{2});
    QCOMPARE(checkpoint->tensors()[0].name, std::string("a"));
    QCOMPARE(checkpoint->get("a").floats(), (std::vector<float>{1, 2, -3}));
    QCOMPARE(checkpoint->get("b").shape, (std::vector<std::int64_t>{2, 2}));
    QCOMPARE(checkpoint->get("b").floats(), (std::vector<float>{1, 2, 3, 4}));
    QCOMPARE(checkpoint->get("b").where(), std::string("model.safetensors: tensor b"));
    QCOMPARE(checkpoint->bytes(), dq::Bytes{22});
    QCOMPARE(checkpoint->configText(), std::string(R"({"x":1})"));
    QCOMPARE(checkpoint->name(), folder.path().filename().string());
    QVERIFY(!checkpoint->find("c"));
    DQ_THROWS(checkpoint->get("c"), where.c_str(), "tensor c is missing");
}

void CheckpointTest::readsDataAtAnyAlignment() {
    for (std::size_t padding = 0; padding < 8; ++padding) {
        const Folder folder;
        folder.put("model.safetensors", safetensors(two, padding));

        const auto checkpoint = opened(folder);

        QCOMPARE(checkpoint->get("b").floats(), (std::vector<float>{1, 2, 3, 4}));
        requireFinite(*checkpoint);
    }
}

void CheckpointTest::acceptsScalarsAndEmptyTensors() {
    const Folder folder;
    folder.put("model.safetensors", safetensors({{"none", "F32", {0, 7}, ""}, {"one", "F32", {}, floatBytes({5})}, {"none2", "I8", {0}, ""}}));

    const auto checkpoint = opened(folder);

    QCOMPARE(checkpoint->get("none").count(), std::int64_t{0});
    QCOMPARE(checkpoint->get("one").floats(), (std::vector<float>{5}));
}

void CheckpointTest::findsTheOnlyFileWhateverItsName() {
    const Folder folder;
    folder.put("weights.safetensors", safetensors(two));

    QCOMPARE(opened(folder)->get("a").file, std::string("weights.safetensors"));
}

void CheckpointTest::readsShards() {
    const Folder folder;
    folder.put("model-1.safetensors", safetensors({two[0]}));
    folder.put("model-2.safetensors", safetensors({two[1]}));
    folder.put("model.safetensors.index.json",
               R"({"metadata":{"total_size":22},"weight_map":{"a":"model-2.safetensors","b":"model-1.safetensors"}})");

    const auto checkpoint = opened(folder);

    QCOMPARE(checkpoint->get("a").file, std::string("model-2.safetensors"));
    QCOMPARE(checkpoint->get("b").floats(), (std::vector<float>{1, 2, 3, 4}));
}

void CheckpointTest::theFingerprintKnowsContentAndNotShards() {
    const auto print = [](const std::vector<Written>& tensors, std::string_view config = "{}") {
        const Folder folder(config);
        folder.put("any.safetensors", safetensors(tensors, 3));
        return opened(folder)->fingerprint();
    };
    std::vector<Written> changed = two;
    changed[0].bytes[5] ^= 1;
    std::vector<Written> reshaped = two;
    reshaped[0].shape = {4};
    std::vector<Written> renamed = two;
    renamed[1].name = "aa";

    QCOMPARE(print(two).size(), std::size_t{32});
    QCOMPARE(print({two[1], two[0]}), print(two));
    QVERIFY(print(changed) != print(two));
    QVERIFY(print(reshaped) != print(two));
    QVERIFY(print(renamed) != print(two));
    QVERIFY(print(two, "{ }") != print(two));
}

void CheckpointTest::theFingerprintOfALargeCheckpointSamplesIt() {
    const Folder folder;
    const std::size_t size = 257u << 20;
    const std::string file = "model.safetensors";
    const auto write = [&](std::size_t at) {  // sparse: all zero but for one byte
        const std::string header =
            R"({"w":{"dtype":"I8","shape":[)" + std::to_string(size) + R"(],"data_offsets":[0,)" + std::to_string(size) + "]}}";
        folder.put(file, safetensors(header, ""));
        std::filesystem::resize_file(folder.path() / file, 8 + header.size() + size);
        std::fstream(folder.path() / file, std::ios::in | std::ios::out | std::ios::binary)
            .seekp(static_cast<std::streamoff>(8 + header.size() + at))
            .put('x');
        return opened(folder)->fingerprint();
    };

    const std::string first = write(0), last = write(size - 1), between = write(5000);

    QVERIFY(first != last);
    QVERIFY(first != between && last != between);
    QCOMPARE(write(6000), between);  // neither byte is in a sampled piece
}

void CheckpointTest::opensEverySharedModel() {
    for (const char* const name : {"stories260K-f32", "stories260K-bf16", "mix3M-bf16"}) {
        if (!std::filesystem::exists(dq::test::sharedModel(name))) QSKIP("../shared/models is not there");

        const auto checkpoint = Checkpoint::open(dq::test::sharedModel(name));

        QVERIFY(checkpoint->find("model.embed_tokens.weight"));
        QVERIFY(std::ranges::is_sorted(checkpoint->tensors(), {}, &dq::checkpoint::TensorView::name));
        requireFinite(*checkpoint);
    }
}

DQ_TEST(CheckpointTest);

#include "checkpoint_test.moc"
