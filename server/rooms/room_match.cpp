// Matches of a room: start, result, the next one; and the computers that play in them.
#include "core/base/assert.h"
#include "server/crypto/crypto.h"
#include "server/rooms/messages.h"
#include "server/rooms/room.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

using Kind = game::SeatEvent::Kind;

Seat seat_at(std::size_t index) { return Seat{static_cast<std::uint8_t>(index)}; }

}  // namespace

// ---- Start

bool Room::is_shut_for_seats() const {
    return has_matches() && game_.late_join == game::Info::LateJoin::next_match &&
           (phase() == Phase::playing || phase() == Phase::result);
}

HostAnswer Room::start_match() {
    if (!has_matches()) return HostAnswer::nothing_to_start;
    if (phase() != Phase::waiting) return HostAnswer::already_started;
    if (present() < game_.seats_min) return HostAnswer::too_few;
    match_.ask_for_start();
    return HostAnswer::done;
}

bool Room::wants_to_start() const {
    const bool by_itself = setup_.start == RoomSetup::Start::by_itself ||
                           setup_.host == RoomSetup::Host::nobody || starts_again_;
    const bool is_full = present() == seats_.count();
    return connected_ > 0 && present() >= game_.seats_min && (by_itself || is_full);
}

void Room::conduct(net::Instant now) {
    if (phase() == Phase::waiting) {
        if (!wants_to_start()) {
            start_at_.reset();
        } else if (!start_at_) {
            start_at_ = now + shared_.limits.start_wait;
        } else if (now >= *start_at_) {
            match_.ask_for_start();
        }
    }
    if (phase() != Phase::result) return;
    const auto wanted = static_cast<std::size_t>(
        std::ranges::count_if(viewers_, [](const auto& viewer) { return viewer->wants_rematch; }));
    const bool all_want_it = wanted > 0 && wanted == connected_;
    if (all_want_it || now >= result_until_) {
        begin_next_match(now);
        if (all_want_it) start_at_ = now;
    } else if (wanted != rematches_told_) {
        rematches_told_ = wanted;
        const std::string text = rematch_message(wanted, connected_);
        // Who misses it sees the next match begin. To who watches late it would tell that there is a result.
        for (const auto& viewer : viewers_) {
            if (!viewer->is_live()) continue;
            [[maybe_unused]] const auto sent = viewer->session().send_message(text);
        }
    }
}

// ---- Result

void Room::look_at_standing(net::Instant now) {
    const game::Phase before = std::exchange(standing_, match_.standing()).phase;
    if (before == Phase::playing || phase() == Phase::playing) statistics_.count(match_.emitted());
    if (phase() == before) return;
    note_live_change();
    note_face(now);
    if (!play_began_ && phase() != Phase::waiting) play_began_ = match_.next() - 1;
    if (phase() == Phase::playing && std::exchange(starts_again_, false)) record_changed_ = true;
    if (phase() == Phase::result) show_result(now);
}

void Room::show_result(net::Instant now) {
    result_ = statistics_.result(standing_, seats_);
    result_->match = match_id_;
    result_->ended_unix_s = shared_.unix_s();
    result_until_ = now + shared_.limits.result_shown;
    result_tick_ = match_.next() - 1;
    ended_at_ = now;
    finishers_.clear();
    record_changed_ = true;
    for (const auto& viewer : viewers_) {
        viewer->wants_rematch = false;
        if (viewer->is_player()) finishers_.push_back(viewer->person().id);
    }
    rematches_told_ = 0;
    ++shared_.counters.matches_finished;
    // What friends play among themselves is on no leaderboard.
    if (setup_.access == Access::listed) shared_.results.add(*result_, now + release_.delay());
    for (const auto& viewer : viewers_) {
        if (viewer->is_live()) send_or_owe(*viewer, result_text(*viewer, now), &Viewer::owed_result, now);
    }
}

std::string Room::match_text(const Viewer& viewer, net::Instant now) const {
    const MatchId& match = viewer.is_live() ? match_id_ : face_.facts(now).match;
    return match_message(*setup_.game, match, epoch());
}

std::string Room::result_text(const Viewer& viewer, net::Instant now) const {
    if (viewer.is_live()) {
        if (!result_) return {};
        const auto left = std::chrono::ceil<std::chrono::seconds>(result_until_ - now);
        return result_message(*result_, std::max<std::int64_t>(left.count(), 0));
    }
    const PublicFace::Facts& facts = face_.facts(now);
    if (facts.phase != Phase::result) return {};
    if (facts.match == match_id_) return result_ ? result_message(*result_, 0) : std::string();
    const FinishedMatches::Kept before = shared_.finished.find(facts.match);
    return before && before->result ? result_message(*before->result, 0) : std::string();
}

