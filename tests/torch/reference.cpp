#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "tests/torch/reference.hpp"

namespace dq::test {

namespace {

/// One sequence through the model, written position by position and head by head.
class Sequence {
public:
    Sequence(const TinyModel& model, const text::Sample& tokens)
        : model_(model),
          c_(model.config()),
          length_(static_cast<std::int64_t>(tokens.size())),
          tokens_(tokens) {}

    std::map<std::string, at::Tensor>
        copies;  // "model.embed_tokens", ..., "head": [length, rows, cols], leaves
    std::map<std::string, at::Tensor> inputs;  // [length, cols]
    at::Tensor bottom;

    at::Tensor logSoftmax() {
        at::Tensor one = at::zeros({length_, c_.vocabulary}, at::kDouble);
        for (std::int64_t t = 0; t < length_; ++t)
            one[t][tokens_[static_cast<std::size_t>(t)]] = 1;
        at::Tensor x = at::einsum("tv,tvh->th", {one, copyOf("model.embed_tokens", "model.embed_tokens")});
        bottom = x;
        for (std::int64_t b = 0; b < c_.blocks; ++b)
            x = block("model.layers." + std::to_string(b) + ".", x);
        x = norm(x, "model.norm.weight");
        return at::log_softmax(product("head", c_.tied ? "model.embed_tokens" : "lm_head", x), 1);
    }

private:
    at::Tensor tensor(const std::string& name) const {
        const TinyTensor& t = model_.tensors().at(name);
        at::Tensor result = at::empty(t.shape, at::kDouble);
        std::copy(t.values.begin(), t.values.end(), result.data_ptr<double>());
        return result;
    }

    at::Tensor copyOf(const std::string& key, const std::string& name) {
        const at::Tensor weight = tensor(name + ".weight");
        copies[key] =
            weight.unsqueeze(0).expand({length_, weight.size(0), weight.size(1)}).clone().requires_grad_();
        return copies[key];
    }

    at::Tensor product(const std::string& key, const std::string& name, const at::Tensor& x) {
        inputs[key] = x.detach();
        const at::Tensor y = at::einsum("toi,ti->to", {copyOf(key, name), x});
        return model_.tensors().count(name + ".bias") ? y + tensor(name + ".bias") : y;
    }
    at::Tensor product(const std::string& name, const at::Tensor& x) { return product(name, name, x); }

    at::Tensor norm(const at::Tensor& x, const std::string& name) const {
        return tensor(name) * x / at::sqrt((x * x).mean(1, true) + 1e-5);
    }

    /// x [length, dim] of one head: pair (i, i + dim/2) of position p turns by p * theta^(-2i/dim).
    at::Tensor turned(const at::Tensor& x) const {
        const std::int64_t half = c_.headDim / 2;
        std::vector<at::Tensor> columns(static_cast<std::size_t>(c_.headDim));
        for (std::int64_t i = 0; i < half; ++i) {
            const double speed =
                std::pow(10000.0, -2.0 * static_cast<double>(i) / static_cast<double>(c_.headDim));
            const at::Tensor angle = at::arange(length_, at::kDouble) * speed;
            const at::Tensor a = x.select(1, i), b = x.select(1, i + half);
            columns[static_cast<std::size_t>(i)] = a * angle.cos() - b * angle.sin();
            columns[static_cast<std::size_t>(i + half)] = b * angle.cos() + a * angle.sin();
        }
        return at::stack(columns, 1);
    }

    at::Tensor attention(const std::string& at, const at::Tensor& x) {
        const at::Tensor q = product(at + "q_proj", x), k = product(at + "k_proj", x),
                         v = product(at + "v_proj", x);
        std::vector<at::Tensor> mixed;
        for (std::int64_t head = 0; head < c_.heads; ++head) {
            const std::int64_t shared = head / (c_.heads / c_.kvHeads);
            const auto part = [&](const at::Tensor& all, std::int64_t h) {
                return all.narrow(1, h * c_.headDim, c_.headDim);
            };
            const at::Tensor queries = turned(part(q, head)), keys = turned(part(k, shared));
            std::vector<at::Tensor> rows;
            for (std::int64_t t = 0; t < length_; ++t) {
                const at::Tensor seen =
                    keys.narrow(0, 0, t + 1).mv(queries[t]) / std::sqrt(static_cast<double>(c_.headDim));
                rows.push_back(at::softmax(seen, 0).matmul(part(v, shared).narrow(0, 0, t + 1)));
            }
            mixed.push_back(at::stack(rows, 0));
        }
        return product(at + "o_proj", at::cat(mixed, 1));
    }

