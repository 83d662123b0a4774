// What this folder knows of Unicode: which characters fit into a name, which are marks on others, how they
// are composed, and what they look like. Internal to server/names; pure. The tables are written by
// tools/names/code_point_tables.mjs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gs::names {

/// The character at the front of valid UTF-8, which is shortened by it.
[[nodiscard]] char32_t take_code_point(std::string_view& text);
void append_code_point(std::string& text, char32_t code);

[[nodiscard]] bool is_space(char32_t code);
/// Invisible, without a meaning that everybody shares, or no character at all.
[[nodiscard]] bool is_unfit(char32_t code);
/// Stands on, under or around the character before it.
[[nodiscard]] bool is_mark(char32_t code);

/// One character for two, where Unicode has it (é for e and U+0301).
[[nodiscard]] std::optional<char32_t> composed(char32_t base, char32_t mark);
/// Without its marks: e for é, o for ợ. Other characters stay.
[[nodiscard]] char32_t without_marks(char32_t code);
/// The ASCII letter or digit that this is in another dress (wide, bold, circled …), or `code`.
[[nodiscard]] char32_t without_ornament(char32_t code);

struct CodeRange {
    char32_t first;
    char32_t last;
};
struct Composition {
    char32_t composed;
    char32_t base;
    char32_t mark;
};
struct Ornament {
    char32_t first;
    char32_t last;
    char32_t plain;  // of the first
};

/// Sorted by the first member.
namespace data {
extern const std::span<const CodeRange> spaces;
extern const std::span<const CodeRange> unfit;
extern const std::span<const CodeRange> marks;
extern const std::span<const Composition> compositions;
extern const std::span<const Ornament> ornaments;
}  // namespace data

}  // namespace gs::names
