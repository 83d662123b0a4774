// Room: one running game and the people in it. A tick of it is the heart of the server:
//   what happened to seats, and inputs → step of the game → entry of the log → slices of the log to viewers
// (match.h makes the first half, viewer.h chooses the slices; each entry is encoded once, whoever watches).
// Made and turned by Rooms; visits enter, leave and bring packets. One thread, no clock (`now` is given), no
// I/O but the sessions of its viewers, and in a steady state no allocation per tick. Not its job: JSON
// (messages.h), who a visitor is (visit.h), which rooms there are (rooms.h).
#pragma once

#include "server/rooms/live_push.h"
#include "server/rooms/match.h"
#include "server/rooms/match_recording.h"
#include "server/rooms/match_restore.h"
#include "server/rooms/match_statistics.h"
#include "server/rooms/messages.h"
#include "server/rooms/public_face.h"
#include "server/rooms/release.h"
#include "server/rooms/room_setup.h"
#include "server/rooms/schedule.h"
#include "server/rooms/seats.h"
#include "server/rooms/tickets.h"
#include "server/rooms/viewer.h"

#include <array>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gs::rooms {

enum class EnterRefusal : std::uint8_t { full, locked, gone, kicked };
enum class HostAnswer : std::uint8_t {
    done,
    not_host,
    no_such_seat,
    nothing_to_start,  // the game is endless
    too_few,           // for a match
    already_started,
    no_computers,  // the game has none
    not_here,      // whom it is about
    oneself,
};

class Room {
  public:
    /// `shared` and the game outlive the room.
    Room(RoomSetup setup, RoomShared& shared, net::Instant now)
        : Room(std::move(setup), shared, now, nullptr, {}) {}
    /// As it was recorded, with its match; without one it begins another. Seats are held from `now` on, and
    /// everything counts as made now, which nobody is shown too early by.
    Room(RoomSetup setup, RoomShared& shared, net::Instant now, const RoomRecord& record,
         std::optional<Resumed> match)
        : Room(std::move(setup), shared, now, &record, std::move(match)) {}
    ~Room();

