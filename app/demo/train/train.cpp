#include "app/demo/train/train.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <chrono>
#include <cmath>
#include <cstdio>

#include "app/demo/ngram/trigram.hpp"
#include "app/demo/texts.hpp"
#include "app/demo/train/checkpoint.hpp"
#include "app/demo/train/half_precision.hpp"
#include "app/demo/train/network.hpp"
#include "app/demo/train/optimizer.hpp"

namespace dq::demo {

namespace {
using Rows = std::vector<std::vector<std::int32_t>>;
constexpr std::int64_t kTokensPerStep = 2048;

/// Most batches are short; every sixth has the model's whole context, so that late positions are learned too.
Rows batch(TrainingText& text, std::int64_t step) {
    const std::int64_t length = step % 6 == 5 ? 512 : 256;
    Rows rows;
    for (std::int64_t i = 0; i < kTokensPerStep / length; ++i)
        rows.push_back(text.row(length + 1));
    return rows;
}

at::Tensor batchLoss(const Network& network, const Rows& rows) {
    const HalfPrecision products;
    return meanLoss(network, idTensor(rows));
}

Rows heldOut(const Bpe& bpe) {
    return tokenized(bpe, writeStories(static_cast<std::uint64_t>(Text::Evaluation), kStories));
}

std::vector<at::Tensor> weightsOf(const Network& network) {
    std::vector<at::Tensor> weights;
    for (const Network::Named& named : network.tensors())
        weights.push_back(named.tensor);
    return weights;
}

/// How many stories the training of so many steps reads.
std::int64_t storiesRead(const Bpe& bpe, std::int64_t steps) {
    TrainingText text(bpe);
    for (std::int64_t step = 0; step < steps; ++step)
        batch(text, step);
    return text.storiesTold();
}

double trigramPerplexity(const Bpe& bpe, std::int64_t stories, const Rows& held) {
    TrainingText text(bpe);
    Rows seen;
    for (std::int64_t i = 0; i < stories; ++i)
        seen.push_back(text.story());
    return Trigram(seen, bpe.vocabulary()).perplexity(held);
}

void printScores(const Network& network, std::int64_t steps) {
    const Bpe bpe = demoVocabulary();
    const Rows held = heldOut(bpe);
    const Network stored = asStored(network);
    const std::int64_t stories = storiesRead(bpe, steps);
    std::printf("perplexity of evaluation.txt\n");
    std::printf("  trigram (Kneser-Ney) of the same %lld stories  %.4f\n", static_cast<long long>(stories),
                trigramPerplexity(bpe, stories, held));
    std::printf("  model, BF16  %.4f\n", perplexity(stored, held));
    for (const int bits : {8, 4, 3, 2})
        std::printf("  rounded to int%d-g32  %.4f\n", bits,
                    perplexity(roundedToNearest(stored, bits, 32), held));
}
}  // namespace

void train(const TrainOptions& options) {
    at::set_num_threads(options.threads);
    const Bpe bpe = demoVocabulary();
    const Network network = Network::random(options.seed);
    const Schedule schedule{.steps = options.steps};
    AdamW optimizer(weightsOf(network), {});
    TrainingText text(bpe);
    const auto start = std::chrono::steady_clock::now();
    double loss = 0;
    for (std::int64_t step = 0; step < options.steps; ++step) {
        const at::Tensor mean = batchLoss(network, batch(text, step));
        mean.backward();
        optimizer.step(schedule.rate(step));
        loss = step == 0 ? mean.item<double>() : 0.95 * loss + 0.05 * mean.item<double>();
        const bool last = step + 1 == options.steps;
        if (step % 20 == 19 || last) {
            const double seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            std::printf("step %lld of %lld: perplexity %.3f, %.0f s\n", static_cast<long long>(step + 1),
                        static_cast<long long>(options.steps), std::exp(loss), seconds);
            std::fflush(stdout);
        }
        if ((step + 1) % options.saveEvery == 0 || last) writeCheckpoint(network, options.folder);
    }
    printScores(network, options.steps);
}

void score(const TrainOptions& options) {
    at::set_num_threads(options.threads);
    printScores(readCheckpoint(options.folder), options.steps);
}

}  // namespace dq::demo
