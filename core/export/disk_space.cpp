#include "core/export/disk_space.hpp"

#include "core/base/error.hpp"

namespace dq::exporting {

namespace fs = std::filesystem;

namespace {

/// The folder the target will lie in, or the nearest one above it that exists.
fs::path existingParent(const fs::path& target) {
    fs::path folder = fs::absolute(target).parent_path();
    std::error_code ignored;
    while (!fs::exists(folder, ignored) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

}  // namespace

void requireSpace(Bytes wanted, const fs::path& target) {
    std::error_code fault;
    const fs::space_info space = fs::space(existingParent(target), fault);
    if (!fault && space.available < static_cast<std::uintmax_t>(wanted))
        throw Error(Kind::Io, target.string() + ": needs " + showBytes(wanted) + ", but only " +
                                  showBytes(static_cast<Bytes>(space.available)) + " are free there");
}

}  // namespace dq::exporting
