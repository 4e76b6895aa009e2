#include "ui/session/wishes.hpp"

#include <QCoreApplication>

#include <QStringList>

#include <algorithm>
#include <tuple>
#include <utility>

#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

using allocate::Constraint;
using allocate::Where;
using Rows = std::vector<measure::MatrixRow>;

/// Counts the matrices of each role in each block: where all of them want the same, role and block say it.
class Cells {
public:
    explicit Cells(const Rows& rows) : rows_(rows) {
        // Neighbours are of one layer: counted by block, no search among all cells of a large model.
        for (const measure::MatrixRow& row : rows)
            ++countsOf(row.block)[row.role];
    }

    /// Which matrices these are, in as few places as rectangles of roles and blocks allow.
    std::vector<Where> placesOf(const std::vector<int>& matrices) const {
        std::map<Cell, std::vector<int>> chosen;
        for (const int matrix : matrices) {
            const measure::MatrixRow& row = rows_[static_cast<std::size_t>(matrix)];
            chosen[{row.role, row.block}].push_back(matrix);
        }
        std::vector<Where> places;
        std::map<std::string, std::vector<int>> blocks;  // by role, rising
        for (const auto& [cell, members] : chosen) {
            const auto& [role, block] = cell;
            const bool whole = static_cast<int>(members.size()) == inBlock(block, role);
            if (whole && block >= 0)
                blocks[role].push_back(block);
            else if (whole && inAll(role) == inBlock(block, role))
                places.push_back({.roles = {role}, .firstBlock = {}, .lastBlock = {}, .pattern = {}});
            else
                for (const int matrix : members)
                    places.push_back(named(rows_[static_cast<std::size_t>(matrix)]));
        }
        addRectangles(blocks, places);
        return places;
    }

private:
    using Cell = std::pair<std::string, int>;

    /// Role and block beside the name: a name alone is compared with every matrix of the model.
    static Where named(const measure::MatrixRow& row) {
        Where where{.roles = {row.role}, .firstBlock = {}, .lastBlock = {}, .pattern = row.name};
        if (row.block >= 0) where.firstBlock = where.lastBlock = row.block;
        return where;
    }

    static void addRectangles(const std::map<std::string, std::vector<int>>& blocks,
                              std::vector<Where>& places) {
        std::map<std::pair<int, int>, std::vector<std::string>> runs;
        for (const auto& [role, of] : blocks)
            for (std::size_t first = 0, last = 0; first < of.size(); first = last + 1) {
                for (last = first; last + 1 < of.size() && of[last + 1] == of[last] + 1;)
                    ++last;
                runs[{of[first], of[last]}].push_back(role);
            }
        for (const auto& [run, roles] : runs)
            places.push_back(
                {.roles = roles, .firstBlock = run.first, .lastBlock = run.second, .pattern = {}});
    }

    std::map<std::string, int>& countsOf(int block) {
        const auto at = static_cast<std::size_t>(std::max(block, -1) + 1);
        if (at >= perBlock_.size()) perBlock_.resize(at + 1);
        return perBlock_[at];
    }

    int inBlock(int block, const std::string& role) const {
        return perBlock_[static_cast<std::size_t>(std::max(block, -1) + 1)].at(role);
    }

    int inAll(const std::string& role) const {
        int all = 0;
        for (const auto& counts : perBlock_)
            if (const auto found = counts.find(role); found != counts.end()) all += found->second;
        return all;
    }

    const Rows& rows_;
    std::vector<std::map<std::string, int>> perBlock_;  // by block + 1
};

void add(Wish& wish, const Constraint& constraint) {
    switch (constraint.kind) {
        case Constraint::Kind::Pin:
            wish.pin = constraint.format;
            break;
        case Constraint::Kind::Ban:
            wish.banned.insert(constraint.format);
            break;
        case Constraint::Kind::Least:
            wish.least = std::max(wish.least, constraint.bits);
            break;
        case Constraint::Kind::Most:
            wish.most = wish.most > 0 ? std::min(wish.most, constraint.bits) : constraint.bits;
            break;
    }
}

}  // namespace

QString Wish::text() const {
    QStringList parts;
    if (!pin.empty()) parts << QCoreApplication::translate("Wish", "pinned to %1").arg(ui::text(pin));
    for (const std::string& format : banned)
        parts << QCoreApplication::translate("Wish", "not %1").arg(ui::text(format));
    if (least > 0) parts << QCoreApplication::translate("Wish", "at least %1 bits").arg(least);
    if (most > 0) parts << QCoreApplication::translate("Wish", "at most %1 bits").arg(most);
    return parts.join(QStringLiteral(" · "));
}

Wishes wishesOf(const Rows& rows, const std::vector<Constraint>& constraints) {
    Wishes wishes;
    for (const Constraint& constraint : constraints)
        for (std::size_t m = 0; m < rows.size(); ++m)
            if (constraint.where.covers(rows[m])) add(wishes[static_cast<int>(m)], constraint);
    return wishes;
}

std::vector<Constraint> constraintsOf(const Rows& rows, const Wishes& wishes) {
    if (wishes.empty()) return {};
    std::map<std::tuple<Constraint::Kind, std::string, double>, std::vector<int>> said;
    for (const auto& [matrix, wish] : wishes) {
        if (!wish.pin.empty()) said[{Constraint::Kind::Pin, wish.pin, 0}].push_back(matrix);
        for (const std::string& format : wish.banned)
            said[{Constraint::Kind::Ban, format, 0}].push_back(matrix);
        if (wish.least > 0) said[{Constraint::Kind::Least, {}, wish.least}].push_back(matrix);
        if (wish.most > 0) said[{Constraint::Kind::Most, {}, wish.most}].push_back(matrix);
    }
    const Cells cells(rows);
    std::vector<Constraint> constraints;
    for (const auto& [what, matrices] : said)
        for (Where& where : cells.placesOf(matrices))
            constraints.push_back(
                {std::get<0>(what), std::move(where), std::get<1>(what), std::get<2>(what)});
    return constraints;
}

}  // namespace dq::ui
