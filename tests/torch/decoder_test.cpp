#include <ATen/ATen.h>

#include <cmath>

#include "core/torch/decoder.hpp"
#include "tests/support/runner.hpp"

using namespace dq;
using model::Architecture;
using model::Rope;
using torch_worker::BlockWeights;
using torch_worker::Rotation;
using torch_worker::RotaryTables;

namespace {

Architecture small(const Rope& rope = {}) {
    Architecture a;
    a.hidden = 12;
    a.intermediate = 20;
    a.heads = 6;
    a.kvHeads = 2;
    a.headDim = 8;
    a.rope = rope;
    return a;
}

Rope scaled(Rope::Scaling scaling, double factor, std::int64_t trained) {
    Rope rope;
    rope.scaling = scaling;
    rope.factor = factor;
    rope.originalContext = trained;
    return rope;
}

/// Numbers without a pattern, the same everywhere.
at::Tensor numbers(at::IntArrayRef shape, double phase) {
    std::int64_t count = 1;
    for (const std::int64_t side : shape)
        count *= side;
    return ((at::arange(count, at::kDouble) * 12.9898 + phase).sin() * 43.7585)
               .frac()
               .to(at::kFloat)
               .view(shape) *
           0.5;
}

BlockWeights weightsFor(const Architecture& a) {
    const std::int64_t queries = a.heads * a.headDim, keys = a.kvHeads * a.headDim;
    BlockWeights w;
    w.pieces[model::Piece::InputNorm] = numbers({a.hidden}, 1) + 1;
    w.pieces[model::Piece::PostNorm] = numbers({a.hidden}, 2) + 1;
    w.matrices[{model::Role::Q}] = numbers({queries, a.hidden}, 3);
    w.matrices[{model::Role::K}] = numbers({keys, a.hidden}, 4);
    w.matrices[{model::Role::V}] = numbers({keys, a.hidden}, 5);
    w.matrices[{model::Role::O}] = numbers({a.hidden, queries}, 6);
    w.matrices[{model::Role::Gate}] = numbers({a.intermediate, a.hidden}, 7);
    w.matrices[{model::Role::Up}] = numbers({a.intermediate, a.hidden}, 8);
    w.matrices[{model::Role::Down}] = numbers({a.hidden, a.intermediate}, 9);
    return w;
}

double far(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

/// cos and sin of position p and pair i, as the tables hold them, against an inverse frequency written out by
/// hand.
void compare(const Rope& rope, std::int64_t length, const std::vector<double>& inverse, double amplitude) {
    const RotaryTables tables = torch_worker::rotationOf(small(rope), length).full;
    for (std::int64_t p = 0; p < length; p += 7)
        for (std::int64_t i = 0; i < 8; ++i) {
            const double angle = static_cast<double>(p) * inverse[static_cast<std::size_t>(i % 4)];
            QVERIFY(std::abs(tables.cos[p][i].item<double>() - amplitude * std::cos(angle)) < 1e-6);
            QVERIFY(std::abs(tables.sin[p][i].item<double>() - amplitude * std::sin(angle)) < 1e-6);
        }
}

}  // namespace

class DecoderTest : public QObject {
    Q_OBJECT

private slots:
    void turnsByTheScalingOfTheConfig();
    void looksBackOnly();
    void givesTheSameAloneAndInABatch();
    void seesDistancesNotPlaces();
    void showsEveryProductOnce();
};

void DecoderTest::turnsByTheScalingOfTheConfig() {
    compare({}, 40, {1, 0.1, 0.01, 0.001}, 1);  // 10000^(-2i/8)
    compare(scaled(Rope::Scaling::Linear, 4, 0), 40, {0.25, 0.025, 0.0025, 0.00025}, 1);

    // Dynamic: unscaled up to the trained length; beyond it theta grows by (factor*length/trained -
    // (factor-1))^(8/6).
    const Rope dynamic = scaled(Rope::Scaling::Dynamic, 2, 32);
    compare(dynamic, 32, {1, 0.1, 0.01, 0.001}, 1);
    const double theta = 10000 * std::pow(2.0 * 64 / 32 - 1, 8.0 / 6);
    compare(dynamic, 64, {1, std::pow(theta, -0.25), std::pow(theta, -0.5), std::pow(theta, -0.75)}, 1);

    // Llama 3 with 1000 trained positions: wavelengths 6.3 and 62.8 are below 1000/4 and stay; 628 lies
    // between, at (1000/628.3 - 1)/3 of the way; 6283 is above 1000/1 and is divided.
    const double wave = 2 * 3.14159265358979 / 0.01, kept = (1000 / wave - 1) / 3;
    compare(scaled(Rope::Scaling::Llama3, 8, 1000), 40,
            {1, 0.1, (1 - kept) * 0.01 / 8 + kept * 0.01, 0.001 / 8}, 1);

    // YaRN with 1000 trained positions: the ramp runs from floor(8 ln(1000/64 pi)/(2 ln 10^4)) = 0 to
    // ceil(8 ln(1000/2 pi)/(2 ln 10^4)) = ceil(2.2) = 3: pairs keep 1, 2/3, 1/3 and nothing of their speed.
    const auto yarn = [](double speed, double stretched) {
        return speed / 4 * stretched + speed * (1 - stretched);
    };
    compare(scaled(Rope::Scaling::Yarn, 4, 1000), 40, {1, yarn(0.1, 1.0 / 3), yarn(0.01, 2.0 / 3), 0.001 / 4},
            0.1 * std::log(4.0) + 1);
}

void DecoderTest::looksBackOnly() {
    const Architecture a = small();
    const BlockWeights w = weightsFor(a);
    const Rotation rotary = torch_worker::rotationOf(a, 9);
    const at::Tensor x = numbers({1, 9, 12}, 20);
    at::Tensor changed = x.clone();
    changed.select(1, 5).add_(1);

    const at::Tensor y = torch_worker::blockForward(a, 0, w, rotary, x);
    const at::Tensor z = torch_worker::blockForward(a, 0, w, rotary, changed);

    QCOMPARE(far(y.narrow(1, 0, 5), z.narrow(1, 0, 5)), 0.0);
    for (std::int64_t t = 5; t < 9; ++t)
        QVERIFY(far(y.select(1, t), z.select(1, t)) > 1e-3);
}

void DecoderTest::givesTheSameAloneAndInABatch() {
    const Architecture a = small();
    const BlockWeights w = weightsFor(a);
    const at::Tensor x = numbers({3, 9, 12}, 30);

    const at::Tensor together = torch_worker::blockForward(a, 0, w, torch_worker::rotationOf(a, 9), x);
    const at::Tensor alone =
        torch_worker::blockForward(a, 0, w, torch_worker::rotationOf(a, 6), x.narrow(0, 1, 1).narrow(1, 0, 6));

    QVERIFY(far(together.narrow(0, 1, 1).narrow(1, 0, 6), alone) < 1e-5);
}

/// The rotation's purpose: the same tables begun later give the same result.
void DecoderTest::seesDistancesNotPlaces() {
    const Architecture a = small();
    const BlockWeights w = weightsFor(a);
    const RotaryTables all = torch_worker::rotationOf(a, 50).full;
    const Rotation late{{all.cos.narrow(0, 30, 9), all.sin.narrow(0, 30, 9)}, {}};
    const Rotation none{{at::ones({9, 8}), at::zeros({9, 8})}, {}};
    const at::Tensor x = numbers({1, 9, 12}, 40);

    const at::Tensor y = torch_worker::blockForward(a, 0, w, torch_worker::rotationOf(a, 9), x);

    QVERIFY(far(y, torch_worker::blockForward(a, 0, w, late, x)) < 1e-5);
    QVERIFY(far(y, torch_worker::blockForward(a, 0, w, none, x)) > 1e-3);
}

void DecoderTest::showsEveryProductOnce() {
    const Architecture a = small();
    const BlockWeights w = weightsFor(a);
    std::vector<model::Role> roles;
    const auto tap = [&](const torch_worker::Product& product) {
        roles.push_back(product.part.role);
        if (product.part.role == model::Role::Down)
            QVERIFY(far(at::matmul(product.x, w.matrix({model::Role::Down}).t()), product.y) < 1e-5);
    };

    torch_worker::blockForward(a, 0, w, torch_worker::rotationOf(a, 4), numbers({2, 4, 12}, 50), tap);

    using model::Role;
    QVERIFY(roles ==
            std::vector<Role>({Role::Q, Role::K, Role::V, Role::O, Role::Gate, Role::Up, Role::Down}));
}

DQ_TEST(DecoderTest);
#include "decoder_test.moc"
