// A golden run: a game plays with itself from a seed, with people who come, go and press anything, and its
// end is one hash. Equal hashes from clang, g++, sanitizers and WebAssembly show that they play the same game
// (tests/golden/). For tests and tools; allocates, has no clock, runs on the caller's thread.
#pragma once

#include "core/base/rng.h"
#include "core/game/module.h"

#include <vector>

namespace gs::game {

struct GoldenRun {
    std::uint64_t hash = 0;  // of the last state
    CheckFailure failure;    // the first one, which ends the run
    std::uint32_t ticks = 0;
};

/// Makes up what happens in a match: legal seat events, any inputs and, in a game that has them, computers
/// and asking for the start; the same for the same seed.
class SelfPlay {
  public:
    SelfPlay(const Module& module, std::uint64_t seed) : module_(&module), inputs_(module), rng_(seed) {
        seats_.resize(module.info->seats_max, Place::free);
    }

    /// What happens in the next tick; valid until the call after it.
    RawTurn next() {
        events_.clear();
        inputs_.repeat();
        bool start_asked = false;
        for (std::size_t index = 0; index < seats_.size(); ++index) {
            // Inputs change every half second on average.
            const std::uint64_t draw = rng_.next();
            const Seat seat = {static_cast<std::uint8_t>(index)};
            if (draw % ticks_between_changes(seats_[index]) == 0) {
                change(seat, draw >> 32);
            } else if (seats_[index] == Place::taken && draw % 30 == 1) {
                press_anything(seat);
            }
            start_asked = start_asked || (is_match() && draw % 60 == 2);
        }
        begins_match_ = result_ticks_ > module_->info->tick_rate_hz;
        if (begins_match_) sit_down_again();
        return {.tick = {tick_++},
                .inputs = inputs_.data(),
                .events = events_,
                .random = rng_.next(),
                .start_asked = start_asked};
    }

    /// Whether the tick of the last next() is the first of another match, for a state of Module::start().
    [[nodiscard]] bool begins_match() const { return begins_match_; }

    /// The state after the last tick. A match that has shown its result for a second makes room for another.
    void look_at(const void* state) {
        if (!is_match()) return;
        Standing standing;
        module_->standing(state, standing);
        result_ticks_ = standing.phase == Phase::result ? result_ticks_ + 1 : 0;
    }

  private:
    enum class Place : std::uint8_t { free, taken, dropped, computer };

    [[nodiscard]] bool is_match() const { return module_->info->lifecycle == Lifecycle::match; }

    /// On average, for one seat: 20 seconds where people come and go; where they want a match, seats are soon
    /// taken, and left after one or two minutes.
    [[nodiscard]] std::uint64_t ticks_between_changes(Place place) const {
        if (!is_match()) return 1200;
        return place == Place::free || place == Place::dropped ? 180 : 6000;
    }

    /// Who has a seat takes it in the new state, too.
    void sit_down_again() {
        events_.clear();
        for (std::size_t index = 0; index < seats_.size(); ++index) {
            const Seat seat = {static_cast<std::uint8_t>(index)};
            const Place place = seats_[index];
            if (place == Place::free) continue;
            const bool is_computer = place == Place::computer;
            events_.push_back(
                {seat, is_computer ? SeatEvent::Kind::computer_joined : SeatEvent::Kind::joined});
            if (place == Place::dropped) events_.push_back({seat, SeatEvent::Kind::dropped});
        }
    }

    void change(Seat seat, std::uint64_t draw) {
        Place& place = seats_[seat.value];
        const bool ends = draw % 2 == 0;
        SeatEvent::Kind kind = SeatEvent::Kind::joined;
        if (place == Place::taken) kind = ends ? SeatEvent::Kind::left : SeatEvent::Kind::dropped;
        if (place == Place::dropped) kind = ends ? SeatEvent::Kind::left : SeatEvent::Kind::returned;
        if (place == Place::computer) kind = SeatEvent::Kind::left;
        if (place == Place::free && module_->computer != nullptr && ends)
            kind = SeatEvent::Kind::computer_joined;
        place = kind == SeatEvent::Kind::computer_joined ? Place::computer : Place::taken;
        if (kind == SeatEvent::Kind::left) place = Place::free;
        if (kind == SeatEvent::Kind::dropped) place = Place::dropped;
        module_->neutral(inputs_.at(seat));
        events_.push_back({seat, kind});
    }

    void press_anything(Seat seat) {
        InputBuffer16 input;
        for (std::byte& byte : input.bytes)
            byte = static_cast<std::byte>(rng_.next() >> 56);
        module_->sanitise(input.bytes);
        inputs_.set(seat, input.bytes);
    }

    const Module* module_;
    InputVector inputs_;
    base::Rng rng_;
    std::uint32_t tick_ = 0;
    std::uint32_t result_ticks_ = 0;
    bool begins_match_ = false;
    std::vector<Place> seats_;
    std::vector<SeatEvent> events_;
};

[[nodiscard]] inline GoldenRun golden_run(const Module& module, std::uint64_t seed, std::uint32_t ticks) {
    GoldenRun run;
    StateBuffer state(module);
    SelfPlay play(module, seed);
    while (run.ticks < ticks && !run.failure) {
        const RawTurn turn = play.next();
        if (play.begins_match()) module.start(state.data());
        run.failure = module.step(state.data(), turn);
        play.look_at(state.data());
        ++run.ticks;
    }
    std::vector<std::byte> scratch(state_bytes_max);
    run.hash = state.hash(scratch);
    return run;
}

}  // namespace gs::game
