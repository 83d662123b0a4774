// Predictor: what a player's client believes of the ticks that the server has not told yet: own inputs as
// they were made, those of others as the game's repeat() guesses them, nobody comes or goes. A tick that was
// guessed right costs nothing when it is confirmed; after a wrong one all ticks behind it are made again.
// Owned by a Client, one thread, no clock; allocates when it is made and never again. Games emit events in
// guessed ticks, too; what becomes of them is core/client/event_log.h.
#pragma once

#include "core/game/module.h"
#include "core/netcode/entry.h"

#include <cstdint>
#include <vector>

namespace gs::netcode {

/// How far a client goes ahead of what is confirmed: more than half a second. On a line that is worse the
/// picture waits for the server.
inline constexpr std::uint32_t prediction_ticks_max = 40;

class Predictor {
  public:
    /// Goes ahead `ticks_max` ticks at most; 0: never.
    Predictor(const game::Module& module, std::uint32_t ticks_max);

    /// Everything is forgotten: another room, or a keyframe.
    void reset();

    /// The tick after the newest confirmed state is known now. True: it was guessed right, and `state`, the
    /// state before it, becomes the one after it without a step. False: the caller has to step, and what was
    /// guessed behind it is wrong.
    [[nodiscard]] bool confirm(Tick tick, const game::InputVector& inputs, const TickCommands& commands,
                               game::StateBuffer& state);
    /// What a tick emitted for which confirm() was true just now.
    [[nodiscard]] const game::EventList& events_of(Tick tick) const { return slot(tick).events; }

    /// The input of the own seat in a tick, or null when there is none.
    using OwnInput = const void* (*)(const void* context, Tick tick);
    struct Now {
        const game::StateBuffer& state;   // the newest confirmed
        const game::InputVector& inputs;  // of its tick
        Tick next;                        // the tick after it
        Tick end;                         // ticks before this one are wanted
        Seat own;
    };
    /// Makes the ticks that are not there, or are wrong; the first of them. Nothing is made when it is `end`.
    Tick predict(const Now& now, OwnInput own_input, const void* context);

    /// Ticks from the first that is not confirmed to before this one are made and right, as far as known.
    [[nodiscard]] Tick end() const { return end_; }
    /// Up to before this one there are guesses, of which those from end() on are known to be wrong.
    [[nodiscard]] Tick made_end() const { return made_end_; }
    /// How many ticks the last predict() made that it had made before.
    [[nodiscard]] std::uint32_t remade() const { return remade_; }
    /// The state after a tick that has been made, right or wrong, and not been confirmed yet.
    [[nodiscard]] const game::StateBuffer& after(Tick tick) const { return slot(tick).after; }

  private:
    struct Slot {
        explicit Slot(const game::Module& module) : after(module), inputs(module) {}
        game::StateBuffer after;
        game::InputVector inputs;
        game::EventList events;
    };
    [[nodiscard]] Slot& slot(Tick tick) { return slots_[tick.value % slots_.size()]; }
    [[nodiscard]] const Slot& slot(Tick tick) const { return slots_[tick.value % slots_.size()]; }
    [[nodiscard]] bool same_inputs(const game::InputVector& one, const game::InputVector& other) const;

    const game::Module& module_;
    std::uint32_t ticks_max_;
    std::vector<Slot> slots_;  // of tick t: `slots_[t % size]`
    Tick next_;                // the first that is not confirmed
    Tick end_;
    Tick made_end_;
    std::uint32_t remade_ = 0;
};

}  // namespace gs::netcode
