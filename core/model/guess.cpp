#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/model/layout.hpp"

namespace dq::model {

namespace {

/// What the last parts of tensors' names mean nearly everywhere. Longer words stand before those they contain.
constexpr std::array<std::pair<std::string_view, Role>, 38> words{{{"query_key_value", Role::Qkv},
                                                                  {"qkv_proj", Role::Qkv},
                                                                  {"c_attn", Role::Qkv},
                                                                  {"Wqkv", Role::Qkv},
                                                                  {"gate_up_proj", Role::GateUp},
                                                                  {"q_proj", Role::Q},
                                                                  {"wq", Role::Q},
                                                                  {"query", Role::Q},
                                                                  {"k_proj", Role::K},
                                                                  {"wk", Role::K},
                                                                  {"key", Role::K},
                                                                  {"v_proj", Role::V},
                                                                  {"wv", Role::V},
                                                                  {"value", Role::V},
                                                                  {"o_proj", Role::O},
                                                                  {"out_proj", Role::O},
                                                                  {"wo", Role::O},
                                                                  {"gate_proj", Role::Gate},
                                                                  {"w1", Role::Gate},
                                                                  {"up_proj", Role::Up},
                                                                  {"w3", Role::Up},
                                                                  {"c_fc", Role::Up},
                                                                  {"fc1", Role::Up},
                                                                  {"fc_in", Role::Up},
                                                                  {"dense_h_to_4h", Role::Up},
                                                                  {"down_proj", Role::Down},
                                                                  {"w2", Role::Down},
                                                                  {"fc2", Role::Down},
                                                                  {"fc_out", Role::Down},
                                                                  {"dense_4h_to_h", Role::Down},
                                                                  {"embed_tokens", Role::Embedding},
                                                                  {"word_embeddings", Role::Embedding},
                                                                  {"tok_embeddings", Role::Embedding},
                                                                  {"embed_in", Role::Embedding},
                                                                  {"wte", Role::Embedding},
                                                                  {"lm_head", Role::Head},
                                                                  {"embed_out", Role::Head},
                                                                  {"output", Role::Head}}};

Role roleIn(std::string_view name, int block) {
    const std::string_view last = name.substr(name.rfind('.') + 1);
    for (const auto& [word, role] : words) {
        const bool outer = role == Role::Embedding || role == Role::Head;
        if (last == word && outer == (block < 0)) return role;
    }
    return Role::Other;
}

/// The first part of the name that is a number.
int blockIn(std::string_view name) {
    while (!name.empty()) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        const std::string_view part = name.substr(0, dot);
        int number = 0;
        const auto [rest, fault] = std::from_chars(part.data(), part.data() + part.size(), number);
        if (fault == std::errc() && rest == part.data() + part.size() && number >= 0 && number < 10'000) return number;
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return -1;
}

}  // namespace

Layout guessedLayout(const checkpoint::Checkpoint& checkpoint) {
    constexpr std::string_view suffix = ".weight";
    Layout layout;
    for (const checkpoint::TensorView& view : checkpoint.tensors()) {
        const bool floating = view.dtype == DType::F32 || view.dtype == DType::F16 || view.dtype == DType::BF16;
        if (!view.name.ends_with(suffix) || view.shape.size() != 2 || !floating || view.count() == 0) continue;
        const std::string name = view.name.substr(0, view.name.size() - suffix.size());
        const int block = blockIn(name);
        layout.matrices.push_back(
            {.name = name, .tensor = view.name, .role = roleIn(name, block), .block = block, .rows = view.shape[0], .cols = view.shape[1]});
    }
    const auto place = [](const WeightMatrix& matrix) {  // like the others: embedding, blocks in order, head
        if (matrix.block >= 0) return std::pair(1, matrix.block);
        return std::pair(matrix.role == Role::Head ? 2 : 0, 0);
    };
    std::ranges::stable_sort(layout.matrices, {}, place);
    return layout;
}

}  // namespace dq::model
