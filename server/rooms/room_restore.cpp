// What of a room outlives the process: its record, and the way back.
#include "core/base/assert.h"
#include "server/crypto/crypto.h"
#include "server/rooms/room.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

using Kind = game::SeatEvent::Kind;

Seat seat_at(std::size_t index) { return Seat{static_cast<std::uint8_t>(index)}; }

Presence presence_of(SeatState state) {
    switch (state) {
        case SeatState::connected:
            return Presence::there;
        case SeatState::dropped:
            return Presence::dropped;
        case SeatState::computer:
            return Presence::computer;
        case SeatState::free:
            break;
    }
    return Presence::free;
}

}  // namespace

// ---- Writing

void Room::take_progress() {
    if (shared_.recorder == nullptr || !match_.log().wants_keyframe()) return;
    MatchProgress progress(match_.module());
    progress.play_began = play_began_;
    progress.result_tick = result_tick_;
    for (std::size_t index = 0; index < game_.seats_max; ++index)
        progress.presence[index] = match_.presence(seat_at(index));
    progress.statistics = statistics_;
    progress.events = events_;
    recording_.take_statistics(write_progress(progress));
}

void Room::write_record() {
    if (record_changed_) record_changed_ = !shared_.recorder->room_changed(make_record());
    // Without its room nobody would know where a match belongs.
    if (!record_changed_)
        static_cast<void>(recording_.follow(*shared_.recorder, setup_.id, match_id_, match_.log()));
}

void Room::end_recording() {
    if (shared_.recorder == nullptr) return;
    shared_.recorder->match_over(match_id_);
    shared_.recorder->room_closed(setup_.id);
}

RoomRecord Room::make_record() const {
    RoomRecord record{.id = setup_.id,
                      .name = setup_.name,
                      .game = std::string(game_.id),
                      .access = setup_.access,
                      .seat_count = static_cast<std::uint32_t>(setup_.seats),
                      .public_delay_s = setup_.public_delay_s,
                      .maker = setup_.maker,
                      .host_rule = setup_.host,
                      .start_rule = setup_.start,
                      .invite = setup_.invite,
                      .maker_network = setup_.maker_network,
                      .is_permanent = setup_.is_permanent,
                      .epoch = epoch_,
                      .match = match_id_,
                      .host = seats_.host(),
                      .locked = locked_,
                      .maker_has_come = maker_has_come_,
                      .starts_again = starts_again_,
                      .caster_pass = caster_pass_,
                      .computers_wanted = static_cast<std::uint32_t>(computers_wanted_),
                      .kicked = {kicked_.begin(), kicked_.end()}};
    for (std::size_t index = 0; index < seats_.count(); ++index) {
        const Seats::Place& place = seats_.at(seat_at(index));
        if (place.state == SeatState::free) continue;
        record.seats.push_back({.seat = seat_at(index),
                                .state = place.state,
                                .person = place.person,
                                .resume = place.resume.digest(),
                                .order = place.order});
    }
    if (result_) {
        record.result_unix_s = result_->ended_unix_s;
        record.finishers = finishers_;
    }
    return record;
}

// ---- Bringing back

void Room::bring_back(const RoomRecord& record, net::Instant now) {
    for (const SeatRecord& seat : record.seats) {
        const bool is_computer = seat.state == SeatState::computer;
        if (seat.seat.value >= seats_.count() || (is_computer && match_.module().computer == nullptr))
            continue;
        Seats::Place place{.state = is_computer ? SeatState::computer : SeatState::dropped,
                           .person = seat.person,
                           .held_until = is_computer ? net::never : now + shared_.limits.seat_held,
                           .order = seat.order};
        if (seat.resume) place.resume.bring_back(seat.person.id, *seat.resume);
        seats_.bring_back(seat.seat, std::move(place));
    }
    if (record.host && record.host->value < seats_.count() &&
        seats_.at(*record.host).state == SeatState::dropped)
        seats_.set_host(record.host);
    locked_ = record.locked;
    maker_has_come_ = record.maker_has_come;
    starts_again_ = record.starts_again;
    computers_wanted_ = record.computers_wanted;
    caster_pass_ = record.caster_pass;
    kicked_.assign(record.kicked.begin(), record.kicked.end());
    players_sent_ = match_.next();
    live_.begin_at(match_.next());
    if (has_matches()) {
        standing_ = match_.standing();
    } else {
        standing_.phase = Phase::playing;
    }
    note_emptiness(now);
    schedule_.start(now);
}

