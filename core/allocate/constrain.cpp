#include <algorithm>
#include <limits>

#include "core/allocate/constraint.hpp"
#include "core/base/error.hpp"
#include "core/format/format.hpp"

namespace dq::allocate {

namespace {

// Bits that a person types are rounded: int4-g32 is 4.5, and a ragged matrix of it a little more.
constexpr double bitsRounding = 1e-9;

/// What is left of a class, and which constraints took from it.
struct Left {
    std::vector<char> allowed;  // per option
    std::vector<const Constraint*> touched;
};

std::vector<std::size_t> classPerRow(const Problem& problem) {
    std::vector<std::size_t> owners(problem.matrices, 0);
    for (std::size_t c = 0; c < problem.classes.size(); ++c)
        for (const int m : problem.classes[c].matrices)
            owners[static_cast<std::size_t>(m)] = c;
    return owners;
}

std::vector<std::size_t> columnsOf(const Problem& problem, const measure::Measurements& table) {
    std::vector<std::size_t> columns;
    for (const std::string& name : problem.formats)
        columns.push_back(static_cast<std::size_t>(
            std::find(table.formats.begin(), table.formats.end(), name) - table.formats.begin()));
    return columns;
}

void requireFormat(const Problem& problem, const Constraint& constraint) {
    if (constraint.kind != Constraint::Kind::Pin && constraint.kind != Constraint::Kind::Ban) return;
    const auto& formats = problem.formats;
    if (std::find(formats.begin(), formats.end(), constraint.format) != formats.end()) return;
    if (constraint.kind == Constraint::Kind::Ban && format::find(constraint.format)) return;
    std::string known;
    for (const std::string& name : formats)
        known += (known.empty() ? "" : ", ") + name;
    throw Error(Kind::Input, "constraint \"" + textOf(constraint) + "\": " + constraint.format +
                                 " is none of the formats to choose from (" + known + ")");
}

bool allows(const Constraint& constraint, const std::string& format, double bits) {
    switch (constraint.kind) {
        case Constraint::Kind::Pin:
            return format == constraint.format;
        case Constraint::Kind::Ban:
            return format != constraint.format;
        case Constraint::Kind::Least:
            return bits >= constraint.bits - bitsRounding;
        case Constraint::Kind::Most:
            break;
    }
    return bits <= constraint.bits + bitsRounding;
}

/// Takes from a class what the constraint forbids one of its matrices.
void apply(const Constraint& constraint, const measure::MatrixRow& row, const Problem& problem,
           const Class& one, const std::vector<std::size_t>& columns, Left& left) {
    left.allowed.resize(one.options.size(), 1);
    for (std::size_t i = 0; i < one.options.size(); ++i) {
        const auto format = static_cast<std::size_t>(one.options[i].format);
        const double bits =
            8.0 * static_cast<double>(row.bytes[columns[format]]) / static_cast<double>(row.weights());
        if (!allows(constraint, problem.formats[format], bits)) left.allowed[i] = 0;
    }
    if (left.touched.empty() || left.touched.back() != &constraint) left.touched.push_back(&constraint);
    if (std::find(left.allowed.begin(), left.allowed.end(), 1) != left.allowed.end()) return;
    std::string who;
    for (const Constraint* each : left.touched)
        who += (who.empty() ? "\"" : " and \"") + textOf(*each) + "\"";
    throw Error(Kind::Input, one.name + ": " + who + (left.touched.size() > 1 ? " together" : "") +
                                 " leave no format to choose");
}

}  // namespace

std::vector<Restriction> restrictionsOf(const Problem& problem, const measure::Measurements& table,
                                        std::span<const Constraint> constraints) {
    if (problem.matrices != table.rows.size())
        throw Error(Kind::Input, "constraints on a problem of " + std::to_string(problem.matrices) +
                                     " matrices with a table of " + std::to_string(table.rows.size()));
    const std::vector<std::size_t> owners = classPerRow(problem), columns = columnsOf(problem, table);
    std::vector<Left> left(problem.classes.size());
    for (const Constraint& constraint : constraints) {
        requireFormat(problem, constraint);
        bool covers = false;
        for (std::size_t m = 0; m < table.rows.size(); ++m) {
            if (!constraint.where.covers(table.rows[m])) continue;
            covers = true;
            apply(constraint, table.rows[m], problem, problem.classes[owners[m]], columns, left[owners[m]]);
        }
        if (!covers) throw Error(Kind::Input, "constraint \"" + textOf(constraint) + "\" covers no matrix");
    }
    std::vector<Restriction> restrictions;
    for (std::size_t c = 0; c < left.size(); ++c) {
        const std::vector<char>& allowed = left[c].allowed;
        if (std::find(allowed.begin(), allowed.end(), 0) == allowed.end()) continue;
        restrictions.push_back({c, {}});
        for (std::size_t i = 0; i < allowed.size(); ++i)
            if (allowed[i]) restrictions.back().options.push_back(problem.classes[c].options[i]);
    }
    return restrictions;
}

double priceOf(const Front& constrained, const Front& free, Bytes budget) {
    const double loss = constrained.exact(budget).loss, freeLoss = free.exact(budget).loss;
    if (loss <= freeLoss) return 1;
    return freeLoss > 0 ? loss / freeLoss : std::numeric_limits<double>::infinity();
}

}  // namespace dq::allocate
