#include "core/export/companions.hpp"

#include <algorithm>
#include <array>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;

constexpr std::array names{"config.json",
                           "generation_config.json",
                           "tokenizer.json",
                           "tokenizer_config.json",
                           "special_tokens_map.json",
                           "tokenizer.model",
                           "chat_template.jinja",
                           "vocab.json",
                           "merges.txt"};

fs::path originalOf(const model::Model& model, const std::string& name) {
    return model.checkpoint().folder() / name;
}

void copy(const fs::path& from, const fs::path& to, const fs::path& shownAs) {
    std::error_code fault;
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, fault);
    if (!fault) fs::permissions(to, fs::perms::owner_write, fs::perm_options::add, fault);  // of a read-only model too
    if (fault) throw Error(Kind::Io, shownAs.string() + ": cannot write: " + fault.message());
}

void requireText(const fs::path& file, const std::string& expected) {
    std::error_code fault;
    if (!fs::is_regular_file(file, fault)) throw Error(Kind::Corrupt, file.string() + ": is missing");
    const std::string found = readText(file);
    if (found == expected) return;
    const auto differs = std::ranges::mismatch(found, expected).in1 - found.begin();
    throw Error(Kind::Corrupt, file.string() + ": is not the file that model and recipe give: " + std::to_string(found.size()) + " bytes where " +
                                   std::to_string(expected.size()) + " belong, and they differ at byte " + std::to_string(differs));
}

}  // namespace

Companions companionsOf(const model::Model& model, const std::map<std::string, std::string>& texts) {
    Companions all{texts, {}};
    std::error_code fault;
    for (const char* const name : names) {
        if (texts.contains(name)) continue;
        if (!model.checkpoint().ggufHeader()) {
            if (fs::is_regular_file(originalOf(model, name), fault)) all.copies.emplace_back(name);
        } else if (auto text = model.checkpoint().companion(name))
            all.texts.emplace(name, *std::move(text));
    }
    return all;
}

Bytes bytesOf(const Companions& companions, const model::Model& model) {
    Bytes sum = 0;
    for (const auto& [name, text] : companions.texts)
        sum += std::ssize(text);
    for (const std::string& name : companions.copies)
        sum += static_cast<Bytes>(fs::file_size(originalOf(model, name)));
    return sum;
}

Digests digestsOf(const Companions& companions, const model::Model& model) {
    Digests digests;
    for (const auto& [name, text] : companions.texts)
        digests.add(name, std::as_bytes(std::span(text)));
    for (const std::string& name : companions.copies)
        digests.add(name, MappedFile(originalOf(model, name)).bytes());
    return digests;
}

void write(const Companions& companions, const model::Model& model, const fs::path& folder, const fs::path& target) {
    for (const std::string& name : companions.copies)
        copy(originalOf(model, name), folder / name, target / name);
    for (const auto& [name, text] : companions.texts)
        writeFile(folder / name, text);
}

void requireCompanions(const Companions& companions, const model::Model& model, const fs::path& folder) {
    for (const auto& [name, text] : companions.texts)
        requireText(folder / name, text);
    for (const std::string& name : companions.copies)
        requireText(folder / name, readText(originalOf(model, name)));
}

}  // namespace dq::exporting
