// Viewer: a player or spectator in a room: which ticks of the log its client has, which go to it next, and
// what it is owed of the room's messages because its queue was full. Owned by its room, on its thread; the
// session and the member outlive it. Encodes nothing of a game: what it sends are slices of the log behind a
// head.
#pragma once

#include "core/game/game.h"
#include "core/netcode/input_packet.h"
#include "core/netcode/match_log.h"
#include "core/netcode/tick_packet.h"
#include "server/net/person.h"
#include "server/net/session.h"
#include "server/rooms/counters.h"
#include "server/rooms/doubts.h"
#include "server/rooms/line.h"
#include "server/rooms/live_pace.h"
#include "server/rooms/tickets.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gs::rooms {

/// Players get ticks again until they acknowledge them, as far back as this many sends; after this long
/// without any acknowledgement only the least, because what does not arrive need not be sent eight times.
inline constexpr std::uint32_t overlap_sends_max = 8;
inline constexpr std::uint32_t overlap_sends_min = 2;
inline constexpr net::Duration unacknowledged_max = std::chrono::seconds(2);

/// A keyframe costs as much as minutes of a quiet game; a client that needs another at once needs a better
/// path. Each that is asked for so soon after the last one makes the next one come later, twice as late up to
/// RoomLimits::keyframe_period_max: whose machine or line is too slow for the game does not get faster by
/// more of it.
inline constexpr net::Duration keyframe_period_min = std::chrono::seconds(2);
inline constexpr net::Duration keyframe_again_within = std::chrono::seconds(10);

enum class LeftReason : std::uint8_t { kicked, closed, taken_elsewhere, own };

/// Who is in a room, as the room knows it. A Visit is one.
class Member {
  public:
    /// The room has let go of this member's viewer, which is gone when this returns.
    virtual void on_left(LeftReason reason, std::string_view words) = 0;

  protected:
    ~Member() = default;
};

/// Packets of ticks that are the same for all spectators: made once, sent to each.
class SharedTicks {
  public:
    /// `fresh` to the end of the log, and what is before it from `from` on if everything fits into one
    /// packet.
    void make(const netcode::MatchLog& log, std::uint32_t epoch, Tick from, Tick fresh);

    struct Packet {
        netcode::TickHeadBytes head_bytes;
        std::size_t head_size = 0;
        ByteView entries;

        [[nodiscard]] ByteView head() const { return ByteView(head_bytes).first(head_size); }
    };
    [[nodiscard]] std::span<const Packet> packets() const { return {packets_.data(), count_}; }
    [[nodiscard]] Tick fresh() const { return fresh_; }
    [[nodiscard]] Tick end() const { return end_; }

  private:
    // More ticks than that since the last send happen after a stall only; the rest is repaired.
    std::array<Packet, 16> packets_;
    std::size_t count_ = 0;
    Tick fresh_ = {};
    Tick end_ = {};
};

class Viewer {
  public:
    /// `seat`: no_seat unless the role is player.
    Viewer(Member& member, net::Session& session, net::Person person, Role role, Seat seat)
        : member_(&member), session_(&session), person_(std::move(person)), role_(role), seat_(seat) {}

    [[nodiscard]] Member& member() const { return *member_; }
    [[nodiscard]] net::Session& session() const { return *session_; }
    [[nodiscard]] const net::Person& person() const { return person_; }
    [[nodiscard]] Seat seat() const { return seat_; }
    [[nodiscard]] Role role() const { return role_; }
    [[nodiscard]] bool is_player() const { return seat_ != no_seat; }
    [[nodiscard]] bool is_live() const { return view == ViewClass::live; }
    /// Nobody's business: a lobby shows the room.
    [[nodiscard]] bool is_preview() const { return role_ == Role::preview; }

    ViewClass view = ViewClass::live;
    /// Live by the host's pass, and only as long as that is good.
    bool has_pass = false;
    /// When it last stopped to be live while it was here: what was seen is not forgotten at once.
    std::optional<net::Instant> live_until = std::nullopt;

