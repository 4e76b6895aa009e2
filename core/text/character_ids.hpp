#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace dq::text {

/// From a code point to a token id, in pages of 256: two loads for each character of a text.
class CharacterIds {
public:
    void put(char32_t point, std::int32_t id) {
        std::uint16_t& page = index_[point >> 8];
        if (page == 0) {
            pages_.emplace_back().fill(-1);
            page = static_cast<std::uint16_t>(pages_.size() - 1);
        }
        pages_[page][point & 0xff] = id;
    }

    std::int32_t operator[](char32_t point) const { return pages_[index_[point >> 8]][point & 0xff]; }  // -1: none

private:
    using Page = std::array<std::int32_t, 256>;
    static Page emptyPage() {
        Page page{};
        page.fill(-1);
        return page;
    }

    std::vector<std::uint16_t> index_ = std::vector<std::uint16_t>(0x1100);
    std::vector<Page> pages_{emptyPage()};  // page 0 is the empty one
};

}  // namespace dq::text
