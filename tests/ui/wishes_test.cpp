#include "tests/support/runner.hpp"
#include "tests/ui/synthetic.hpp"
#include "ui/session/wishes.hpp"

using namespace dq;
using namespace dq::ui;

namespace {

const auto small =
    test::SyntheticShape{.layers = 4, .hidden = 128, .feedForward = 256, .vocabulary = 512, .seed = 3};

std::vector<measure::MatrixRow> rows() {
    return test::syntheticTable(small)->rows;
}

/// Rows are: embedding, then q k v o gate up down of each layer, then the head.
int at(int layer, int role) {
    return 1 + 7 * layer + role;
}

QStringList texts(const std::vector<allocate::Constraint>& constraints) {
    QStringList words;
    for (const auto& one : constraints)
        words << QString::fromStdString(allocate::textOf(one));
    words.sort();
    return words;
}

}  // namespace

class WishesTest : public QObject {
    Q_OBJECT

private slots:
    void oneMatrixIsSaidByRoleAndLayer() {
        const Wishes wishes{{at(2, 6), {.pin = "int8-g32", .banned = {}, .least = 0, .most = 0}}};

        QCOMPARE(texts(constraintsOf(rows(), wishes)), QStringList{"pin:layers.2.down=int8-g32"});
    }

    void aRectangleIsSaidOnce() {
        Wishes wishes;
        for (int layer = 1; layer <= 3; ++layer)
            for (const int role : {0, 1, 2})
                wishes[at(layer, role)].least = 4;

        QCOMPARE(texts(constraintsOf(rows(), wishes)), QStringList{"min:layers.1-3.k+q+v,bits=4"});
    }

    void whatStandsApartIsSaidByItsRole() {
        const Wishes wishes{{29, {.pin = {}, .banned = {"nvfp4"}, .least = 0, .most = 6.5}}};

        QCOMPARE(texts(constraintsOf(rows(), wishes)), (QStringList{"ban:nvfp4@role=head", "max:role=head,bits=6.5"}));
    }

    void oneOfSeveralExpertsIsSaidByItsName() {
        auto experts = rows();
        experts[static_cast<std::size_t>(at(1, 0))].role = "k";  // two of a role in one layer

        const auto said = constraintsOf(experts, {{at(1, 1), {.pin = "bf16", .banned = {}, .least = 0, .most = 0}}});

        QCOMPARE(said.size(), 1U);
        QCOMPARE(said[0].where.pattern, experts[static_cast<std::size_t>(at(1, 1))].name);
        QCOMPARE(wishesOf(experts, said).size(), 1U);
    }

    void wishesSurviveBeingSaid() {
        const auto all = rows();
        Wishes wishes;
        unsigned state = 12345;
        for (int matrix = 0; matrix < static_cast<int>(all.size()); ++matrix) {
            state = state * 1664525 + 1013904223;
            Wish wish;
            if (state >> 28 & 1) wish.pin = state >> 27 & 1 ? "int4-g64" : "int8-g32";
            if (state >> 26 & 1) wish.banned = {"nvfp4", "nf4-g64"};
            if (state >> 25 & 1) wish.least = 3;
            if (state >> 24 & 1) wish.most = 8;
            if (!wish.none()) wishes[matrix] = wish;
        }

        const auto said = constraintsOf(all, wishes);

        QVERIFY(wishes.size() > 5);
        QVERIFY(wishesOf(all, said) == wishes);
        QVERIFY(constraintsOf(all, {}).empty());
    }

    void aWishIsSaidInWords() {
        const Wish wish{.pin = "int8-g32", .banned = {"nvfp4"}, .least = 4, .most = 8};
        QCOMPARE(wish.text(), "pinned to int8-g32 · not nvfp4 · at least 4 bits · at most 8 bits");
    }
};

DQ_TEST(WishesTest);
#include "wishes_test.moc"
