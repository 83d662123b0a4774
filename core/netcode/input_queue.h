// InputQueue: the inputs of one seat on the server, from the packets in which they come to the ticks in which
// they count. The server never waits and never rewrites history: a late input goes into the next tick,
// several for one tick are folded by the game's merge(), a missing one is the game's repeat() of the last for
// a bounded time and then neutral. One per seat, owned by its room. No clock: the room says which tick is
// next.
#pragma once

#include "core/game/module.h"
#include "core/netcode/input_packet.h"
#include "core/netcode/tick_packet.h"

#include <array>
#include <cstdint>
#include <optional>

namespace gs::netcode {

struct InputCounters {
    std::uint64_t used = 0;          // came in time and went into its own tick
    std::uint64_t late = 0;          // folded into a later tick
    std::uint64_t missing = 0;       // ticks for which none had come
    std::uint64_t too_early = 0;     // refused: more than ticks_ahead_max ahead
    std::uint64_t out_of_range = 0;  // changed by the game's sanitise()
};

class InputQueue {
  public:
    explicit InputQueue(const game::Module& module) : module_(&module) { clear(); }

    /// A new player, or one who returned: nothing is remembered.
    void clear();

    /// Takes what is new of `packet`; inputs are sanitised here. `next` is the tick that is made next,
    /// `quarters_left` how many quarters of a tick are left until then.
    void receive(const InputPacket& packet, Tick next, int quarters_left);

    /// The input for `tick`, which is the next one. `repeated` is repeat() of the seat's last input.
    /// Writes module.input_bytes to `input`.
    void take(Tick tick, const void* repeated, void* input);

    /// What could not go into the tick's entry is put back, to be merged into the next.
    void put_back(Tick next, const void* input);

    /// For the head of tick packets.
    [[nodiscard]] std::optional<Tick> consumed() const { return consumed_; }
    [[nodiscard]] std::int8_t early_quarter_ticks() const { return early_quarter_ticks_; }
    [[nodiscard]] const InputCounters& counters() const { return counters_; }

  private:
    struct Slot {
        bool filled = false;
        game::InputBuffer16 input;
    };
    static constexpr std::uint32_t slot_count = 32;
    static_assert(slot_count > ticks_ahead_max);

    void store(Tick tick, const void* input);
    [[nodiscard]] Slot& slot(Tick tick) { return slots_[tick.value % slot_count]; }

    const game::Module* module_;
    std::array<Slot, slot_count> slots_;
    std::optional<Tick> newest_received_;  // of the client's input ticks
    std::optional<Tick> consumed_;
    std::uint32_t repeated_ticks_ = 0;
    std::int8_t early_quarter_ticks_ = early_unknown;
    InputCounters counters_;
};

}  // namespace gs::netcode