void Room::look_at_public(net::Instant now) {
    const MatchId before = shown_match_;
    if (!face_.advance(now)) return;
    // Lobbies show it anew.
    note_change();
    const PublicFace::Facts& facts = face_.facts(now);
    shown_match_ = facts.match;
    for (const auto& viewer : viewers_) {
        if (viewer->is_live()) continue;
        if (facts.match != before) send_or_owe(*viewer, match_text(*viewer, now), &Viewer::owed_match, now);
        if (facts.phase == Phase::result)
            send_or_owe(*viewer, result_text(*viewer, now), &Viewer::owed_result, now);
    }
}

void Room::rematch(Viewer& viewer) {
    if (viewer.is_player() && phase() == Phase::result) viewer.wants_rematch = true;
}

// ---- The next match

void Room::begin_next_match(net::Instant now) {
    send_rest(now);
    const auto is_here = [&](const net::AccountId& person) {
        const auto seat = seats_.of(person);
        return seat && seats_.at(*seat).state == SeatState::connected;
    };
    starts_again_ = result_ && !finishers_.empty() && std::ranges::all_of(finishers_, is_here);
    roll_match(Match::From::new_state, now);
    result_.reset();
    start_at_.reset();
    statistics_.clear();
    standing_ = match_.standing();
    note_face(now);
    sit_again();
    seat_those_who_wait();
    fill_with_computers();
    for (const auto& viewer : viewers_)
        viewer->wants_rematch = viewer->owed_result = false;
    tell_match(now);
}

void Room::sit_again() {
    for (std::size_t index = 0; index < seats_.count(); ++index) {
        const Seat seat = seat_at(index);
        const Seats::Place& place = seats_.at(seat);
        if (place.state == SeatState::free) continue;
        const bool is_computer = place.state == SeatState::computer;
        match_.add_event({.seat = seat, .kind = is_computer ? Kind::computer_joined : Kind::joined});
        if (place.state == SeatState::dropped) match_.add_event({.seat = seat, .kind = Kind::dropped});
        if (is_computer) {
            statistics_.join_computer(seat);
        } else {
            statistics_.join(seat, place.person.id);
        }
    }
}

void Room::seat_those_who_wait() {
    std::vector<Viewer*> waiting;
    for (const auto& viewer : viewers_) {
        if (viewer->waits_for_seat != 0) waiting.push_back(viewer.get());
    }
    std::ranges::sort(waiting, {}, &Viewer::waits_for_seat);
    for (Viewer* viewer : waiting) {
        // In another tab they may have one by now.
        if (seats_.of(viewer->person().id)) continue;
        const auto seat = seat_for_newcomer();
        if (!seat) return;
        if (!viewer->wants_keyframe() || !viewer->is_live()) ++keyframes_wanted_;
        if (viewer->is_live()) live_.remove(*viewer);
        viewer->sit_down(*seat);
        viewer->ages_beyond_before = match_.ages_beyond(*seat);
        viewer->out_of_range_before = match_.inputs_out_of_range(*seat);
        ++connected_;
        take_seat(*seat, *viewer);
        newly_seated_.push_back(viewer);
    }
}

void Room::tell_match(net::Instant now) {
    for (const auto& viewer : viewers_) {
        if (!viewer->is_live()) continue;  // later
        const bool is_new = std::ranges::find(newly_seated_, viewer.get()) != newly_seated_.end();
        if (is_new) {
            send_entered(*viewer, now);
        } else {
            send_or_owe(*viewer, match_text(*viewer, now), &Viewer::owed_match, now);
        }
    }
    newly_seated_.clear();
}

void Room::send_or_owe(Viewer& viewer, const std::string& text, bool Viewer::* owed, net::Instant now) {
    viewer.*owed = !text.empty() && !viewer.session().send_message(text);
    if (!(viewer.*owed)) return;
    if (!viewer.is_owed()) viewer.owed_since = now;
    ++owed_viewers_;
}

// ---- Computers

HostAnswer Room::set_computers(std::optional<std::uint32_t> count) {
    if (!has_matches() || match_.module().computer == nullptr) return HostAnswer::no_computers;
    computers_wanted_ = count.value_or(game::seats_limit);
    while (seats_.computers() > computers_wanted_)
        remove_computer(*seats_.newest_computer());
    if (!is_shut_for_seats()) fill_with_computers();
    return HostAnswer::done;
}

void Room::fill_with_computers() {
    if (match_.module().computer == nullptr) return;
    while (seats_.computers() < computers_wanted_) {
        const auto seat = seats_.first_free();
        if (!seat) return;
        seats_.take_by_computer(*seat);
        match_.add_event({.seat = *seat, .kind = Kind::computer_joined});
        statistics_.join_computer(*seat);
        note_change();
    }
}

void Room::remove_computer(Seat seat) {
    match_.add_event({.seat = seat, .kind = Kind::left});
    statistics_.forget(seat);
    seats_.release(seat);
    note_change();
}

std::optional<Seat> Room::seat_for_newcomer() {
    if (const auto free = seats_.first_free()) return free;
    const auto computer = seats_.newest_computer();
    if (computer) remove_computer(*computer);
    return computer;
}

}  // namespace gs::rooms
