#include "core/measure/peer_sums.hpp"

#include <cmath>
#include <random>

#include "core/format/format.hpp"
#include "core/measure/measure.hpp"
#include "core/measure/peer_score.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/error_stats.hpp"
#include "kernels/quantize_pack.hpp"
#include "tests/support/runner.hpp"

using namespace dq;

namespace {

std::vector<float> normal(std::size_t count, unsigned seed, float middle = 0) {
    std::mt19937 random(seed);
    std::vector<float> numbers(count);
    for (float& one : numbers) {
        one = middle;
        for (int i = 0; i < 6; ++i) one += static_cast<float>(random() % 2001) / 1000.0f - 1.0f;
    }
    return numbers;
}

/// A matrix, what meets it, and the sums in the words of methods.md: one loop a formula, in double.
struct Example {
    std::int64_t rows, cols;
    std::vector<float> weights, fisher, moment, mean, gradient, probes;
    std::vector<double> pivots;
    static constexpr std::size_t probeCount = 3;

    Example(std::int64_t rows_, std::int64_t cols_) : rows(rows_), cols(cols_) {
        const auto count = static_cast<std::size_t>(rows * cols), width = static_cast<std::size_t>(cols);
        weights = normal(count, 1);
        fisher = normal(count, 2);
        for (float& one : fisher) one = one * one;
        mean = normal(width, 3, 0.5f);
        for (const float one : mean) moment.push_back(one * one + 0.25f);
        moment[0] = mean[0] * mean[0] * 0.5f;  // a variance that rounding made negative counts as 0
        gradient = normal(count, 4);
        probes = normal(probeCount * count, 5);
        for (const float one : normal(width, 6)) pivots.push_back(double{one} * double{one} + 1e-3);
    }

    kernels::MatrixView view() const { return {weights.data(), rows, cols}; }
    double at(const std::vector<float>& all, std::int64_t i, std::int64_t j) const { return all[static_cast<std::size_t>(i * cols + j)]; }

