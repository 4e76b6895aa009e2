#include <algorithm>
#include <charconv>

#include "core/base/error.hpp"
#include "core/store/hdf5_reader.hpp"
#include "core/store/table_columns.hpp"
#include "core/store/table_file.hpp"

namespace dq::store {

namespace {

using measure::MatrixRow;
using measure::Measurements;

constexpr hsize_t mostMatrices = 1'000'000;
constexpr hsize_t mostFormats = 1024;
constexpr std::int64_t longestSide = std::int64_t{1} << 31;

std::uint64_t unsignedNumber(const hdf5::Reader& file, const char* name) {
    const std::string text = file.text(name);
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size())
        throw file.corrupt(std::string("attribute ") + name + " is no number");
    return value;
}

measure::Key readKey(const hdf5::Reader& file) {
    if (file.text("kind") != "DynaQuant error table")
        throw file.corrupt("is an HDF5 file, but no DynaQuant error table");
    const std::int64_t schema = file.integer("schema");
    if (schema > tableSchema)
        throw Error(
            Kind::Unsupported,
            file.corrupt("is a table of schema " + std::to_string(schema) + "; this program reads up to " +
                         std::to_string(tableSchema) + ": use a newer one, or measure again")
                .sentence());
    if (schema < 1) throw file.corrupt("claims schema " + std::to_string(schema));
    measure::Key key;
    key.model = file.text("key_model");
    key.calibration = file.text("key_calibration");
    key.labels = file.text("key_labels");
    key.seed = unsignedNumber(file, "key_seed");
    key.window = file.integer("key_window");
    key.formats = file.text("key_formats");
    key.tool = file.text("key_tool");
    key.arithmetic = file.text("key_arithmetic");
    if (file.hasAttribute("key_quantizers")) key.quantizers = file.integer("key_quantizers");
    if (file.hasAttribute("key_peers")) key.peers = file.integer("key_peers") != 0;
    if (file.hasAttribute("key_importance")) key.importance = file.text("key_importance");
    if (file.text("key") != key.hex())
        throw file.corrupt("its key " + file.text("key") + " is not the one its fields make");
    return key;
}

void readProvenance(const hdf5::Reader& file, Measurements& table) {
    table.command = file.text("command");
    table.modelName = file.text("model_name");
    table.calibrationSource = file.text("calibration_source");
    table.calibrationTokens = file.integer("calibration_tokens");
    table.calibrationSequences = file.integer("calibration_sequences");
    table.calibrationLoss = file.number("calibration_loss");
    table.passthroughBytes = file.integer("passthrough_bytes");
    if (table.calibrationTokens < 0 || table.calibrationSequences < 0 || table.passthroughBytes < 0)
        throw file.corrupt("a count or size among its attributes is negative");
}

void readFormats(const hdf5::Reader& file, Measurements& table) {
    const hsize_t count = file.extents("formats/name").at(0);
    if (count < 1 || count > mostFormats)
        throw file.corrupt("holds " + std::to_string(count) + " formats; 1 to " +
                           std::to_string(mostFormats) + " are allowed");
    table.formats = file.strings("formats/name", count);
    std::string joined;
    for (const std::string& format : table.formats)
        joined += (joined.empty() ? "" : ",") + format;
    if (joined != table.key.formats)
        throw file.corrupt("its formats are " + joined + ", but its key says " + table.key.formats);
}

void requirePossible(const hdf5::Reader& file, const MatrixRow& row) {
    const auto wrong = [&](const std::string& what) {
        return file.corrupt("matrix " + row.name + ": " + what);
    };
    if (row.name.empty()) throw file.corrupt("a matrix has no name");
    if (row.rows < 1 || row.cols < 1 || row.rows > longestSide || row.cols > longestSide)
        throw wrong("its shape [" + std::to_string(row.rows) + ", " + std::to_string(row.cols) +
                    "] is impossible");
    if (row.tokens < -1) throw wrong("tokens " + std::to_string(row.tokens) + " are impossible");
    if (row.notFinite < 0 || row.notFinite > row.weights())
        throw wrong(std::to_string(row.notFinite) + " weights that are not finite are impossible");
    if (row.block < -1) throw wrong("block " + std::to_string(row.block) + " is impossible");
    for (const RowColumn& column : rowColumns)
        if (row.*column.value < 0) throw wrong(std::string(column.name) + " is negative");
}

void readMatrices(const hdf5::Reader& file, Measurements& table) {
    const hsize_t count = file.extents("matrices/name").at(0);
    if (count > mostMatrices)
        throw file.corrupt("holds " + std::to_string(count) + " matrices; at most " +
                           std::to_string(mostMatrices) + " are allowed");
    const std::vector<std::string> names = file.strings("matrices/name", count),
                                   roles = file.strings("matrices/role", count);
    const std::vector<std::int64_t> blocks = file.integers("matrices/block", {count}),
                                    rows = file.integers("matrices/rows", {count}),
                                    cols = file.integers("matrices/cols", {count});
    // tables of earlier versions do not have it
    const std::vector<std::int64_t> tokens = file.has("matrices/tokens")
                                                 ? file.integers("matrices/tokens", {count})
                                                 : std::vector<std::int64_t>(count, -1);
    const std::vector<std::int64_t> notFinite = file.has("matrices/not_finite")
                                                    ? file.integers("matrices/not_finite", {count})
                                                    : std::vector<std::int64_t>(count, 0);
    table.rows.resize(count);
    for (hsize_t i = 0; i < count; ++i) {
        table.rows[i].name = names[i];
        table.rows[i].role = roles[i];
        table.rows[i].block = static_cast<int>(std::clamp<std::int64_t>(blocks[i], -2, INT32_MAX));
        table.rows[i].rows = rows[i];
        table.rows[i].cols = cols[i];
        table.rows[i].tokens = tokens[i];
        table.rows[i].notFinite = notFinite[i];
    }
    for (const RowColumn& column : rowColumns) {
        const std::vector<double> values = file.doubles(column.name, {count});
        for (hsize_t i = 0; i < count; ++i)
            table.rows[i].*column.value = values[i];
    }
    for (const MatrixRow& row : table.rows)
        requirePossible(file, row);
}

void readErrors(const hdf5::Reader& file, Measurements& table) {
    const std::size_t formats = table.formats.size();
    const std::vector<hsize_t> extents{table.rows.size(), formats};
    const std::vector<std::int64_t> bytes = file.integers("errors/bytes", extents);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        table.rows[i].bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(i * formats),
                                   bytes.begin() + static_cast<std::ptrdiff_t>((i + 1) * formats));
        table.rows[i].errors.resize(formats);
        for (const Bytes one : table.rows[i].bytes)
            if (one < 0) throw file.corrupt("matrix " + table.rows[i].name + ": errors/bytes is negative");
    }
    for (const ErrorColumn& column : errorColumns) {
        const std::vector<double> values = file.doubles(column.name, extents);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i] < 0)
                throw file.corrupt("matrix " + table.rows[i / formats].name + ": " + column.name +
                                   " is negative");
            table.rows[i / formats].errors[i % formats].*column.value = values[i];
        }
    }
}

