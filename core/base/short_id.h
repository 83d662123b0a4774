// ShortId: an id of 12 characters of [a-z0-9] that stands in addresses, messages and logs: 62 bits, so random
// ones never meet. Which kind of thing it names is part of its type; the tag is any type.
// A value without owner and thread. Making new ones is server/crypto's job.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gs {

template <class Tag>
class ShortId {
  public:
    static constexpr std::size_t length = 12;
    static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// Nothing when `text` is not 12 characters of the alphabet.
    [[nodiscard]] static constexpr std::optional<ShortId> parse(std::string_view text) {
        if (text.size() != length || !std::ranges::all_of(text, is_character)) return std::nullopt;
        ShortId id;
        std::ranges::copy(text, id.characters_.begin());
        return id;
    }

    /// "aaaaaaaaaaaa": no id that was ever given out.
    constexpr ShortId() { characters_.fill(alphabet.front()); }

    [[nodiscard]] constexpr std::string_view text() const { return {characters_.data(), length}; }

    friend constexpr auto operator<=>(const ShortId&, const ShortId&) = default;

  private:
    /// Of the alphabet. Journals have one id per record, so it is not looked for there.
    static constexpr bool is_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

    std::array<char, length> characters_;
};

}  // namespace gs

template <class Tag>
struct std::hash<gs::ShortId<Tag>> {
    std::size_t operator()(const gs::ShortId<Tag>& id) const noexcept {
        return std::hash<std::string_view>{}(id.text());
    }
};
