// FixedVector: a list with room for `capacity` elements inside itself, for states and inputs: trivially
// copyable, no heap. What does not fit is a failed GS_GAME_CHECK and is left out.
#pragma once

#include "core/game/check.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace gs::game {

template <class T, std::size_t room>
class FixedVector {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    static constexpr std::size_t capacity = room;

    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    [[nodiscard]] constexpr bool full() const { return size_ == capacity; }

    /// Null when it is full, after a failed check.
    constexpr T* push_back(const T& value) {
        GS_GAME_CHECK(!full(), "a fixed vector is full");
        if (full()) return nullptr;
        items_[size_] = value;
        return &items_[size_++];
    }

    /// Puts the last element in its place: the order of the others changes, but the same way everywhere.
    constexpr void remove_unordered(std::size_t index) {
        GS_GAME_CHECK(index < size_, "an index is past the end of a fixed vector");
        if (index >= size_) return;
        items_[index] = items_[size_ - 1];
        items_[--size_] = T{};
    }

    constexpr void clear() { *this = {}; }

    /// For serialize(): new elements are T{}. False when it is more than fits.
    [[nodiscard]] constexpr bool resize(std::size_t size) {
        if (size > capacity) return false;
        for (std::size_t index = size; index < size_ && index < capacity; ++index)
            items_[index] = T{};
        size_ = static_cast<std::uint32_t>(size);
        return true;
    }

    /// An index past the end is a failed check and gives some place inside.
    [[nodiscard]] constexpr T& operator[](std::size_t index) { return items_[checked(index)]; }
    [[nodiscard]] constexpr const T& operator[](std::size_t index) const { return items_[checked(index)]; }

    [[nodiscard]] constexpr T* begin() { return items_.data(); }
    [[nodiscard]] constexpr T* end() { return items_.data() + size_; }
    [[nodiscard]] constexpr const T* begin() const { return items_.data(); }
    [[nodiscard]] constexpr const T* end() const { return items_.data() + size_; }

  private:
    [[nodiscard]] constexpr std::size_t checked(std::size_t index) const {
        GS_GAME_CHECK(index < size_, "an index is past the end of a fixed vector");
        return index < capacity ? index : capacity - 1;
    }

    std::uint32_t size_ = 0;
    std::array<T, capacity> items_ = {};
};

}  // namespace gs::game