double requirePossible(const hdf5::Reader& file, const MatrixRow& row, const char* column, double value) {
    if (value < 0) throw file.corrupt("matrix " + row.name + ": " + column + " is negative");
    return value;
}

void readPeers(const hdf5::Reader& file, Measurements& table) {
    if (!table.key.peers) return;
    const std::size_t formats = table.formats.size();
    for (const PeerRowColumn& column : peerRowColumns) {
        const std::vector<double> values = file.doubles(column.name, {table.rows.size()});
        for (std::size_t i = 0; i < values.size(); ++i)
            table.rows[i].peer.*column.value = requirePossible(file, table.rows[i], column.name, values[i]);
    }
    if (table.weightsOnly()) return;
    for (MatrixRow& row : table.rows)
        if (row.notFinite == 0) row.peers.resize(formats);
    for (const PeerColumn& column : peerColumns) {
        const std::vector<double> values = file.doubles(column.name, {table.rows.size(), formats});
        for (std::size_t i = 0; i < values.size(); ++i)
            if (MatrixRow& row = table.rows[i / formats]; !row.peers.empty())
                row.peers[i % formats].*column.value = requirePossible(file, row, column.name, values[i]);
    }
}

void readInputMoments(const hdf5::Reader& file, Measurements& table) {
    const std::vector<std::int64_t> offsets = file.integers("input_moment/offsets", {table.rows.size() + 1});
    std::int64_t end = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        if (offsets[i] != end)
            throw file.corrupt("matrix " + table.rows[i].name + ": its input moment starts at " +
                               std::to_string(offsets[i]) + " instead of " + std::to_string(end));
        end += table.rows[i].cols;
    }
    if (offsets.back() != end)
        throw file.corrupt("its input moments end at " + std::to_string(offsets.back()) + " instead of " +
                           std::to_string(end));
    const std::vector<float> values = file.floats("input_moment/values", {static_cast<hsize_t>(end)});
    for (std::size_t i = 0; i < table.rows.size(); ++i)
        table.rows[i].inputMoment.assign(values.begin() + offsets[i], values.begin() + offsets[i + 1]);
}

}  // namespace

measure::Key readTableKey(const std::filesystem::path& path) {
    const hdf5::Session session;
    return readKey(hdf5::Reader(path));
}

std::optional<std::string> modelOfTable(const std::filesystem::path& path) {
    try {
        const hdf5::Session session;
        return hdf5::Reader(path).text("key_model");
    } catch (const Error&) {
        return {};
    }
}

Measurements readTable(const std::filesystem::path& path, bool withMoments) {
    const hdf5::Session session;
    const hdf5::Reader file(path);
    Measurements table;
    table.key = readKey(file);
    readProvenance(file, table);
    readFormats(file, table);
    readMatrices(file, table);
    readErrors(file, table);
    readPeers(file, table);
    if (withMoments) readInputMoments(file, table);
    return table;
}

}  // namespace dq::store
