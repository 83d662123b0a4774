#include "server/rooms/room.h"

#include "core/base/assert.h"
#include "core/wire/bit_stream.h"
#include "server/crypto/crypto.h"
#include "server/net/close_codes.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

/// Roster changes are told together this often.
constexpr net::Duration housekeeping_period = std::chrono::milliseconds(100);
constexpr net::Duration room_told_period = std::chrono::milliseconds(500);

/// Of a client's unsent messages and transfers, above which no repair is added: half a second of a slow line.
constexpr std::size_t repair_queue_bytes_max = 64 * 1024;
/// Of the entries in one repair: what a state may have at most, and nearly all have much less.
constexpr std::size_t repair_bytes_max = game::state_bytes_max;

constexpr std::string_view broken_words =
    "Something went wrong in this game, and its room had to close. What happened is kept for whoever mends "
    "it";
constexpr std::string_view too_slow_words =
    "Your connection is too slow for watching live: you see the match some seconds later now";
constexpr std::string_view slow_words =
    "Your connection takes too little; the room could not tell you what happens";

Tick back(Tick from, std::uint32_t ticks) { return Tick{from.value - std::min(from.value, ticks)}; }

netcode::LogHeader header_of(const game::Info& game, const RoomSetup& setup, const RoomShared& shared,
                             const MatchId& match) {
    return {.game = std::string(game.id),
            .match = std::string(match.text()),
            .rules_version = game.rules_version,
            .tick_rate_hz = game.tick_rate_hz,
            .started_unix_s = shared.unix_s(),
            .module_hash = setup.game->module_hash};
}

MatchId match_id_of(const std::optional<Resumed>& match) {
    const auto id = match ? MatchId::parse(match->log.header().match) : std::nullopt;
    return id ? *id : crypto::random_id<MatchId>();
}

Match make_match(const game::Module& module, std::optional<Resumed>& match, netcode::LogHeader header,
                 MutableBytes scratch) {
    if (!match) return {module, std::move(header), scratch};
    return {module, std::move(match->log), match->at_end, match->progress.presence, scratch};
}

}  // namespace

Room::Room(RoomSetup setup, RoomShared& shared, net::Instant now, const RoomRecord* record,
           std::optional<Resumed> match)
    : setup_(std::move(setup)),
      shared_(shared),
      game_(*setup_.game->module->info),
      seats_(setup_.seats == 0 ? game_.seats_max : std::min<std::size_t>(setup_.seats, game_.seats_max)),
      match_id_(match_id_of(match)),
      match_(make_match(*setup_.game->module, match, header_of(game_, setup_, shared_, match_id_),
                        shared_.scratch)),
      schedule_(game_.tick_rate_hz),
      epoch_(shared_.next_epoch()),
      live_(live_ticks_per_send(game_)),
      release_(std::chrono::seconds(setup_.public_delay_s), match_.log().header().first),
      face_(std::chrono::seconds(setup_.public_delay_s), {.phase = Phase::waiting, .match = match_id_}),
      shown_match_(match_id_),
      statistics_(*setup_.game->module),
      empty_since_(now) {
    if (record != nullptr && match) {
        bring_back_match(*record, std::move(match->progress), now);
        return;
    }
    ++shared_.counters.matches;
    if (record != nullptr) {
        bring_back(*record, now);
        begin_for_those_who_were_here();
        return;
    }
    if (!has_matches()) {
        standing_.phase = Phase::playing;
        play_began_ = match_.next();
        face_ = PublicFace(release_.delay(), {.phase = phase(), .match = match_id_});
        return;
    }
    standing_ = match_.standing();
    computers_wanted_ = setup_.computers;
    fill_with_computers();
    if (computers_wanted_ > 0) schedule_.start(now);  // for the tick in which they join
}

Room::~Room() {
    GS_ASSERT(viewers_.empty(), "a room is closed before it goes");
    add_to(shared_.counters.inputs_of_gone_rooms, match_.input_counters());
}

