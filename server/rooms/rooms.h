// Rooms: the directory of a shard's rooms and their drive. Finds, lists, makes and reaps rooms; turn() makes
// the ticks of all that are due. One per shard, owned by compose, on its thread. Knows no clock: `now` is
// given and never needs to be exact. Rooms nobody is in cost nothing per tick, and go after a while. Who may
// make a room or see one is decided here; who somebody is, is not (server/accounts, visit.h).
#pragma once

#include "server/rooms/room.h"

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gs::rooms {

/// There from the start, always, listed, without a host. Its id stays the same when the server starts again.
struct PermanentRoom {
    std::string game;
    std::string name;
};

struct RoomsOptions {
    std::vector<GameEntry> games = {};
    std::vector<PermanentRoom> permanent = {};
    std::size_t rooms_max = 1'000;           // with their logs some hundred MB when all are played in
    std::size_t rooms_per_person_max = 3;    // made by one person and still there
    std::size_t rooms_per_network_max = 30;  // a school behind one address
    net::Duration reaped_after = std::chrono::seconds(60);  // since the last one left
    /// For measuring how long ticks take; without it they are not measured.
    std::function<net::Instant()> measuring_clock = {};
};

struct RoomWish {
    std::string_view game = {};
    std::string name = {};  // clean; empty: named after its game
    Access access = Access::listed;
    std::size_t seats = 0;  // 0: as many as the game has; else cut to what it allows
    std::uint32_t public_delay_s = 0;
    std::size_t computers = 0;  // that have seats from the beginning; its matches then start by themselves
    RoomSetup::Start start = RoomSetup::Start::by_host;
    std::optional<net::AccountId> maker = std::nullopt;
    std::optional<std::uint64_t> maker_network = std::nullopt;  // Address::limit_key(); nothing: not counted
};

enum class MakeRefusal : std::uint8_t {
    no_such_game,
    too_many_of_yours,
    too_many_of_network,
    full,  // rooms_max
    closing,
};
/// For people.
[[nodiscard]] std::string_view words_of(MakeRefusal refusal);

/// Before and after a match is simulated again, which may be the end of the process.
struct RestoreHooks {
    std::function<void(const MatchId&)> begins = {};
    std::function<void(const MatchId&)> ended = {};
};
struct RestoreCounts {
    std::size_t rooms = 0;
    std::size_t matches = 0;  // that go on
    std::size_t broken = 0;   // that cannot
    std::uint64_t ticks = 0;  // of those that go on
};

class Rooms final : private RefillSource {
  public:
    /// `shared` outlives the rooms.
    Rooms(RoomsOptions options, RoomShared& shared, net::Instant now);
    ~Rooms();

    /// Before the first turn: rooms as they were when the server ended, permanent ones in place of the new.
    /// Rooms of games that are not there any more are not brought back.
    RestoreCounts restore(std::vector<RestoredRoom> restored, const RestoreHooks& hooks, net::Instant now);

    // ---- Directory. Pointers are valid until turn().

    [[nodiscard]] const std::vector<GameEntry>& games() const { return options_.games; }
    [[nodiscard]] const GameEntry* game(std::string_view id) const;

    /// Null when there is none, or it is closed.
    [[nodiscard]] Room* find(const RoomId& id);
    /// The room that an invite stands for; null when it is none. `invite` is hostile.
    [[nodiscard]] Room* find_by_invite(std::string_view invite);
    /// For the link to a room that is not listed; every room has one.
    [[nodiscard]] std::string_view invite_of(const RoomId& id) const;
    /// The room in which this match is under way; null when it is over, or never was.
    [[nodiscard]] const Room* with_match(const MatchId& match) const;
    [[nodiscard]] Results& results() { return shared_.results; }
    [[nodiscard]] const FinishedMatches& finished() const { return shared_.finished; }
    [[nodiscard]] bool is_invite_of(const RoomId& id, std::string_view invite) const;

    /// What is public of listed rooms, those with most people first; of one game when it is named.
    [[nodiscard]] std::vector<RoomInfo> list(net::Instant now, std::string_view game = {}) const;
    [[nodiscard]] std::size_t listed_count() const;
    [[nodiscard]] std::expected<RoomId, MakeRefusal> make(RoomWish wish, net::Instant now);
    /// A listed room of the game in which a seat can be had now, the fullest of them (the permanent one among
    /// equals); else a new one, whose matches start by themselves.
    [[nodiscard]] std::expected<RoomId, MakeRefusal> quick_play(std::string_view game, net::Instant now);
    /// The room to show on the front page: the permanent one with most people. Null without any.
    [[nodiscard]] Room* featured();

    /// Somebody wanted to a room that is not there.
    void count_gone() { ++shared_.counters.refused_gone; }

    /// Counts whenever list() may have changed: rooms, names, counts, phases.
    [[nodiscard]] std::uint64_t version() const { return shared_.changes; }

    // ---- Time

    /// When turn() is due, at least once a second. RoomShared::woken tells when it has become earlier.
    [[nodiscard]] net::Instant next_due() const;
    /// Makes the ticks of all rooms that are due and sends them to players: what is sent by then goes on
    /// the wire before finish_turn() sends to the rest.
    void make_ticks(net::Instant now);
    void finish_turn(net::Instant now);
    /// Both.
    void turn(net::Instant now) {
        make_ticks(now);
        finish_turn(now);
    }
    /// Nobody comes in any more, and no room is made.
    void drain() { draining_ = true; }
    [[nodiscard]] bool is_draining() const { return draining_; }

    // ---- Numbers

    struct Counts {
        std::size_t rooms = 0;
        std::size_t awake = 0;
        std::size_t seats_taken = 0;
        std::size_t computers = 0;
        std::size_t spectators = 0;
        std::size_t previews = 0;
        std::size_t log_bytes = 0;
    };
    [[nodiscard]] Counts counts(std::string_view game = {}) const;
    [[nodiscard]] netcode::InputCounters input_counters() const;
    [[nodiscard]] const RoomCounters& counters() const { return shared_.counters; }

  private:
    void add(RoomSetup setup, net::Instant now);
    void add(std::unique_ptr<Room> room);
    void restore(RestoredRoom restored, const GameEntry& game, const RestoreHooks& hooks, net::Instant now,
                 RestoreCounts& counts);
    /// Nothing: it cannot go on, and has been put where somebody looks at it.
    [[nodiscard]] std::optional<Resumed> simulate(RestoredMatch& match, const RoomRecord& record,
                                                  const GameEntry& game, const RestoreHooks& hooks);
    /// RefillSource
    void write_missing(Recorder& to) override;
    [[nodiscard]] std::optional<MakeRefusal> refusal_of(const RoomWish& wish);
    void make_permanent(net::Instant now);
    void reap(net::Instant now);

    RoomsOptions options_;
    RoomShared& shared_;
    std::map<RoomId, std::unique_ptr<Room>> rooms_;
    std::unordered_map<std::string, RoomId> by_invite_;
    bool draining_ = false;
    net::Instant reaped_at_ = {};
};

}  // namespace gs::rooms
