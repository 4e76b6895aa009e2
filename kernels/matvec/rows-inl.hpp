// Products of some rows with some inputs. Compiled once a target, with floats and, where a target may have them, pairs of bfloat16 numbers.
//
// Counted for an integer format, a vector of weights takes a shift, one operation that masks and sets an exponent, and a fused multiplication
// for each input: of 16 weights at 512 bits, in pairs of 32. What scales and offsets take comes once a block of 512 columns (of groups
// of 16 twice), because a lane's columns share them.
#if defined(DQ_MATVEC_ROWS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_MATVEC_ROWS_INL
#undef DQ_MATVEC_ROWS_INL
#else
#define DQ_MATVEC_ROWS_INL
#endif

#include <utility>
#include <vector>

#include <hwy/cache_control.h>

#include "kernels/matvec/input.hpp"
#include "kernels/matvec/scales-inl.hpp"

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::matvec::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
// Nothing but Pairs holds an instruction of this extension; who runs Pairs asks the processor for it.
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512bf16")
#endif

inline constexpr std::size_t mostRows = 4, mostInputs = 4;

/// What a few rows and inputs share while they are multiplied.
struct Task {
    const std::uint32_t* words[mostRows];
    const float* scale[mostRows];
    const float* offset[mostRows];
    const float* x[mostInputs];
    const std::uint32_t* pairs[mostInputs];
    const float* sums[mostInputs];
    std::size_t blocks, groupsPerBlock, ahead;  // ahead: words from a row to the one that takes its place
};

/// A float of every lane at a time: both halves one after the other.
struct Singles {
    using X = Vec;
    static constexpr int turns = 2;
    HWY_INLINE static X input(const Task& task, std::size_t b, std::size_t block, int step, int turn, std::size_t lane) {
        return hn::Load(Floats(), task.x[b] + block * blockColumns + static_cast<std::size_t>(2 * step + turn) * lanes + lane);
    }
    template <class Numbers, int step, int turn>
    HWY_INLINE static Vec number(const std::uint32_t* words) {
        return Numbers::template one<step, turn>(words);
    }
    HWY_INLINE static Vec add(Vec sum, Vec number, X x) { return hn::MulAdd(number, x, sum); }
};

#if HWY_TARGET == HWY_AVX3
/// Both halves as a pair of bfloat16 numbers.
struct Pairs {
    using X = WordVec;
    static constexpr int turns = 1;
    HWY_INLINE static X input(const Task& task, std::size_t b, std::size_t block, int step, int, std::size_t lane) {
        return hn::Load(Words(), task.pairs[b] + block * blockColumns / 2 + static_cast<std::size_t>(step) * lanes + lane);
    }
    template <class Numbers, int step, int>
    HWY_INLINE static WordVec number(const std::uint32_t* words) {
        return Numbers::template pair<step>(words);
    }
    HWY_INLINE static Vec add(Vec sum, WordVec number, X x) {
        return Vec{_mm512_dpbf16_ps(sum.raw, reinterpret_cast<__m512bh>(number.raw), reinterpret_cast<__m512bh>(x.raw))};
    }
};
#endif

template <class Unit, class Numbers, std::size_t rows, std::size_t inputs>
class Product {
public:
    Product(const Task& task, std::size_t lane) : task_(task), lane_(lane) {
        perPart_ = HWY_MIN(task.groupsPerBlock, lanes);
        first_ = lane * perPart_ / lanes;
        alignas(64) std::int32_t indices[width];
        for (std::size_t i = 0; i < width; ++i)
            indices[i] = static_cast<std::int32_t>((lane + i) * perPart_ / lanes - first_);
        hn::Store(hn::Load(hn::RebindToSigned<Floats>(), indices), hn::RebindToSigned<Floats>(), indices_);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t b = 0; b < inputs; ++b)
                total_[r][b] = part_[r][b] = hn::Zero(Floats());
    }

    HWY_INLINE void run() {
        for (std::size_t block = 0; block < task_.blocks; ++block)
            addBlock(block, std::make_integer_sequence<int, 16>());
    }

    HWY_INLINE Vec total(std::size_t row, std::size_t input) const { return total_[row][input]; }

