#include "core/allocate/front.hpp"
#include "core/base/error.hpp"
#include "tests/allocate/generators.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using allocate::Choice;
using allocate::Front;
using allocate::Problem;
using allocate::Restriction;

namespace {

/// Some classes lose some of their options, never all.
std::vector<Restriction> randomRestrictions(const Problem& problem, std::mt19937& random) {
    std::vector<Restriction> restrictions;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        if (random() % 2) continue;
        Restriction one{c, {}};
        for (const allocate::Option& option : problem.classes[c].options)
            if (random() % 2) one.options.push_back(option);
        if (!one.options.empty()) restrictions.push_back(std::move(one));
    }
    return restrictions;
}

std::shared_ptr<const Problem> smaller(const Problem& problem, const std::vector<Restriction>& restrictions) {
    Problem copy = problem;
    for (const Restriction& one : restrictions)
        copy.classes[one.classIndex].options = one.options;
    return std::make_shared<const Problem>(std::move(copy));
}

void requireEqual(const Front& a, const Front& b) {
    QCOMPARE(a.vertices().size(), b.vertices().size());
    for (std::size_t v = 0; v < a.vertices().size(); ++v) {
        QCOMPARE(a.vertices()[v].bytes, b.vertices()[v].bytes);
        QVERIFY(a.vertices()[v].loss == b.vertices()[v].loss);  // to the last bit
    }
    const Bytes first = a.vertices().front().bytes, last = a.vertices().back().bytes;
    for (Bytes i = 0; i <= 20; ++i) {
        const Bytes budget = first + (last - first) / 20 * i;
        const Choice fast = a.at(budget), slow = b.at(budget);
        QCOMPARE(fast.formats, slow.formats);
        QVERIFY(fast.loss == slow.loss && fast.bound == slow.bound && fast.price == slow.price);
        QCOMPARE(a.exact(budget).formats, b.exact(budget).formats);
    }
    for (int f = 0; f < static_cast<int>(a.problem().formats.size()); ++f)
        QCOMPARE(a.uniform(f).has_value(), b.uniform(f).has_value());
}

}  // namespace

class RestrictedTest : public QObject {
    Q_OBJECT

private slots:
    void isTheFrontOfTheSmallerProblem() {
        std::mt19937 random(40);
        for (int round = 0; round < 300; ++round) {
            const auto problem = test::problemFrom(test::randomTable(random));
            const auto restrictions = randomRestrictions(*problem, random);

            requireEqual(*Front::of(problem)->restricted(restrictions),
                         *Front::of(smaller(*problem, restrictions)));
        }
    }

    void holdsOnManyMatricesAndTies() {
        std::mt19937 random(41);
        for (const test::Table& table : {test::realistic(3000, 16), test::tied(3000, 12)}) {
            const auto problem = test::problemFrom(table);
            const auto restrictions = randomRestrictions(*problem, random);

            requireEqual(*Front::of(problem)->restricted(restrictions),
                         *Front::of(smaller(*problem, restrictions)));
        }
    }

    void countsFromTheProblemAndSoCanBeTakenBack() {
        const auto problem = test::problemFrom(test::nonConvex());
        const auto free = Front::of(problem);
        const auto pinned = free->restricted({{1, {problem->classes[1].options[2]}}});

        QCOMPARE(pinned->at(13).formats[1], 2);
        QCOMPARE(pinned->options(1).size(), std::size_t{1});
        QVERIFY(!pinned->uniform(0).has_value());
        requireEqual(*pinned->restricted({}), *free);
    }

    void aClassLeftWithNothingIsNamed() {
        const auto front = Front::of(test::problemFrom(test::nonConvex()));

        DQ_THROWS(front->restricted({{2, {}}}), "class 2", "no format is left");
    }
};

DQ_TEST(RestrictedTest);
#include "restricted_test.moc"
