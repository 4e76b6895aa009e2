#include "core/export/manifest.hpp"

#include <set>

#include "core/base/error.hpp"
#include "core/base/version.hpp"
#include "core/export/companions.hpp"
#include "core/json/json.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting {

namespace {

using json::Json;

void requireDistinctNames(const Manifest& manifest) {
    std::set<std::string> names(manifest.passthrough.begin(), manifest.passthrough.end());
    for (const StoredMatrix& matrix : manifest.matrices)
        for (const StoredTensor& tensor : matrix.tensors())
            if (!names.insert(tensor.name).second)
                throw Error(Kind::Unsupported,
                            "two tensors would be called " + tensor.name + " in the packed checkpoint");
}

const char* scaleName(kernels::ScaleType type) {
    switch (type) {
        case kernels::ScaleType::F16:
            return "F16";
        case kernels::ScaleType::F32:
            return "F32";
        case kernels::ScaleType::E4M3:
            return "E4M3";
        case kernels::ScaleType::Bf16:
            return "BF16";
        case kernels::ScaleType::E8M0:
            return "E8M0";
        case kernels::ScaleType::Dynamic8:
            return "dynamic8";
        case kernels::ScaleType::None:
            break;
    }
    return "none";
}

const char* elementName(kernels::Element element) {
    switch (element) {
        case kernels::Element::Int:
            return "int";
        case kernels::Element::E4M3:
            return "e4m3";
        case kernels::Element::E2M1:
            return "e2m1";
        case kernels::Element::Nf4:
            return "nf4";
        case kernels::Element::E5M2:
            return "e5m2";
        case kernels::Element::E2M3:
            return "e2m3";
        case kernels::Element::E3M2:
            return "e3m2";
        case kernels::Element::Fp4:
            return "fp4";
        case kernels::Element::Block:
            return "gguf";
        case kernels::Element::Bf16:
            break;
    }
    return "bf16";
}

Json toJson(const StoredMatrix& matrix) {
    const format::Format& format = format::get(matrix.format);
    Json tensors = Json::object();
    tensors[isPlain(format) ? "weight" : "codes"] = matrix.codes.name;
    if (!matrix.scales.name.empty()) tensors["scales"] = matrix.scales.name;
    if (!matrix.zeros.name.empty()) tensors["zeros"] = matrix.zeros.name;
    if (!matrix.global.name.empty()) tensors["global"] = matrix.global.name;
    return {{"name", matrix.name},
            {"format", matrix.format},
            {"rows", matrix.rows},
            {"cols", matrix.cols},
            {"element", elementName(format.encoding.element)},
            {"bits", format.encoding.bits},
            {"group", format.encoding.group},
            {"scale", scaleName(format.encoding.scale)},
            {"tensors", tensors}};
}

StoredMatrix matrixFrom(const Json& entry, const std::string& source) {
    const std::string name = json::text(entry, "name", source),
                      where = source + ": matrix " + json::excerpt(name);
    const std::string formatName = json::text(entry, "format", where);
    const format::Format* const format = format::find(formatName);
    if (!format) throw Error(Kind::Corrupt, where + ": there is no format " + json::excerpt(formatName));
    const std::int64_t rows = json::integer(entry, "rows", where), cols = json::integer(entry, "cols", where);
    constexpr std::int64_t longest = std::int64_t{1} << 31;
    if (name.empty() || rows < 1 || cols < 1 || rows > longest || cols > longest)
        throw Error(Kind::Corrupt, where + ": the shape [" + std::to_string(rows) + ", " +
                                       std::to_string(cols) + "] is impossible");
    const Json& tensors = json::member(entry, "tensors", where);
    const std::string plainName = isPlain(*format) ? json::text(tensors, "weight", where) : "";
    StoredMatrix matrix = storedMatrix(name, plainName, rows, cols, *format);
    if (toJson(matrix) != entry)
        throw Error(Kind::Corrupt, where + ": its entry contradicts itself: a matrix of format " +
                                       formatName + " and this shape is " + toJson(matrix).dump());
    return matrix;
}

}  // namespace