private:
    template <int... all>
    HWY_INLINE void addBlock(std::size_t block, std::integer_sequence<int, all...>) {
        (addStep<all>(block), ...);
    }

    template <int step>
    HWY_INLINE void addStep(std::size_t block) {
        if constexpr (step * Numbers::bits / 16 > (step - 1) * Numbers::bits / 16 || step == 0) fetch(block, step * Numbers::bits / 16);
        addTurn<step, 0>(block);
        if constexpr (Unit::turns == 2) addTurn<step, 1>(block);
        if constexpr (step == 7)
            if (task_.groupsPerBlock > lanes) end<0>(block);
        if constexpr (step == 15) {
            if (task_.groupsPerBlock > lanes)
                end<1>(block);
            else
                end<2>(block);
        }
    }

    template <int step, int turn>
    HWY_INLINE void addTurn(std::size_t block) {
        typename Unit::X x[inputs];
        for (std::size_t b = 0; b < inputs; ++b)
            x[b] = Unit::input(task_, b, block, step, turn, lane_);
        for (std::size_t r = 0; r < rows; ++r) {
            const auto number = Unit::template number<Numbers, step, turn>(wordsOf(r, block));
            for (std::size_t b = 0; b < inputs; ++b)
                part_[r][b] = Unit::add(part_[r][b], number, x[b]);
        }
    }

    HWY_INLINE const std::uint32_t* wordsOf(std::size_t row, std::size_t block) const {
        return task_.words[row] + block * lanes * static_cast<std::size_t>(Numbers::bits) + lane_;
    }

    /// Rows are short and pages end: what the processor fetches ahead by itself does not reach the next rows.
    HWY_INLINE void fetch(std::size_t block, int word) const {
        for (std::size_t r = 0; r < rows; ++r)
            hwy::Prefetch(wordsOf(r, block) + task_.ahead + static_cast<std::size_t>(word) * lanes);
    }

    /// A vector of the groups' numbers, each in its lanes.
    HWY_INLINE Vec spread(const float* numbers) const {
        const auto indices = hn::IndicesFromVec(Floats(), hn::Load(hn::RebindToSigned<Floats>(), indices_));
        return hn::TableLookupLanes(hn::LoadU(Floats(), numbers + first_), indices);
    }

    /// What the inputs sum to: of one part of the lanes' columns, or of both (part 2).
    template <int part>
    HWY_INLINE Vec sumOf(std::size_t b, std::size_t block) const {
        const float* const sums = task_.sums[b] + block * 2 * lanes + lane_;
        const Vec own = hn::Load(Floats(), sums + part % 2 * lanes);
        if constexpr (part < 2)
            return own;
        else
            return hn::Add(own, hn::Load(Floats(), sums + lanes));
    }

    template <int part>
    HWY_INLINE void end(std::size_t block) {
        const std::size_t group = block * task_.groupsPerBlock + part % 2 * lanes;
        for (std::size_t r = 0; r < rows; ++r) {
            const Vec scale = spread(task_.scale[r] + group);
            for (std::size_t b = 0; b < inputs; ++b) {
                total_[r][b] = hn::MulAdd(part_[r][b], scale, total_[r][b]);
                if constexpr (hasOffset<Numbers>) total_[r][b] = hn::NegMulAdd(spread(task_.offset[r] + group), sumOf<part>(b, block), total_[r][b]);
                part_[r][b] = hn::Zero(Floats());
            }
        }
    }

    const Task& task_;
    std::size_t lane_, perPart_, first_;
    alignas(64) std::int32_t indices_[width];
    Vec total_[rows][inputs], part_[rows][inputs];
};

/// Rows from .. to in runs of four, inputs in runs of four.
template <class Unit, class Numbers>
class Rows {
public:
    Rows(const Weights& weights, const Input& x, float* y)
        : weights_(weights),
          x_(x),
          y_(y),
          perRow_(blocksOf(static_cast<std::size_t>(weights.cols)) * wordsPerBlock(Numbers::bits)) {
        for (std::size_t r = 0; r < mostRows; ++r)
            numbers_.emplace_back(weights.groupsPerRow());
    }

    void run(std::int64_t from, std::int64_t to) {
        for (; from < to; from += mostRows)
            take(from, HWY_MIN(static_cast<std::size_t>(to - from), mostRows));
    }

private:
    /// Registers hold sixteen sums in pairs' 32, eight in 16: four rows with one input, or with four inputs as many as fit.
    static constexpr std::size_t rowsAtOnce = Unit::turns == 1 ? 4 : width == 16 ? 2 : 1;

