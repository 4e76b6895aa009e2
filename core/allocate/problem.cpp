#include "core/allocate/problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/allocate/grouping.hpp"
#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

/// The columns of the table that the palette allows, in the table's order.
std::vector<std::size_t> columnsOf(const measure::Measurements& table, const format::Palette& palette) {
    std::vector<std::size_t> columns;
    for (std::size_t f = 0; f < table.formats.size(); ++f)
        if (std::find(palette.formats.begin(), palette.formats.end(), table.formats[f]) !=
            palette.formats.end())
            columns.push_back(f);
    if (!columns.empty()) return columns;
    std::string measured;
    for (const std::string& name : table.formats)
        measured += (measured.empty() ? "" : ", ") + name;
    throw Error(Kind::Input,
                "palette " + palette.name + " has none of the measured formats (" + measured + ")");
}

/// What a matrix with NaN or infinity is stored as.
constexpr const char* keptAs = "bf16";

/// The same with the format that such matrices stay in, where there are any.
std::vector<std::size_t> withKept(std::vector<std::size_t> columns, const measure::Measurements& table) {
    const auto poisoned = std::ranges::find_if(table.rows, [](const auto& row) { return row.notFinite > 0; });
    if (poisoned == table.rows.end()) return columns;
    const auto found = std::ranges::find(table.formats, keptAs);
    if (found == table.formats.end())
        throw Error(Kind::Input, "matrix " + poisoned->name + " holds " + std::to_string(poisoned->notFinite) +
                                     " weights that are NaN or infinite and stays in " + keptAs +
                                     ", which is not among the measured formats: measure with it");
    const auto kept = static_cast<std::size_t>(found - table.formats.begin());
    if (std::ranges::find(columns, kept) == columns.end()) columns.push_back(kept);
    std::ranges::sort(columns);
    return columns;
}

void requireWhole(const measure::Measurements& table, const quality::LossTable& losses) {
    if (table.rows.empty())
        throw Error(Kind::Input, "the error table of " + table.modelName + " has no matrices");
    if (losses.loss.size() != table.rows.size())
        throw Error(Kind::Corrupt, "losses of " + std::to_string(losses.loss.size()) +
                                       " matrices for a table of " + std::to_string(table.rows.size()));
    if (table.passthroughBytes < 0)
        throw Error(Kind::Corrupt, "error table: " + std::to_string(table.passthroughBytes) +
                                       " bytes pass through; at least 0 must");
    for (std::size_t m = 0; m < table.rows.size(); ++m) {
        const measure::MatrixRow& row = table.rows[m];
        if (row.bytes.size() != table.formats.size() || losses.loss[m].size() != table.formats.size())
            throw Error(Kind::Corrupt, "error table: matrix " + row.name + ": " +
                                           std::to_string(row.bytes.size()) + " sizes and " +
                                           std::to_string(losses.loss[m].size()) +
                                           " losses where the table has " +
                                           std::to_string(table.formats.size()) + " formats");
    }
}

Bytes sum(Bytes a, Bytes b, const std::string& what) {
    Bytes total = 0;
    if (__builtin_add_overflow(a, b, &total))
        throw Error(Kind::Corrupt, "error table: " + what + ": more bytes than 63 bits hold");
    return total;
}

Option optionOf(const Class& which, const measure::Measurements& table, const quality::LossTable& losses,
                std::size_t column) {
    Option option;
    for (const int m : which.matrices) {
        const measure::MatrixRow& row = table.rows[static_cast<std::size_t>(m)];
        const double loss = losses.loss[static_cast<std::size_t>(m)][column];
        if (!std::isfinite(loss) || loss < 0 || row.bytes[column] < 0)
            throw Error(Kind::Corrupt, "error table: matrix " + row.name + " as " + table.formats[column] +
                                           ": " + std::to_string(row.bytes[column]) +
                                           " bytes and a loss of " + showNumber(loss) +
                                           "; both must be finite and not negative");
        option.bytes = sum(option.bytes, row.bytes[column], row.name);
        option.loss += loss;
    }
    if (!std::isfinite(option.loss))
        throw Error(Kind::Corrupt, "error table: " + which.name + " as " + table.formats[column] +
                                       ": the losses add up to no finite number");
    return option;
}

bool smaller(const Option& a, const Option& b) {
    return std::tie(a.bytes, a.loss, a.format) < std::tie(b.bytes, b.loss, b.format);
}

}  // namespace

double Problem::bitsPerWeight(Bytes total) const {
    return weights > 0 ? 8.0 * static_cast<double>(total - passthrough) / static_cast<double>(weights) : 0;
}

Bytes Problem::budgetFor(double bits) const {
    const double exact = bits * static_cast<double>(weights) / 8.0;
    if (!(exact > 0)) return passthrough;
    if (exact >= 4.6e18) return std::numeric_limits<Bytes>::max();
    // The product is rounded: the byte on either side of it may be the largest one that keeps the promise.
    Bytes total = 0;
    if (__builtin_add_overflow(passthrough, static_cast<Bytes>(exact), &total))
        return std::numeric_limits<Bytes>::max();
    while (bitsPerWeight(total + 1) <= bits)
        ++total;
    while (total > passthrough && bitsPerWeight(total) > bits)
        --total;
    return total;
}

Bytes Problem::smallest() const {
    Bytes total = passthrough;
    for (const Class& one : classes)
        total += std::min_element(one.options.begin(), one.options.end(), smaller)->bytes;
    return total;
}

Bytes Problem::largest() const {
    Bytes total = passthrough;
    for (const Class& one : classes)
        total +=
            std::min_element(one.options.begin(), one.options.end(), [](const Option& a, const Option& b) {
                return std::tie(a.loss, a.bytes) < std::tie(b.loss, b.bytes);
            })->bytes;
    return total;
}

Problem problemOf(const measure::Measurements& table, const quality::LossTable& losses,
                  const format::Palette& palette, Grouping grouping) {
    requireWhole(table, losses);
    const std::vector<std::size_t> chosen = columnsOf(table, palette), columns = withKept(chosen, table);
    Problem problem;
    for (const std::size_t column : columns)
        problem.formats.push_back(table.formats[column]);
    problem.passthrough = table.passthroughBytes;
    problem.matrices = table.rows.size();
    for (const measure::MatrixRow& row : table.rows)
        problem.weights = sum(problem.weights, checkedProduct(row.rows, row.cols, row.name), "weights");

    problem.classes = groupedClasses(table, grouping);
    Bytes most = problem.passthrough;
    for (Class& one : problem.classes) {
        for (const int m : one.matrices)
            one.weights += table.rows[static_cast<std::size_t>(m)].weights();
        one.options.reserve(columns.size());
        const bool poisoned = std::ranges::any_of(
            one.matrices, [&](int m) { return table.rows[static_cast<std::size_t>(m)].notFinite > 0; });
        for (std::size_t f = 0; f < columns.size(); ++f) {
            const bool allowed = poisoned ? problem.formats[f] == keptAs : std::ranges::find(chosen, columns[f]) != chosen.end();
            if (!allowed) continue;
            one.options.push_back(optionOf(one, table, losses, columns[f]));
            one.options.back().format = static_cast<int>(f);
        }
        std::sort(one.options.begin(), one.options.end(), smaller);
        most = sum(most, one.options.back().bytes, "all matrices together");
    }
    return problem;
}

}  // namespace dq::allocate
