#include "core/allocate/costs.hpp"

#include "core/base/error.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Costs;
using allocate::costsFromJson;

namespace {

const Costs measured{"2 threads, AVX2", "dynaquant-cli 0", 3e10, 2.5e-5, {{"int4-g32", 0.5}, {"bf16", 0.9}}};

/// The measured costs with one field put otherwise.
std::string spoiled(const std::string& what, const std::string& with) {
    std::string text = toJson(measured);
    const std::size_t at = text.find(what);
    return at == std::string::npos ? std::string() : text.replace(at, what.size(), with);
}

}  // namespace

class CostsTest : public QObject {
    Q_OBJECT

private slots:
    void comeBackAsTheyWereWritten() {
        QVERIFY(costsFromJson(toJson(measured), "costs.json") == measured);
        QCOMPARE(measured.of("int4-g32"), 0.5);
        QCOMPARE(measured.of("nf4-g64"), 0.5);  // never measured: no faster than the slowest that was
        QCOMPARE(Costs{}.of("nf4-g64"), 1.0);
    }

    void foreignFilesAreNotBelieved() {
        DQ_THROWS(costsFromJson("{}", "costs.json"), "costs.json", "dynaquant_costs");
        DQ_THROWS(costsFromJson(spoiled("\"dynaquant_costs\": 1", "\"dynaquant_costs\": 2"), "c"), "schema 2", "reads 1");
        DQ_THROWS(costsFromJson(spoiled("30000000000.0", "-1"), "c"), "bytes_per_second is -1");
        DQ_THROWS(costsFromJson(spoiled("2.5e-05", "7"), "c"), "launch_seconds is 7");
        DQ_THROWS(costsFromJson(spoiled("0.5", "0"), "c"), "efficiency of int4-g32 is 0");
        DQ_THROWS(costsFromJson(spoiled("0.5", "400"), "c"), "efficiency of int4-g32 is 400", "at most 1.00");
        DQ_THROWS(costsFromJson(spoiled("0.5", "\"fast\""), "c"), "efficiency of int4-g32", "fast");
    }
};

DQ_TEST(CostsTest);
#include "costs_test.moc"
