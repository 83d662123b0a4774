// For the arena's tests: a match with people or computers in it, stepped by hand. One thread, owned by the
// test.
#pragma once

#include "core/base/rng.h"
#include "games/arena/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace gs::arena {

class TestArena {
  public:
    TestArena() { Arena::start(state); }

    State state;
    std::array<Input, seats> inputs = {};
    std::vector<game::Event> happened;  // in the last step()
    Tick tick = {0};

    void happens(std::size_t seat, game::SeatEvent::Kind kind) { events_.push_back({seat_of(seat), kind}); }

    void people(std::size_t count) {
        for (std::size_t seat = 0; seat < count; ++seat)
            happens(seat, game::SeatEvent::Kind::joined);
        step();
    }
    void computers(std::size_t count) {
        for (std::size_t seat = 0; seat < count; ++seat)
            happens(seat, game::SeatEvent::Kind::computer_joined);
        step();
    }

    /// From the waiting phase to the first tick of play, where nobody is protected any more.
    void begin_play() {
        start_asked_ = true;
        step();
        start_asked_ = false;
        step(match_rules.countdown_ticks);
        ASSERT_TRUE(state.flow.is_playing());
    }

    void step(int ticks = 1, std::uint64_t random = 0) {
        happened.clear();
        for (int count = 0; count < ticks; ++count) {
            game::EventList list;
            Arena::step(state, {.tick = tick,
                                .inputs = inputs,
                                .events = events_,
                                .random = random,
                                .start_asked = start_asked_,
                                .emitted = &list});
            ++tick;
            events_.clear();
            happened.insert(happened.end(), list.events().begin(), list.events().end());
            for (Input& input : inputs)
                input = Arena::repeat(input);
            const game::CheckFailure failure = game::take_check_failure();
            ASSERT_FALSE(failure) << failure.why << ": " << failure.expression << " at tick " << tick.value;
        }
    }

    /// Stands there, unhurt and ready, and has stood there for long.
    Fighter& place(std::size_t seat, Vec2 at) {
        Fighter& fighter = state.fighters[seat];
        const std::int16_t frags = fighter.frags;
        const Presence presence = fighter.presence;
        fighter = {};
        fighter.presence = presence;
        fighter.frags = frags;
        fighter.at = at;
        state.past.fill(seat, at);
        return fighter;
    }

    void aim_at(std::size_t seat, Vec2 at) { inputs[seat].aim = angle_of(at - state.fighters[seat].at); }
    void press(std::size_t seat, std::uint8_t presses, std::uint8_t view_age = 0) {
        inputs[seat].pressed = presses;
        inputs[seat].view_age = view_age;
    }

    [[nodiscard]] const game::Event* found(Happening kind) const {
        const auto at = std::ranges::find(happened, static_cast<std::uint8_t>(kind), &game::Event::kind);
        return at == happened.end() ? nullptr : &*at;
    }
    [[nodiscard]] int count(Happening kind) const {
        return static_cast<int>(
            std::ranges::count(happened, static_cast<std::uint8_t>(kind), &game::Event::kind));
    }

    /// Everybody changes their mind every half second or so.
    void press_anything(base::Rng& rng) {
        for (Input& input : inputs) {
            const std::uint64_t bits = rng.next();
            if (bits % 30 != 0) continue;
            input = Arena::sanitise({.aim = static_cast<Angle>(bits >> 8),
                                     .move = static_cast<std::uint8_t>(rng.below(17)),
                                     .pressed = static_cast<std::uint8_t>(bits >> 32),
                                     .view_age = static_cast<std::uint8_t>(bits >> 40)});
        }
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        std::vector<std::byte> room(game::state_bytes_max);
        wire::BitWriter writer(room);
        EXPECT_TRUE(Arena::serialize(writer, state));
        room.resize(writer.size());
        return room;
    }

  private:
    std::vector<game::SeatEvent> events_;
    bool start_asked_ = false;
};

}  // namespace gs::arena
