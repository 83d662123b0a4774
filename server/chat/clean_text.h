// What people write to each other, cleaned before anybody sees it: valid UTF-8 in Unicode's composed form
// (NFC), without what hides, turns or towers: control and direction characters, what has no width, private
// and unassigned characters, piles of marks; white space, new lines included, single and trimmed. Joiners
// stay where letters and pictures need them. Called by Conversation for each message; pure. The result is
// still text: whoever shows it escapes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace gs::chat {

/// Of what is looked at: a clean text of the greatest length, written in the longest way.
inline constexpr std::size_t raw_text_bytes_max = 2'048;
/// Of a clean text. More is no remark in passing; nobody reads it beside a match.
inline constexpr std::size_t text_characters_max = 280;  // code points
inline constexpr std::size_t text_bytes_max = 1'024;

enum class TextFault : std::uint8_t { too_long, not_utf8, empty };
/// For whoever wrote it.
[[nodiscard]] std::string_view words_of(TextFault fault);

/// Takes time and memory in proportion to raw_text_bytes_max at most, whatever comes.
[[nodiscard]] std::expected<std::string, TextFault> clean_text(std::string_view raw);

}  // namespace gs::chat
