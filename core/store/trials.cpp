#include "core/store/trials.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::store {

namespace {

constexpr std::int64_t schemaVersion = 1;

Trials::Kl fromJson(const json::Json& root, const std::string& source) {
    if (json::integer(root, "schema_version", source) != schemaVersion) return {};
    Trials::Kl known;
    for (const json::Json& one : json::member(root, "trials", source)) {
        const double kl = json::number(one, "kl", source);
        known[{json::text(one, "matrix", source), json::text(one, "format", source)}] = kl;
    }
    return known;
}

}  // namespace

Trials::Trials(const std::filesystem::path& cache, const std::string& table, const std::string& text)
    : file_(cache / (table + ".trials") / (text + ".json")) {}

Trials::Kl Trials::read() const {
    std::error_code fault;
    if (!std::filesystem::is_regular_file(file_, fault)) return {};
    try {
        const json::Json root = json::parseFile(file_);
        return root.is_object() ? fromJson(root, file_.string()) : Kl{};
    } catch (const Error&) {
        return {};
    }
}

void Trials::write(const Kl& known) const {
    std::error_code fault;
    std::filesystem::create_directories(file_.parent_path(), fault);
    if (fault) throw Error(Kind::Io, file_.parent_path().string() + ": cannot be created: " + fault.message());
    json::Json trials = json::Json::array();
    for (const auto& [cell, kl] : known) trials.push_back({{"matrix", cell.first}, {"format", cell.second}, {"kl", kl}});
    writeFile(file_, json::Json{{"schema_version", schemaVersion}, {"trials", std::move(trials)}}.dump(1) + "\n");
}

}  // namespace dq::store