    /// Fewer rows than four, or inputs, are made four by taking the last of them again: its sums are written twice.
    void take(std::int64_t row, std::size_t rows) {
        Task task{};
        task.blocks = blocksOf(static_cast<std::size_t>(weights_.cols));
        task.groupsPerBlock = weights_.groupsPerBlock();
        task.ahead = mostRows * perRow_;
        for (std::size_t r = 0; r < mostRows; ++r) {
            const std::int64_t at = row + static_cast<std::int64_t>(HWY_MIN(r, rows - 1));
            task.words[r] = weights_.words.data() + static_cast<std::size_t>(at) * perRow_;
            task.scale[r] = numbers_[r].scales.get();
            task.offset[r] = numbers_[r].offsets.get();
            readRow<Numbers>(weights_, at, numbers_[r]);
        }
        if (x_.batch() == 1) return multiply<mostRows, 1>(task, row, rows, 0, 0);
        for (std::size_t r = 0; r < rows; r += rowsAtOnce)
            for (std::int64_t b = 0; b < x_.batch(); b += mostInputs)
                multiply<rowsAtOnce, mostInputs>(task, row, rows, r, b);
    }

    template <std::size_t rows, std::size_t inputs>
    void multiply(Task task, std::int64_t row, std::size_t wanted, std::size_t from, std::int64_t b) {
        for (std::size_t r = 0; r < rows; ++r) {
            task.words[r] = task.words[from + r];
            task.scale[r] = task.scale[from + r];
            task.offset[r] = task.offset[from + r];
        }
        for (std::size_t i = 0; i < inputs; ++i) {
            task.x[i] = x_.of(inputAt(b, i));
            task.pairs[i] = x_.pairsOf(inputAt(b, i));
            task.sums[i] = x_.sumsOf(inputAt(b, i));
        }
        float sums[rows][inputs] = {};
        for (std::size_t lane = 0; lane < lanes; lane += width) {
            Product<Unit, Numbers, rows, inputs> product(task, lane);
            product.run();
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t i = 0; i < inputs; ++i)
                    sums[r][i] += hn::GetLane(hn::SumOfLanes(Floats(), product.total(r, i)));
        }
        for (std::size_t r = from; r < HWY_MIN(from + rows, wanted); ++r)
            for (std::size_t i = 0; i < inputs; ++i)
                y_[inputAt(b, i) * weights_.rows + row + static_cast<std::int64_t>(r)] = sums[r - from][i];
    }

    std::int64_t inputAt(std::int64_t b, std::size_t i) const { return HWY_MIN(b + static_cast<std::int64_t>(i), x_.batch() - 1); }

    const Weights& weights_;
    const Input& x_;
    float* y_;
    std::size_t perRow_;
    std::vector<RowNumbers> numbers_;
};

template <class Numbers>
void rowsWith(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y, [[maybe_unused]] bool pairs) {
#if HWY_TARGET == HWY_AVX3
    if constexpr (Numbers::hasPairs)
        if (pairs) return Rows<Pairs, Numbers>(weights, x, y).run(from, to);
#endif
    Rows<Singles, Numbers>(weights, x, y).run(from, to);
}

template <int bits>
void integerRows(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y, bool pairs) {
    if constexpr (bits <= 8) {
        if (weights.encoding.bits == bits) return rowsWith<Integers<bits>>(weights, x, from, to, y, pairs);
        integerRows<bits + 1>(weights, x, from, to, y, pairs);
    }
}

inline void rowsOf(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y, bool pairs) {
    switch (weights.encoding.element) {
        case Element::Int:
            return integerRows<2>(weights, x, from, to, y, pairs);
        case Element::E2M1:
            return rowsWith<E2M1Numbers>(weights, x, from, to, y, pairs);
        case Element::E4M3:
            return rowsWith<E4M3Numbers>(weights, x, from, to, y, pairs);
        default:
            return rowsWith<Bf16Numbers>(weights, x, from, to, y, pairs);
    }
}

#if HWY_TARGET == HWY_AVX3
HWY_POP_ATTRIBUTES
#endif

}  // namespace dq::kernels::matvec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif
