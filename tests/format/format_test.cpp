#include "core/format/format.hpp"

#include <limits>
#include <set>

#include "core/base/error.hpp"
#include "core/format/names.hpp"
#include "tests/kernels/matrices.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using namespace dq::format;

namespace {
std::vector<std::string> names(std::span<const Format> formats) {
    std::vector<std::string> all;
    for (const Format& format : formats)
        all.push_back(format.name);
    return all;
}
}  // namespace

class FormatTest : public QObject {
    Q_OBJECT

private slots:
    void catalogueIsInRisingBits() {
        for (std::size_t i = 0; i + 1 < catalogue().size(); ++i)
            QVERIFY2(catalogue()[i].bytes(4096, 4096) <= catalogue()[i + 1].bytes(4096, 4096),
                     catalogue()[i].name.c_str());
        const auto all = names(catalogue());
        QCOMPARE(std::set<std::string>(all.begin(), all.end()).size(), all.size());
    }

    /// The order is part of the error table's key: a change must be meant.
    void catalogueOrderIsTheKnownOne() {
        const std::vector<std::string> expected{
            "int2-g128",     "int2-g128-mse",  "int2a-g128-mse", "int2-g64",      "int2-g64-mse",
            "int2a-g64-mse", "int2-g32",       "int2-g32-mse",   "int2a-g32-mse", "int3-g128",
            "int3-g128-mse", "int3a-g128-mse", "int3-g64",       "int3-g64-mse",  "int3a-g64-mse",
            "int3-g32",      "int3-g32-mse",   "int3a-g32-mse",  "int4-g128",     "int4-g128-mse",
            "nf4-g64-dq",    "int4a-g128",    "int4-g64",       "int4-g64-mse",   "mxfp4",         "int4a-g64",
            "int4-g32",      "int4-g32-mse",   "nf4-g64",        "nvfp4",         "nvfp4-mse",
            "int4a-g32",     "int5-g128",      "int5-g64",       "int5-g32",      "int6-g128",
            "int6-g64",      "mxfp6-e2m3",     "int6-g32",       "int7-g128",     "int7-g64",
            "int7-g32",      "fp8-e4m3-block", "fp8-e4m3",       "int8-g128",      "int8-g64",      "mxfp8-e4m3",
            "int8-g32",      "bf16"};
        QCOMPARE(names(catalogue()), expected);
    }

    void bytesAreTheOnesCountedByHand() {
        const auto bits = [](const char* name) {
            return 8.0 * static_cast<double>(get(name).bytes(256, 512)) / (256.0 * 512.0);
        };
        QCOMPARE(bits("int4-g32"), 4.5);
        QCOMPARE(bits("int2-g128"), 2.125);
        QCOMPARE(bits("int8-g64"), 8.25);
        QCOMPARE(bits("nf4-g64"), 4.5);
        QCOMPARE(bits("bf16"), 16.0);
        QCOMPARE(get("nvfp4").bytes(256, 512), 256 * 512 / 2 + 256 * 512 / 16 + 4);
        QCOMPARE(get("fp8-e4m3").bytes(256, 512), 256 * 512 + 256 * 4);
        QCOMPARE(get("int3-g64").bytes(5, 172),
                 5 * (65 + 3 * 2));  // 516 bits are 65 bytes; 172 = 64 + 64 + 44
        QCOMPARE(get("int4-g32").bytes(0, 0), 0);
        QCOMPARE(bits("int4a-g32"), 4.625);
        QCOMPARE(get("int3a-g64").bytes(5, 172), 5 * (65 + 3 * 2 + 2));  // three zero points of 3 bits
        QCOMPARE(bits("mxfp4"), 4.25);
        QCOMPARE(bits("mxfp6-e3m2"), 6.25);
        QCOMPARE(bits("mxfp8-e5m2"), 8.25);
        QCOMPARE(bits("int12-g16-f32"), 14.0);
        QCOMPARE(bits("int4-g128-bf16"), 4.125);
        QCOMPARE(get("fp8-e4m3-tensor").bytes(256, 512), 256 * 512 + 4);
        QCOMPARE(get("int4-row").bytes(256, 512), 256 * (256 + 2));
        QCOMPARE(get("fp8-e4m3-block").bytes(256, 512), 256 * 512 + 2 * 4 * 4);
        QCOMPARE(get("fp8-e4m3-block").bytes(129, 129), 129 * 129 + 2 * 2 * 4);
        QCOMPARE(get("fp8-e4m3-block").bytes(0, 129), 0);
        QCOMPARE(get("nf4-g64-dq").bytes(256, 512), 256 * 512 / 2 + 2048 + 8 * 4 + 4);
        QCOMPARE(get("nf4-g64-dq").bytes(3, 65), 3 * (33 + 2) + 4 + 4);
        QCOMPARE(get("nf4-g64-dq").bytes(3, 0), 0);
    }

    void bytesAreWhatTheQuantizerWrites() {
        for (const Format& format : catalogue())
            for (const auto& [rows, cols] : test::shapes()) {
                const test::Packed packed =
                    test::packedOf(test::randomMatrix(rows, cols, 1), format.encoding);
                const auto written = static_cast<Bytes>(packed.codes.size() + packed.scales.size());
                QCOMPARE(format.codeBytes(rows, cols), static_cast<Bytes>(packed.codes.size()));
                QCOMPARE(format.scaleBytes(rows, cols), static_cast<Bytes>(packed.scales.size()));
                QCOMPARE(format.bytes(rows, cols), written + (format.encoding.globalScale ? 4 : 0));
            }
    }

    void impossibleShapesAreRefused() {
        const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
        for (const Format& format : catalogue()) {
            DQ_THROWS(format.bytes(huge, 2), format.name.c_str(), "9223372036854775807");
            DQ_THROWS(format.bytes(1, huge), format.name.c_str());
            DQ_THROWS(format.bytes(0, huge), format.name.c_str());
            DQ_THROWS(format.codeBytes(std::int64_t{1} << 31, std::int64_t{1} << 31), "no possible size");
            DQ_THROWS(format.scaleBytes(-1, 4), "-1");
        }
    }

    void unknownNamesAreAnsweredWithTheNearest() {
        QVERIFY(find("int4-g32") == &get("int4-g32"));
        QVERIFY(find("int4a-g256-mse") == &get("int4a-g256-mse"));
        for (const char* const wrong :
             {"int4", "int1-g32", "int13-g32", "int04-g32", "int-4-g32", "int4-g33", "int4-g", "int4-g32-", "int4-g32-mse-f32",
              "int4-g32-mse-mse", "int9-g32-mse", "int4aa-g32", "nf4", "nf4-row", "nf4-g64-dq-mse", "nf4-g64-dq-gptq", "fp8-e4m3-block-gptq", "fp8-e4m3-imx", "int4-g32-mse-imx", "int4-g32-gptq-imx",
              "bf16-gptq", "q4_k-fisher", "fp8-e4m3-fisher", "nf4-g64-dq-fisher", "int4-g32-imx-fisher", "int9-g32-fisher", "q4_k-gptq", "int9-g32-imx", "bf16-imx", "q8_0-imx", "q4_k-mse", "f16-imx", "nvfp4-gguf-imx", "-imx", "-mse", "nf4-dq", "nf4-g64-dq-dq", "fp8-e4m3-block128", "mxfp5", "mxfp6",
              "fp8-e4m3-mse", "nvfp4a", "int99999999999999999999-g32", "bf16 "})
            QVERIFY2(find(wrong) == nullptr, wrong);
        QVERIFY(find("") == nullptr);
        DQ_THROWS(get("int4_g32"), "\"int4_g32\"", "int4-g32");
        DQ_THROWS(get("fp8"), "fp8-e4m3");
        DQ_THROWS(get(std::string(100000, 'x')), "xxxx");
    }

    void everyFormatKnowsItsNameWithBf16Scales() {
        const auto of = [](const char* name) { return withBf16Scales(get(name)).value_or("none"); };
        QCOMPARE(of("int4-g32"), std::string("int4-g32-bf16"));
        QCOMPARE(of("int3a-g64-mse"), std::string("int3a-g64-bf16-mse"));
        QCOMPARE(of("int8-row-f32"), std::string("int8-row-bf16"));
        QCOMPARE(of("int8-row-bf16"), std::string("none"));
        QCOMPARE(of("fp8-e4m3"), std::string("fp8-e4m3-bf16"));
        for (const char* without : {"nvfp4", "mxfp4", "nf4-g64", "fp8-e4m3-tensor", "bf16", "q4_k"})
            QCOMPARE(of(without), std::string("none"));
    }

