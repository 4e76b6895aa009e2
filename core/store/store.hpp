#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/measure/measure.hpp"
#include "core/measure/measurements.hpp"
#include "core/store/asked.hpp"
#include "core/store/beside.hpp"

namespace dq::store {

/// $XDG_CACHE_HOME/dynaquant, or ~/.cache/dynaquant.
std::filesystem::path defaultCache();

enum class Moments { Read, LeftOut };

/// A cache folder: <key>.h5 for finished tables, <key>.parts/ for the units of a measurement in progress, <key>.hessians/
/// and <key>.sensitivities/ where a format wanted them.
class Store {
public:
    explicit Store(std::filesystem::path folder);  // created when first written to

    std::optional<std::filesystem::path> find(const measure::Key& key) const;
    /// The table whose key has this fingerprint, a file name here; absent: none, or no fingerprint at all. Not opened.
    std::optional<std::filesystem::path> named(const std::string& keyHex) const;
    /// The newest finished table of this model, whatever its calibration, for the quantizers as they are; absent: none.
    std::optional<std::filesystem::path> newest(const std::string& modelFingerprint) const;
    /// The newest that tells of quantizers as they were, or will be, in another version of this program.
    std::optional<std::filesystem::path> newestOfOtherQuantizers(const std::string& modelFingerprint) const;

    struct PassedOver {
        std::string why;     // a sentence that names the file
        bool newer = false;  // it is this model's, and a newer program wrote it; else it may be this model's
    };
    /// The tables that newest() could not look into, though they are or may be of this model.
    std::vector<PassedOver> passedOver(const std::string& modelFingerprint) const;

    /// Throws Error: no HDF5 (Corrupt), a newer schema (Unsupported), numbers that contradict each other (Corrupt).
    /// Without the moments of the inputs, which are most of the file and which only quantizers want, `inputMoment` is empty.
    static std::shared_ptr<const measure::Measurements> read(const std::filesystem::path& table,
                                                             Moments moments = Moments::Read);
    /// Deterministic: equal tables are equal files. Replaces atomically; removes <key>.parts.
    std::filesystem::path write(const measure::Measurements& table) const;

    /// What is kept beside a table, in <key>.hessians/ and <key>.sensitivities/.
    Hessians hessians(const std::string& keyHex) const;
    Sensitivities sensitivities(const std::string& keyHex) const;
    Beside beside(const measure::Key& key) const;

    /// Opens (or begins) the parts of this key. Parts of another schema are dropped. Only one process at a time may hold a
    /// key's notebook: a second one gets Error(Input) saying which process holds it.
    std::unique_ptr<measure::Notebook> notebook(const measure::Key& key) const;
    /// Beside the units of a notebook that is open.
    void keepAsked(const Asked& asked) const;
    /// The newest measurement of this model that nobody is at and that this program could go on with; absent: none.
    std::optional<Unfinished> unfinished(const std::string& modelFingerprint) const;

private:
    std::filesystem::path folder_;
};

}  // namespace dq::store
