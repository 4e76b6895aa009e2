#include <algorithm>
#include <chrono>

#include "core/allocate/front.hpp"
#include "tests/allocate/problems.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Front;

namespace {

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
constexpr bool optimized = true;
#else
constexpr bool optimized = false;
#endif

/// As large as a mixture-of-experts model: losses that fall fourfold a bit, with noise, so that hulls vary.
test::Table large(std::size_t classes, int formats) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> noise(0.7, 1.4), size(0.5, 8);
    test::Table table(classes);
    for (auto& options : table) {
        const double weights = 1e6 * size(random), sensitivity = noise(random) * 1e-3;
        for (int f = 0; f < formats; ++f) {
            const double bits = 2 + 0.6 * f;
            options.emplace_back(static_cast<Bytes>(weights * bits / 8),
                                 sensitivity * noise(random) * std::exp2(-2 * bits));
        }
    }
    return table;
}

template <class Work>
double milliseconds(const Work& work) {
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        best = std::min(
            best,
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

}  // namespace

class FrontSpeedTest : public QObject {
    Q_OBJECT

private slots:
    /// Limits are ten times what an idle core needs: they catch a wrong order of growth, not a busy machine.
    void aSliderCanDragThirtyThousandMatrices() {
        if (!optimized) QSKIP("this build is not optimized or is sanitized: its times mean nothing");
        const auto problem = test::problemFrom(large(30000, 24));
        std::shared_ptr<const Front> front;

        const double build = milliseconds([&] { front = Front::of(problem); });
        const std::size_t middle = front->vertices().size() / 2;
        const double vertex = milliseconds([&] { (void)front->atVertex(middle); });
        const double budget = milliseconds([&] { (void)front->at(front->vertices()[middle].bytes + 12345); });

        qInfo("30 000 x 24: %zu vertices in %.1f ms; atVertex %.3f ms, at %.3f ms", front->vertices().size(),
              build, vertex, budget);
        QVERIFY(build < 400);
        QVERIFY(vertex < 20);
        QVERIFY(budget < 40);
    }
};

DQ_TEST(FrontSpeedTest);
#include "speed_test.moc"