    void everyFormatWithGroupsCanBeSearchedFor() {
        for (const char* const name : {"int2-g32", "int8-row-f32", "int4a-g128", "nvfp4", "nf4-g64", "fp4-g64", "mxfp4", "mxfp8-e4m3"})
            for (const std::string ending : {"-mse", "-imx", "-imx-gptq", "-fisher", "-fisher-gptq"}) {
                const Format& searched = get(name + ending);
                QCOMPARE(searched.bytes(256, 512), get(name).bytes(256, 512));
                QCOMPARE(searched.needsMoment(), ending.starts_with("-imx"));
                QCOMPARE(searched.needsSensitivities(), ending.starts_with("-fisher"));
                QCOMPARE(searched.needsHessian(), ending.ends_with("-gptq"));
                QCOMPARE(searched.looksAtInput(), ending != "-mse");
            }
        QVERIFY(get("q4_k-imx").looksAtInput() && !get("q4_k").looksAtInput());
        QCOMPARE(get("q4_k-imx").bytes(3, 288), get("q4_k").bytes(3, 288));
        QVERIFY(get("fp8-e4m3-gptq").needsHessian() && get("int12-g64-gptq").needsHessian());
    }

    void namedPalettesHoldKnownFormatsAndBf16() {
        for (const Palette& one : palettes()) {
            QVERIFY2(!one.description.empty() && !one.formats.empty(), one.name.c_str());
            QCOMPARE(one.formats.back(), std::string("bf16"));
            for (const std::string& name : one.formats)
                QVERIFY(find(name) != nullptr);
            QCOMPARE(palette(one.name).formats, one.formats);
        }
        QCOMPARE(palette("all").formats, names(catalogue()));
        QCOMPARE(palette("int").formats.size(), std::size_t{40});
        QCOMPARE(palette("int-g32").formats,
                 (std::vector<std::string>{"int2-g32", "int2-g32-mse", "int2a-g32-mse", "int3-g32",
                                           "int3-g32-mse", "int3a-g32-mse", "int4-g32", "int4-g32-mse",
                                           "int4a-g32", "int5-g32", "int6-g32", "int7-g32", "int8-g32",
                                           "bf16"}));
        QCOMPARE(palette("bitsandbytes").formats, (std::vector<std::string>{"nf4-g64-dq", "fp4-g64-dq", "nf4-g64", "fp4-g64", "bf16"}));
        QCOMPARE(palette("gguf").formats,
                 (std::vector<std::string>{"q2_k", "q3_k", "iq4_xs", "q4_0", "q4_k", "iq4_nl", "q4_1", "q5_0", "q5_k",
                                           "q5_1", "q6_k", "q8_0", "bf16"}));
        for (const std::string& name : palette("vllm").formats) {
            QVERIFY2(!get(name).encoding.zeroPoint, name.c_str());
            QVERIFY2(get(name).encoding.groupRows == 1, name.c_str());
            QVERIFY2(get(name).encoding.element != kernels::Element::Int || get(name).encoding.scale == kernels::ScaleType::Bf16,
                     name.c_str());
        }
        QCOMPARE(palette("hardware").formats, (std::vector<std::string>{"nvfp4", "nvfp4-mse", "fp8-e4m3-block", "fp8-e4m3", "bf16"}));
        QCOMPARE(palette("int-hardware").formats,
                 (std::vector<std::string>{"int4-g128", "int4-g128-mse", "int4-g64", "int4-g64-mse",
                                           "int4-g32", "int4-g32-mse", "int8-g128", "int8-g64",
                                           "int8-g32", "bf16"}));
    }

    void listsAreTakenInTheCataloguesOrder() {
        const Palette chosen = palette(" bf16, int4-g32,bf16 ");
        QCOMPARE(chosen.formats, (std::vector<std::string>{"int4-g32", "bf16"}));
        QCOMPARE(chosen.name, std::string("int4-g32,bf16"));
        QCOMPARE(palette("bf16,int12-g64,int4-g32,mxfp6-e3m2,mxfp6-e2m3").formats,
                 (std::vector<std::string>{"int4-g32", "mxfp6-e2m3", "mxfp6-e3m2", "int12-g64", "bf16"}));
        QCOMPARE(palette("int8-g32").formats, std::vector<std::string>{"int8-g32"});
        QCOMPARE(palette("hardware,int4-g32").formats,
                 (std::vector<std::string>{"int4-g32", "nvfp4", "nvfp4-mse", "fp8-e4m3-block", "fp8-e4m3", "bf16"}));
    }

    void wrongListsAreRefusedNamingFormatsAndPalettes() {
        DQ_THROWS(palette("int4-g33"), "\"int4-g33\"", "int4-g32", "int-hardware");
        DQ_THROWS(palette("bf16,"), "\"\"");
        DQ_THROWS(palette(""), "\"\"", "hardware");
    }
};

DQ_TEST(FormatTest);
#include "format_test.moc"
