#include "server/chat/clean_text.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utf8proc.h>

namespace gs::chat {
namespace {

constexpr char32_t zero_width_non_joiner = 0x200c;
constexpr char32_t zero_width_joiner = 0x200d;
/// Where the scripts begin whose letters join, and everything that pictures are made of.
constexpr char32_t first_joining = 0x590;

/// Letters, marks and symbols that nobody sees, or that stand for something that is not there.
constexpr std::array<char32_t, 11> invisible = {0x34f,  0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800,
                                                0x3164, 0xffa0, 0xfffc, 0x180f, 0x1d159};

bool is_in(char32_t code, char32_t first, char32_t last) { return code >= first && code <= last; }

bool is_space(char32_t code, utf8proc_category_t category) {
    return is_in(code, 0x9, 0xd) || code == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool is_mark(utf8proc_category_t category) {
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

bool is_unfit(char32_t code, utf8proc_category_t category) {
    switch (category) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
            return true;
        case UTF8PROC_CATEGORY_CN:
            // Pictures that are younger than the table.
            return !is_in(code, 0x1f000, 0x1faff);
        default:
            break;
    }
    // Whole sentences in one character cover what stands beside them; selectors choose among shapes that no
    // font here has, but for the two that choose between text and picture.
    const bool is_oversized = is_in(code, 0xfdf0, 0xfdfd) || is_in(code, 0x12000, 0x1254f);
    const bool is_selector =
        is_in(code, 0xfe00, 0xfe0d) || is_in(code, 0xe0100, 0xe01ef) || is_in(code, 0x180b, 0x180d);
    return is_oversized || is_selector || std::ranges::find(invisible, code) != invisible.end();
}

/// How many marks a character keeps: Hebrew, Thai and Devanagari write three, of the general ones two are
/// more than any language needs beside composed letters.
std::size_t marks_max(char32_t mark) {
    const bool is_general = is_in(mark, 0x300, 0x36f) || is_in(mark, 0x1ab0, 0x1aff) ||
                            is_in(mark, 0x1dc0, 0x1dff) || is_in(mark, 0x20d0, 0x20ff) ||
                            is_in(mark, 0xfe20, 0xfe2f);
    return is_general ? 2 : 3;
}

/// Takes characters one by one and keeps what a message may have.
class Sieve {
  public:
    /// `slack`: so many marks more.
    explicit Sieve(std::size_t slack) : slack_(slack) {}

    void take(char32_t code) {
        const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(code));
        if (is_space(code, category)) {
            space_waits_ = !kept_.empty();
            can_join_ = can_be_marked_ = false;
            joiner_ = 0;
        } else if (code == zero_width_joiner || code == zero_width_non_joiner) {
            if (can_join_ && joiner_ == 0) joiner_ = code;
        } else if (is_unfit(code, category)) {
            return;
        } else if (is_mark(category)) {
            joiner_ = 0;
            if (!can_be_marked_ || marks_ >= marks_max(code) + slack_) return;
            ++marks_;
            put(code);
        } else {
            if (joiner_ != 0 && code >= first_joining) put(joiner_);
            joiner_ = 0;
            if (space_waits_) put(' ');
            space_waits_ = false;
            put(code);
            can_be_marked_ = true;
            can_join_ = code >= first_joining;
            marks_ = 0;
        }
    }

    [[nodiscard]] std::size_t characters() const { return characters_; }
    [[nodiscard]] const std::string& kept() const { return kept_; }

  private:
    void put(char32_t code) {
        std::array<utf8proc_uint8_t, 4> bytes;
        const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes.data());
        kept_.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
        ++characters_;
    }

    std::size_t slack_;
    std::string kept_;
    std::size_t characters_ = 0;
    bool space_waits_ = false;
    bool can_be_marked_ = false;
    bool can_join_ = false;
    char32_t joiner_ = 0;  // stays if what follows is joined by it; 0: none
    std::size_t marks_ = 0;
};

Sieve sieved(std::string_view text, std::size_t slack) {
    Sieve sieve(slack);
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code = 0;
        const utf8proc_ssize_t size = utf8proc_iterate(at, left, &code);
        if (size <= 0) break;  // valid UTF-8 has nothing of that kind
        sieve.take(static_cast<char32_t>(code));
        at += size;
        left -= size;
    }
    return sieve;
}

std::string composed(const std::string& text) {
    utf8proc_uint8_t* bytes = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
        &bytes, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(bytes, &std::free);
    if (size <= 0) return {};
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

}  // namespace

std::string_view words_of(TextFault fault) {
    switch (fault) {
        case TextFault::too_long:
            return "That is too long: a message has at most 280 characters";
        case TextFault::not_utf8:
            return "That is not text; nobody could read it";
        case TextFault::empty:
            break;
    }
    return "There is nothing in this message that can be shown";
}

std::expected<std::string, TextFault> clean_text(std::string_view raw) {
    if (raw.size() > raw_text_bytes_max) return std::unexpected(TextFault::too_long);
    if (!is_utf8(raw)) return std::unexpected(TextFault::not_utf8);
    // Putting marks in order takes the square of their number, so a pile is gone before that; letters that
    // are composed of several need some slack until they are.
    constexpr std::size_t slack = 2;
    const Sieve sieve = sieved(composed(sieved(raw, slack).kept()), 0);
    if (sieve.kept().empty()) return std::unexpected(TextFault::empty);
    if (sieve.characters() > text_characters_max || sieve.kept().size() > text_bytes_max)
        return std::unexpected(TextFault::too_long);
    return sieve.kept();
}

}  // namespace gs::chat
