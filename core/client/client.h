// Client: one viewer's side of a room: takes the bytes that the server sends, simulates what they say, goes
// ahead of them with guesses, makes and sends inputs, asks for what is missing, and knows what to draw.
// Without I/O and clock: bytes and the time come in, datagrams and requests are taken out. In the browser it
// runs behind exports.h as WebAssembly, in bots and simulations natively; one owner, one thread.
//
// A turn as owners make it: receive_…() for all that came, set_controls(), turn(now), then take_datagram()
// and take_request() until there is nothing, and draw() when a picture is wanted.
#pragma once

#include "core/client/easing.h"
#include "core/client/event_log.h"
#include "core/client/shown_clock.h"
#include "core/client/stats.h"
#include "core/client/tick_witness.h"
#include "core/game/module.h"
#include "core/netcode/clock_sync.h"
#include "core/netcode/entry.h"
#include "core/netcode/input_packet.h"
#include "core/netcode/predictor.h"
#include "core/netcode/tick_packet.h"

#include <memory>
#include <optional>
#include <vector>

namespace gs::client {

using netcode::Micros;

/// What to ask the server for on the `sure` lane.
struct Request {
    enum class Kind : std::uint8_t { none, repair, keyframe };
    Kind kind = Kind::none;
    Tick first = {};          // of a repair
    std::uint32_t count = 0;  // of a repair
};

class Client {
  public:
    enum class Work : std::uint8_t {
        confirm,  // simulate what the server says: all that most bots need
        show      // and go ahead of it, and keep what pictures are made of
    };

    Client(const game::Module& module, Work work);

    /// A room was entered, or entered again: everything before is forgotten; a keyframe comes next.
    /// `seat` is no_seat for spectators.
    void enter(Seat seat, std::uint32_t epoch, Micros now);

    /// The round trip as it has been measured before anything was entered: inputs begin with the right lead.
    void expect_round_trip(Micros rtt);

    /// A datagram of type ticks. Bytes are hostile until read.
    void receive_datagram(ByteView bytes, Micros now);
    /// A keyframe or a repair.
    void receive_transfer(ByteView bytes, Micros now);

    /// Inputs are made from controls, or by the game's own computer, where it has one: bots play so.
    enum class Hands : std::uint8_t { controls, computer };
    void set_hands(Hands hands) { hands_ = hands; }
    /// Hears of every confirmed tick from now on; outlives this, or is taken away with null.
    void set_witness(TickWitness* witness) { witness_ = witness; }
    /// For a spectator: whose eyes the picture is seen with; no_seat: everybody's.
    void follow(Seat seat) { followed_ = seat; }

    /// What hands do now. `pressed` is added to what was pressed since the last sampled tick.
    void set_controls(const game::Controls& controls);

    /// Samples inputs that are due and decides what to send and to ask for. At least every few ticks.
    void turn(Micros now);

    /// The next datagram to send; empty when there is none. Valid until the next call of this object.
    [[nodiscard]] ByteView take_datagram();
    [[nodiscard]] Request take_request();

    /// Fills `list` with what `now` shows; nothing is drawn before the first keyframe.
    void draw(Micros now, float aspect, game::DrawList& list);

    [[nodiscard]] bool is_running() const { return running_; }
    [[nodiscard]] Seat seat() const { return seat_; }
    /// The newest confirmed state; meaningful while is_running().
    [[nodiscard]] const game::StateBuffer& state() const { return state_; }
    /// The newest tick that state() includes; nothing before the first.
    [[nodiscard]] std::optional<Tick> confirmed() const;
    /// Of the state after `tick`, for ticks divisible by the tick rate, in the last 10 s and more.
    [[nodiscard]] std::optional<std::uint64_t> hash_at(Tick tick) const;
    [[nodiscard]] const Stats& stats() const { return stats_; }
    /// The newest state that is known or guessed: what own inputs act on.
    [[nodiscard]] const game::StateBuffer& newest_state() const;
    /// Events as pages notice them; valid until the next call.
    [[nodiscard]] std::span<const EventNotice> take_event_notices();
    /// After a hash that was not the server's, once: the state that had it, for a report.
    struct Desync {
        Tick tick;
        std::uint64_t hash;
        std::uint64_t expected;
        ByteView state;
    };
    [[nodiscard]] std::optional<Desync> take_desync();
    /// One for each own input that changed something and has been confirmed since the last call.
    [[nodiscard]] std::vector<float> take_input_latencies_ms();

