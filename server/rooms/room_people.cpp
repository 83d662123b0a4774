// Who comes, stays and goes: the half of Room that is not ticks.
#include "core/base/assert.h"
#include "server/net/close_codes.h"
#include "server/rooms/messages.h"
#include "server/rooms/room.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

using Kind = game::SeatEvent::Kind;

/// Of one room, while it lives; who is kicked from more than that many rooms' worth of people may come again.
constexpr std::size_t kicked_max = 1'000;

constexpr std::string_view kicked_words = "The host has sent you away from this room";
constexpr std::string_view slow_words =
    "Your connection takes too little; the room could not tell you what happens";
constexpr std::string_view next_match_words =
    "A match is being played: you watch it, and have a seat in the next one";
constexpr std::string_view elsewhere_words = "You play here in another tab or on another device now";

}  // namespace

std::optional<EnterRefusal> Room::refusal_of(const net::AccountId& person, Role role) const {
    if (closed_) return EnterRefusal::gone;
    if (std::ranges::find(kicked_, person) != kicked_.end()) return EnterRefusal::kicked;
    if (role != Role::player) {
        if (seatless() >= shared_.limits.spectators_max + shared_.limits.delayed_max)
            return EnterRefusal::full;
        return std::nullopt;
    }
    if (seats_.of(person)) return std::nullopt;
    if (locked_) return EnterRefusal::locked;
    if (!seats_.first_free() && seats_.computers() == 0) return EnterRefusal::full;
    return std::nullopt;
}

void Room::count(EnterRefusal refusal) {
    RoomCounters& counters = shared_.counters;
    switch (refusal) {
        case EnterRefusal::full:
            ++counters.refused_full;
            break;
        case EnterRefusal::locked:
            ++counters.refused_locked;
            break;
        case EnterRefusal::gone:
            ++counters.refused_gone;
            break;
        case EnterRefusal::kicked:
            ++counters.refused_kicked;
            break;
    }
}

std::expected<Viewer*, EnterRefusal> Room::enter(Member& member, net::Session& session,
                                                 const net::Person& person, Role role,
                                                 std::string_view resume, net::Instant now,
                                                 const ViewWish& watch) {
    if (const auto refusal = refusal_of(person.id, role)) {
        count(*refusal);
        return std::unexpected(*refusal);
    }
    if (next_due() == net::never) schedule_.start(now);
    const bool has_to_wait = role == Role::player && is_shut_for_seats() && !seats_.of(person.id);
    if (has_to_wait) role = Role::spectator;
    const bool is_player = role == Role::player;
    const bool has_pass = !watch.pass.empty() && !caster_pass_.empty() && watch.pass == caster_pass_;
    if (!watch.pass.empty() && !has_pass) ++shared_.counters.passes_refused;
    const ViewClass view = class_of(role, watch, has_pass);
    Viewer& viewer = is_player ? sit_down(member, session, person, resume)
                               : add_viewer(member, session, person, role, no_seat, view);
    viewer.has_pass = has_pass;
    if (role == Role::spectator) ++shared_.counters.spectators_joined;
    if (!viewer.is_preview()) note_change();
    note_emptiness(now);
    send_entered(viewer, now);
    if (has_to_wait) {
        viewer.waits_for_seat = ++newest_wait_;
        [[maybe_unused]] const auto sent = session.send_message(notice_message(next_match_words));
    }
    if (shared_.woken) shared_.woken();
    return &viewer;
}

void Room::send_entered(Viewer& viewer, net::Instant now) {
    const bool is_player = viewer.is_player();
    net::Session& session = viewer.session();
    const std::string token =
        is_player ? seats_.at(viewer.seat()).resume.issue(viewer.person().id) : std::string();
    const RoomInfo shown = info_for(viewer, now);
    const std::string entered = entered_message({.room = shown,
                                                 .game = *setup_.game,
                                                 .seats = seats_,
                                                 .match = *shown.match,
                                                 .epoch = epoch(),
                                                 .role = viewer.role(),
                                                 .view = viewer.view,
                                                 .seat = viewer.seat(),
                                                 .resume = token});
    // Only a client that reads nothing at all has no room for it.
    if (!session.send_message(entered)) session.close(net::close_code::too_much, slow_words);
    send_or_owe(viewer, result_text(viewer, now), &Viewer::owed_result, now);
}

Viewer& Room::sit_down(Member& member, net::Session& session, const net::Person& person,
                       std::string_view resume) {
    const auto own = seats_.of(person.id);
    if (!own) {
        const std::optional<Seat> seat = seat_for_newcomer();
        GS_ASSERT(seat, "who comes in has been let in");
        Viewer& viewer = add_viewer(member, session, person, Role::player, *seat, ViewClass::live);
        take_seat(*seat, viewer);
        return viewer;
    }
    Seats::Place& place = seats_.at(*own);
    // The ticket has shown whose seat it is, so a wrong token only says that another tab had it last.
    if (!resume.empty() && !place.resume.accepts(person.id, resume)) ++shared_.counters.resume_tokens_refused;
    if (place.state == SeatState::connected) {
        send_away(*place.viewer, LeftReason::taken_elsewhere, elsewhere_words);
        match_.forget_inputs(*own);
        ++shared_.counters.taken_elsewhere;
    } else {
        match_.add_event({.seat = *own, .kind = Kind::returned});
        ++shared_.counters.returns;
    }
    Viewer& viewer = add_viewer(member, session, person, Role::player, *own, ViewClass::live);
    seats_.give_back(*own, viewer);
    seats_.rename(*own, person.name);
    return viewer;
}

