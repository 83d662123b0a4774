// THE contract a game implements: a struct with the types and static functions that the concept Game asks for
// (docs/writing-a-game.md; games/plaza is an example). A game is a deterministic function of its state and
// the commands of a tick: no I/O, clock, threads, heap, exceptions; no <cmath> but sqrt; nothing that differs
// between compilers. The server runs it natively, the browser as WebAssembly, with equal bits.
#pragma once

#include "core/base/ids.h"
#include "core/game/check.h"
#include "core/game/controls.h"
#include "core/game/draw_list.h"
#include "core/game/event.h"
#include "core/game/standing.h"
#include "core/wire/bit_stream.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace gs::game {

/// A state has at most this size in memory and serialized: keyframes of it go to everyone who joins.
inline constexpr std::size_t state_bytes_max = 64 * 1024;
/// Inputs are a few whole numbers without gaps between them, so that equal ones have equal bytes everywhere
/// (of floats, 0 and −0 are equal, and who got which would play another game). Rollback keeps many of them.
inline constexpr std::size_t input_bytes_max = 16;
/// Of a serialized change of one input, so that a tick of 200 seats fits into one datagram.
inline constexpr std::size_t input_wire_bytes_max = 16;
inline constexpr std::size_t seats_limit = 200;
/// Lag compensation goes back this many ticks at most: 250 ms at 60 Hz. Whoever sees others later than that
/// has to aim ahead; those who are shot at were behind a wall longer than they would believe.
inline constexpr std::uint8_t view_age_max = 15;

enum class Lifecycle : std::uint8_t {
    endless,  // people come and go, there is no result (plaza)
    match,    // countdown, playing, result, rematch
};

struct Info {
    std::string_view id;          // folder, URL, log: lower-case letters
    std::string_view title;       // "Plaza"
    std::string_view tagline;     // one short sentence for the lobby
    std::uint16_t rules_version;  // bumped by hand when a step of an old log would give another state
    std::uint8_t tick_rate_hz;    // 20 to 60
    std::uint8_t ticks_per_send;  // players get a datagram every so many ticks
    std::uint8_t seats_min;
    std::uint8_t seats_max;  // at most seats_limit; match_seats_max with Lifecycle::match
    Lifecycle lifecycle;
    /// Whether somebody may take a seat while a match is played, or waits for the next one.
    enum class LateJoin : std::uint8_t { allowed, next_match } late_join = LateJoin::allowed;
    /// How far behind the newest tick others are drawn, on a perfect line; the server allows view ages of
    /// this and the round trip.
    std::uint8_t interpolation_ticks = 0;
};

/// What happens to a seat, besides its input. Sequenced by the server, in the log.
struct SeatEvent {
    enum class Kind : std::uint8_t {
        joined = 1,           // somebody new has the seat
        left = 2,             // the seat is free again
        dropped = 3,          // the connection is gone; the seat is held, its input is neutral
        returned = 4,         // and is back
        computer_joined = 5,  // the game itself plays this seat from now on
    };
    Seat seat;
    Kind kind;
};

/// Everything that a step may depend on besides the state.
template <class Input>
struct Turn {
    Tick tick;
    std::span<const Input> inputs;      // one per seat, seats_max of them; Input{} for empty seats
    std::span<const SeatEvent> events;  // in the order in which they happened
    std::uint64_t random;      // unforeseeable bits mixed in by the server, or 0; the same for everyone
    bool start_asked = false;  // somebody who may do so wants the match to start
    EventList* emitted = nullptr;

    void emit(const Event& event) const {
        if (emitted != nullptr) emitted->add(event);
    }
};

/// Points in a state that a client draws smoothly when a wrong guess is corrected: the picture goes from
/// where they were drawn to where they are in about 100 ms. Keys name the same thing in all states; those
/// below 256 are seats.
class PositionList {
  public:
    static constexpr std::size_t positions_max = 256;
    /// What is corrected by more than this jumps: somebody else's place, not a better one. A game may set it.
    float eased_max = 3;

    struct Position {
        std::uint16_t key;
        Vec2* at;
    };
    void add(std::uint16_t key, Vec2& at) {
        if (count_ < positions_max) positions_[count_++] = {key, &at};
    }
    void clear() { count_ = 0; }
    [[nodiscard]] std::span<const Position> positions() const { return std::span(positions_).first(count_); }

  private:
    std::size_t count_ = 0;
    std::array<Position, positions_max> positions_ = {};
};

// A game may have more than the concept asks for; module.h finds it by these names:
//   static constexpr std::array<EventInfo, N> event_kinds         what its events mean
//   static constexpr std::array<StatisticInfo, N> statistics      what is counted
//   static void standing(const State&, Standing&)                 required with Lifecycle::match
//   static Input computer(const State&, Seat)                     a computer's hands; the step uses it for
//                                                                 seats with SeatEvent::computer_joined
//   static void positions(State&, PositionList&)                  what is eased
//   static std::uint8_t& view_age(Input&)                         the field for lag compensation

// clang-format off
template <class G>
concept Game =
    std::is_trivially_copyable_v<typename G::State> && sizeof(typename G::State) <= state_bytes_max &&
    std::is_trivially_copyable_v<typename G::Input> && sizeof(typename G::Input) <= input_bytes_max &&
    std::equality_comparable<typename G::Input> &&
    std::has_unique_object_representations_v<typename G::Input> &&
    requires(typename G::State& state, const typename G::State& shown, typename G::Input input,
             typename G::Input& read, const Turn<typename G::Input>& turn, const Controls& controls,
             const Frame<typename G::State>& frame, DrawList& list, Seat own,
             wire::BitWriter& writer, wire::BitReader& reader) {
        { G::info } -> std::convertible_to<const Info&>;
        /// The state before the first tick; nobody has a seat.
        { G::start(state) };
        /// One tick.
        { G::step(state, turn) };
        /// Any bits that came over the network → an input that the rules allow.
        { G::sanitise(input) } -> std::same_as<typename G::Input>;
        /// Two inputs for one tick: nothing pressed in either may be lost.
        { G::merge(input, input) } -> std::same_as<typename G::Input>;
        /// The best guess for the tick after `input`: what is held stays, what was pressed is over.
        { G::repeat(input) } -> std::same_as<typename G::Input>;
        /// One function that reads, writes and measures; false: the bytes are not a state.
        { G::serialize(writer, shown) } -> std::same_as<bool>;
        { G::serialize(reader, state) } -> std::same_as<bool>;
        /// An input as its difference from `before` (which is repeat() of the one a tick earlier). Bits only:
        /// it stands anywhere in a byte, so align() would not be the same for writer and reader.
        { G::serialize_input(writer, input, input) } -> std::same_as<bool>;
        { G::serialize_input(reader, read, input) } -> std::same_as<bool>;
        /// Browser and bots: what hands do → an input. `shown` is what the player sees.
        { G::from_controls(controls, shown, own) } -> std::same_as<typename G::Input>;
        /// Browser: the picture. May use everything, changes nothing.
        { G::draw(frame, list) };
    };
// clang-format on

}  // namespace gs::game
