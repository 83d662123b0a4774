// Recorder: where rooms tell what must outlive the process: what a room is, that a match has begun, its
// keyframes, each entry before it is sent, and when a match or room is no longer needed. Implemented by
// server/storage; a null pointer in RoomShared means that nothing is recorded.
// Called on the shard's thread. No call blocks: none waits for a disk or a lock, and entry() allocates
// nothing and asks nothing of the system. A call that gives false has recorded nothing: play goes on, and the
// room keeps what is missing (match_recording.h does) until the recorder asks for it. Not its job: replays
// and results (archive), and bringing rooms back: it only holds what that needs.
#pragma once

#include "core/netcode/match_log.h"
#include "server/crypto/crypto.h"
#include "server/net/person.h"
#include "server/rooms/room_info.h"
#include "server/rooms/room_setup.h"
#include "server/rooms/seats.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gs::rooms {

/// A seat that is not free.
struct SeatRecord {
    Seat seat = {};
    SeatState state = SeatState::dropped;
    net::Person person = {};                              // the name is the one shown
    std::optional<crypto::Digest> resume = std::nullopt;  // of the person's resume token
    std::uint64_t order = 0;                              // Seats::Place::order

    friend bool operator==(const SeatRecord&, const SeatRecord&) = default;
};

/// Everything that brings a room back, but for its match. Said anew, whole, whenever something of it changes.
struct RoomRecord {
    /// Of each list and text; rooms have limits of their own that are not higher.
    static constexpr std::size_t people_max = 1'000;
    static constexpr std::size_t text_bytes_max = 256;

    RoomId id = {};
    std::string name = {};
    std::string game = {};  // game::Info::id
    Access access = Access::listed;
    std::uint32_t seat_count = 0;  // RoomSetup::seats
    std::uint32_t public_delay_s = 0;
    std::optional<net::AccountId> maker = std::nullopt;
    RoomSetup::Host host_rule = RoomSetup::Host::maker_or_first;
    RoomSetup::Start start_rule = RoomSetup::Start::by_host;
    std::string invite = {};
    std::optional<std::uint64_t> maker_network = std::nullopt;
    bool is_permanent = false;

    std::uint32_t epoch = 0;  // the room that is brought back has a later one
    MatchId match = {};       // the one under way
    std::vector<SeatRecord> seats = {};
    std::optional<Seat> host = std::nullopt;
    bool locked = false;
    bool maker_has_come = false;
    bool starts_again = false;
    std::string caster_pass = {};  // empty: none has been given out
    std::uint32_t computers_wanted = 0;
    std::vector<net::AccountId> kicked = {};
    /// While a result is shown: when it came, and who was connected then.
    std::optional<std::uint64_t> result_unix_s = std::nullopt;
    std::vector<net::AccountId> finishers = {};

    friend bool operator==(const RoomRecord&, const RoomRecord&) = default;
};

class Recorder;

/// What has the rooms: writes what the recorder refused before.
class RefillSource {
  public:
    /// Every room that lacks something: its record, the header of its match, keyframes and entries from the
    /// first missing one on, in the order of ticks. Stops at the first refusal; it is asked again later.
    virtual void write_missing(Recorder& to) = 0;

  protected:
    ~RefillSource() = default;
};

class Recorder {
  public:
    virtual ~Recorder() = default;

    [[nodiscard]] virtual bool room_changed(const RoomRecord& room) = 0;
    /// The room is gone; its matches are not, until match_over() says so.
    virtual void room_closed(const RoomId& room) = 0;

    /// Before anything else of this match.
    [[nodiscard]] virtual bool match_began(const RoomId& room, const netcode::LogHeader& header) = 0;
    /// Of the state before `tick`, before that tick's entry. `statistics`: of the match so far, opaque here.
    [[nodiscard]] virtual bool keyframe(const MatchId& match, Tick tick, ByteView bytes,
                                        ByteView statistics) = 0;
    /// In the order of ticks, each before it is sent to anybody.
    [[nodiscard]] virtual bool entry(const MatchId& match, Tick tick, ByteView bytes) noexcept = 0;
    /// Its log is kept elsewhere, or nobody needs it: what was recorded of it may go. To be said of every
    /// match that has begun.
    virtual void match_over(const MatchId& match) = 0;

    /// Something was refused, and there is room again: time for refill(). Cheap, to be asked every turn.
    [[nodiscard]] virtual bool needs_refill() const = 0;
    virtual void refill(RefillSource& source) = 0;
};

/// A match as it was recorded: its log from its first tick on, without holes.
struct RestoredMatch {
    RoomId room = {};
    netcode::MatchLog log;  // has a keyframe of its first tick
    /// Where to simulate from: the newest keyframe whose statistics were recorded with it, else the first
    /// one, where nobody has any.
    std::size_t keyframe = 0;
    std::vector<std::byte> statistics = {};
};

/// A room as it was recorded. The match is missing when its beginning was lost or nobody can restore it: then
/// the room begins a new one.
struct RestoredRoom {
    RoomRecord record;
    std::optional<RestoredMatch> match = std::nullopt;
};

}  // namespace gs::rooms