    at::Tensor block(const std::string& at, const at::Tensor& x) {
        const at::Tensor y = x + attention(at + "self_attn.", norm(x, at + "input_layernorm.weight"));
        const at::Tensor z = norm(y, at + "post_attention_layernorm.weight");
        const at::Tensor gate = product(at + "mlp.gate_proj", z);
        return y + product(at + "mlp.down_proj", gate * at::sigmoid(gate) * product(at + "mlp.up_proj", z));
    }

    const TinyModel& model_;
    const TinyConfig& c_;
    std::int64_t length_;
    const text::Sample& tokens_;
};

std::vector<double> numbers(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.detach().contiguous();
    return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

void add(std::vector<double>& to, const at::Tensor& tensor) {
    const std::vector<double> from = numbers(tensor);
    to.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        to[i] += from[i];
}

/// A tied head's own copies count into the embedding, an untied one's are called lm_head.
std::string matrixName(const std::string& key, bool tied) {
    if (key != "head") return key;
    return tied ? "model.embed_tokens" : "lm_head";
}

}  // namespace

Reference referenceOf(const TinyModel& model, const text::Samples& samples, const LabelChoice& choose) {
    Reference result;
    double predicted = 0;
    std::map<std::string, double> positions;
    for (std::size_t s = 0; s < samples.sequences.size(); ++s) {
        const text::Sample& tokens = samples.sequences[s];
        Sequence sequence(model, tokens);
        const at::Tensor logSoftmax = sequence.logSoftmax();
        at::Tensor summed =
            logSoftmax.sum() * 0;  // a sequence of one token predicts nothing, with gradient zero
        for (std::size_t t = 0; t + 1 < tokens.size(); ++t) {
            const at::Tensor row = logSoftmax[static_cast<std::int64_t>(t)];
            result.logSoftmax.push_back(numbers(row));
            const std::int64_t label = choose ? choose(s, t, result.logSoftmax.back()) : tokens[t + 1];
            summed = summed - row[label];
            result.loss -= result.logSoftmax.back()[static_cast<std::size_t>(tokens[t + 1])];
        }
        predicted += static_cast<double>(tokens.size() - 1);
        std::vector<std::string> keys;
        std::vector<at::Tensor> wanted;
        for (const auto& [key, copy] : sequence.copies) {
            keys.push_back(key);
            wanted.push_back(copy);
        }
        wanted.push_back(sequence.bottom);
        const auto gradients = torch::autograd::grad({summed}, wanted);
        for (std::size_t i = 0; i < keys.size(); ++i)
            for (std::int64_t t = 0; t < gradients[i].size(0); ++t) {
                const auto input = sequence.inputs.find(keys[i]);
                result.positions[matrixName(keys[i], model.config().tied)].push_back(
                    {s, numbers(gradients[i][t]), input == sequence.inputs.end() ? std::vector<double>() : numbers(input->second[t])});
            }
        for (std::size_t i = 0; i < keys.size(); ++i)
            add(result.fisher[matrixName(keys[i], model.config().tied)],
                (gradients[i] * gradients[i]).sum(0));
        for (auto& [key, x] : sequence.inputs) {
            const std::int64_t run = key == "head" ? x.size(0) - 1 : x.size(0);
            add(result.inputMoment[matrixName(key, model.config().tied)], (x * x).narrow(0, 0, run).sum(0));
            const at::Tensor read = x.narrow(0, 0, run);
            add(result.hessian[matrixName(key, model.config().tied)], read.t().matmul(read));
            positions[matrixName(key, model.config().tied)] += static_cast<double>(run);
        }
        const std::vector<double> bottom = numbers(gradients.back());
        result.bottom.insert(result.bottom.end(), bottom.begin(), bottom.end());
    }
    for (auto& [name, h] : result.fisher)
        for (double& value : h)
            value /= predicted;
    for (auto* const sums : {&result.inputMoment, &result.hessian})
        for (auto& [name, numbersOf] : *sums)
            for (double& value : numbersOf)
                value /= positions[name];
    result.loss /= predicted;
    return result;
}

}  // namespace dq::test