RoomInfo Room::info() const {
    RoomInfo info{
        .id = setup_.id, .name = setup_.name, .game = std::string(game_.id), .access = setup_.access};
    if (const auto host = seats_.host()) info.host = seats_.at(*host).person.name;
    info.phase = closed_ ? Phase::result : phase();
    info.match = match_id_;
    info.tick = back(match_.next(), 1);
    info.players = static_cast<std::uint32_t>(seats_.taken());
    info.computers = static_cast<std::uint32_t>(seats_.computers());
    info.seats = static_cast<std::uint32_t>(seats_.count());
    info.spectators = static_cast<std::uint32_t>(spectators());
    info.viewers = static_cast<std::uint32_t>(connected_ + spectators());
    info.public_delay_s = setup_.public_delay_s;
    info.locked = locked_;
    return info;
}

RoomInfo Room::public_info(net::Instant now) const {
    RoomInfo info = this->info();
    const PublicFace::Facts& facts = face_.facts(now);
    info.match = facts.match;
    if (!closed_) info.phase = facts.phase;
    Tick end = release_.end(now);
    if (facts.match != match_id_ || handed_over_) {
        const FinishedMatches::Kept before = shared_.finished.find(facts.match);
        end = before ? before->release.end(now) : match_.log().header().first;
    }
    info.tick = back(end, 1);
    return info;
}

std::vector<FinishedMatch::Player> Room::players() const {
    std::vector<FinishedMatch::Player> players;
    for (std::size_t index = 0; index < seats_.count(); ++index) {
        const Seat seat{static_cast<std::uint8_t>(index)};
        const Seats::Place& place = seats_.at(seat);
        if (place.state == SeatState::free) continue;
        players.push_back(
            {.seat = seat, .name = place.person.name, .is_computer = place.state == SeatState::computer});
    }
    return players;
}

// ---- Time

net::Instant Room::next_due() const {
    const bool sleeps = empty_since_.has_value() && !match_.has_events();
    return sleeps || closed_ ? net::never : schedule_.next_due();
}

void Room::make_ticks(net::Instant now) {
    const TickSchedule::Due due = schedule_.take(now);
    shared_.counters.overruns += due.skipped;
    for (std::uint32_t made = 0; made < due.ticks && !closed_; ++made) {
        if (const game::CheckFailure failure = tick(now)) break_down(failure, now);
        record();
    }
    release_.note(match_.next(), now);
    if (due.ticks == 0 || closed_) return;
    is_turn_open_ = true;
    if (match_.next() - players_sent_ >= game_.ticks_per_send) send_to_players(now);
}

void Room::finish_turn(net::Instant now) {
    if (!std::exchange(is_turn_open_, false) || closed_) return;
    // A second of what comes after the end belongs to it.
    const bool is_over = has_matches() && phase() == Phase::result && result_tick_ &&
                         match_.next() - *result_tick_ >= game_.tick_rate_hz;
    if (is_over && !handed_over_) hand_over(match_.log(), now);
    send_to_spectators(now);
    send_keyframes(now);
    if (now >= next_housekeeping_) housekeep(now);
}

game::CheckFailure Room::tick(net::Instant now) {
    const std::size_t bytes_before = match_.log().entry_bytes();
    const bool is_first = match_.next() == match_.log().header().first;
    take_progress();
    const game::CheckFailure failure = match_.step(is_first ? shared_.random() : 0);
    ++shared_.counters.ticks;
    shared_.counters.entry_bytes += match_.log().entry_bytes() - bytes_before;
    events_.add(match_.module(), match_.next() - 1, match_.emitted());
    if (has_matches() && !failure) look_at_standing(now);
    return failure;
}

void Room::send_to_players(net::Instant now) {
    for (; players_sent_ < match_.next(); ++players_sent_)
        sent_at_[players_sent_.value % sent_at_.size()] = now;
    // Not among all viewers: thousands may watch.
    for (std::size_t index = 0; index < seats_.count(); ++index) {
        const Seat seat{static_cast<std::uint8_t>(index)};
        if (seats_.at(seat).state != SeatState::connected) continue;
        const netcode::TickHead head{.consumed = match_.consumed(seat),
                                     .early_quarter_ticks = match_.early_quarter_ticks(seat),
                                     .epoch = epoch()};
        seats_.at(seat).viewer->send_ticks(match_.log(), head, game_.ticks_per_send, now,
                                           shared_.counters.sent);
    }
}

void Room::send_to_spectators(net::Instant now) {
    live_.send(match_.log(), epoch(), now, shared_.counters);
    for (Viewer* viewer : live_.too_slow()) {
        ++shared_.counters.live_moved;
        make_delayed(*viewer, now);
        // Without room for it the page shows the delay without the reason.
        [[maybe_unused]] const auto told = viewer->session().send_message(notice_message(too_slow_words));
    }
}