Manifest manifestOf(const model::Model& model, const recipe::Recipe& recipe) {
    recipe::require(recipe, model);
    const recipe::Formats formats(recipe);
    Manifest manifest{
        model.checkpoint().name(), model.checkpoint().fingerprint(), model.passthroughBytes(), {}, {}, {}, {}};
    manifest.passthrough.assign(model.passthrough().begin(), model.passthrough().end());
    for (const model::WeightMatrix& matrix : model.matrices()) {
        const format::Format& format = formats.of(matrix.name);
        manifest.matrices.push_back(
            storedMatrix(matrix.name, matrix.tensor, matrix.rows, matrix.cols, format));
        manifest.bytes += format.bytes(matrix.rows, matrix.cols);
    }
    requireDistinctNames(manifest);
    for (const StoredMatrix& matrix : manifest.matrices)
        for (const StoredTensor& tensor : matrix.tensors())
            manifest.tensors.expect(tensor.name);
    for (const std::string& tensor : manifest.passthrough)
        manifest.tensors.expect(tensor);
    manifest.files = digestsOf(companionsOf(model, {{recipeName, recipe::toJson(recipe)}}), model);
    return manifest;
}

std::string toJson(const Manifest& manifest) {
    Json matrices = Json::array();
    for (const StoredMatrix& matrix : manifest.matrices)
        matrices.push_back(toJson(matrix));
    const Json whole{{"format", "dynaquant-native"},
                     {"version", manifestVersion},
                     {"tool", toolVersion},
                     {"model", manifest.modelName},
                     {"fingerprint", manifest.modelFingerprint},
                     {"bytes", manifest.bytes},
                     {"matrices", matrices},
                     {"passthrough", manifest.passthrough},
                     {"hashes", {{"tensors", manifest.tensors.toJson()}, {"files", manifest.files.toJson()}}}};
    return whole.dump(1, ' ', false, Json::error_handler_t::replace) +
           "\n";  // a folder's name may be any bytes
}

Manifest readManifest(const std::filesystem::path& file) {
    const std::string source = file.string();
    std::error_code fault;
    if (!std::filesystem::is_regular_file(file, fault))
        throw Error(Kind::Input,
                    source + ": is not there: the folder is no packed checkpoint of this program");
    const Json whole = json::parseFile(file, {.bytes = 100u << 20, .depth = 8});
    if (json::text(whole, "format", source) != "dynaquant-native")
        throw Error(Kind::Corrupt, source + ": its format is " +
                                       json::excerpt(json::text(whole, "format", source)) +
                                       ", expected dynaquant-native");
    const std::int64_t version = json::integer(whole, "version", source);
    if (version != manifestVersion)
        throw Error(version > manifestVersion ? Kind::Unsupported : Kind::Corrupt,
                    source + ": version " + std::to_string(version) + "; this program reads version " +
                        std::to_string(manifestVersion));
    Manifest manifest{json::text(whole, "model", source),
                      json::text(whole, "fingerprint", source),
                      json::integer(whole, "bytes", source),
                      {},
                      {},
                      {},
                      {}};
    const Json& hashes = json::member(whole, "hashes", source);
    manifest.tensors = Digests::fromJson(json::member(hashes, "tensors", source), source);
    manifest.files = Digests::fromJson(json::member(hashes, "files", source), source);
    const Json &matrices = json::member(whole, "matrices", source),
               &passthrough = json::member(whole, "passthrough", source);
    if (!matrices.is_array() || !passthrough.is_array())
        throw Error(Kind::Corrupt, source + ": matrices and passthrough must be lists");
    for (const Json& entry : matrices)
        manifest.matrices.push_back(matrixFrom(entry, source));
    for (const Json& name : passthrough) {
        if (!name.is_string())
            throw Error(Kind::Corrupt, source + ": passthrough must list names, found " + json::shown(name));
        manifest.passthrough.push_back(name.get<std::string>());
    }
    requireDistinctNames(manifest);
    return manifest;
}

}  // namespace dq::exporting
