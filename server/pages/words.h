// Numbers and times as people read them. Used by Pages only.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace gs::pages {

/// 1234567 → "1,234,567"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// The two largest units: "3 d 4 h", "4 h 12 min", "12 min", "under a minute".
[[nodiscard]] std::string spoken(std::chrono::seconds duration);

/// What an HTTP status means to people, never its number: our own words, else `title`, else general ones.
[[nodiscard]] std::string_view error_heading(int status, std::string_view title);
[[nodiscard]] std::string_view error_detail(int status);

}  // namespace gs::pages
