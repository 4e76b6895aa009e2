#include "core/checkpoint/gguf/orders.hpp"

namespace dq::checkpoint::gguf {

namespace {

void append(Order& order, std::int64_t first, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        order.push_back(first + i);
}

}  // namespace

Order interleaved(std::int64_t rows, std::int64_t heads) {
    Order order;
    const std::int64_t size = rows / heads;
    for (std::int64_t row = 0; row < rows; ++row)
        order.push_back(row / size * size + row % size % 2 * (size / 2) + row % size / 2);
    return order;
}

Order tiledHeads(const LinearHeads& heads) {
    Order order;
    const std::int64_t each = heads.valueHeads / heads.keyHeads;
    for (std::int64_t v = 0; v < each; ++v)
        for (std::int64_t k = 0; k < heads.keyHeads; ++k)
            order.push_back(k * each + v);
    return order;
}

Order tiledRows(const LinearHeads& heads, std::int64_t before, std::int64_t each) {
    Order order;
    append(order, 0, before);
    for (const std::int64_t head : tiledHeads(heads))
        append(order, before + head * each, each);
    return order;
}

JointRows jointRows(const LinearHeads& heads) {
    const std::int64_t values = heads.values() / heads.keyHeads, size = 2 * heads.keyDim + 2 * values;
    JointRows rows;
    const auto add = [&](Order& order, std::int64_t offset, std::int64_t count) {
        for (std::int64_t head = 0; head < heads.keyHeads; ++head)
            append(order, head * size + offset, count);
    };
    add(rows.qkv, 0, heads.keyDim);
    add(rows.qkv, heads.keyDim, heads.keyDim);
    add(rows.qkv, 2 * heads.keyDim, values);
    add(rows.z, 2 * heads.keyDim + values, values);
    return rows;
}

}  // namespace dq::checkpoint::gguf