    measure::PeerSums truth(const std::vector<float>& rounded) const {
        measure::PeerSums sums;
        std::vector<float> quotients;
        for (std::int64_t i = 0; i < rows; ++i) {
            double e = 0, m = 0, s = 0, mw = 0, ww = 0, wq = 0, qq = 0;
            for (std::int64_t j = 0; j < cols; ++j) {
                const auto column = static_cast<std::size_t>(j);
                const double w = at(weights, i, j), q = at(rounded, i, j), d = w - q, v = moment[column], a = mean[column];
                e += v * d * d;
                m += a * d;
                s += std::max(0.0, v - a * a) * w * w;
                mw += a * w;
                ww += v * w * w;
                wq += v * w * q;
                qq += v * q * q;
                sums.firstOrder += std::abs(at(gradient, i, j) * d);
                sums.pivots += d * d * pivots[column];
            }
            quotients.push_back(static_cast<float>((e + m * m) / (s + mw * mw)));
            sums.cosine += 1 - wq / std::sqrt(ww * qq);
            for (std::size_t k = 0; k < probeCount; ++k) {
                double product = 0;
                for (std::int64_t j = 0; j < cols; ++j)
                    product += (at(weights, i, j) - at(rounded, i, j)) * at(probes, static_cast<std::int64_t>(k) * rows + i, j);
                sums.output += 0.5 * product * product / static_cast<double>(probeCount);
            }
        }
        sums.outputError = static_cast<double>(rows) * measure::trimmedMean(quotients);
        return sums;
    }
};

void compare(const measure::PeerSums& a, const measure::PeerSums& b, double tolerance = 1e-5) {
    const auto near = [&](const char* name, double x, double y) {
        QVERIFY2(std::abs(x - y) <= tolerance * std::abs(y), qPrintable(QString("%1: %2, not %3").arg(name).arg(x).arg(y)));
    };
    near("outputError", a.outputError, b.outputError);
    near("cosine", a.cosine, b.cosine);
    near("output", a.output, b.output);
    near("firstOrder", a.firstOrder, b.firstOrder);
    near("pivots", a.pivots, b.pivots);
}

/// Brings an example in slabs.
std::vector<measure::PeerSums> scored(const Example& e, const std::vector<format::Format>& formats, std::int64_t slabRows, bool withPeers,
                                      double* trace = nullptr) {
    const std::int64_t stride = measure::sampledStride(e.rows);
    std::vector<kernels::Encoding> encodings;
    for (const format::Format& format : formats) encodings.push_back(format.encoding);
    const std::vector<kernels::MatrixScales> shared = kernels::sharedScalesOf(e.view(), encodings);
    std::vector<measure::PeerFormat> ways;
    for (std::size_t f = 0; f < formats.size(); ++f)
        ways.push_back({encodings[f], kernels::globalScaleFor(encodings[f], kernels::largestMagnitude(e.view())), shared[f]});
    measure::PeerScore score(e.rows, e.cols, formats.size());
    for (std::int64_t first = 0; first < e.rows; first += slabRows) {
        const std::int64_t rows = std::min(slabRows, e.rows - first);
        const auto from = static_cast<std::size_t>(first * e.cols), count = static_cast<std::size_t>(rows * e.cols);
        std::vector<float> gradient, probes;
        for (std::size_t k = 0; k <= Example::probeCount; ++k)
            for (std::int64_t i = first; i < first + rows; ++i) {
                if (i % stride != 0) continue;
                const float* const row = k == 0 ? e.gradient.data() + i * e.cols
                                                : e.probes.data() + (static_cast<std::int64_t>(k - 1) * e.rows + i) * e.cols;
                auto& to = k == 0 ? gradient : probes;
                to.insert(to.end(), row, row + e.cols);
            }
        const measure::PeerSlab peers{gradient, probes, e.mean, 0.125};
        const measure::FisherSlab slab{.matrix = 0, .firstRow = first, .rows = rows, .weights = std::span(e.weights).subspan(from, count),
                                       .fisher = std::span(e.fisher).subspan(from, count), .inputMoment = e.moment,
                                       .peers = withPeers ? &peers : nullptr};
        score.add(slab, ways, {.pivots = withPeers ? std::make_shared<const std::vector<double>>(e.pivots) : nullptr});
    }
    if (trace) *trace = score.sequenceTrace();
    return score.sums();
}

}  // namespace

