// Strong ids of the simulation: a tick is not a seat and neither is a number. Used by games, netcode and
// rooms. Values; they have no owner and no thread.
#pragma once

#include <compare>
#include <cstdint>

namespace gs {

/// Counts the steps of a match. A room's matches go on counting, so a tick names one moment of a room. 32
/// bits last 2 years at 60 Hz.
struct Tick {
    std::uint32_t value = 0;

    friend constexpr auto operator<=>(Tick, Tick) = default;
    friend constexpr Tick operator+(Tick tick, std::uint32_t ticks) { return {tick.value + ticks}; }
    /// `ticks` is at most `tick.value`.
    friend constexpr Tick operator-(Tick tick, std::uint32_t ticks) { return {tick.value - ticks}; }
    /// How many ticks `later` is after `earlier`; negative when it is before.
    friend constexpr std::int32_t operator-(Tick later, Tick earlier) {
        return static_cast<std::int32_t>(later.value - earlier.value);
    }
    constexpr Tick& operator++() {
        ++value;
        return *this;
    }
};

/// A slot in a match, from 0; also the index into the input vector.
struct Seat {
    std::uint8_t value = 0;

    friend constexpr auto operator<=>(Seat, Seat) = default;
};

/// A spectator has none.
inline constexpr Seat no_seat = {255};

}  // namespace gs
