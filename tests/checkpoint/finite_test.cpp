#include <bit>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/checkpoint/files.hpp"
#include "tests/support/runner.hpp"

using dq::checkpoint::Checkpoint;
using dq::test::Folder;
using dq::test::safetensors;
using dq::test::Written;

namespace {

/// Little-endian words of `size` bytes: `count` of one value, with one other value at `at`.
std::string words(std::size_t size, std::size_t count, std::uint64_t value, std::size_t at, std::uint64_t other) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t b = 0; b < size; ++b) bytes += static_cast<char>(((i == at ? other : value) >> (8 * b)) & 0xff);
    return bytes;
}

}  // namespace

class FiniteTest : public QObject {
    Q_OBJECT

private slots:
    void knowsNonNumbersOfEveryType_data();
    void knowsNonNumbersOfEveryType();
    void namesTheFirstOfMany();
    void lookAtNoOtherTypes();
};

void FiniteTest::knowsNonNumbersOfEveryType_data() {
    QTest::addColumn<QString>("dtype");
    QTest::addColumn<quint64>("largest");  // finite, all fraction bits set
    QTest::addColumn<quint64>("bad");
    const auto row = [](const char* dtype, std::uint64_t largest, std::uint64_t bad, const char* what) {
        QTest::addRow("%s %s", dtype, what) << QString(dtype) << quint64{largest} << quint64{bad};
    };
    row("F64", 0xffefffffffffffff, 0x7ff0000000000000, "infinity");
    row("F64", 0x7fefffffffffffff, 0xfff8000000000001, "NaN");
    row("F32", 0xff7fffff, 0x7f800000, "infinity");
    row("F32", 0x7f7fffff, 0xff800001, "signaling NaN");
    row("F16", 0xfbff, 0xfc00, "infinity");
    row("F16", 0x7bff, 0x7e00, "NaN");
    row("BF16", 0xff7f, 0xff80, "infinity");
    row("BF16", 0x7f7f, 0x7fc0, "NaN");
    row("F8_E4M3", 0xfe, 0x7f, "NaN");
    row("F8_E5M2", 0x7b, 0xfc, "infinity");
}

void FiniteTest::knowsNonNumbersOfEveryType() {
    QFETCH(QString, dtype);
    QFETCH(quint64, largest);
    QFETCH(quint64, bad);
    const std::string type = dtype.toStdString();
    const std::size_t size = type == "F64" ? 8 : type == "F32" ? 4 : type.starts_with("F8") ? 1 : 2;
    const std::int64_t count = 37;
    for (const std::size_t at : {std::size_t{0}, std::size_t{17}, std::size_t{36}, std::size_t{99}}) {  // 99: nowhere
        const Folder folder;
        folder.put("model.safetensors", safetensors({{"t", type, {count}, words(size, 37, largest, at, bad)}}, at % 3));
        const auto checkpoint = Checkpoint::open(folder.path());
        const std::string place = "element " + std::to_string(at) + " of 37";
        QCOMPARE(notFinite(checkpoint->get("t")), std::int64_t{at == 99 ? 0 : 1});
        requireFinite(*checkpoint, {});

        if (at == 99)
            requireFinite(*checkpoint);
        else
            DQ_THROWS(requireFinite(*checkpoint), "model.safetensors: tensor t", place.c_str());
    }
}

void FiniteTest::namesTheFirstOfMany() {
    const std::size_t count = 3'000'000;  // several pieces, so that threads race for the first
    std::string bytes = words(2, count, 0x3f80, count, 0);
    for (const std::size_t at : {1'500'001u, 2'000'000u, 2'999'999u}) bytes.replace(2 * at, 2, "\x80\x7f", 2);
    const Folder folder;
    folder.put("model.safetensors", safetensors({{"a", "BF16", {4}, words(2, 4, 0x3f80, 9, 0)}, {"t", "BF16", {3000, 1000}, bytes}}));
    const auto checkpoint = Checkpoint::open(folder.path());

    for (const int threads : {1, 2, 7}) {
        dq::limitThreads(threads);
        DQ_THROWS(requireFinite(*checkpoint), "tensor t", "element 1500001 of 3000000");
        QCOMPARE(notFinite(checkpoint->get("t")), std::int64_t{3});
        QCOMPARE(notFinite(checkpoint->get("a")), std::int64_t{0});
        const std::vector<std::string> first{"a"}, both{"a", "t"};
        requireFinite(*checkpoint, first);
        DQ_THROWS(requireFinite(*checkpoint, both), "tensor t");
    }
    dq::limitThreads(0);
}

void FiniteTest::lookAtNoOtherTypes() {
    const Folder folder;
    folder.put("model.safetensors", safetensors({{"t", "I64", {2}, std::string(16, '\xff')}, {"u", "U8", {1}, "\xff"}}));

    requireFinite(*Checkpoint::open(folder.path()));
}

DQ_TEST(FiniteTest);

#include "finite_test.moc"