    // ---- Ticks

    [[nodiscard]] bool wants_keyframe() const { return wants_keyframe_; }
    /// Not so soon after the last one; the wish stays.
    [[nodiscard]] bool may_have_keyframe(net::Instant now) const {
        return !has_state_ || now - keyframe_sent_at_ >= keyframe_period_;
    }
    void want_keyframe(net::Instant now, net::Duration period_max);
    /// A keyframe of the state before `tick` is on its way; ticks follow from there.
    void keyframe_sent(Tick tick, net::Instant now);

    /// Takes the acknowledgement in `packet`. False: of ticks that were never made; it is ignored.
    bool acknowledge(const netcode::InputPacket& packet, Tick next, net::Instant now);
    [[nodiscard]] std::optional<Tick> acknowledged() const { return acknowledged_; }

    enum class Sent : std::uint8_t {
        all,         // or this viewer needs nothing yet
        held,        // its session takes none now: the next send brings it again
        lacks_more,  // nothing was sent: it lacks what is before
    };
    /// What this viewer needs of the log, up to its end. `head` has what is personal.
    Sent send_ticks(const netcode::MatchLog& log, netcode::TickHead head, std::uint32_t ticks_per_send,
                    net::Instant now, SentBytes& sent);
    /// The same from packets that were made for all spectators.
    [[nodiscard]] Sent send_shared(const SharedTicks& ticks, SentBytes& sent);

    // ---- Messages that did not fit into the session's queue; they are sent again when it has room

    std::bitset<game::seats_limit> owed_seats;
    bool owed_room = false;
    bool owed_match = false;   // that another match has begun
    bool owed_result = false;  // how it ended
    net::Instant owed_since = net::never;
    [[nodiscard]] bool has_all_messages() const {
        return owed_seats.none() && !owed_room && !owed_match && !owed_result;
    }
    [[nodiscard]] bool is_owed() const { return owed_since != net::never; }

    // ---- The line and what is claimed of it

    AcknowledgementTimes acknowledgement_times;
    EarlyInputs early;
    Doubts doubts;
    bool is_suspicious = false;  // and that has been told
    // What the seat had of them before this viewer sat there.
    std::uint64_t out_of_range_before = 0;
    std::uint64_t ages_beyond_before = 0;

    // ---- Of who watches live (live_push.h)

    struct LivePlace {
        std::uint32_t group = 0;
        std::uint32_t index = 0;
    };
    LivePlace live_place;
    LivePace live_pace;

    // ---- Matches

    bool wants_rematch = false;
    /// Watches until the next match and has a seat in it, if there is one; the lower, the earlier they came.
    /// 0: wants none.
    std::uint64_t waits_for_seat = 0;
    /// From now on a player; a keyframe begins everything anew.
    void sit_down(Seat seat);

    std::size_t index = 0;  // in the room's list

  private:
    /// Of one packet, before it is counted as sent: `head` bytes and the entries from `from` on.
    void count(const netcode::MatchLog& log, std::size_t head, Tick from, ByteView entries,
               SentBytes& sent) const;
    [[nodiscard]] Tick first_to_send(Tick next, std::uint32_t ticks_per_send, net::Instant now) const;

    Member* member_;
    net::Session* session_;
    net::Person person_;
    Role role_;
    Seat seat_;

    bool wants_keyframe_ = true;
    net::Duration keyframe_period_ = keyframe_period_min;
    net::Duration next_keyframe_period_ = keyframe_period_min;  // after the one that is wanted
    bool has_state_ = false;
    Tick base_ = {};   // the tick of its keyframe: nothing before it means anything to this viewer
    Tick fresh_ = {};  // the first that has not been sent yet
    std::optional<Tick> acknowledged_;
    net::Instant acknowledged_at_ = {};
    net::Instant keyframe_sent_at_ = {};
};

}  // namespace gs::rooms
