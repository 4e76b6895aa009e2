#include "core/text/npy.hpp"

#include <cctype>
#include <optional>
#include <string_view>

#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::text {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t mostAxes = 32;
constexpr std::int64_t largestAxis = std::int64_t{1} << 48;

/// {'descr': '<i4', 'fortran_order': False, 'shape': (3, 4), } and nothing else of Python.
class Dictionary {
public:
    Dictionary(std::string_view text, const std::string& file) : text_(text), file_(file) {}

    std::optional<std::string> type;
    std::optional<bool> columnOrder;
    std::optional<std::vector<std::int64_t>> shape;

    void read() {
        expect('{');
        while (!accept('}')) {
            const std::string key = quoted();
            expect(':');
            if (key == "descr" && !type)
                type = quoted();
            else if (key == "fortran_order" && !columnOrder)
                columnOrder = truth();
            else if (key == "shape" && !shape)
                shape = tuple();
            else
                fail("the key \"" + json::excerpt(key) + "\" is unknown or stands twice");
            if (!accept(',') && peek() != '}') fail("a comma is missing");
        }
        if (peek() != '\0') fail("something follows the dictionary");
        if (!type || !columnOrder || !shape) fail("descr, fortran_order and shape must all be there");
    }

    [[noreturn]] void fail(const std::string& why) const {
        throw Error(Kind::Corrupt, file_ + ": the header \"" + json::excerpt(text_) + "\" cannot be read: " + why);
    }

private:
    char peek() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    bool accept(char wanted) {
        if (peek() != wanted) return false;
        ++at_;
        return true;
    }

    void expect(char wanted) {
        if (!accept(wanted)) fail(std::string("\"") + wanted + "\" is missing");
    }

    std::string quoted() {
        const char quote = peek();
        if (quote != '\'' && quote != '"') fail("a text in quotes is missing (arrays with named fields are not supported)");
        const std::size_t end = text_.find(quote, ++at_);
        if (end == std::string_view::npos) fail("a quote is not closed");
        const std::string_view found = text_.substr(at_, end - at_);
        at_ = end + 1;
        return std::string(found);
    }

    bool truth() {
        peek();
        for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
            if (!text_.substr(at_).starts_with(word)) continue;
            at_ += word.size();
            return value;
        }
        fail("fortran_order must be True or False");
    }

    std::vector<std::int64_t> tuple() {
        std::vector<std::int64_t> axes;
        expect('(');
        while (!accept(')')) {
            if (axes.size() == mostAxes) fail("more than " + std::to_string(mostAxes) + " axes");
            axes.push_back(number());
            if (!accept(',') && peek() != ')') fail("a comma is missing in the shape");
        }
        return axes;
    }

    std::int64_t number() {
        if (!std::isdigit(static_cast<unsigned char>(peek()))) fail("the shape must hold whole numbers that are not negative");
        std::int64_t value = 0;
        for (; at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])); ++at_) {
            value = 10 * value + (text_[at_] - '0');
            if (value > largestAxis) fail("an axis longer than " + std::to_string(largestAxis));
        }
        return value;
    }

    std::string_view text_;
    const std::string& file_;
    std::size_t at_ = 0;
};

/// The bytes that the shape takes; absent where that is more than `room` (or overflows).
std::optional<std::size_t> sizeOf(const std::vector<std::int64_t>& shape, std::size_t width, std::size_t room) {
    std::size_t size = width;
    for (const std::int64_t axis : shape) {
        if (axis == 0) return 0;
        if (size > room / static_cast<std::size_t>(axis)) return std::nullopt;
        size *= static_cast<std::size_t>(axis);
    }
    return size;
}

std::size_t widthOf(const std::string& type, const std::string& file) {
    const bool known = type.size() == 3 && std::string_view("<>|=").find(type[0]) != std::string_view::npos &&
                       std::string_view("biuf").find(type[1]) != std::string_view::npos && std::string_view("1248").find(type[2]) != std::string_view::npos;
    if (!known) throw Error(Kind::Unsupported, file + ": the type \"" + json::excerpt(type) + "\" is not supported");
    return static_cast<std::size_t>(type[2] - '0');
}

}  // namespace

NpyView readNpy(std::span<const std::byte> bytes, const std::string& file) {
    const std::string_view whole(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!whole.starts_with(magic)) throw Error(Kind::Corrupt, file + ": is no NumPy file (it does not start with \\x93NUMPY)");
    const auto byteAt = [&](std::size_t i) { return i < bytes.size() ? std::to_integer<std::size_t>(bytes[i]) : std::size_t{0}; };
    const std::size_t version = byteAt(6);
    if (version < 1 || version > 3)
        throw Error(Kind::Unsupported, file + ": version " + std::to_string(version) + " of NumPy's file format; 1 to 3 are known");
    const std::size_t start = version == 1 ? 10 : 12;
    std::size_t length = byteAt(8) | byteAt(9) << 8;
    if (version > 1) length |= byteAt(10) << 16 | byteAt(11) << 24;
    if (start > bytes.size() || length > bytes.size() - start)
        throw Error(Kind::Corrupt, file + ": the header takes " + std::to_string(length) + " bytes, but the file has only " +
                                       std::to_string(bytes.size()));
    Dictionary header(whole.substr(start, length), file);
    header.read();
    if (*header.columnOrder && header.shape->size() > 1)
        throw Error(Kind::Unsupported, file + ": the array is stored column by column (fortran_order); store it row by row");
    const auto content = bytes.subspan(start + length);
    const auto size = sizeOf(*header.shape, widthOf(*header.type, file), content.size());
    if (size != content.size())
        header.fail("the shape does not fit the " + std::to_string(content.size()) + " bytes behind the header");
    return {*header.type, *header.shape, content};
}

}  // namespace dq::text