class PeerSumsTest : public QObject {
    Q_OBJECT

private slots:
    void areTheFormulas_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"int4-g32", "int2-g32", "nvfp4", "q4_k", "int3-g32-imx", "nf4-g64"}) QTest::newRow(name) << name;
    }

    void areTheFormulas() {
        QFETCH(QString, name);
        const Example e(230, 256);  // enough rows for two hundredths to be left out at either end
        const format::Format& format = format::get(name.toStdString());
        std::vector<std::byte> codes(static_cast<std::size_t>(e.rows * kernels::codeBytesPerRow(format.encoding, e.cols)));
        std::vector<std::byte> scales(static_cast<std::size_t>(kernels::scaleBytes(format.encoding, e.rows, e.cols)));
        std::vector<float> rounded(e.weights.size());
        const float global = kernels::globalScaleFor(format.encoding, kernels::largestMagnitude(e.view()));
        kernels::quantizePack(e.view(), format.encoding, global, codes, scales, {e.moment});
        kernels::dequantize(format.encoding, e.rows, e.cols, global, codes, scales, rounded);

        double trace = 0;
        const auto whole = scored(e, {format}, e.rows, true), parts = scored(e, {format}, 37, true, &trace);

        compare(whole[0], e.truth(rounded));
        compare(parts[0], whole[0], 1e-12);
        QCOMPARE(trace, 7 * 0.125);  // of seven slabs
    }

    /// Every format is rounded as the error table rounds it, also those whose scales belong to the whole matrix; and where nothing more is
    /// known, h and E[x^2] stand in.
    void roundLikeTheErrorTable() {
        const Example e(300, 256);
        std::vector<format::Format> formats;
        for (const std::string& name : format::palette("all,marlin,gguf,fisher").formats) formats.push_back(format::get(name));
        std::vector<kernels::Encoding> encodings;
        std::vector<float> globals;
        for (const format::Format& format : formats) {
            encodings.push_back(format.encoding);
            globals.push_back(kernels::globalScaleFor(format.encoding, kernels::largestMagnitude(e.view())));
        }

        const auto sums = scored(e, formats, 64, false);
        const auto truth = kernels::errorStats(e.view(), encodings, globals, e.fisher.data(), e.moment.data());

        QVERIFY(std::ranges::any_of(encodings, kernels::sharesScales));
        for (std::size_t f = 0; f < formats.size(); ++f) {
            QVERIFY2(std::abs(sums[f].pivots - truth[f].activation) <= 1e-5 * truth[f].activation, formats[f].name.c_str());
            QVERIFY2(std::abs(sums[f].output - truth[f].fisher) <= 1e-5 * truth[f].fisher, formats[f].name.c_str());
        }
    }

    void someRowsStandForAll() {
        QCOMPARE(measure::sampledStride(4096), std::int64_t{1});
        QCOMPARE(measure::sampledStride(4097), std::int64_t{2});
        QCOMPARE(measure::sampledStride(2'000'000), std::int64_t{489});
        QCOMPARE(measure::sampledCount(0, 4097, 2), std::int64_t{2049});
        QCOMPARE(measure::sampledCount(5, 3, 4), std::int64_t{0});  // rows 5, 6, 7
        QCOMPARE(measure::sampledCount(5, 4, 4), std::int64_t{1});
        QCOMPARE(measure::probesFor(64), std::int64_t{32});
        QCOMPARE(measure::probesFor(2049), std::int64_t{1});
        const Example e(8200, 8);  // every third row

        const auto whole = scored(e, {format::get("int4-g32")}, e.rows, true), parts = scored(e, {format::get("int4-g32")}, 1000, true);
        const auto all = scored(e, {format::get("int4-g32")}, e.rows, false);

        compare(parts[0], whole[0], 1e-9);
        // pivots differ; the rest does not depend on them, and 2734 rows of 8200 stand for the others within some percent
        QVERIFY(std::abs(all[0].cosine - whole[0].cosine) <= 1e-9 * all[0].cosine);
        std::vector<kernels::Encoding> encoding{format::get("int4-g32").encoding};
        const auto truth = kernels::errorStats(e.view(), encoding, std::vector<float>{1.0f}, e.fisher.data(), e.moment.data());
        QVERIFY(std::abs(all[0].pivots / truth[0].activation - 1) < 0.05);
    }

    void meansLeaveTheOutermostOut() {
        QCOMPARE(measure::trimmedMean(std::vector<float>{}), 0.0);
        QCOMPARE(measure::trimmedMean(std::vector<float>{1, 2, 6}), 3.0);
        std::vector<float> many(100, 5.0f);
        many[17] = 1e9f;
        many[56] = -1e9f;
        QCOMPARE(measure::trimmedMean(many), 5.0);
        many.pop_back();
        QVERIFY(measure::trimmedMean(many) != 5.0);
    }

    /// d_j^-2 of a Hessian of two inputs by hand: H^-1 = V^T V, V upper, V_22^2 = 1 / (h22 - h12^2/h11) ... columns as they stand.
    void pivotsAreGptqs() {
        const std::vector<float> hessian{4, 2, 2, 9};
        const double damping = 0.01 * 6.5, a = 4 + damping, b = 9 + damping;

        const auto pivots = measure::pivotsOf(hessian, 2);

        // V_22^2 = (H^-1)_22 - V_12^2 with V_11^2 = (H^-1)_11 and V_12 = (H^-1)_12 / V_11, so that V_22^2 = 1 / b and V_11^2 = b / (ab - 4)
        QVERIFY(std::abs((*pivots)[0] - (a * b - 4) / b) < 1e-6);
        QVERIFY(std::abs((*pivots)[1] - b) < 1e-6);
        QVERIFY(!measure::pivotsOf({}, 2));
        QVERIFY(!measure::pivotsOf(std::vector<float>(4), 2));
    }
};

DQ_TEST(PeerSumsTest);
#include "peer_sums_test.moc"