void Room::send_rest(net::Instant now) {
    send_to_players(now);
    live_.send_rest(match_.log(), epoch(), now, shared_.counters);
}

void Room::send_keyframes(net::Instant now) {
    if (keyframes_wanted_ == 0) return;
    std::size_t left = shared_.limits.keyframes_per_turn_max;
    net::SharedBytes shared;
    for (std::size_t looked = 0; looked < viewers_.size() && left > 0; ++looked) {
        // Goes round, so that nobody who comes first always waits for those who ask again and again.
        keyframes_from_ = (keyframes_from_ + 1) % viewers_.size();
        Viewer& viewer = *viewers_[keyframes_from_];
        if (!viewer.wants_keyframe() || !viewer.may_have_keyframe(now) || !viewer.is_live()) continue;
        if (!shared) shared = encode_keyframe();
        if (!shared) return;  // the game is broken; its next hash will say so
        --left;
        // A queue that is full now has room later; the wish stays.
        if (!viewer.session().send_transfer(shared)) continue;
        viewer.keyframe_sent(match_.next(), now);
        --keyframes_wanted_;
        ++shared_.counters.keyframes_sent;
        shared_.counters.sent.keyframes += shared->size();
    }
}

net::SharedBytes Room::encode_keyframe() {
    std::array<std::byte, 1 + 5> head;
    wire::BitWriter writer(head);
    const bool written =
        writer.bits(static_cast<std::uint8_t>(netcode::TransferType::keyframe), 8) && writer.varint(epoch());
    GS_ASSERT(written, "the head of a keyframe has its longest size");
    const ByteView keyframe = match_.keyframe();
    if (keyframe.empty()) return nullptr;
    std::vector<std::byte> bytes;
    bytes.reserve(writer.size() + keyframe.size());
    bytes.insert(bytes.end(), writer.written().begin(), writer.written().end());
    bytes.insert(bytes.end(), keyframe.begin(), keyframe.end());
    ++shared_.counters.keyframes_encoded;
    return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
}

// ---- Packets

bool Room::on_input(Viewer& viewer, ByteView bytes, net::Instant now) {
    netcode::InputPacket packet;
    if (!netcode::read_input_packet(match_.module(), bytes, packet)) {
        ++shared_.counters.packets_bad;
        return false;
    }
    if (packet.epoch != epoch()) {
        ++shared_.counters.packets_stale;
        return true;
    }
    if (!viewer.acknowledge(packet, match_.next(), now)) {
        ++shared_.counters.acknowledgements_bad;
        ++viewer.doubts.acks_beyond;
    } else if (packet.newest_received &&
               match_.next() - *packet.newest_received <= static_cast<std::int32_t>(sent_at_.size())) {
        viewer.acknowledgement_times.add(now - sent_at_[packet.newest_received->value % sent_at_.size()],
                                         now);
    }
    if (viewer.is_player()) match_.receive(viewer.seat(), packet, schedule_.quarters_left(now));
    return true;
}

void Room::repair(Viewer& viewer, Tick first, std::uint32_t count, net::Instant now) {
    if (!viewer.is_live()) {
        ++shared_.counters.delayed_wishes;
        return;
    }
    const Tick next = match_.next();
    if (first >= next) return;  // not there yet: it will come by itself
    // While the answers before are still waiting, more of them only come later: the client asks again.
    if (viewer.session().stats().send_queue_bytes > repair_queue_bytes_max) {
        ++shared_.counters.repairs_waiting;
        return;
    }
    const netcode::MatchLog& log = match_.log();
    if (first < log.header().first || next - first > static_cast<std::int32_t>(netcode::repair_ticks_max)) {
        ++shared_.counters.repairs_too_old;
        want_keyframe(viewer, now);
        return;
    }
    // On a line that loses much, of ticks so large that none comes twice, there are more holes than may be
    // asked for: whoever falls behind by a second gets two at once, with all the holes in them.
    const std::uint32_t second = game_.tick_rate_hz;
    if (next.value - first.value > second) count = std::max(count, 2 * second);
    std::vector<std::byte> entries;
    count = log.copy(first, std::min(count, netcode::repair_ticks_max), entries);
    // On a slow line so much would take longer than what it is about: a keyframe is smaller.
    if (entries.size() > repair_bytes_max) {
        ++shared_.counters.repairs_too_old;
        want_keyframe(viewer, now);
        return;
    }
    netcode::TickHeadBytes room;
    const ByteView head =
        netcode::write_repair_head({.epoch = epoch(), .first = first, .count = count}, room);
    entries.insert(entries.begin(), head.begin(), head.end());
    const std::size_t bytes = entries.size();
    const auto sent =
        viewer.session().send_transfer(std::make_shared<const std::vector<std::byte>>(std::move(entries)));
    if (!sent) return;  // a full queue: the client asks again
    ++shared_.counters.repairs_sent;
    shared_.counters.sent.repairs += bytes;
}