void Room::take_seat(Seat seat, Viewer& viewer) {
    seats_.take(seat, viewer.person(), viewer);
    match_.add_event({.seat = seat, .kind = Kind::joined});
    statistics_.join(seat, viewer.person().id);
    choose_host(seat);
    ++shared_.counters.joins;
}

void Room::leave(Viewer& viewer, net::Instant now) {
    const Seat seat = viewer.seat();
    if (!viewer.is_preview()) note_change();
    remove_viewer(viewer);
    if (seat != no_seat) release_seat(seat, now);
    note_emptiness(now);
}

void Room::drop(Viewer& viewer, net::Instant now) {
    const Seat seat = viewer.seat();
    if (!viewer.is_preview()) note_change();
    remove_viewer(viewer);
    if (seat != no_seat) {
        seats_.drop(seat, now + shared_.limits.seat_held);
        match_.add_event({.seat = seat, .kind = Kind::dropped});
        ++shared_.counters.drops;
    }
    note_emptiness(now);
}

void Room::rename(Viewer& viewer, std::string_view clean_name) {
    if (!viewer.is_player()) return;
    seats_.rename(viewer.seat(), clean_name);
    record_changed_ = true;
    if (seats_.host() == viewer.seat()) note_change();
}

HostAnswer Room::order(Viewer& viewer, const up::Host& order, net::Instant now) {
    if (!viewer.is_player()) return HostAnswer::not_host;
    // Where nobody is host, whoever plays may ask for somebody to play with.
    const bool is_everybodys = setup_.host == RoomSetup::Host::nobody && order.order == HostOrder::computers;
    if (seats_.host() != viewer.seat() && !is_everybodys) return HostAnswer::not_host;
    const std::optional<Seat> seat = order.seat;
    switch (order.order) {
        case HostOrder::start:
            return start_match();
        case HostOrder::computers:
            return set_computers(order.count);
        case HostOrder::lock:
        case HostOrder::unlock:
            locked_ = order.order == HostOrder::lock;
            note_change();
            return HostAnswer::done;
        case HostOrder::kick:
            return kick(viewer, order, now);
        case HostOrder::hand_over:
            if (!is_other(viewer, seat) || seats_.at(*seat).state != SeatState::connected)
                return HostAnswer::no_such_seat;
            seats_.set_host(seat);
            note_change();
            return HostAnswer::done;
        case HostOrder::caster_pass:
            return make_caster_pass(viewer, now);
        case HostOrder::mute:
        case HostOrder::unmute:
            break;  // of people who need no seat: the visit's
    }
    return HostAnswer::no_such_seat;
}

bool Room::is_other(const Viewer& viewer, std::optional<Seat> seat) const {
    return seat && seat->value < seats_.count() && *seat != viewer.seat() &&
           seats_.at(*seat).state != SeatState::free;
}

bool Room::is_here(const net::AccountId& person) const {
    return seats_.of(person) || std::ranges::any_of(viewers_, [&](const auto& viewer) {
               return viewer->person().id == person && !viewer->is_preview();
           });
}

HostAnswer Room::kick(const Viewer& host, const up::Host& order, net::Instant now) {
    if (order.person) {
        if (*order.person == host.person().id) return HostAnswer::oneself;
        if (!is_here(*order.person)) return HostAnswer::not_here;
        shut_out(*order.person, now);
        return HostAnswer::done;
    }
    if (!is_other(host, order.seat)) return HostAnswer::no_such_seat;
    const Seats::Place& place = seats_.at(*order.seat);
    if (place.state == SeatState::computer) {
        computers_wanted_ = seats_.computers() - 1;
        remove_computer(*order.seat);
    } else {
        shut_out(place.person.id, now);
    }
    return HostAnswer::done;
}

void Room::shut_out(net::AccountId person, net::Instant now) {
    // Of who tried it again from another page nothing new is to be remembered.
    if (std::ranges::find(kicked_, person) == kicked_.end()) {
        if (kicked_.size() == kicked_max) kicked_.pop_front();
        kicked_.push_back(person);
        ++shared_.counters.kicks;
    }
    // In another tab they may be watching, too.
    for (std::size_t index = viewers_.size(); index > 0; --index) {
        // Sending one away moves the last into its place, and that one has been looked at.
        Viewer& viewer = *viewers_[index - 1];
        if (viewer.person().id == person) send_away(viewer, LeftReason::kicked, kicked_words);
    }
    if (const auto seat = seats_.of(person)) release_seat(*seat, now);
    note_change();
    note_emptiness(now);
}

