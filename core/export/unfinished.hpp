#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/export/written_digests.hpp"

namespace dq::exporting {

/// The folder of an export that has no name yet: `.NAME.unfinished` beside the target. Files that are whole stay there when the
/// program ends before its time, and the same export takes them up again. Only one process fills it. Without commit(), and where
/// no file is whole, nothing remains.
class Unfinished {
public:
    /// `identity` tells one export from another: where another one was begun there, it is thrown away. Throws Error(Input) where
    /// the target exists or another process is at it, Error(Io).
    Unfinished(std::filesystem::path target, const std::string& identity);
    ~Unfinished();
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    const std::filesystem::path& beside() const { return beside_; }

    /// A safetensors file of an earlier attempt, every tensor of which is what it was. Where it is not, it is removed.
    std::optional<WrittenDigests> whole(const std::string& file) const;
    /// The file is flushed and, from now on, whole.
    void keep(const std::string& file, const WrittenDigests& digests);

    void commit();

private:
    std::filesystem::path noteOf(const std::string& file) const;
    void begin(const std::string& identity);

    std::filesystem::path target_, beside_;
    int lock_ = -1;
};

}  // namespace dq::exporting
