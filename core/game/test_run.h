// What the TestKit plays with: a game that runs by itself and fails the test when a check of it does, and a
// count of who won. For tests; allocates; one thread.
#pragma once

#include "core/game/golden_run.h"
#include "core/game/module.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

namespace gs::game::test {

[[nodiscard]] inline std::vector<std::byte> bytes_of(const StateBuffer& state) {
    std::vector<std::byte> room(state_bytes_max);
    const ByteView written = state.write(room);
    EXPECT_FALSE(written.empty()) << "a state could not be written";
    room.resize(written.size());
    return room;
}

/// A game that plays with itself.
struct Run {
    Run(const Module& of, std::uint64_t seed) : module(of), state(of), inputs(of), play(of, seed) {}

    /// With `follower`, another state makes the same step.
    void step(StateBuffer* follower = nullptr) { apply(play.next(), follower); }

    void step_with_own_inputs() {
        RawTurn turn = play.next();
        turn.inputs = inputs.data();
        apply(turn, nullptr);
        inputs.repeat();
    }

    void apply(RawTurn turn, StateBuffer* follower) {
        if (turn.inputs != inputs.data()) {
            std::memcpy(inputs.at({0}), turn.inputs, inputs.seats() * module.input_bytes);
        }
        if (play.begins_match()) {
            module.start(state.data());
            if (follower != nullptr) module.start(follower->data());
        }
        if (follower != nullptr) static_cast<void>(module.step(follower->data(), turn));
        events.clear();
        turn.emitted = &events;
        const CheckFailure failure = module.step(state.data(), turn);
        ASSERT_FALSE(failure) << failure.why << ": " << failure.expression << " at tick " << turn.tick.value;
        play.look_at(state.data());
    }

    [[nodiscard]] std::vector<std::byte> bytes() const { return bytes_of(state); }
    [[nodiscard]] std::uint64_t hash() const { return hash_of(bytes()); }

    const Module& module;
    StateBuffer state;
    InputVector inputs;  // of the last tick
    SelfPlay play;
    EventList events;  // of the last tick
};

/// Who won how often.
class ComputerTally {
  public:
    explicit ComputerTally(std::size_t seats) : wins_(seats) {}

    void add(Seat winner, std::uint32_t ticks) {
        ++matches_;
        longest_ = std::max(longest_, ticks);
        sum_ += ticks;
        if (winner.value < wins_.size()) ++wins_[winner.value];
    }
    [[nodiscard]] std::size_t winners() const {
        return wins_.size() - static_cast<std::size_t>(std::ranges::count(wins_, 0U));
    }
    void report(std::uint32_t ticks_per_second) const {
        std::printf("%u matches of computers, %.0f s on average, %u s the longest; won by seat:", matches_,
                    static_cast<double>(sum_) / std::max(matches_, 1U) / ticks_per_second,
                    longest_ / ticks_per_second);
        for (const unsigned wins : wins_)
            std::printf(" %u", wins);
        std::printf("\n");
    }

  private:
    std::vector<unsigned> wins_;
    unsigned matches_ = 0;
    std::uint32_t longest_ = 0;
    std::uint64_t sum_ = 0;
};

}  // namespace gs::game::test
