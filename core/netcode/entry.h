// Entry: the log's record of one tick, encoded once by the server and read by everyone (docs/protocol.md,
// "Log").
//   entry   = varint length of the body, body                         (a quiet tick is the one byte 0)
//   body    = commands until its end, each: varint (seat << 3 | kind), payload, padded to whole bytes
// An input is coded as its change against repeat() of the input a tick earlier; no change, no command. Events
// stand in the order in which they happened, inputs in the order of seats: equal ticks have equal bytes.
// Rooms write with an EntryWriter, clients and replays read with read_entry(). One thread, no clock.
#pragma once

#include "core/game/fixed_vector.h"
#include "core/game/module.h"
#include "core/netcode/limits.h"

#include <array>
#include <optional>

namespace gs::netcode {

enum class CommandKind : std::uint8_t {
    input = 0,
    joined = 1,  // 1 to 4 are game::SeatEvent::Kind
    left = 2,
    dropped = 3,
    returned = 4,
    random = 5,  // seat 0; 8 bytes that nobody could foresee
    hash = 6,    // seat 0; 8 bytes: hash of the state after this tick
};

/// What happened in one tick, besides the inputs.
struct TickCommands {
    game::FixedVector<game::SeatEvent, events_per_tick_max> events;
    std::uint64_t random = 0;
    std::optional<std::uint64_t> hash = std::nullopt;
};

/// Builds the entry of one tick. What does not fit is refused and has to wait for the next tick.
class EntryWriter {
  public:
    explicit EntryWriter(const game::Module& module) : module_(module) {}

    /// Starts over for the next tick.
    void begin();

    /// Events come first, then random bits, then inputs in the order of seats.
    [[nodiscard]] bool add_event(game::SeatEvent event);
    /// 0 is what a tick without random bits has.
    [[nodiscard]] bool add_random(std::uint64_t random);
    /// `repeated` is repeat() of the seat's input a tick earlier. Adds nothing when both are the same.
    enum class Added : std::uint8_t {
        yes,
        no_room,
        unwritable,  // the game does not write this input, or not in game::input_wire_bytes_max
    };
    [[nodiscard]] Added add_input(Seat seat, const void* input, const void* repeated);
    /// The last command. There is always room for it.
    void add_hash(std::uint64_t hash);

    /// The whole entry; valid until begin().
    [[nodiscard]] ByteView finish();

  private:
    static constexpr std::size_t length_bytes_max = 2;
    static constexpr std::size_t hash_command_bytes = 1 + 8;
    static constexpr std::size_t body_bytes_max = entry_bytes_max - length_bytes_max;

    [[nodiscard]] bool append(Seat seat, CommandKind kind, ByteView payload, std::size_t room);

    /// What has been written; a reader refuses any other order.
    enum class Order : std::uint8_t { events, random, inputs, hash };

    const game::Module& module_;
    std::size_t body_bytes_ = 0;
    std::size_t event_count_ = 0;
    Order order_ = Order::events;
    std::uint32_t seats_written_ = 0;
    std::array<std::byte, entry_bytes_max> bytes_ = {};
};

/// The body of the entry at the front of `bytes`, which moves past it. Nothing when the bytes are no entry.
[[nodiscard]] std::optional<ByteView> take_entry(ByteView& bytes);

/// Reads the body of an entry. `inputs` are those of the tick before and become those of this one. False:
/// the bytes are not an entry of this game; `inputs` and `commands` are then unspecified.
[[nodiscard]] bool read_entry(const game::Module& module, ByteView body, game::InputVector& inputs,
                              TickCommands& commands);

}  // namespace gs::netcode
