#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/text/regex.hpp"

#include <pcre2.h>

#include <array>
#include <new>

#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::text {

namespace {

constexpr std::uint32_t mostSteps = 100'000'000;  // of backtracking, before a pattern counts as hostile
constexpr std::size_t jitStackStart = 32u << 10, jitStackMost = 16u << 20;

template <auto release>
struct Free {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};

using Code = std::unique_ptr<pcre2_code, Free<pcre2_code_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Free<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, Free<pcre2_jit_stack_free>>;

std::string faultText(int code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

/// What matching needs beside the code; one for each thread, because making it costs more than matching a word.
struct Scratch {
    MatchContext context{pcre2_match_context_create(nullptr)};
    MatchData data{pcre2_match_data_create(1, nullptr)};
    JitStack stack{pcre2_jit_stack_create(jitStackStart, jitStackMost, nullptr)};

    Scratch() {
        if (!context || !data) throw std::bad_alloc();
        pcre2_set_match_limit(context.get(), mostSteps);
        if (stack) pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    }
};

PCRE2_SPTR chars(std::string_view text) {
    return reinterpret_cast<PCRE2_SPTR>(text.data());
}

}  // namespace

struct Regex::Parts {
    std::string pattern;
    Code code;
};

Regex::Regex() : parts_(std::make_unique<Parts>()) {}
Regex::~Regex() = default;

std::shared_ptr<const Regex> Regex::compile(const std::string& pattern, std::string_view source) {
    const auto refuse = [&](const std::string& why) {
        return Error(Kind::Unsupported, std::string(source) + ": the pattern \"" + json::excerpt(pattern, 200) + "\" " + why);
    };
    const CompileContext context(pcre2_compile_context_create(nullptr));
    if (!context) throw std::bad_alloc();
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int fault = 0;
    PCRE2_SIZE where = 0;
    const std::shared_ptr<Regex> regex(new Regex);
    regex->parts_->pattern = pattern;
    regex->parts_->code.reset(
        pcre2_compile(chars(pattern), pattern.size(), PCRE2_UTF | PCRE2_UCP, &fault, &where, context.get()));
    const Code& code = regex->parts_->code;
    if (!code) throw refuse("cannot be used: " + faultText(fault));
    std::uint32_t matchesNothing = 0;
    pcre2_pattern_info(code.get(), PCRE2_INFO_MATCHEMPTY, &matchesNothing);
    if (matchesNothing) throw refuse("can match an empty text, which is not supported");
    pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // where it cannot, matching interprets
    return regex;
}

void Regex::find(std::string_view text, std::vector<Range>& found) const {
    thread_local const Scratch scratch;
    for (std::size_t at = 0; at < text.size();) {
        const int count = pcre2_match(parts_->code.get(), chars(text), text.size(), at, PCRE2_NO_UTF_CHECK, scratch.data.get(),
                                      scratch.context.get());
        if (count == PCRE2_ERROR_NOMATCH) break;
        if (count < 0)
            throw Error(Kind::Input, "the tokenizer's pattern \"" + json::excerpt(parts_->pattern, 200) +
                                         "\" cannot be matched against the text: " + faultText(count));
        const PCRE2_SIZE* const bounds = pcre2_get_ovector_pointer(scratch.data.get());
        if (bounds[1] <= bounds[0]) {  // a look-around made it empty after all
            ++at;
            while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
            continue;
        }
        found.push_back({bounds[0], bounds[1]});
        at = bounds[1];
    }
}

std::vector<Range> Regex::matches(std::string_view text) const {
    std::vector<Range> found;
    find(text, found);
    return found;
}

std::string Regex::replace(std::string_view text, std::string_view by) const {
    std::string result;
    std::size_t done = 0;
    for (const Range match : matches(text)) {
        result.append(text.substr(done, match.begin - done)).append(by);
        done = match.end;
    }
    return result.append(text.substr(done));
}

}  // namespace dq::text
