// Whatever file of an export is damaged, cut short or gone: verify says so in a sentence that names it.
#include <QTemporaryDir>
#include <algorithm>
#include <cctype>
#include <fstream>
#include <random>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/target.hpp"
#include "tests/export/letters.hpp"
#include "tests/export/recipes.hpp"
#include "tests/support/runner.hpp"

namespace fs = std::filesystem;
using namespace dq;
using namespace dq::exporting;
using model::WeightMatrix;

class DamageTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir temporary_;
    std::shared_ptr<const model::Model> model_;

    fs::path path(const std::string& name) const { return fs::path(temporary_.path().toStdString()) / name; }

    static void put(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes; }

    /// A mix that the target holds, in several files.
    fs::path exported(const std::string& target) const {
        const fs::path output = path(target);
        if (!fs::exists(output))
            exportTo(targetOf(target), *model_, test::recipeWith(*model_, [&](const WeightMatrix& matrix) -> std::string {
                         if (matrix.block != 0) return "bf16";
                         return target == "gguf" ? "q8_0" : target == "compressed-tensors" ? "int4-g16-bf16" : target == "seed" ? "int3-g32-f32" : "int3-g32";
                     }), output, {.splitBytes = target == "gguf" ? 0 : 20000}, {});
        return output;
    }

    static std::vector<fs::path> filesOf(const fs::path& output) {
        if (fs::is_regular_file(output)) return {output};
        std::vector<fs::path> all;
        for (const auto& entry : fs::recursive_directory_iterator(output))
            if (entry.is_regular_file()) all.push_back(entry.path());
        std::ranges::sort(all);
        return all;
    }

    /// Empty: it was taken for whole.
    std::string complaint(const fs::path& output) const {
        try {
            verifyAny(output, model_.get(), {});
            return {};
        } catch (const Error& error) {
            return error.sentence();
        }
    }

    /// Where a change must be found: not in what a recipe tells of its making, which nothing else knows (but the native manifest).
    static bool counts(const std::string& bytes, std::size_t at, const std::string& target) {
        const std::size_t from = bytes.find("\"schema_version\""), to = bytes.find("\"matrices\"", from);
        return target == "native" || from == std::string::npos || to == std::string::npos || at < from || at >= to;
    }

    /// Places all over a file, the first ones side by side.
    static std::vector<std::size_t> places(std::size_t size, unsigned seed) {
        std::mt19937 random(seed);
        std::vector<std::size_t> all;
        for (std::size_t at = 0; at < std::min<std::size_t>(size, 5); ++at) all.push_back(at);
        for (int i = 0; i < 7; ++i) all.push_back(random() % size);
        return all;
    }

    static void targetsAsRows() {
        QTest::addColumn<QString>("target");
        for (const Target& target : targets()) QTest::newRow(target.name.c_str()) << QString::fromStdString(target.name);
    }

private slots:
    void initTestCase() {
        test::withLetters("llama", path("model"));
        put(path("model") / "generation_config.json", "{\"eos_token_id\": 1}");
        model_ = model::Model::open(path("model"));
    }

    void everyChangedByteIsFound_data() { targetsAsRows(); }
    void everyChangedByteIsFound() {
        QFETCH(QString, target);
        const fs::path output = exported(target.toStdString());
        QCOMPARE(complaint(output), std::string());
        for (const fs::path& file : filesOf(output)) {
            const std::string whole = readText(file);
            for (const std::size_t at : places(whole.size(), 1)) {
                if (!counts(whole, at, target.toStdString())) continue;
                std::string changed = whole;
                changed[at] = static_cast<char>(changed[at] ^ 4);
                put(file, changed);
                QVERIFY2(!complaint(output).empty(), qPrintable(QString("%1, byte %2").arg(file.c_str()).arg(at)));
            }
            put(file, whole);
        }
        QCOMPARE(complaint(output), std::string());
    }

    void everyFileThatIsCutShortOrGoneIsFound_data() { targetsAsRows(); }
    void everyFileThatIsCutShortOrGoneIsFound() {
        QFETCH(QString, target);
        const fs::path output = exported(target.toStdString());
        for (const fs::path& file : filesOf(output)) {
            const std::string whole = readText(file);
            for (const std::size_t length : places(whole.size(), 2)) {
                put(file, whole.substr(0, length));
                QVERIFY2(!complaint(output).empty(), qPrintable(QString("%1, cut at %2").arg(file.c_str()).arg(length)));
            }
            fs::remove(file);
            const std::string gone = complaint(output);
            QVERIFY2(gone.find(file.filename().string()) != std::string::npos, gone.c_str());
            put(file, whole);
        }
        QCOMPARE(complaint(output), std::string());
    }

    /// Numbers of the headers blown up: what they promise is never believed.
    void everyNumberBlownUpIsFound_data() { targetsAsRows(); }
    void everyNumberBlownUpIsFound() {
        QFETCH(QString, target);
        const fs::path output = exported(target.toStdString());
        for (const fs::path& file : filesOf(output)) {
            const std::string whole = readText(file);
            const bool text = file.extension() == ".json";
            for (const std::size_t at : places(std::min<std::size_t>(whole.size(), 600), 3)) {
                std::string changed = whole;
                if (!text) changed.replace(at, std::min<std::size_t>(8, whole.size() - at), 8, '\xff');
                if (text && !std::isdigit(static_cast<unsigned char>(whole[at]))) continue;
                if (text) changed.replace(at, 1, "99999999999999999999");
                if (!counts(whole, at, target.toStdString())) continue;
                put(file, changed);
                QVERIFY2(!complaint(output).empty(), qPrintable(QString("%1, byte %2").arg(file.c_str()).arg(at)));
            }
            put(file, whole);
        }
    }
};

DQ_TEST(DamageTest);
#include "damage_test.moc"
