// Numbers and times as people read them. Used by Pages only.
#pragma once

#include "server/pages/models.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gs::pages {

/// 1234567 → "1,234,567"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// 1 → "1 room", 2000 → "2,000 rooms"
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

/// As in /api/v1/rooms, for scripts and styles.
[[nodiscard]] std::string_view phase_name(Phase phase);
/// For people.
[[nodiscard]] std::string_view phase_words(Phase phase);

/// What an HTTP status means to people, never its number: our own words, else `title`, else general ones.
[[nodiscard]] std::string_view error_heading(int status, std::string_view title);
[[nodiscard]] std::string_view error_detail(int status);

}  // namespace gs::pages
