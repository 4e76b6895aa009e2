// The whole front, a query, the exact finish and a pin, beside the bisection on a price that answers one
// budget the way others do it; all on one thread, alternating in one run.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>

#include "core/allocate/front.hpp"
#include "tests/allocate/generators.hpp"

using namespace dq;
using allocate::Front;

namespace {

constexpr std::size_t classes = 30000;
constexpr int formats = 24, rounds = 21;
volatile Bytes sink = 0;  // what nobody looks at, nobody computes

double threadMilliseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double milliseconds(const Work& work) {
    const double begin = threadMilliseconds();
    work();
    return threadMilliseconds() - begin;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// One budget as others answer it: doublings, then halvings of the price, every matrix choosing anew each
/// time. The options lie in one array; finding them is not counted.
class Bisection {
public:
    Bisection(const allocate::Problem& problem, bool pruned) {
        std::vector<allocate::HullPoint> hull;
        for (const allocate::Class& one : problem.classes) {
            start_.push_back(options_.size());
            allocate::hullOf(one.options, hull);
            if (pruned)
                for (const allocate::HullPoint& point : hull)
                    options_.push_back(point.option);
            else
                options_.insert(options_.end(), one.options.begin(), one.options.end());
        }
        start_.push_back(options_.size());
    }

    Bytes answer(Bytes budget, int halvings) const {
        double low = 0, high = 1e-16;
        while (bytesAt(high) > budget)
            high *= 16;
        for (int i = 0; i < halvings; ++i) {
            const double middle = (low + high) / 2;
            (bytesAt(middle) > budget ? low : high) = middle;
        }
        return bytesAt(high);
    }

private:
    Bytes bytesAt(double price) const {
        Bytes total = 0;
        for (std::size_t c = 0; c + 1 < start_.size(); ++c) {
            double least = std::numeric_limits<double>::infinity();
            Bytes bytes = 0;
            for (std::size_t i = start_[c]; i < start_[c + 1]; ++i) {
                const double cost = options_[i].loss + price * static_cast<double>(options_[i].bytes);
                if (cost >= least) continue;
                least = cost;
                bytes = options_[i].bytes;
            }
            total += bytes;
        }
        return total;
    }

    std::vector<allocate::Option> options_;
    std::vector<std::size_t> start_;
};

double residentMiB() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void queries(const Front& front) {
    std::mt19937_64 random(3);
    const Bytes least = front.vertices().front().bytes;
    const auto span = static_cast<std::uint64_t>(front.vertices().back().bytes - least);
    std::vector<double> quick, exact;
    double gap = 0;
    int unproven = 0;
    for (int i = 0; i < 1000; ++i) {
        const Bytes budget = least + static_cast<Bytes>(random() % span);
        quick.push_back(milliseconds([&] { (void)front.at(budget); }));
        if (i % 10 != 0) continue;
        allocate::Choice choice;
        exact.push_back(milliseconds([&] { choice = front.exact(budget); }));
        unproven += choice.gap() > 0;
        gap = std::max(gap, choice.gap());
    }
    std::printf("  query with assignment   median %.3f ms, 99th of 100 %.3f ms\n", median(quick),
                (std::nth_element(quick.begin(), quick.begin() + 990, quick.end()), quick[990]));
    std::printf(
        "  exact finish            median %.1f ms, worst %.1f ms; %d of %zu not proven, gap at most %.1e\n",
        median(exact), *std::max_element(exact.begin(), exact.end()), unproven, exact.size(), gap);
}

void report(const char* name, const test::Table& table) {
    const auto problem = test::problemFrom(table);
    const Bisection all(*problem, false), pruned(*problem, true);
    const Bytes budget = (problem->smallest() + problem->largest()) / 2;
    std::vector<double> front, whole, hull, pin;
    std::shared_ptr<const Front> made;
    for (int round = 0; round < rounds; ++round) {
        front.push_back(milliseconds([&] { made = Front::of(problem); }));
        whole.push_back(milliseconds([&] { sink = all.answer(budget, 60); }));
        hull.push_back(milliseconds([&] { sink = pruned.answer(budget, 40); }));
        const std::size_t pinned = static_cast<std::size_t>(round) * 1000;
        pin.push_back(milliseconds([&] {
            (void)made->restricted({{pinned, {problem->classes[pinned].options[formats / 2]}}});
        }));
    }
    std::printf("%s: %zu vertices\n", name, made->vertices().size());
    std::printf("  whole front             %.1f ms\n", median(front));
    std::printf("  one bisection, 60 steps over all options  %.1f ms: the front is %.2f of it\n",
                median(whole), median(front) / median(whole));
    std::printf("  one bisection, 40 steps over the hulls    %.1f ms: the front is %.2f of it\n",
                median(hull), median(front) / median(hull));
    std::printf("  again after a pin       %.2f ms\n", median(pin));
    queries(*made);
}

}  // namespace

int main() {
    std::printf("%zu classes x %d formats, one thread, median of %d\n", classes, formats, rounds);
    report("random", test::randomLarge(classes, formats));
    report("realistic", test::realistic(classes, formats));
    report("ties", test::tied(classes, formats));
    std::printf("peak resident memory %.0f MiB, tables and problem included\n", residentMiB());
}
