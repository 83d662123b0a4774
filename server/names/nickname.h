// Names that people give: cleaned before anybody sees them. Used wherever a name comes in (accounts, rooms);
// pure. A clean name is valid UTF-8 without control characters, direction overrides, zero-width and
// private-use characters or stacked marks, composed where that is common, its white space single and trimmed.
// It is still text: whoever shows it escapes it. Two clean names may look alike: look_alike.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gs::names {

struct NameLimits {
    std::size_t characters_max;  // as people count: marks belong to their letters
    std::size_t bytes_max;       // of UTF-8
};

/// A name tag over a head.
inline constexpr NameLimits nickname_limits{.characters_max = 20, .bytes_max = 64};
/// A line on a room's card.
inline constexpr NameLimits title_limits{.characters_max = 40, .bytes_max = 128};

/// What comes in may have dirt around a name, but nothing longer is looked at.
inline constexpr std::size_t raw_name_bytes_max = 1024;

/// The clean part of `raw`, cut to the limits; empty when nothing is left, when `raw` is no UTF-8 or when it
/// is longer than raw_name_bytes_max.
[[nodiscard]] std::string clean_name(std::string_view raw, NameLimits limits);

/// "Quiet Heron": a name for who gave none. Any number will do; equal numbers give equal names.
[[nodiscard]] std::string friendly_name(std::uint32_t random);

}  // namespace gs::names
