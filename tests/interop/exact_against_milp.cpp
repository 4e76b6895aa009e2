// Writes knapsacks of 300 classes and what the exact finish makes of them, for exact_against_milp.py to solve
// again. usage: exact_against_milp FOLDER: one text file an instance, "classes budget bytes loss bound", then
// per class "options bytes loss bytes loss ...".
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <string>

#include "core/allocate/front.hpp"
#include "tests/allocate/generators.hpp"

using namespace dq;

namespace {

void write(const std::string& file, const test::Table& table, double part) {
    const auto front = allocate::Front::of(test::problemFrom(table));
    const Bytes first = front->vertices().front().bytes, last = front->vertices().back().bytes;
    const Bytes budget = first + static_cast<Bytes>(part * static_cast<double>(last - first));
    const allocate::Choice choice = front->exact(budget);
    std::ofstream out(file);
    out << std::setprecision(17) << table.size() << ' ' << budget << ' ' << choice.bytes << ' ' << choice.loss
        << ' ' << choice.bound << '\n';
    for (const auto& options : table) {
        out << options.size();
        for (const auto& [bytes, loss] : options)
            out << ' ' << bytes << ' ' << loss;
        out << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::puts("usage: exact_against_milp FOLDER"), 2;
    for (unsigned i = 0; i < 50; ++i) {
        const unsigned seed = 100 + i;
        const test::Table table = i % 3 == 0   ? test::randomLarge(300, 12, seed)
                                  : i % 3 == 1 ? test::realistic(300, 24, seed)
                                               : test::tied(300, 10, seed);
        write(std::string(argv[1]) + "/" + std::to_string(i) + ".txt", table, (i + 0.37) / 50);
    }
}
