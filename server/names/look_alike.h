// Names that look alike: nobody shall be taken for somebody else in the same room. Used by rooms when
// somebody comes in or is renamed; pure. Not for deciding who somebody is: that is an AccountId's job.
// Grounded in UTS #39 (confusable detection), with a table of the letters that fit into a name here.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace gs::names {

/// What is left of a clean name when look-alikes are made equal: case, accents, spaces and punctuation do not
/// count, Cyrillic, Greek, wide and ornamental letters become the Latin ones they look like, and so do
/// digits. "Åda", "АDА" (Cyrillic) and "a d a" have the same skeleton. Never empty for a clean name.
[[nodiscard]] std::string skeleton(std::string_view name);

/// `name`, or "name 2", "name 3" … for the first whose skeleton is not taken; within nickname_limits.
/// `is_taken` is asked at most 1,000 times; so many namesakes share the last number.
[[nodiscard]] std::string distinct_name(std::string_view name,
                                        const std::function<bool(std::string_view skeleton)>& is_taken);

}  // namespace gs::names