void Room::begin_for_those_who_were_here() {
    if (!has_matches()) play_began_ = match_.next();
    face_ = PublicFace(release_.delay(), {.phase = phase(), .match = match_id_});
    sit_again();
    fill_with_computers();
}

void Room::bring_back_match(const RoomRecord& record, MatchProgress progress, net::Instant now) {
    recording_ = MatchRecording(match_.log());
    bring_back(record, now);
    play_began_ = progress.play_began;
    result_tick_ = progress.result_tick;
    statistics_ = std::move(progress.statistics);
    events_ = std::move(progress.events);
    bring_back_presence();
    if (phase() == Phase::result) {
        result_ = statistics_.result(standing_, seats_);
        result_->match = match_id_;
        result_->ended_unix_s = record.result_unix_s.value_or(shared_.unix_s());
        if (!result_tick_) result_tick_ = match_.next() - 1;
        result_until_ = now + shared_.limits.result_shown;
        ended_at_ = now;
        finishers_ = record.finishers;
        if (setup_.access == Access::listed) shared_.results.add(*result_, now + release_.delay());
    }
    bring_back_public(now);
}

/// The log may be older than the record by the tick in which something of it would have happened; and nobody
/// is connected any more.
void Room::bring_back_presence() {
    for (std::size_t index = 0; index < game_.seats_max; ++index) {
        const Seat seat = seat_at(index);
        const Presence before = match_.presence(seat);
        const SeatState state = index < seats_.count() ? seats_.at(seat).state : SeatState::free;
        const Presence now = presence_of(state);
        const bool was_person = before == Presence::there || before == Presence::dropped;
        if (before == now || (now == Presence::dropped && was_person)) {
            if (before == Presence::there) match_.add_event({.seat = seat, .kind = Kind::dropped});
        } else {
            if (before != Presence::free) match_.add_event({.seat = seat, .kind = Kind::left});
            if (now == Presence::computer) match_.add_event({.seat = seat, .kind = Kind::computer_joined});
            if (now == Presence::dropped) {
                match_.add_event({.seat = seat, .kind = Kind::joined});
                match_.add_event({.seat = seat, .kind = Kind::dropped});
            }
        }
        if (state == SeatState::free) statistics_.forget(seat);
        if (state == SeatState::computer && before != Presence::computer) statistics_.join_computer(seat);
        const bool is_person = state == SeatState::dropped;
        if (is_person && statistics_.person(seat) != seats_.at(seat).person.id)
            statistics_.join(seat, seats_.at(seat).person.id);
    }
}

/// Nobody remembers when ticks were made, but never more than one was made in one period: so long before the
/// newest the others were made at least. A second is for those that were late and came together.
void Room::bring_back_public(net::Instant now) {
    const auto delay_s =
        static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(release_.delay()).count());
    const std::uint32_t hidden = (delay_s + 1) * game_.tick_rate_hz;
    const Tick first = match_.log().header().first;
    const auto made = static_cast<std::uint32_t>(match_.next() - first);
    const bool is_older = made > hidden;
    const Tick public_end = match_.next() - (is_older ? hidden : made);
    if (is_older) release_.note(public_end, now - release_.delay());
    release_.note(match_.next(), now);
    // Of a match that has just begun nobody may know yet, because that says that the one before is over:
    // until then there is one that nobody knows anything of.
    PublicFace::Facts facts{.phase = Phase::waiting,
                            .match = is_older ? match_id_ : crypto::random_id<MatchId>()};
    if (!has_matches() || (is_older && play_began_ && *play_began_ < public_end))
        facts.phase = Phase::playing;
    if (is_older && result_tick_ && *result_tick_ < public_end) facts.phase = Phase::result;
    face_ = PublicFace(release_.delay(), facts);
    shown_match_ = facts.match;
    if (release_.delay() == net::Duration::zero()) shown_match_ = match_id_;
    note_face(now);
}

}  // namespace gs::rooms