  private:
    struct Waiting {
        bool filled = false;
        Tick tick;
        std::vector<std::byte> body;  // keeps its room
    };
    struct Sampled {
        std::optional<Tick> tick;  // of this room
        game::InputBuffer16 input;
        Micros at = 0;
        bool changed = false;
    };
    struct Hashed {
        Tick tick;
        std::uint64_t hash = 0;
        bool filled = false;
    };
    enum class Source : std::uint8_t { datagram, repair };

    void take_entries(const netcode::TickPacket& packet, Source source);
    void take_keyframe(ByteView bytes, Micros now);
    void doubt_keyframe(Tick newest);
    void advance();
    void step(ByteView body);
    void check_hash(Tick tick, const std::optional<std::uint64_t>& expected);
    void lose();
    void remember_state();
    void predict();
    [[nodiscard]] bool predicts() const;
    void on_report(const netcode::TickHead& head, Micros now);

    void sample_inputs(Micros now);
    void sample_one(Micros now);
    void make_input(void* input);
    void ask_for_what_is_missing(Micros now);
    void ask_for_keyframe(Micros now);
    [[nodiscard]] std::uint32_t received_before(Tick newest) const;
    [[nodiscard]] bool has(Tick tick) const;
    void move_clocks(Micros now);
    /// The state after a tick that is remembered, or predicted.
    [[nodiscard]] const game::StateBuffer& state_after(std::uint32_t tick) const;
    [[nodiscard]] Easing::Moment moment(double shown, double newest) const;
    [[nodiscard]] double newest_confirmed() const { return static_cast<double>(next_.value) - 1; }
    [[nodiscard]] double newest_predicted() const;
    [[nodiscard]] double input_target(Micros now) const;
    [[nodiscard]] const void* own_input(Tick tick) const;
    [[nodiscard]] Waiting& waiting(Tick tick) { return waiting_[tick.value % waiting_.size()]; }
    [[nodiscard]] const Waiting& waiting(Tick tick) const { return waiting_[tick.value % waiting_.size()]; }

    /// Confirmed states kept to draw between: half a second at 60 Hz.
    static constexpr std::uint32_t history_max = 32;
    static constexpr std::uint32_t hashes_max = 16;

    const game::Module& module_;
    const int tick_rate_hz_;
    bool running_ = false;
    bool lost_ = false;  // desynced or too far behind: only a keyframe helps
    Seat seat_ = no_seat;
    Seat followed_ = no_seat;
    std::uint32_t epoch_ = 0;
    TickWitness* witness_ = nullptr;

    // The confirmed state: everything before `next_` is in it.
    game::StateBuffer state_;
    game::InputVector inputs_;
    netcode::TickCommands commands_;
    Tick next_;
    std::vector<Waiting> waiting_;
    std::optional<Tick> newest_received_;  // and kept, or simulated
    std::optional<Tick> newest_known_;     // to exist
    std::uint32_t outdated_datagrams_ = 0;
    std::vector<std::byte> scratch_;
    std::array<Hashed, hashes_max> hashes_ = {};

    game::EventList emitted_;
    struct KeptDesync {
        Tick tick;
        std::uint64_t hash = 0;
        std::uint64_t expected = 0;
        std::vector<std::byte> state;
    };
    std::optional<KeptDesync> desync_;
    KeptDesync taken_desync_;

    /// What pictures are made of; null with Work::confirm.
    struct Picture {
        explicit Picture(const game::Module& module);
        netcode::Predictor predictor;
        EventLog events;
        Easing easing;
        std::vector<game::StateBuffer> history;  // `history[tick % size]`: after that tick
    };
    std::unique_ptr<Picture> picture_;
    Tick history_first_;  // the oldest that is kept since the last keyframe
    ShownClock seen_;     // what is certain, and a moment old
    ShownClock own_;      // what is predicted

    // Own inputs.
    netcode::TickClock clock_;
    netcode::InputLead lead_;
    game::Controls controls_;
    Hands hands_ = Hands::controls;
    std::uint32_t pressed_ = 0;
    std::vector<Sampled> sampled_;  // `sampled_[tick % size]`
    Tick first_input_;              // the oldest that the server has not used, as far as known
    Tick next_input_;
    bool sampling_ = false;
    bool send_due_ = false;
    Micros sent_at_ = 0;
    std::optional<Tick> consumed_;
    Tick told_too_early_ = {};
    Micros gap_since_ = 0;
    bool has_gap_ = false;
    std::vector<float> latencies_ms_;
    netcode::InputPacket packet_;
    netcode::InputPacketBytes packet_bytes_ = {};

    Micros turned_at_ = 0;
    Request request_;
    Micros asked_at_ = 0;         // for a repair
    Micros ask_keyframe_at_ = 0;  // while not running, or lost
    Micros hole_since_ = 0;
    bool has_hole_ = false;
    Stats stats_;
};

}  // namespace gs::client
