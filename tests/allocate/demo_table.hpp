#pragma once

#include <fstream>
#include <sstream>

#include "core/allocate/problem.hpp"

namespace dq::test {

/// The measured table of the bundled model (tests/fixtures/allocate/make.py): 30 matrices, 25 formats, losses
/// in nats per token.
inline measure::Measurements demoTable() {
    std::ifstream file(std::string(DQ_SOURCE_DIR) + "/tests/fixtures/allocate/demo_table.txt");
    measure::Measurements table;
    table.modelName = "demo";
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string first;
        words >> first;
        if (first == "passthrough") {
            words >> table.passthroughBytes;
        } else if (first == "formats") {
            for (std::string name; words >> name;)
                table.formats.push_back(name);
        } else {
            measure::MatrixRow row;
            row.name = first;
            words >> row.role >> row.block >> row.rows >> row.cols;
            Bytes bytes = 0;
            for (double loss = 0; words >> bytes >> loss;) {
                row.bytes.push_back(bytes);
                row.errors.push_back({});
                row.errors.back().fisher = loss;
            }
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

inline std::shared_ptr<const allocate::Problem> demoProblem(
    allocate::Grouping grouping = allocate::Grouping::Free) {
    const measure::Measurements table = demoTable();
    return std::make_shared<const allocate::Problem>(
        allocate::problemOf(table, quality::lossTable(table, quality::Metric::FisherDiagonal),
                            {"measured", "", table.formats}, grouping));
}

}  // namespace dq::test
