#include "server/names/look_alike.h"

#include "server/names/code_points.h"
#include "server/names/nickname.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace gs::names {
namespace {

struct Confusable {
    char32_t code;
    std::string_view looks_like;  // in small letters
};

/// By letter, after marks and ornaments are gone. Capitals have rows of their own: some look otherwise.
constexpr Confusable confusables[] = {
    // Latin with a stroke, ligatures, dotless and phonetic letters, small capitals
    {0xdf, "ss"},
    {0xe6, "ae"},
    {0xc6, "ae"},
    {0xd0, "d"},
    {0xd8, "o"},
    {0xde, "p"},
    {0xf0, "d"},
    {0xf8, "o"},
    {0xfe, "p"},
    {0x110, "d"},
    {0x111, "d"},
    {0x126, "h"},
    {0x127, "h"},
    {0x131, "l"},
    {0x138, "k"},
    {0x141, "l"},
    {0x142, "l"},
    {0x14a, "n"},
    {0x14b, "n"},
    {0x152, "oe"},
    {0x153, "oe"},
    {0x166, "t"},
    {0x167, "t"},
    {0x17f, "f"},
    {0x180, "b"},
    {0x192, "f"},
    {0x1c0, "l"},
    {0x237, "j"},
    {0x251, "a"},
    {0x253, "b"},
    {0x256, "d"},
    {0x257, "d"},
    {0x261, "g"},
    {0x262, "g"},
    {0x266, "h"},
    {0x268, "l"},
    {0x269, "l"},
    {0x26a, "l"},
    {0x26f, "m"},
    {0x272, "n"},
    {0x274, "n"},
    {0x280, "r"},
    {0x28b, "u"},
    {0x28f, "y"},
    {0x299, "b"},
    {0x29c, "h"},
    {0x29f, "l"},
    // Greek
    {0x391, "a"},
    {0x392, "b"},
    {0x395, "e"},
    {0x396, "z"},
    {0x397, "h"},
    {0x399, "l"},
    {0x39a, "k"},
    {0x39c, "m"},
    {0x39d, "n"},
    {0x39f, "o"},
    {0x3a1, "p"},
    {0x3a4, "t"},
    {0x3a5, "y"},
    {0x3a7, "x"},
    {0x3b1, "a"},
    {0x3b2, "b"},
    {0x3b3, "y"},
    {0x3b5, "e"},
    {0x3b7, "n"},
    {0x3b9, "l"},
    {0x3ba, "k"},
    {0x3bc, "u"},
    {0x3bd, "v"},
    {0x3bf, "o"},
    {0x3c1, "p"},
    {0x3c3, "o"},
    {0x3c4, "t"},
    {0x3c5, "u"},
    {0x3c7, "x"},
    {0x3c9, "w"},
    {0x3f1, "p"},
    {0x3f2, "c"},
    {0x3f3, "j"},
    {0x3f9, "c"},
    // Cyrillic
    {0x404, "e"},
    {0x405, "s"},
    {0x406, "l"},
    {0x408, "j"},
    {0x410, "a"},
    {0x412, "b"},
    {0x413, "r"},
    {0x415, "e"},
    {0x417, "3"},
    {0x41a, "k"},
    {0x41c, "m"},
    {0x41d, "h"},
    {0x41e, "o"},
    {0x41f, "n"},
    {0x420, "p"},
    {0x421, "c"},
    {0x422, "t"},
    {0x423, "y"},
    {0x425, "x"},
    {0x42b, "bl"},
    {0x42c, "b"},
    {0x42d, "3"},
    {0x430, "a"},
    {0x431, "6"},
    {0x432, "b"},
    {0x433, "r"},
    {0x435, "e"},
    {0x437, "3"},
    {0x43a, "k"},
    {0x43c, "m"},
    {0x43d, "h"},
    {0x43e, "o"},
    {0x43f, "n"},
    {0x440, "p"},
    {0x441, "c"},
    {0x442, "t"},
    {0x443, "y"},
    {0x445, "x"},
    {0x44b, "bl"},
    {0x44c, "b"},
    {0x44d, "3"},
    {0x454, "e"},
    {0x455, "s"},
    {0x456, "l"},
    {0x458, "j"},
    {0x474, "v"},
    {0x475, "v"},
    {0x4ae, "y"},
    {0x4af, "y"},
    {0x4ba, "h"},
    {0x4bb, "h"},
    {0x4c0, "l"},
    {0x4cf, "l"},
    {0x4e8, "o"},
    {0x4e9, "o"},
    {0x501, "d"},
    {0x50c, "g"},
    {0x51a, "q"},
    {0x51b, "q"},
    {0x51c, "w"},
    {0x51d, "w"},
    // Armenian, small capitals, and signs for letters
    {0x555, "o"},
    {0x570, "h"},
    {0x578, "n"},
    {0x57d, "u"},
    {0x581, "g"},
    {0x585, "o"},
    {0x1d00, "a"},
    {0x1d04, "c"},
    {0x1d05, "d"},
    {0x1d07, "e"},
    {0x1d0a, "j"},
    {0x1d0b, "k"},
    {0x1d0d, "m"},
    {0x1d0f, "o"},
    {0x1d18, "p"},
    {0x1d1b, "t"},
    {0x1d1c, "u"},
    {0x1d20, "v"},
    {0x1d21, "w"},
    {0x1d22, "z"},
    {0x2223, "l"},
    {0xa730, "f"},
    {0xa731, "s"},
};

/// Letters in squares and circles that Unicode does not call variants of the plain ones.
char32_t without_sign(char32_t code) {
    for (const char32_t first : {U'\U0001F150', U'\U0001F170', U'\U0001F1E6'}) {
        if (code >= first && code < first + 26) return U'a' + (code - first);
    }
    return code;
}

/// Digits and signs that stand for letters, and letters that are one stroke.
char look_of(char c) {
    switch (c) {
        case '0':
            return 'o';
        case '1':
        case 'i':
        case '|':
        case '!':
            return 'l';
        case '5':
        case '$':
            return 's';
        case '8':
            return 'b';
        case '@':
            return 'a';
        default:
            return c;
    }
}

char32_t small(char32_t code) {
    if ((code >= 0x391 && code <= 0x3a9) || (code >= 0x410 && code <= 0x42f)) return code + 0x20;
    if (code >= 0x400 && code <= 0x40f) return code + 0x50;
    return code;
}

void append_ascii(std::string& text, char c) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    c = look_of(c);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) text.push_back(c);
}

