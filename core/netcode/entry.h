// Entry: the log's record of one tick, encoded once by the server and read by everyone (docs/protocol.md,
// "Log").
//   entry    = varint length of the body, body                        (a quiet tick is the one byte 0)
//   body     = bit: commands follow; commands; inputs; padding to whole bytes
//   commands = bits: begins, start asked; 6 bits: how many events; events (8 bits seat, 3 bits kind);
//              bit and 64 bits: random; bit and 64 bits: hash
//   inputs   = of each seat that did not just repeat itself, in the order of seats:
//              gamma code: how many seats were passed over; the game's bits: the change against repeat()
// There is one form only: equal ticks have equal bytes. Rooms write with an EntryWriter, clients and replays
// read with read_entry(). One thread, no clock.
#pragma once

#include "core/game/fixed_vector.h"
#include "core/game/module.h"
#include "core/netcode/limits.h"

#include <array>
#include <optional>

namespace gs::netcode {

/// What happened in one tick, besides the inputs.
struct TickCommands {
    /// Before this tick the state is a new one (Game::start) and all inputs are neutral.
    bool begins = false;
    bool start_asked = false;
    game::FixedVector<game::SeatEvent, events_per_tick_max> events = {};
    /// Bits that nobody could foresee; 0: none.
    std::uint64_t random = 0;
    /// Of the state after this tick.
    std::optional<std::uint64_t> hash = std::nullopt;

    [[nodiscard]] constexpr bool is_quiet() const {
        return !begins && !start_asked && events.empty() && random == 0 && !hash;
    }
};

/// Builds the entry of one tick. What does not fit is refused and has to wait for the next tick.
class EntryWriter {
  public:
    explicit EntryWriter(const game::Module& module);

    /// Starts over for the next tick. `commands` but for the hash, which is known after the step.
    void begin(const TickCommands& commands);

    enum class Added : std::uint8_t {
        yes,         // or there was no need to
        no_room,     // in this tick
        impossible,  // the game cannot write this input in input_wire_bytes_max
    };
    /// In the order of seats. `repeated` is repeat() of the seat's input a tick earlier. Adds nothing when
    /// both are the same.
    [[nodiscard]] Added add_input(Seat seat, const void* input, const void* repeated);

    /// The whole entry; valid until begin(). There is always room for the hash.
    [[nodiscard]] ByteView finish(std::optional<std::uint64_t> hash);

  private:
    static constexpr std::size_t length_bytes_max = 2;
    static constexpr std::size_t body_bytes_max = entry_bytes_max - length_bytes_max;

    const game::Module& module_;
    TickCommands commands_;
    std::size_t input_bits_max_ = 0;
    std::uint32_t seats_written_ = 0;
    std::array<std::byte, body_bytes_max + 8> inputs_ = {};
    wire::BitWriter input_writer_;
    std::array<std::byte, entry_bytes_max> bytes_ = {};
};

/// The body of the entry at the front of `bytes`, which moves past it. Nothing when the bytes are no entry.
[[nodiscard]] std::optional<ByteView> take_entry(ByteView& bytes);

/// Reads the body of an entry. `inputs` are those of the tick before and become those of this one. False:
/// the bytes are not an entry of this game; `inputs` and `commands` are then unspecified.
[[nodiscard]] bool read_entry(const game::Module& module, ByteView body, game::InputVector& inputs,
                              TickCommands& commands);

}  // namespace gs::netcode
