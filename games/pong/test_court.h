// For pong's tests: a court stepped by hand. One thread, owned by the test.
#pragma once

#include "games/pong/pong.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace gs::pong {

class TestCourt {
  public:
    TestCourt() { Pong::start(state); }

    State state;
    std::array<Input, seats> inputs = {};
    /// Everything since the test emptied it.
    std::vector<game::Event> events;

    void happens(std::uint8_t seat, game::SeatEvent::Kind kind) { coming_.push_back({{seat}, kind}); }

    void step(int ticks = 1) {
        for (int count = 0; count < ticks; ++count) {
            game::EventList emitted;
            Pong::step(state, {.tick = {tick_++},
                               .inputs = inputs,
                               .events = coming_,
                               .random = 0,
                               .start_asked = start_asked,
                               .emitted = &emitted});
            coming_.clear();
            for (const game::Event& event : emitted.events())
                events.push_back(event);
            const game::CheckFailure failure = game::take_check_failure();
            ASSERT_FALSE(failure) << failure.why << ": " << failure.expression << " at tick " << tick_;
        }
    }

    /// Two people, and the ball is about to be served.
    void begin_match() {
        happens(0, game::SeatEvent::Kind::joined);
        happens(1, game::SeatEvent::Kind::joined);
        start_asked = true;
        step(3 * tick_rate_hz + 1);
        start_asked = false;
    }

    /// The ball flies from the middle, at a paddle or past it.
    void launch(Vec2 velocity, float height = 0) { state.ball = {.at = {0, height}, .velocity = velocity}; }

    [[nodiscard]] std::size_t count(Happened::Kind kind) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(events, [kind](const game::Event& event) { return event.kind == kind; }));
    }
    [[nodiscard]] game::Event last(Happened::Kind kind) const {
        game::Event found;
        for (const game::Event& event : events)
            found = event.kind == kind ? event : found;
        return found;
    }

    bool start_asked = false;

  private:
    std::uint32_t tick_ = 0;
    std::vector<game::SeatEvent> coming_;
};

}  // namespace gs::pong
