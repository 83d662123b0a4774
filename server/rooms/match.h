// Match: one run of a game on the server: its state, the inputs of its seats, what is to happen to seats, and
// the log. step() makes one tick of them: the only place where the server runs a game.
// Owned by a room, on its thread. No clock, no sessions, no allocation in step() (the log's chunks aside).
// Not its job: when ticks are due, who sits where, who gets the bytes.
#pragma once

#include "core/game/module.h"
#include "core/netcode/entry.h"
#include "core/netcode/input_queue.h"
#include "core/netcode/match_log.h"
#include "core/netcode/replayer.h"
#include "core/netcode/tick_packet.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gs::rooms {

/// Of the events of a tick: who joins costs everybody bytes in that tick, and others want to move, too.
inline constexpr std::size_t joins_per_tick_max = 16;

/// Who has a seat, as the game sees it: by the events that it has been given.
enum class Presence : std::uint8_t { free, there, dropped, computer };
[[nodiscard]] Presence presence_after(game::SeatEvent::Kind kind);

class Match {
  public:
    /// `scratch` has netcode::keyframe_bytes_max and is shared by all matches of a thread.
    Match(const game::Module& module, netcode::LogHeader header, MutableBytes scratch);
    /// One that goes on after `log`, in the state in which a replayer is after its last tick.
    /// `presence` is that of each seat then.
    Match(const game::Module& module, netcode::MatchLog log, const netcode::Replayer& at_end,
          std::span<const Presence> presence, MutableBytes scratch);

    [[nodiscard]] const game::Module& module() const { return module_; }
    /// The tick that is made next.
    [[nodiscard]] Tick next() const { return log_->next(); }
    [[nodiscard]] const netcode::MatchLog& log() const { return *log_; }

    /// To happen in the next tick, or in one after it when there is too much for one. Events of a seat that
    /// cancel each other before that do not happen.
    void add_event(game::SeatEvent event);
    [[nodiscard]] bool has_events() const { return !waiting_.empty(); }

    /// `packet` as netcode::read_input_packet() read it. Of a seat that has not joined yet it is forgotten.
    void receive(Seat seat, const netcode::InputPacket& packet, int quarters_left);
    /// Another client plays this seat from now on.
    void forget_inputs(Seat seat);

    [[nodiscard]] Presence presence(Seat seat) const { return seats_[seat.value].presence; }

    /// Turn::start_asked of the next tick.
    void ask_for_start() { start_asked_ = true; }
    /// The ages that the inputs of this seat may claim for what it shot at; others are moved to the closest.
    struct ViewAges {
        std::uint8_t min = 0;
        std::uint8_t max = 0;
    };
    void set_view_ages(Seat seat, ViewAges ages) { seats_[seat.value].view_ages = ages; }
    [[nodiscard]] ViewAges view_ages(Seat seat) const { return seats_[seat.value].view_ages; }

    /// Since the match was made, whoever sat there.
    [[nodiscard]] std::uint64_t ages_beyond(Seat seat) const { return seats_[seat.value].ages_beyond; }
    [[nodiscard]] std::uint64_t inputs_out_of_range(Seat seat) const;

    /// For the head of tick packets.
    [[nodiscard]] std::optional<Tick> consumed(Seat seat) const;
    [[nodiscard]] std::int8_t early_quarter_ticks(Seat seat) const;

    /// One tick: events and inputs → step of the game → entry of the log. `random` goes into the first tick
    /// of a match. After a failure the log ends with the tick that failed, and the match is over; after an
    /// endless step its state is none any more.
    [[nodiscard]] game::CheckFailure step(std::uint64_t random);

    /// The state before next() as netcode::write_keyframe() writes it, empty when it cannot be written; valid
    /// until the next call.
    [[nodiscard]] ByteView keyframe();

    /// What the last step() emitted.
    [[nodiscard]] std::span<const game::Event> emitted() const { return emitted_.events(); }
    /// How the match stands; only of games of Lifecycle::match.
    [[nodiscard]] game::Standing standing() const;

    /// Another match begins with the next tick; ticks go on counting. It goes on from this state, or from a
    /// new one, in which nobody has a seat: whoever stays has to join.
    enum class From : std::uint8_t { this_state, new_state };
    /// Gives the log of the match before.
    [[nodiscard]] netcode::MatchLog begin_anew(netcode::LogHeader header, From from);

    [[nodiscard]] netcode::InputCounters input_counters() const;

  private:
    struct SeatInput;

    void take_events();
    void apply(game::SeatEvent event);
    [[nodiscard]] game::CheckFailure write_inputs();
    /// False: the game cannot write it; the seat goes on with the guess.
    [[nodiscard]] bool write_input(Seat seat);
    void limit_view_age(SeatInput& from, void* input) const;

    struct SeatInput {
        std::unique_ptr<netcode::InputQueue> queue;  // made when somebody first sits there
        Presence presence = Presence::free;
        bool quiet = false;  // nobody plays it, and its input has become neutral
        ViewAges view_ages = {};
        std::uint64_t ages_beyond = 0;  // claims that were older than the largest

        [[nodiscard]] bool is_active() const { return presence == Presence::there; }
    };

    const game::Module& module_;
    MutableBytes scratch_;
    game::StateBuffer state_;
    game::InputVector inputs_;
    game::InputVector guesses_;
    bool neutral_stays_;  // the guess after a neutral input is a neutral one
    std::vector<SeatInput> seats_;
    std::vector<game::SeatEvent> waiting_;  // at most three of each seat
    bool start_asked_ = false;
    bool begins_ = false;
    netcode::TickCommands commands_;
    game::EventList emitted_;
    netcode::EntryWriter writer_;
    std::unique_ptr<netcode::MatchLog> log_;
};

}  // namespace gs::rooms