void Room::want_keyframe(Viewer& viewer, net::Instant now) {
    if (!viewer.is_live()) {
        ++shared_.counters.delayed_wishes;
        return;
    }
    if (viewer.wants_keyframe()) return;
    viewer.want_keyframe(now, shared_.limits.keyframe_period_max);
    ++keyframes_wanted_;
}

// ---- What is done a few times per second

void Room::housekeep(net::Instant now) {
    next_housekeeping_ = now + housekeeping_period;
    expire_seats(now);
    look_at_lines();
    if (has_matches()) conduct(now);
    look_at_public(now);
    tell_everybody(now);
    const netcode::MatchLog& log = match_.log();
    const auto played_s = (match_.next() - log.header().first) / game_.tick_rate_hz;
    const bool is_between_matches = !has_matches() || phase() == Phase::waiting;
    if ((is_between_matches && std::chrono::seconds(played_s) >= shared_.limits.match_max) ||
        log.entry_bytes() >= shared_.limits.log_bytes_max) {
        send_rest(now);
        roll_match(Match::From::this_state, now);
        if (has_matches()) tell_match(now);
    }
    note_emptiness(now);
}

void Room::look_at_lines() {
    for (std::size_t index = 0; index < seats_.count(); ++index) {
        const Seats::Place& place = seats_.at(Seat{static_cast<std::uint8_t>(index)});
        if (place.state == SeatState::connected) look_at_line(*place.viewer);
    }
}

void Room::look_at_line(Viewer& viewer) {
    const Seat seat = viewer.seat();
    if (match_.module().view_age != nullptr) {
        const std::int8_t early = match_.early_quarter_ticks(seat);
        if (early != netcode::early_unknown) viewer.early.add(early);
        const net::Duration rtt =
            round_trip(viewer.session().stats().rtt, viewer.acknowledgement_times.fastest());
        match_.set_view_ages(seat, allowed_view_ages(game_, rtt, viewer.early));
    }
    const std::uint64_t ages = match_.ages_beyond(seat) - viewer.ages_beyond_before;
    shared_.counters.view_ages_beyond += ages - viewer.doubts.ages_beyond;
    viewer.doubts.ages_beyond = ages;
    viewer.doubts.out_of_range = match_.inputs_out_of_range(seat) - viewer.out_of_range_before;
    if (viewer.is_suspicious || !viewer.doubts.is_suspicious()) return;
    viewer.is_suspicious = true;
    ++shared_.counters.seats_suspicious;
    if (shared_.broken_logs != nullptr) shared_.broken_logs->note_suspicious(info(), seat, viewer.doubts);
}

bool Room::desync(const DesyncReport& report) {
    ++shared_.counters.desyncs_reported;
    const netcode::MatchLog& log = match_.log();
    if (report.tick < log.header().first || report.tick >= log.next()) return false;
    if (shared_.broken_logs != nullptr) shared_.broken_logs->keep_desync(info(), report, log);
    return true;
}

void Room::expire_seats(net::Instant now) {
    if (seats_.first_expiry() > now) return;
    while (const auto seat = seats_.expired(now)) {
        ++shared_.counters.seats_expired;
        release_seat(*seat, now);
    }
}

