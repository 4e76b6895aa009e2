#include "ui/session/snapshot.hpp"

#include <algorithm>
#include <unordered_map>

namespace dq::ui {

namespace {

QString nameAt(int index) {
    constexpr int letters = 26;
    const QString last(QChar('A' + index % letters));
    return index < letters ? last : nameAt(index / letters - 1) + last;
}

int columnOf(const std::vector<std::string>& formats, const std::string& format) {
    const auto at = std::find(formats.begin(), formats.end(), format);
    return at == formats.end() ? -1 : static_cast<int>(at - formats.begin());
}

double bitsOf(const measure::MatrixRow& row, Bytes bytes) {
    return 8.0 * static_cast<double>(bytes) / static_cast<double>(std::max<std::int64_t>(row.weights(), 1));
}

}  // namespace

QString freeName(const std::vector<Snapshot>& taken) {
    for (int i = 0;; ++i) {
        const QString name = nameAt(i);
        if (std::none_of(taken.begin(), taken.end(), [&](const Snapshot& one) { return one.name == name; }))
            return name;
    }
}

Snapshot snapshotOf(const Explored& explored, const std::vector<MatrixState>& states, Bytes budget, QString name) {
    Snapshot snapshot{std::move(name), explored.question, budget, {}};
    for (const MatrixState& state : states)
        snapshot.columns.push_back(
            state.format < 0 ? -1 : explored.column[static_cast<std::size_t>(state.format)]);
    return snapshot;
}

Snapshot snapshotOf(const measure::Measurements& table, const recipe::Recipe& recipe, const Question& question,
                    QString name) {
    std::unordered_map<std::string, const std::string*> formats;
    for (const recipe::Recipe::Entry& entry : recipe.entries)
        formats.emplace(entry.matrix, &entry.format);
    Snapshot snapshot{std::move(name), question, recipe.bytes, {}};
    for (const measure::MatrixRow& row : table.rows) {
        const auto entry = formats.find(row.name);
        snapshot.columns.push_back(entry == formats.end() ? -1 : columnOf(table.formats, *entry->second));
    }
    return snapshot;
}

JudgedSnapshot judged(const Snapshot& snapshot, const Explored& explored) {
    JudgedSnapshot now;
    now.cells.resize(explored.table->rows.size());
    for (std::size_t m = 0; m < std::min(now.cells.size(), snapshot.columns.size()); ++m) {
        if (snapshot.columns[m] < 0) continue;
        const measure::MatrixRow& row = explored.table->rows[m];
        const auto column = static_cast<std::size_t>(snapshot.columns[m]);
        now.cells[m] = {snapshot.columns[m], row.bytes[column], explored.losses->loss[m][column], bitsOf(row, row.bytes[column])};
    }
    return now;
}

Difference differenceTo(const JudgedSnapshot& then, const Explored& explored, const std::vector<MatrixState>& now) {
    Difference difference;
    difference.bytes = explored.problem().passthrough;
    difference.change.assign(now.size(), 0);
    difference.other.assign(now.size(), false);
    for (std::size_t m = 0; m < now.size(); ++m) {
        const JudgedSnapshot::Cell& before = then.cells[m];
        difference.bytes += before.column < 0 ? now[m].bytes : before.bytes;
        difference.loss += before.column < 0 ? now[m].loss : before.loss;
        if (before.column < 0 || now[m].format < 0 || before.column == explored.column[static_cast<std::size_t>(now[m].format)])
            continue;
        const double change = now[m].bits - before.bits;
        difference.change[m] = change;
        difference.other[m] = true;
        ++(change > 0 ? difference.more : change < 0 ? difference.fewer : difference.even);
    }
    difference.bits = explored.problem().bitsPerWeight(difference.bytes);
    return difference;
}

}  // namespace dq::ui
