#pragma once

#include "core/measure/measurements.hpp"
#include "kernels/revision.hpp"

namespace dq::test {

/// A small table with every field set to something else.
inline measure::Measurements exampleTable(std::int64_t matrices = 3) {
    measure::Measurements table;
    table.key = {.model = "0123456789abcdef0123456789abcdef",
                 .calibration = "fedcba9876543210fedcba9876543210",
                 .labels = "sampled",
                 .seed = 18446744073709551615u,
                 .window = 512,
                 .formats = "int4-g32,bf16",
                 .tool = "0.1.0",
                 .arithmetic = "cpu-f32",
                 .quantizers = kernels::quantizerRevision,
                 .importance = {}};
    table.modelName = "tiny-\u00e4";
    table.calibrationSource = "text.utf8";
    table.calibrationTokens = 1234;
    table.calibrationSequences = 5;
    table.calibrationLoss = 1.4084;
    table.passthroughBytes = 640;
    table.command =
        "dynaquant-cli measure tiny --calibration text.utf8 --window 512 --labels sampled --seed 1";
    table.formats = {"int4-g32", "bf16"};
    for (std::int64_t i = 0; i < matrices; ++i) {
        const auto x = static_cast<double>(i);
        measure::MatrixRow row;
        row.name = "model.layers." + std::to_string(i) + ".mlp.down_proj";
        row.role = i == 0 ? "embedding" : "down";
        row.block = static_cast<int>(i) - 1;
        row.rows = 8 + i;
        row.cols = 4 + i % 100;
        row.squared = 10.5 + x;
        row.kurtosis = 3.25 + x;
        row.outlierRatio = 4.125 + x;
        row.largest = 0.5 + x;
        row.fisherTrace = 1e-3 * (1 + x);
        row.notFinite = i % 4 == 3 ? i : 0;
        row.tokens = i % 3 == 0 ? -1 : i % 3 == 1 ? 0 : 1000 + i;
        for (std::int64_t j = 0; j < row.cols; ++j)
            row.inputMoment.push_back(static_cast<float>((i * 100 + j) % 9973) * 0.5f);
        row.bytes = {100 + i, 200 + i};
        row.errors = {{1e-3 + x, 2e-4 + x, 3e-2 + x, 0.25 + x}, {0, 0, 0, 0}};
        table.rows.push_back(row);
    }
    return table;
}

/// The same with what other tools' scores need, and an imported importance.
inline measure::Measurements exampleWithPeers() {
    measure::Measurements table = exampleTable(5);
    table.key.peers = true;
    table.key.importance = "00112233445566778899aabbccddeeff";
    for (measure::MatrixRow& row : table.rows) {
        const double x = row.squared;
        row.peer = {.sequenceTrace = x, .alphaHill = x + 1, .spectralSize = x + 2, .noiseGain = x + 3};
        if (row.notFinite == 0) row.peers = {{x + 0.1, x + 0.2, x + 0.3, x + 0.4, x + 0.5}, {0, 0, 0, 0, 0}};
    }
    return table;
}

inline bool same(const measure::MatrixRow& a, const measure::MatrixRow& b) {
    const auto sameErrors = [](const kernels::ErrorSums& x, const kernels::ErrorSums& y) {
        return x.squared == y.squared && x.fisher == y.fisher && x.activation == y.activation &&
               x.largest == y.largest;
    };
    const auto samePeers = [](const measure::PeerSums& x, const measure::PeerSums& y) {
        return x.outputError == y.outputError && x.cosine == y.cosine && x.output == y.output && x.firstOrder == y.firstOrder &&
               x.pivots == y.pivots;
    };
    return std::equal(a.peers.begin(), a.peers.end(), b.peers.begin(), b.peers.end(), samePeers) &&
           a.peer.sequenceTrace == b.peer.sequenceTrace && a.peer.alphaHill == b.peer.alphaHill &&
           a.peer.spectralSize == b.peer.spectralSize && a.peer.noiseGain == b.peer.noiseGain &&
           a.name == b.name && a.role == b.role && a.block == b.block && a.rows == b.rows &&
           a.cols == b.cols && a.squared == b.squared && a.kurtosis == b.kurtosis &&
           a.outlierRatio == b.outlierRatio && a.largest == b.largest && a.fisherTrace == b.fisherTrace &&
           a.tokens == b.tokens && a.notFinite == b.notFinite &&
           a.inputMoment == b.inputMoment && a.bytes == b.bytes &&
           std::equal(a.errors.begin(), a.errors.end(), b.errors.begin(), b.errors.end(), sameErrors);
}

inline bool same(const measure::Measurements& a, const measure::Measurements& b) {
    return a.key == b.key && a.modelName == b.modelName && a.calibrationSource == b.calibrationSource &&
           a.calibrationTokens == b.calibrationTokens && a.calibrationSequences == b.calibrationSequences &&
           a.calibrationLoss == b.calibrationLoss && a.passthroughBytes == b.passthroughBytes &&
           a.command == b.command && a.formats == b.formats &&
           std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(),
                      [](const measure::MatrixRow& x, const measure::MatrixRow& y) { return same(x, y); });
}

}  // namespace dq::test
