#include "core/export/written_digests.hpp"

#include <cassert>

#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/parallel.hpp"

namespace dq::exporting {

namespace {

using json::Json;

std::string hexOf(std::span<const std::byte> bytes) {
    Fingerprint print;
    print.add(bytes);
    return print.hex();
}

std::string hexOfAll(std::span<const std::string> pieces) {
    Fingerprint print;
    for (const std::string& hex : pieces) print.add(std::string_view(hex));
    return print.hex();
}

/// Nearly all pieces of a tensor are of one size: [size, how many] of each run.
Json runsOf(std::span<const Bytes> pieces) {
    Json runs = Json::array();
    for (std::size_t i = 0, next = 0; i < pieces.size(); i = next) {
        while (next < pieces.size() && pieces[next] == pieces[i]) ++next;
        runs.push_back({pieces[i], next - i});
    }
    return runs;
}

bool isCount(const Json& json) {
    return json.is_number_unsigned() || (json.is_number_integer() && json.get<std::int64_t>() >= 0);
}

std::vector<Bytes> piecesOf(const Json& runs, const Error& refusal) {
    constexpr std::int64_t most = 1 << 24;
    std::vector<Bytes> pieces;
    if (!runs.is_array()) throw refusal;
    for (const Json& run : runs) {
        if (!run.is_array() || run.size() != 2 || !isCount(run[0]) || !isCount(run[1])) throw refusal;
        const auto count = run[1].get<std::uint64_t>();
        if (count > static_cast<std::uint64_t>(most - std::ssize(pieces))) throw refusal;
        pieces.insert(pieces.end(), count, run[0].get<Bytes>());
    }
    return pieces;
}

}  // namespace

void DigestMaker::add(Bytes at, std::span<const std::byte> piece) {
    Piece made{std::ssize(piece), hexOf(piece)};
    const std::lock_guard lock(guard_);
    [[maybe_unused]] const bool isNew = pieces_.emplace(at, std::move(made)).second;
    assert(isNew);
}

WrittenDigest DigestMaker::digest() const {
    WrittenDigest digest;
    std::vector<std::string> hexes;
    [[maybe_unused]] Bytes end = 0;
    for (const auto& [at, piece] : pieces_) {
        assert(at == end);
        end += piece.bytes;
        digest.pieces.push_back(piece.bytes);
        hexes.push_back(piece.hex);
    }
    digest.hex = hexOfAll(hexes);
    return digest;
}

void WrittenDigests::add(const std::string& tensor, WrittenDigest digest) {
    digests_.insert_or_assign(tensor, std::move(digest));
}

void WrittenDigests::add(const WrittenDigests& others) {
    for (const auto& [tensor, digest] : others.digests_) digests_.insert_or_assign(tensor, digest);
}

bool WrittenDigests::holds(std::string_view tensor, std::span<const std::byte> bytes) const {
    const auto known = digests_.find(tensor);
    if (known == digests_.end()) return false;
    std::vector<std::span<const std::byte>> pieces;
    for (const Bytes size : known->second.pieces) {
        if (size < 0 || size > std::ssize(bytes)) return false;
        pieces.push_back(bytes.first(static_cast<std::size_t>(size)));
        bytes = bytes.subspan(static_cast<std::size_t>(size));
    }
    if (!bytes.empty()) return false;
    std::vector<std::string> hexes(pieces.size());
    parallelFor(std::ssize(pieces), [&](std::int64_t i) { hexes[static_cast<std::size_t>(i)] = hexOf(pieces[static_cast<std::size_t>(i)]); });
    return hexOfAll(hexes) == known->second.hex;
}

void WrittenDigests::require(std::string_view tensor, std::span<const std::byte> found, const std::string& where) const {
    if (!holds(tensor, found)) throw Error(Kind::Corrupt, where + ": what lies on the disk is not what the quantizer gave");
}

Json WrittenDigests::toJson() const {
    Json object = Json::object();
    for (const auto& [tensor, digest] : digests_) object[tensor] = {{"pieces", runsOf(digest.pieces)}, {"hex", digest.hex}};
    return object;
}

WrittenDigests WrittenDigests::fromJson(const Json& json, std::string_view source) {
    if (!json.is_object()) throw Error(Kind::Corrupt, std::string(source) + ": must hold a fingerprint for each tensor");
    WrittenDigests digests;
    for (const auto& [tensor, digest] : json.items()) {
        const Error refusal(Kind::Corrupt, std::string(source) + ": the fingerprint of " + json::excerpt(tensor) + " is none");
        if (!digest.is_object() || !digest.contains("pieces") || !digest.contains("hex") || !digest["hex"].is_string()) throw refusal;
        digests.digests_[tensor] = {piecesOf(digest["pieces"], refusal), digest["hex"].get<std::string>()};
    }
    return digests;
}

}  // namespace dq::exporting
