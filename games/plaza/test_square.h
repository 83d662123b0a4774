// For the plaza's tests: a square with people in it, stepped by hand. One thread, owned by the test.
#pragma once

#include "core/base/rng.h"
#include "games/plaza/plaza.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::plaza {

class TestSquare {
  public:
    TestSquare() { Plaza::start(state); }

    State state;
    std::array<Input, seats> inputs = {};

    void happens(std::uint8_t seat, game::SeatEvent::Kind kind) { events_.push_back({{seat}, kind}); }

    /// Seats 0 … count − 1 are taken and nobody waves any more.
    void people(std::uint8_t count) {
        for (std::uint8_t seat = 0; seat < count; ++seat)
            happens(seat, game::SeatEvent::Kind::joined);
        step(Walker::emote_ticks_max + 1);
    }

    void step(int ticks = 1) {
        for (int count = 0; count < ticks; ++count) {
            Plaza::step(state, {.tick = tick, .inputs = inputs, .events = events_, .random = 0});
            ++tick;
            events_.clear();
            for (Input& input : inputs)
                input = Plaza::repeat(input);
            const game::CheckFailure failure = game::take_check_failure();
            ASSERT_FALSE(failure) << failure.why << ": " << failure.expression << " at tick " << tick.value;
        }
    }

    /// Everybody changes their mind every half second or so.
    void press_anything(base::Rng& rng) {
        for (Input& input : inputs) {
            const std::uint64_t bits = rng.next();
            if (bits % 30 != 0) continue;
            input =
                Plaza::sanitise({static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits >> 16),
                                 static_cast<std::uint8_t>(bits >> 24)});
        }
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        std::vector<std::byte> room(game::state_bytes_max);
        wire::BitWriter writer(room);
        EXPECT_TRUE(Plaza::serialize(writer, state));
        room.resize(writer.size());
        return room;
    }

    Tick tick = {0};

  private:
    std::vector<game::SeatEvent> events_;
};

}  // namespace gs::plaza