void Room::tell_everybody(net::Instant now) {
    const auto changes = seats_.take_changes();
    const std::string roster = roster_message(seats_, changes);
    std::string room;
    std::string public_room;
    // What is new to one kind of viewers must not show in what the other kind gets.
    if (room_changed_ && now - room_told_at_ >= room_told_period) {
        room_changed_ = false;
        room_told_at_ = now;
        room = room_message(info());
    }
    if (public_changed_ && now - public_told_at_ >= room_told_period) {
        public_changed_ = false;
        public_told_at_ = now;
        public_room = room_message(public_info(now));
    }
    if (roster.empty() && room.empty() && public_room.empty() && owed_viewers_ == 0) return;
    owed_viewers_ = 0;
    for (const auto& viewer : viewers_) {
        tell(*viewer, changes, roster, viewer->is_live() ? room : public_room, now);
        if (viewer->is_owed()) ++owed_viewers_;
    }
}

void Room::tell(Viewer& viewer, const std::bitset<game::seats_limit>& changes, const std::string& roster,
                const std::string& room, net::Instant now) {
    const bool was_owed = viewer.is_owed();
    viewer.owed_seats |= changes;
    viewer.owed_room = viewer.owed_room || !room.empty();
    // What was not told before is told together with what is new.
    const std::string own_roster = was_owed ? roster_message(seats_, viewer.owed_seats) : std::string();
    const std::string own_room =
        was_owed && viewer.owed_room ? room_message(info_for(viewer, now)) : std::string();
    const std::string& roster_text = was_owed ? own_roster : roster;
    const std::string& room_text = was_owed ? own_room : room;
    if (roster_text.empty() || viewer.session().send_message(roster_text)) viewer.owed_seats.reset();
    if (room_text.empty() || viewer.session().send_message(room_text)) viewer.owed_room = false;
    if (viewer.owed_match) send_or_owe(viewer, match_text(viewer, now), &Viewer::owed_match, now);
    if (viewer.owed_result) send_or_owe(viewer, result_text(viewer, now), &Viewer::owed_result, now);
    if (viewer.has_all_messages()) {
        viewer.owed_since = net::never;
    } else if (!was_owed) {
        viewer.owed_since = now;
    } else if (now - viewer.owed_since > shared_.limits.owed_max) {
        ++shared_.counters.viewers_too_slow;
        viewer.owed_since = net::never;  // the end of its session follows
        viewer.session().close(net::close_code::too_much, slow_words);
    }
}

void Room::roll_match(Match::From from, net::Instant now) {
    const MatchId next = crypto::random_id<MatchId>();
    netcode::MatchLog before = match_.begin_anew(header_of(game_, setup_, shared_, next), from);
    // Nobody wants to see a room in which people waited for others.
    if (!handed_over_ && play_began_) hand_over(std::move(before), now);
    if (shared_.recorder != nullptr) shared_.recorder->match_over(match_id_);
    recording_ = {};
    record_changed_ = true;
    match_id_ = next;
    release_ = Release(release_.delay(), match_.next());
    events_.clear();
    handed_over_ = false;
    result_tick_.reset();
    play_began_.reset();
    if (!has_matches()) play_began_ = match_.next();
    ++shared_.counters.matches;
    if (from == Match::From::this_state) note_face(now);
    note_live_change();
}

void Room::hand_over(netcode::MatchLog log, net::Instant now) {
    GS_ASSERT(play_began_, "only what was played is kept");
    handed_over_ = true;
    // Without a tick there is nothing to look at.
    if (log.next() == log.header().first) return;
    std::vector<FinishedMatch::Player> everybody = players();
    for (const MatchStatistics::Left& left : statistics_.left())
        everybody.push_back({.seat = left.seat, .name = std::string(left.name), .has_left = true});
    shared_.finished.add({.match = match_id_,
                          .room = setup_.id,
                          .room_name = setup_.name,
                          .access = setup_.access,
                          .invite = setup_.invite,
                          .log = std::move(log),
                          .release = release_,
                          .face = face_,
                          .events = std::move(events_),
                          .play_began = *play_began_,
                          .players = std::move(everybody),
                          .result = result_,
                          .ended_at = result_tick_ ? ended_at_ : now,
                          .ended_unix_s = shared_.unix_s()});
    events_.clear();
}

void Room::break_down(const game::CheckFailure& failure, net::Instant now) {
    // What happens next could only break again: it is for whoever mends the game, not for watching.
    handed_over_ = true;
    ++shared_.counters.rooms_broken;
    if (shared_.broken_logs != nullptr) {
        shared_.broken_logs->keep_broken(info(), failure, match_.log());
    }
    close(broken_words, now);
}

}  // namespace gs::rooms