    [[nodiscard]] const RoomSetup& setup() const { return setup_; }
    /// As it is now: for who plays or watches live.
    [[nodiscard]] RoomInfo info() const;
    /// As everybody may know it: the match, its phase and tick a delay ago. People come and go in public.
    [[nodiscard]] RoomInfo public_info(net::Instant now) const;
    /// The first tick of `match`, the one under way, that is not public yet.
    [[nodiscard]] Tick public_end(net::Instant now) const { return release_.end(now); }
    [[nodiscard]] const MatchEvents& events() const { return events_; }
    /// The first tick of the match in which there was something to see.
    [[nodiscard]] std::optional<Tick> play_began() const { return play_began_; }
    [[nodiscard]] std::vector<FinishedMatch::Player> players() const;
    [[nodiscard]] const Seats& seats() const { return seats_; }
    /// Everybody who is here, in any order.
    [[nodiscard]] std::span<const std::unique_ptr<Viewer>> viewers() const { return viewers_; }
    [[nodiscard]] const Match& match() const { return match_; }
    [[nodiscard]] const MatchId& match_id() const { return match_id_; }
    /// Of the match before the next begins.
    [[nodiscard]] const std::optional<MatchResult>& result() const { return result_; }
    /// The match under way has a copy in RoomShared::finished already, which is what counts from then on.
    [[nodiscard]] bool is_handed_over() const { return handed_over_; }
    /// On everything that is sent and received: other rooms have others, so nothing that is under way while
    /// somebody changes rooms is taken for the new one's.
    [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
    /// Without a seat, on the room's page.
    [[nodiscard]] std::size_t spectators() const { return seatless() - previews_; }
    /// Lobbies that show the room live.
    [[nodiscard]] std::size_t previews() const { return previews_; }
    [[nodiscard]] bool is_closed() const { return closed_; }
    /// A match is on, or its result is shown, and nobody gets a seat in it: who comes
    /// watches, and has one in the next.
    [[nodiscard]] bool is_shut_for_seats() const;
    /// Since when nobody has been in it; nothing while somebody is.
    [[nodiscard]] std::optional<net::Instant> empty_since() const { return empty_since_; }

    // ---- People

    /// Whether enter() would let this person in, without doing it.
    [[nodiscard]] std::optional<EnterRefusal> refusal_of(const net::AccountId& person, Role role) const;
    void count(EnterRefusal refusal);
    /// Sends `entered`; a keyframe and ticks follow. A person has one seat: a held one is given back, and a
    /// seat that is played elsewhere is taken over. `resume` may be empty.
    std::expected<Viewer*, EnterRefusal> enter(Member& member, net::Session& session,
                                               const net::Person& person, Role role, std::string_view resume,
                                               net::Instant now, const ViewWish& watch = {});
    /// For good: the seat is free at once.
    void leave(Viewer& viewer, net::Instant now);
    /// The session is gone, or goes elsewhere for a moment: a seat is held.
    void drop(Viewer& viewer, net::Instant now);
    void rename(Viewer& viewer, std::string_view clean_name);
    HostAnswer order(Viewer& viewer, const up::Host& order, net::Instant now);
    /// For as long as the room lives, wherever in it they are, or when they are elsewhere. Who may want that
    /// asks the caller.
    void shut_out(net::AccountId person, net::Instant now);
    /// After a result: this player wants another match at once. It begins when all do who are connected.
    void rematch(Viewer& viewer);
    /// Everybody goes to the lobby, and nobody comes in any more.
    void close(std::string_view words, net::Instant now);

    // ---- Packets

    /// An input packet, from whoever sits where it came from: it names no seat. False: it is none.
    bool on_input(Viewer& viewer, ByteView packet, net::Instant now);
    /// A client says that its state is not the one of the log. False: of a tick that nobody can look at.
    bool desync(const DesyncReport& report);
    /// A viewer's datagrams were more than are looked at.
    void doubt_rate(Viewer& viewer) { ++viewer.doubts.too_many; }
    /// Ticks that a viewer lacks, or a keyframe when they are too old.
    void repair(Viewer& viewer, Tick first, std::uint32_t count, net::Instant now);
    /// One comes with a tick soon, however often it is asked for; later to who asks again and again.
    void want_keyframe(Viewer& viewer, net::Instant now);

    // ---- Time

    /// `never` while nobody is here: the room sleeps.
    [[nodiscard]] net::Instant next_due() const;
    /// Makes the ticks that are due and sends them to the players.
    void make_ticks(net::Instant now);
    /// Everything else that is due with them: spectators, keyframes, messages.
    void finish_turn(net::Instant now);
    void turn(net::Instant now) {
        make_ticks(now);
        finish_turn(now);
    }
    /// Tells who watches late what has become public. Several times a second by turn(); while nobody is here
    /// by who lists rooms.
    void look_at_public(net::Instant now);

    // ---- What outlives the process (room_restore.cpp)

    /// Writes what has changed and is not recorded: after each tick, before it is sent; and while the room
    /// sleeps whenever somebody has come or gone.
    void record() {
        if (shared_.recorder != nullptr && !is_recorded()) write_record();
    }
    /// The room is gone, and nobody needs its match.
    void end_recording();

  private:
    Room(RoomSetup setup, RoomShared& shared, net::Instant now, const RoomRecord* record,
         std::optional<Resumed> match);
    [[nodiscard]] bool is_recorded() const {
        return closed_ || (!record_changed_ && recording_.has_all(match_.log()));
    }
    void write_record();
    [[nodiscard]] RoomRecord make_record() const;
    void take_progress();
    void bring_back(const RoomRecord& record, net::Instant now);
    void begin_for_those_who_were_here();
    void bring_back_match(const RoomRecord& record, MatchProgress progress, net::Instant now);
    void bring_back_presence();
    void bring_back_public(net::Instant now);
    [[nodiscard]] game::CheckFailure tick(net::Instant now);
    void send_to_players(net::Instant now);
    void send_to_spectators(net::Instant now);
    /// The match begins anew: what was not sent of the log so far nobody could get any more.
    void send_rest(net::Instant now);
    /// Somebody who watched live gets chunks from now on.
    void make_delayed(Viewer& viewer, net::Instant now);
    void send_keyframes(net::Instant now);
    [[nodiscard]] net::SharedBytes encode_keyframe();
    void break_down(const game::CheckFailure& failure, net::Instant now);

    void housekeep(net::Instant now);
    void expire_seats(net::Instant now);
    void look_at_lines();
    void look_at_line(Viewer& viewer);
    void tell_everybody(net::Instant now);
    void tell(Viewer& viewer, const std::bitset<game::seats_limit>& changes, const std::string& roster,
              const std::string& room, net::Instant now);
    void roll_match(Match::From from, net::Instant now);
    /// The match under way, or the one before, to those who keep what is over.
    void hand_over(netcode::MatchLog log, net::Instant now);
    void note_face(net::Instant now) { face_.note({.phase = phase(), .match = match_id_}, now); }
    [[nodiscard]] ViewClass class_of(Role role, const ViewWish& wish, bool has_pass);
    [[nodiscard]] HostAnswer make_caster_pass(Viewer& host, net::Instant now);

    // ---- Matches (room_match.cpp)

    [[nodiscard]] bool has_matches() const { return game_.lifecycle == game::Lifecycle::match; }
    [[nodiscard]] game::Phase phase() const { return standing_.phase; }
    [[nodiscard]] std::size_t present() const { return seats_.taken() + seats_.computers(); }
    [[nodiscard]] bool wants_to_start() const;
    [[nodiscard]] HostAnswer start_match();
    void look_at_standing(net::Instant now);
    void show_result(net::Instant now);
    /// What is to be done by time or by wish: the start, another match.
    void conduct(net::Instant now);
    void begin_next_match(net::Instant now);
    void sit_again();
    void seat_those_who_wait();
    void tell_match(net::Instant now);
    void send_or_owe(Viewer& viewer, const std::string& text, bool Viewer::* owed, net::Instant now);
    [[nodiscard]] std::string match_text(const Viewer& viewer, net::Instant now) const;
    [[nodiscard]] std::string result_text(const Viewer& viewer, net::Instant now) const;
    [[nodiscard]] RoomInfo info_for(const Viewer& viewer, net::Instant now) const {
        return viewer.is_live() ? info() : public_info(now);
    }
    [[nodiscard]] HostAnswer set_computers(std::optional<std::uint32_t> count);
    void fill_with_computers();
    void remove_computer(Seat seat);
    /// Free, or made so by a computer that gives way.
    [[nodiscard]] std::optional<Seat> seat_for_newcomer();
    void take_seat(Seat seat, Viewer& viewer);
    void send_entered(Viewer& viewer, net::Instant now);

    Viewer& sit_down(Member& member, net::Session& session, const net::Person& person,
                     std::string_view resume);
    Viewer& add_viewer(Member& member, net::Session& session, const net::Person& person, Role role, Seat seat,
                       ViewClass view);
    [[nodiscard]] std::size_t seatless() const { return viewers_.size() - connected_; }
    [[nodiscard]] std::unique_ptr<Viewer> take_out(Viewer& viewer);
    void remove_viewer(Viewer& viewer);
    void send_away(Viewer& viewer, LeftReason reason, std::string_view words);
    void release_seat(Seat seat, net::Instant now);
    [[nodiscard]] HostAnswer kick(const Viewer& host, const up::Host& order, net::Instant now);
    [[nodiscard]] bool is_here(const net::AccountId& person) const;
    [[nodiscard]] bool is_other(const Viewer& viewer, std::optional<Seat> seat) const;
    void choose_host(Seat newcomer);
    /// Of people and of what the host decides: everybody is told.
    void note_change();
    /// Of the match: whoever watches late is told later (look_at_public()).
    void note_live_change() { room_changed_ = true; }
    void note_emptiness(net::Instant now);

    RoomSetup setup_;
    RoomShared& shared_;
    const game::Info& game_;
    Seats seats_;
    MatchId match_id_;
    Match match_;
    TickSchedule schedule_;
    std::uint32_t epoch_;
    std::vector<std::unique_ptr<Viewer>> viewers_;
    std::size_t connected_ = 0;  // of them are players
    std::size_t previews_ = 0;   // of them are screens of lobbies
    LivePush live_;              // of them are spectators who watch live
    Tick players_sent_ = {};     // up to here
    bool is_turn_open_ = false;  // ticks were made, and finish_turn() is owed
    /// When ticks went to the players, for the round trips of their acknowledgements.
    std::array<net::Instant, netcode::recent_ticks_max> sent_at_ = {};
    std::size_t keyframes_wanted_ = 0;
    std::size_t keyframes_from_ = 0;  // where the next round through the viewers begins
    std::size_t owed_viewers_ = 0;
    std::deque<net::AccountId> kicked_;
    // What is public of it.
    Release release_;
    PublicFace face_;
    MatchId shown_match_;  // that who watches late has been told of
    MatchEvents events_;
    std::optional<Tick> play_began_;
    std::optional<Tick> result_tick_;  // the first of the result
    net::Instant ended_at_ = {};       // when there was one
    bool handed_over_ = false;
    std::string caster_pass_;
    // Of games of Lifecycle::match.
    game::Standing standing_;  // after the newest tick
    MatchStatistics statistics_;
    std::optional<MatchResult> result_;
    net::Instant result_until_ = {};
    std::vector<net::AccountId> finishers_;  // who was connected at the result
    std::optional<net::Instant> start_at_;   // by itself
    bool starts_again_ = false;              // the same people go on
    std::size_t rematches_told_ = 0;
    std::size_t computers_wanted_ = 0;
    std::uint64_t newest_wait_ = 0;
    std::vector<Viewer*> newly_seated_;  // who are told so with the match

    // Recording.
    MatchRecording recording_;
    bool record_changed_ = true;

    bool maker_has_come_ = false;
    bool locked_ = false;
    bool closed_ = false;
    bool room_changed_ = false;
    bool public_changed_ = false;
    std::optional<net::Instant> empty_since_;
    net::Instant next_housekeeping_ = {};
    net::Instant room_told_at_ = {};
    net::Instant public_told_at_ = {};
};

}  // namespace gs::rooms