void append_look(std::string& text, char32_t code) {
    code = without_marks(without_sign(without_ornament(without_marks(code))));
    if (code < 0x80) return append_ascii(text, static_cast<char>(code));
    if (is_mark(code)) return;
    const auto found = std::ranges::find(confusables, code, &Confusable::code);
    if (found != std::end(confusables)) {
        for (const char c : found->looks_like)
            append_ascii(text, c);
    } else {
        append_code_point(text, small(code));
    }
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

}  // namespace

std::string skeleton(std::string_view name) {
    std::string look;
    for (std::string_view rest = name; !rest.empty();)
        append_look(look, take_code_point(rest));
    replace_all(look, "rn", "m");
    replace_all(look, "vv", "w");
    // Of punctuation only: then every character counts.
    return look.empty() ? std::string(name) : look;
}

std::string distinct_name(std::string_view name,
                          const std::function<bool(std::string_view skeleton)>& is_taken) {
    if (!is_taken(skeleton(name))) return std::string(name);
    std::string numbered;
    for (int number = 2; number <= 1000; ++number) {
        const std::string suffix = std::to_string(number);
        const NameLimits left{.characters_max = nickname_limits.characters_max - 1 - suffix.size(),
                              .bytes_max = nickname_limits.bytes_max - 1 - suffix.size()};
        numbered = clean_name(name, left) + ' ' + suffix;
        if (!is_taken(skeleton(numbered))) break;
    }
    return numbered;
}

}  // namespace gs::names
