#include "core/torch/batches.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "core/base/error.hpp"

namespace dq::torch_worker {

namespace {

at::Tensor longs(const std::vector<std::int64_t>& numbers) {
    at::Tensor tensor =
        at::empty({static_cast<std::int64_t>(numbers.size())}, at::TensorOptions().dtype(at::kLong));
    std::copy(numbers.begin(), numbers.end(), tensor.data_ptr<std::int64_t>());
    return tensor;
}

void requireInside(std::int32_t id, std::int64_t vocabulary, std::size_t sequence, std::size_t position) {
    if (id >= 0 && id < vocabulary) return;
    throw Error(Kind::Input, "sequence " + std::to_string(sequence) + ", position " +
                                 std::to_string(position) + ": token " + std::to_string(id) +
                                 " is outside the model's vocabulary of " + std::to_string(vocabulary) +
                                 ": is this the model's own tokenizer?");
}

at::Tensor maskOf(const Layout& layout, const Batch& batch) {
    at::Tensor mask = at::zeros({static_cast<std::int64_t>(batch.sequences.size()), batch.length});
    for (std::size_t i = 0; i < batch.sequences.size(); ++i)
        mask.select(0, static_cast<std::int64_t>(i)).narrow(0, 0, layout.length[batch.sequences[i]]).fill_(1);
    return mask.flatten();
}

}  // namespace

Layout layoutOf(const text::Samples& samples, std::int64_t vocabulary) {
    Layout layout;
    std::vector<std::int64_t> tokens, places, rows, next;
    for (std::size_t s = 0; s < samples.sequences.size(); ++s) {
        const text::Sample& sample = samples.sequences[s];
        layout.start.push_back(static_cast<std::int64_t>(tokens.size()));
        layout.length.push_back(static_cast<std::int64_t>(sample.size()));
        for (std::size_t i = 0; i < sample.size(); ++i) {
            requireInside(sample[i], vocabulary, s, i);
            if (i > 0) {
                rows.push_back(static_cast<std::int64_t>(tokens.size()) - 1);
                next.push_back(sample[i]);
            }
            tokens.push_back(sample[i]);
            places.push_back(static_cast<std::int64_t>(i));
        }
    }
    if (next.empty())
        throw Error(Kind::Input,
                    samples.source + ": no sequence has 2 tokens, so there is nothing to predict");
    layout.positions = static_cast<std::int64_t>(tokens.size());
    layout.predicted = static_cast<std::int64_t>(next.size());
    layout.tokens = longs(tokens);
    layout.places = longs(places);
    layout.predictedRows = longs(rows);
    layout.nextTokens = longs(next);
    return layout;
}

std::vector<Batch> batchesOf(const Layout& layout, bool equalOnly, std::int64_t limit) {
    std::vector<std::size_t> order(layout.length.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t s) { return layout.length[s] == 0; });
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return layout.length[a] > layout.length[b]; });

    std::vector<Batch> batches;
    for (const std::size_t s : order) {
        const std::int64_t length = layout.length[s];
        const auto fits = [&](const Batch& batch) {
            const auto after = static_cast<std::int64_t>(batch.sequences.size() + 1) * batch.length;
            return after <= limit && (!equalOnly || batch.length == length);
        };
        if (batches.empty() || !fits(batches.back())) batches.emplace_back().length = length;
        batches.back().sequences.push_back(s);
        batches.back().tokens += length;
    }
    for (Batch& batch : batches)
        batch.mask = maskOf(layout, batch);
    return batches;
}

at::Tensor gathered(const at::Tensor& flat, const Layout& layout, const Batch& batch) {
    const auto count = static_cast<std::int64_t>(batch.sequences.size());
    at::Tensor batched = at::zeros({count, batch.length, flat.size(1)}, flat.options());
    for (std::int64_t i = 0; i < count; ++i) {
        const std::size_t s = batch.sequences[static_cast<std::size_t>(i)];
        batched.select(0, i)
            .narrow(0, 0, layout.length[s])
            .copy_(flat.narrow(0, layout.start[s], layout.length[s]));
    }
    return batched;
}

void scatter(const at::Tensor& batched, const Layout& layout, const Batch& batch, at::Tensor& flat) {
    for (std::int64_t i = 0; i < batched.size(0); ++i) {
        const std::size_t s = batch.sequences[static_cast<std::size_t>(i)];
        flat.narrow(0, layout.start[s], layout.length[s])
            .copy_(batched.select(0, i).narrow(0, 0, layout.length[s]));
    }
}

std::map<std::int64_t, Rotation> rotationsOf(const model::Architecture& architecture,
                                             const std::vector<Batch>& batches) {
    std::map<std::int64_t, Rotation> tables;
    for (const Batch& batch : batches)
        if (!tables.contains(batch.length)) tables[batch.length] = rotationOf(architecture, batch.length);
    return tables;
}

}  // namespace dq::torch_worker
