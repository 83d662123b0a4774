// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing past U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace gs {

[[nodiscard]] bool is_utf8(std::string_view text);

/// The longest prefix of at most `bytes_max` bytes that does not end inside a character of valid UTF-8.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

}  // namespace gs