void Room::close(std::string_view words, net::Instant now) {
    if (std::exchange(closed_, true)) return;
    if (!handed_over_ && play_began_) hand_over(match_.log(), now);
    while (!viewers_.empty()) {
        Viewer& viewer = *viewers_.back();
        send_away(viewer, LeftReason::closed, words);
    }
    empty_since_ = now;
    note_change();
    end_recording();
}

// ---- Bookkeeping

ViewClass Room::class_of(Role role, const ViewWish& wish, bool has_pass) {
    if (role == Role::player) return ViewClass::live;
    const bool may_be_live = release_.delay() == net::Duration::zero() || has_pass;
    const bool is_live = may_be_live && wish.view.value_or(ViewClass::live) == ViewClass::live &&
                         live_.count() < shared_.limits.spectators_max;
    if (!is_live && wish.view == ViewClass::live) ++shared_.counters.refused_live;
    return is_live ? ViewClass::live : ViewClass::delayed;
}

HostAnswer Room::make_caster_pass(Viewer& host, net::Instant now) {
    caster_pass_ = crypto::make_token().text;
    record_changed_ = true;
    // Whom the pass before let in watches as everybody does.
    for (const auto& viewer : viewers_) {
        if (!viewer->has_pass || viewer->is_player() || release_.delay() == net::Duration::zero()) continue;
        viewer->has_pass = false;
        make_delayed(*viewer, now);
    }
    if (!host.session().send_message(caster_pass_message(caster_pass_))) caster_pass_.clear();
    return HostAnswer::done;
}

void Room::make_delayed(Viewer& viewer, net::Instant now) {
    if (!viewer.is_live()) return;
    live_.remove(viewer);
    viewer.live_until = now;
    viewer.view = ViewClass::delayed;
    if (viewer.wants_keyframe()) --keyframes_wanted_;
    send_entered(viewer, now);
}

Viewer& Room::add_viewer(Member& member, net::Session& session, const net::Person& person, Role role,
                         Seat seat, ViewClass view) {
    Viewer& viewer = *viewers_.emplace_back(std::make_unique<Viewer>(member, session, person, role, seat));
    viewer.index = viewers_.size() - 1;
    if (viewer.is_player()) {
        ++connected_;
        viewer.ages_beyond_before = match_.ages_beyond(seat);
        viewer.out_of_range_before = match_.inputs_out_of_range(seat);
    }
    if (viewer.is_preview()) ++previews_;
    viewer.view = view;
    if (viewer.is_live()) ++keyframes_wanted_;
    if (viewer.is_live() && !viewer.is_player()) live_.add(viewer);
    return viewer;
}

std::unique_ptr<Viewer> Room::take_out(Viewer& viewer) {
    GS_ASSERT(viewers_[viewer.index].get() == &viewer, "a viewer is in its own room");
    if (viewer.is_player()) --connected_;
    if (viewer.is_preview()) --previews_;
    if (viewer.wants_keyframe() && viewer.is_live()) --keyframes_wanted_;
    if (viewer.is_live() && !viewer.is_player()) live_.remove(viewer);
    std::unique_ptr<Viewer> taken = std::move(viewers_[viewer.index]);
    if (viewers_.back()) {
        viewers_.back()->index = taken->index;
        viewers_[taken->index] = std::move(viewers_.back());
    }
    viewers_.pop_back();
    return taken;
}

void Room::remove_viewer(Viewer& viewer) { take_out(viewer).reset(); }

void Room::send_away(Viewer& viewer, LeftReason reason, std::string_view words) {
    const std::unique_ptr<Viewer> taken = take_out(viewer);
    taken->member().on_left(reason, words);
}

void Room::release_seat(Seat seat, net::Instant now) {
    match_.add_event({.seat = seat, .kind = Kind::left});
    if (has_matches() && phase() == Phase::playing) {
        statistics_.leave(seat, seats_.at(seat).person.name, standing_.seats[seat.value].score);
    } else {
        statistics_.forget(seat);
    }
    const bool was_host = seats_.host() == seat;
    seats_.release(seat);
    if (was_host) seats_.set_host(seats_.next_host());
    ++shared_.counters.leaves;
    note_change();
    // Computers do not play among themselves.
    if (has_matches() && seats_.taken() == 0 && phase() != Phase::waiting) begin_next_match(now);
}

void Room::choose_host(Seat newcomer) {
    if (setup_.host == RoomSetup::Host::nobody) return;
    const bool is_maker = setup_.maker && seats_.at(newcomer).person.id == *setup_.maker;
    if (!seats_.host() || (is_maker && !maker_has_come_)) seats_.set_host(newcomer);
    maker_has_come_ = maker_has_come_ || is_maker;
}

void Room::note_change() {
    room_changed_ = public_changed_ = record_changed_ = true;
    ++shared_.changes;
}

void Room::note_emptiness(net::Instant now) {
    if (!viewers_.empty() || seats_.taken() > 0) {
        empty_since_.reset();
    } else if (!empty_since_) {
        empty_since_ = now;
    }
}

}  // namespace gs::rooms
