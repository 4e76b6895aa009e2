#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dq::text {

struct Range {
    std::size_t begin = 0, end = 0;
};

/// A compiled regular expression over valid UTF-8. Immutable; may be used from several threads.
class Regex {
public:
    /// `pattern` in PCRE2's words (see pattern.hpp); `source` names the file. Throws Error(Unsupported) where it does not compile or
    /// can match nothing at all.
    static std::shared_ptr<const Regex> compile(const std::string& pattern, std::string_view source);

    /// Appends every match, from left to right, without overlap. Throws Error(Input) where matching takes unreasonably long.
    void find(std::string_view text, std::vector<Range>& found) const;
    std::vector<Range> matches(std::string_view text) const;

    /// The text with every match replaced by exactly this.
    std::string replace(std::string_view text, std::string_view by) const;

    ~Regex();

private:
    Regex();
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace dq::text
