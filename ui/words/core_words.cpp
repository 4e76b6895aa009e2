#include "ui/words/core_words.hpp"

#include <QCoreApplication>

#include <string>

namespace dq::ui {

namespace {

/// Only for the translation tools to find; a test asks the core for the real ones.
[[maybe_unused]] const char* const known[] = {
    QT_TRANSLATE_NOOP("Core", "fisher-diagonal"),
    QT_TRANSLATE_NOOP("Core", "half the sum of Fisher information times squared rounding error, weight by weight: nats per token"),
    QT_TRANSLATE_NOOP("Core", "fisher-trace"),
    QT_TRANSLATE_NOOP("Core", "half the matrix's whole Fisher information times its mean squared rounding error: nats per token"),
    QT_TRANSLATE_NOOP("Core", "activation"),
    QT_TRANSLATE_NOOP("Core", "squared rounding error weighted by the mean square of the input it meets (importance matrix): no unit"),
    QT_TRANSLATE_NOOP("Core", "squared"),
    QT_TRANSLATE_NOOP("Core", "squared rounding error alone, blind to what a weight is for: no unit"),
    QT_TRANSLATE_NOOP("Core", "relative"),
    QT_TRANSLATE_NOOP("Core", "squared rounding error over the matrix's squared weights, as if every matrix counted alike: no unit"),
    QT_TRANSLATE_NOOP("Core", "outlier"),
    QT_TRANSLATE_NOOP("Core", "squared rounding error times how far the largest weight stands out of its matrix: no unit"),
    QT_TRANSLATE_NOOP("Core", "DynaQuant v1: the gradients of whole sequences times mean squared weight times a model of rounding noise by bits: no unit"),
    QT_TRANSLATE_NOOP("Core", "llama.cpp's target-bpw: expected squared error of the outputs over their expected squares, row by row: no unit"),
    QT_TRANSLATE_NOOP("Core", "llama.cpp's target-bpw: one minus the cosine between a row and the rounded one under the importance matrix: no unit"),
    QT_TRANSLATE_NOOP("Core", "ModelOpt: half the squared gradient times the squared error of every output: nats per token"),
    QT_TRANSLATE_NOOP("Core", "AutoRound's AutoScheme: gradient of the loss times rounding error, weight by weight, to first order: no unit"),
    QT_TRANSLATE_NOOP("Core", "BAQ, SliM-LLM: squared rounding error over the squared diagonal of GPTQ's Cholesky factor: no unit"),
    QT_TRANSLATE_NOOP("Core", "HIGGS: relative squared error times what noise of such size did to the model: nats per token"),
    QT_TRANSLATE_NOOP("Core", "AlphaQ, without data: mean squared rounding error, more for spectra with heavy tails: no unit"),
    QT_TRANSLATE_NOOP("Core", "NSDS, without data: relative squared error, more for peaked weights and rich spectra: no unit"),
    QT_TRANSLATE_NOOP("Core", "every format that is measured unless others are asked for"),
    QT_TRANSLATE_NOOP("Core", "INT2 to INT8 in every group size, with and without zero points, and BF16"),
    QT_TRANSLATE_NOOP("Core", "what tensor cores multiply natively: NVFP4, FP8 and BF16"),
    QT_TRANSLATE_NOOP("Core", "symmetric INT4 and INT8 in every group size, which inference engines have kernels for, and BF16"),
    QT_TRANSLATE_NOOP("Core", "what compressed-tensors checkpoints can hold and vLLM loads, with BF16 scales"),
    QT_TRANSLATE_NOOP("Core", "of these, what every vLLM and SGLang has kernels for: INT4, INT8, FP8 and NVFP4"),
    QT_TRANSLATE_NOOP("Core", "what bitsandbytes loads: NF4 and FP4, their scales quantized or not, and BF16"),
    QT_TRANSLATE_NOOP("Core", "what GGUF files hold and llama.cpp loads, without an importance matrix"),
    QT_TRANSLATE_NOOP("Core", "2 to 4 bits with scales chosen by what the columns meet: the mean square of the input in the error table"),
    QT_TRANSLATE_NOOP("Core", "2 to 4 bits with scales chosen by the Fisher diagonal; measuring keeps one byte a weight beside the table"),
    QT_TRANSLATE_NOOP("Core", "2 to 4 bits with codes under error feedback, in searched scales; measuring keeps the Hessians of all inputs"),
    QT_TRANSLATE_NOOP("Core", "what GGUF files hold, stored under the error table's mean squares of the inputs as importance matrix"),
    QT_TRANSLATE_NOOP("Core", "INT2 to INT8 with a scale per 32 weights, and BF16"),
    QT_TRANSLATE_NOOP("Core", "INT2 to INT8 with a scale per 64 weights, and BF16"),
    QT_TRANSLATE_NOOP("Core", "INT2 to INT8 with a scale per 128 weights, and BF16"),
    QT_TRANSLATE_NOOP("Core", "one format for every matrix"),
    QT_TRANSLATE_NOOP("Core", "DynaQuant as published, 4, 8 and 16 bits"),
    QT_TRANSLATE_NOOP("Core", "DynaQuant as published, 4 to 16 bits"),
    QT_TRANSLATE_NOOP("Core", "BAQ: reverse water-filling, snapped to the formats there are"),
    QT_TRANSLATE_NOOP("Core", "llama.cpp --target-bpw: bisection on the price, then greedy"),
    QT_TRANSLATE_NOOP("Core", "the same with its boosts of roles"),
    QT_TRANSLATE_NOOP("Core", "HAWQ-V3: 0/1 program on code bits, scales not counted"),
    QT_TRANSLATE_NOOP("Core", "ModelOpt: the least worst loss of a matrix"),
    QT_TRANSLATE_NOOP("Core", "AlphaQ: integer program on the mean of bits, matrices of any size alike"),
    QT_TRANSLATE_NOOP("Core", "QVLA: from the top down, least loss per byte saved first"),
    QT_TRANSLATE_NOOP("Core", "ShiftAddLLM: the most sensitive share of the matrices gets more bits"),
    QT_TRANSLATE_NOOP("Core", "MC-MoE: a linear program in every block, equal bits for all blocks"),
    QT_TRANSLATE_NOOP("Core", "llama.cpp K_M mixes: v and down of the first and last blocks, and the head"),
    QT_TRANSLATE_NOOP("Core", "BitStack: level by level, most useful first"),
    QT_TRANSLATE_NOOP("Core", "random changes of the optimum, kept where they are better"),
    QT_TRANSLATE_NOOP("Core", "free"),
    QT_TRANSLATE_NOOP("Core", "fused"),
    QT_TRANSLATE_NOOP("Core", "expert"),
    QT_TRANSLATE_NOOP("Core", "stacks"),
    QT_TRANSLATE_NOOP("Core", "block"),
    QT_TRANSLATE_NOOP("Core", "role"),
    QT_TRANSLATE_NOOP("Core", "forward"),
    QT_TRANSLATE_NOOP("Core", "backward"),
    QT_TRANSLATE_NOOP("Core", "write"),
    QT_TRANSLATE_NOOP("Core", "verify"),
    QT_TRANSLATE_NOOP("Core", "weights"),
    QT_TRANSLATE_NOOP("Core", "changes"),
};

}  // namespace

QString coreWords(std::string_view english) {
    return QCoreApplication::translate("Core", std::string(english).c_str());
}

}  // namespace dq::ui
