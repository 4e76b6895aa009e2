#include "core/base/error.hpp"
#include "core/store/hdf5_writer.hpp"
#include "core/store/table_columns.hpp"
#include "core/store/table_file.hpp"

namespace dq::store {

namespace {

using measure::MatrixRow;
using measure::Measurements;

template <class T, class Get>
std::vector<T> gather(const Measurements& table, Get get) {
    std::vector<T> values;
    values.reserve(table.rows.size());
    for (const MatrixRow& row : table.rows)
        values.push_back(get(row));
    return values;
}

void requireHoldable(const std::string& text, std::size_t most, const char* what) {
    if (text.size() > most || text.find('\0') != std::string::npos)
        throw Error(Kind::Unsupported, std::string(what) + " of " + std::to_string(text.size()) +
                                           " bytes cannot be kept in a table: at most " +
                                           std::to_string(most) + " bytes without zero bytes are");
}

void requireHoldable(const Measurements& table) {
    for (const std::string* text :
         {&table.modelName, &table.calibrationSource, &table.command, &table.key.formats})
        requireHoldable(*text, 60'000, "a text");
    for (const std::string& format : table.formats)
        requireHoldable(format, 256, "a format's name");
    for (const MatrixRow& row : table.rows) {
        requireHoldable(row.name, 1024, "a matrix name");
        if (row.bytes.size() != table.formats.size() || row.errors.size() != table.formats.size())
            throw Error(Kind::Corrupt, "matrix " + row.name + " was measured for " +
                                           std::to_string(row.errors.size()) + " formats; the table has " +
                                           std::to_string(table.formats.size()));
        if (!row.peers.empty() && row.peers.size() != table.formats.size())
            throw Error(Kind::Corrupt, "matrix " + row.name + " has other tools' sums for " + std::to_string(row.peers.size()) +
                                           " formats; the table has " + std::to_string(table.formats.size()));
        if (std::ssize(row.inputMoment) != row.cols)
            throw Error(Kind::Corrupt, "matrix " + row.name + " has " +
                                           std::to_string(row.inputMoment.size()) + " input moments for " +
                                           std::to_string(row.cols) + " columns");
    }
}

void writeKey(hdf5::Writer& file, const measure::Key& key) {
    file.attribute("key", key.hex());
    file.attribute("key_model", key.model);
    file.attribute("key_calibration", key.calibration);
    file.attribute("key_labels", key.labels);
    file.attribute("key_seed", std::to_string(key.seed));  // 64 unsigned bits
    file.attribute("key_window", key.window);
    file.attribute("key_formats", key.formats);
    file.attribute("key_tool", key.tool);
    file.attribute("key_arithmetic", key.arithmetic);
    file.attribute("key_quantizers", key.quantizers);
    if (key.peers) file.attribute("key_peers", std::int64_t{1});
    if (!key.importance.empty()) file.attribute("key_importance", key.importance);
}

void writeProvenance(hdf5::Writer& file, const Measurements& table) {
    file.attribute("kind", "DynaQuant error table");
    file.attribute("schema", table.key.peers || !table.key.importance.empty() ? tableSchema : std::int64_t{1});
    file.attribute("tool_version", table.key.tool);
    writeKey(file, table.key);
    file.attribute("command", table.command);
    file.attribute("model_name", table.modelName);
    file.attribute("calibration_source", table.calibrationSource);
    file.attribute("calibration_tokens", table.calibrationTokens);
    file.attribute("calibration_sequences", table.calibrationSequences);
    file.attribute("calibration_loss", table.calibrationLoss);
    file.attribute("passthrough_bytes", table.passthroughBytes);
}

void writeMatrices(hdf5::Writer& file, const Measurements& table) {
    const std::vector<hsize_t> extents{table.rows.size()};
    file.group("matrices");
    file.strings("matrices/name", gather<std::string>(table, [](const MatrixRow& row) { return row.name; }),
                 "name");
    file.strings("matrices/role", gather<std::string>(table, [](const MatrixRow& row) { return row.role; }),
                 "role");
    file.column("matrices/block",
                std::span<const std::int32_t>(
                    gather<std::int32_t>(table, [](const MatrixRow& row) { return row.block; })),
                extents, "block; -1: embedding, head");
    file.column("matrices/rows",
                std::span<const std::int64_t>(
                    gather<std::int64_t>(table, [](const MatrixRow& row) { return row.rows; })),
                extents, "outputs");
    file.column("matrices/cols",
                std::span<const std::int64_t>(
                    gather<std::int64_t>(table, [](const MatrixRow& row) { return row.cols; })),
                extents, "inputs");
    file.column("matrices/tokens",
                std::span<const std::int64_t>(
                    gather<std::int64_t>(table, [](const MatrixRow& row) { return row.tokens; })),
                extents, "tokens that met the matrix; 0: none, an estimate; -1: not known");
    file.column("matrices/not_finite",
                std::span<const std::int64_t>(
                    gather<std::int64_t>(table, [](const MatrixRow& row) { return row.notFinite; })),
                extents, "weights that are NaN or infinite; any: not measured, stays in 16 bits");
    for (const RowColumn& column : rowColumns)
        file.column(column.name,
                    std::span<const double>(
                        gather<double>(table, [&](const MatrixRow& row) { return row.*column.value; })),
                    extents, column.unit);
}

void writeErrors(hdf5::Writer& file, const Measurements& table) {
    const std::vector<hsize_t> extents{table.rows.size(), table.formats.size()};
    file.group("errors");
    std::vector<std::int64_t> bytes;
    for (const MatrixRow& row : table.rows)
        bytes.insert(bytes.end(), row.bytes.begin(), row.bytes.end());
    file.column("errors/bytes", std::span<const std::int64_t>(bytes), extents, "bytes, scales included");
    for (const ErrorColumn& column : errorColumns) {
        std::vector<double> values;
        values.reserve(table.rows.size() * table.formats.size());
        for (const MatrixRow& row : table.rows)
            for (const kernels::ErrorSums& sums : row.errors)
                values.push_back(sums.*column.value);
        file.column(column.name, std::span<const double>(values), extents, column.unit);
    }
}

/// Of a model that was not run only the matrices' own numbers are known.
void writePeers(hdf5::Writer& file, const Measurements& table) {
    if (!table.key.peers) return;
    const std::vector<hsize_t> rows{table.rows.size()}, cells{table.rows.size(), table.formats.size()};
    file.group("peers");
    for (const PeerRowColumn& column : peerRowColumns)
        file.column(column.name,
                    std::span<const double>(gather<double>(table, [&](const MatrixRow& row) { return row.peer.*column.value; })), rows,
                    column.unit);
    if (table.weightsOnly()) return;
    for (const PeerColumn& column : peerColumns) {
        std::vector<double> values;
        for (const MatrixRow& row : table.rows)
            for (std::size_t f = 0; f < table.formats.size(); ++f)
                values.push_back(row.peers.empty() ? 0.0 : row.peers[f].*column.value);
        file.column(column.name, std::span<const double>(values), cells, column.unit);
    }
}

void writeInputMoments(hdf5::Writer& file, const Measurements& table) {
    std::vector<float> values;
    std::vector<std::int64_t> offsets{0};
    for (const MatrixRow& row : table.rows) {
        values.insert(values.end(), row.inputMoment.begin(), row.inputMoment.end());
        offsets.push_back(static_cast<std::int64_t>(values.size()));
    }
    file.group("input_moment");
    file.column("input_moment/values", std::span<const float>(values), {values.size()},
                "input^2 (mean over tokens)");
    file.column("input_moment/offsets", std::span<const std::int64_t>(offsets), {offsets.size()},
                "index into values");
}

}  // namespace

std::vector<std::byte> tableBytes(const Measurements& table) {
    requireHoldable(table);
    const hdf5::Session session;
    hdf5::Writer file;
    writeProvenance(file, table);
    file.group("formats");
    file.strings("formats/name", table.formats, "name");
    writeMatrices(file, table);
    writeErrors(file, table);
    writePeers(file, table);
    writeInputMoments(file, table);
    return file.bytes();
}

}  // namespace dq::store
