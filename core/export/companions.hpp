#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/export/digests.hpp"
#include "core/model/model.hpp"

/// The files of a folder that hold no tensors. Private to core/export.
namespace dq::exporting {

struct Companions {
    std::map<std::string, std::string> texts;  // the target's own, and what a GGUF file says in place of the original's
    std::vector<std::string> copies;           // of the original's folder: configuration, generation, tokenizer, template
};

/// `texts` are the target's own files; one of the original's name stands in for it.
Companions companionsOf(const model::Model& model, const std::map<std::string, std::string>& texts);

Bytes bytesOf(const Companions& companions, const model::Model& model);
/// Fingerprints of all of them.
Digests digestsOf(const Companions& companions, const model::Model& model);

/// Into `folder`, which people know as `target`. Throws Error(Io).
void write(const Companions& companions, const model::Model& model, const std::filesystem::path& folder,
           const std::filesystem::path& target);

/// Each lies in the folder, byte for byte. Throws Error(Corrupt) naming the first that does not.
void requireCompanions(const Companions& companions, const model::Model& model, const std::filesystem::path& folder);

}  // namespace dq::exporting
