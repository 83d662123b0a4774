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

/// Makes up what happens in a match: legal seat events and any inputs, the same for the same seed.
class SelfPlay {
  public:
    SelfPlay(const Module& module, std::uint64_t seed) : module_(&module), inputs_(module), rng_(seed) {
        seats_.resize(module.info->seats_max, Place::free);
    }

    /// What happens in the next tick; valid until the call after it.
    RawTurn next() {
        events_.clear();
        inputs_.repeat();
        for (std::size_t index = 0; index < seats_.size(); ++index) {
            // Seats change every 20 seconds on average, and inputs every half second.
            const std::uint64_t draw = rng_.next();
            const Seat seat = {static_cast<std::uint8_t>(index)};
            if (draw % 1200 == 0) {
                change(seat, draw >> 32);
            } else if (seats_[index] == Place::taken && draw % 30 == 1) {
                press_anything(seat);
            }
        }
        return {.tick = {tick_++}, .inputs = inputs_.data(), .events = events_, .random = rng_.next()};
    }

  private:
    enum class Place : std::uint8_t { free, taken, dropped };

    void change(Seat seat, std::uint64_t draw) {
        Place& place = seats_[seat.value];
        const bool ends = draw % 2 == 0;
        SeatEvent::Kind kind = SeatEvent::Kind::joined;
        if (place == Place::taken) kind = ends ? SeatEvent::Kind::left : SeatEvent::Kind::dropped;
        if (place == Place::dropped) kind = ends ? SeatEvent::Kind::left : SeatEvent::Kind::returned;
        place = Place::taken;
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
    std::vector<Place> seats_;
    std::vector<SeatEvent> events_;
};

[[nodiscard]] inline GoldenRun golden_run(const Module& module, std::uint64_t seed, std::uint32_t ticks) {
    GoldenRun run;
    StateBuffer state(module);
    SelfPlay play(module, seed);
    while (run.ticks < ticks && !run.failure) {
        run.failure = module.step(state.data(), play.next());
        ++run.ticks;
    }
    std::vector<std::byte> scratch(state_bytes_max);
    run.hash = state.hash(scratch);
    return run;
}

}  // namespace gs::game
