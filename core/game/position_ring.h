// PositionRing: where everybody was in the last ticks, for the state of a game with lag compensation: who
// aims at what is drawn a moment late hits what was drawn (docs/protocol.md, "Lag compensation"). The age
// comes with the input, clamped by the server before it becomes a command, so all compute the same.
// Places are kept in 1/256 of a unit, ±128 units.
#pragma once

#include "core/base/vec2.h"
#include "core/game/game.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gs::game {

template <std::size_t seats>
class PositionRing {
  public:
    /// Once in each step, before anything moves, with the places as they were after the tick before.
    void begin_tick() { newest_ = static_cast<std::uint8_t>((newest_ + 1) % ticks); }
    void set(std::size_t seat, Vec2 at) {
        if (seat < seats) places_[newest_][seat] = {pack(at.x), pack(at.y)};
    }

    /// Where `seat` was `age` ticks before the newest that was set; more than view_age_max is cut.
    [[nodiscard]] Vec2 at(std::size_t seat, std::uint8_t age) const {
        if (seat >= seats) return {};
        const std::size_t back = std::min<std::size_t>(age, view_age_max);
        const Packed& place = places_[(newest_ + ticks - back) % ticks][seat];
        return {unpack(place.x), unpack(place.y)};
    }

    /// Somebody appears at another place: nobody sees them where they were.
    void fill(std::size_t seat, Vec2 at) {
        if (seat >= seats) return;
        for (auto& tick : places_)
            tick[seat] = {pack(at.x), pack(at.y)};
    }

    template <class Stream, class Ring>
    static bool serialize(Stream& s, Ring& ring) {
        if (!s.integer(ring.newest_, 0, ticks - 1)) return false;
        for (auto& tick : ring.places_) {
            for (auto& place : tick) {
                if (!s.integer(place.x, INT16_MIN, INT16_MAX) || !s.integer(place.y, INT16_MIN, INT16_MAX))
                    return false;
            }
        }
        return true;
    }

  private:
    static constexpr std::size_t ticks = view_age_max + 1;
    static constexpr float scale = 256;

    struct Packed {
        std::int16_t x = 0;
        std::int16_t y = 0;
    };
    static std::int16_t pack(float value) {
        const float scaled = value * scale;
        // In this form a NaN is the lowest, too.
        if (!(scaled > -32'768.F)) return INT16_MIN;
        return scaled < 32'767.F ? static_cast<std::int16_t>(scaled) : INT16_MAX;
    }
    static float unpack(std::int16_t value) { return static_cast<float>(value) / scale; }

    std::uint8_t newest_ = 0;
    std::array<std::array<Packed, seats>, ticks> places_ = {};
};

}  // namespace gs::game
