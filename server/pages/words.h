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

/// The usual words for an HTTP status, for people: never the number.
[[nodiscard]] std::string_view error_title(int status);
[[nodiscard]] std::string_view error_detail(int status);

}  // namespace gs::pages
