#include "server/rooms/visit.h"

#include "core/wire/bit_stream.h"
#include "server/names/nickname.h"
#include "server/net/close_codes.h"
#include "server/rooms/visits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gs::rooms {
namespace {

constexpr std::size_t ping_bytes = 8;

constexpr std::string_view gone_words = "This room does not exist any more";

struct Refusal {
    RefusedReason reason;
    std::string_view words;
};

Refusal refusal_for_people(EnterRefusal refusal) {
    switch (refusal) {
        case EnterRefusal::full:
            return {RefusedReason::full, "This room is full. You can watch it, or play in another"};
        case EnterRefusal::locked:
            return {RefusedReason::locked, "The host has locked this room: nobody new takes a seat"};
        case EnterRefusal::kicked:
            return {RefusedReason::kicked, "The host of this room has sent you away"};
        case EnterRefusal::gone:
            break;
    }
    return {RefusedReason::gone, gone_words};
}

std::string_view words_of(HostAnswer answer) {
    switch (answer) {
        case HostAnswer::done:
            break;
        case HostAnswer::not_host:
            return "Only the host of the room can do that";
        case HostAnswer::no_such_seat:
            return "Nobody else has that seat";
        case HostAnswer::nothing_to_start:
            return "This game always goes on; there is nothing to start";
        case HostAnswer::too_few:
            return "There are too few for a match; bring others, or let computers play";
        case HostAnswer::already_started:
            return "The match has begun already";
        case HostAnswer::no_computers:
            return "Computers cannot play this game";
        case HostAnswer::not_here:
            return "They are not in this room, and have said nothing in it";
        case HostAnswer::oneself:
            return "You cannot send yourself away; hand the room over and leave";
    }
    return {};
}

}  // namespace

Visit::Visit(Visits& visits, net::Session& session, net::Instant now)
    : visits_(visits),
      session_(session),
      heard_at_(now),
      hello_by_(now + visits.options_.limits.hello_within),
      datagrams_(visits.options_.limits.datagrams),
      messages_(visits.options_.limits.messages),
      repairs_(visits.options_.limits.repairs),
      desyncs_(visits.options_.limits.desyncs),
      excess_(visits.options_.limits.excess) {}

// ---- Beginning and end

void Visit::look(net::Instant now) {
    if (state_ == State::closing) return;
    if (state_ == State::nobody && now >= hello_by_) {
        ++visits_.counters_.without_hello;
        close(net::close_code::bad_message, "A ticket has to come within 5 seconds");
    } else if (now - heard_at_ > visits_.options_.limits.silence_max) {
        ++visits_.counters_.timed_out;
        close(net::close_code::timed_out, "Nothing has come from you for a while");
    }
}

void Visit::close(std::uint32_t code, std::string_view reason) {
    if (std::exchange(state_, State::closing) == State::closing) return;
    session_.close(code, reason);
}

void Visit::on_closed(net::Session& session, const net::CloseInfo&) {
    // Whatever ended the session: the seat is held, for a page that loads anew as for a lost connection.
    tell_of_leaving(visits_.now());
    if (viewer_ != nullptr) room_->drop(*viewer_, visits_.now());
    visits_.forget(session);  // and with it this
}

void Visit::too_much() {
    ++visits_.counters_.closed_too_much;
    close(net::close_code::too_much, "You send more than anybody needs");
}

// ---- What comes

void Visit::on_datagram(net::Session&, ByteView payload) {
    if (state_ == State::closing) return;
    const net::Instant now = visits_.now();
    if (!datagrams_.take(now)) {
        ++visits_.counters_.datagrams_over_rate;
        if (viewer_ != nullptr) room_->doubt_rate(*viewer_);
        if (!excess_.take(now)) too_much();
        return;
    }
    heard_at_ = now;
    // A datagram may overtake the ticket, or the word that its sender has left the room.
    if (state_ == State::nobody) return;
    if (payload.empty()) return on_bad_datagram();
    switch (static_cast<netcode::DatagramType>(payload[0])) {
        case netcode::DatagramType::input:
            if (viewer_ != nullptr && !room_->on_input(*viewer_, payload, now)) on_bad_datagram();
            return;
        case netcode::DatagramType::ping:
            return answer_ping(payload);
        default:
            return on_bad_datagram();
    }
}

void Visit::answer_ping(ByteView payload) {
    if (payload.size() != 1 + ping_bytes) return on_bad_datagram();
    std::array<std::byte, 1 + ping_bytes + 5> pong;
    wire::BitWriter writer(pong);
    // The newest tick, as far as it is theirs to know.
    const auto tick_of_room = [&] {
        return viewer_->is_live() ? room_->match().next() : room_->public_end(visits_.now());
    };
    const std::uint32_t tick = room_ == nullptr ? 0 : tick_of_room().value;
    const bool written = writer.bits(static_cast<std::uint8_t>(netcode::DatagramType::pong), 8) &&
                         writer.bytes(payload.subspan(1)) && writer.varint(tick);
    GS_ASSERT(written, "a pong has its longest size");
    session_.send_datagram(writer.written(), {});
}

void Visit::on_bad_datagram() {
    ++visits_.counters_.datagrams_bad;
    if (++bad_datagrams_ < visits_.options_.limits.bad_datagrams_max) return;
    ++visits_.counters_.closed_bad_message;
    close(net::close_code::bad_message,
          "Your page and this server do not understand each other; load it again");
}

void Visit::on_message(net::Session&, std::string_view text) {
    if (state_ == State::closing) return;
    const net::Instant now = visits_.now();
    heard_at_ = now;
    if (!messages_.take(now)) return too_much();
    auto message = read_message(text);
    const bool says_hello = message && std::holds_alternative<up::Hello>(*message);
    if (message && says_hello != (state_ == State::nobody)) {
        message = std::unexpected(says_hello ? "hello comes once" : "hello comes before anything else");
    }
    if (!message) {
        ++visits_.counters_.closed_bad_message;
        return close(net::close_code::bad_message, message.error());
    }
    std::visit([&](auto& each) { handle(each, now); }, *message);
}

void Visit::on_transfer(net::Session&, std::uint32_t, ByteView, TransferPart) {
    if (state_ == State::closing) return;
    ++visits_.counters_.closed_bad_message;
    close(net::close_code::bad_message, "There is nothing to transfer to this server");
}

// ---- Where to be

void Visit::handle(up::Hello& hello, net::Instant now) {
    const auto admission = visits_.tickets_.redeem(hello.ticket, now);
    if (!admission) {
        ++visits_.counters_.tickets_refused;
        refuse(RefusedReason::ticket, "This ticket is not good any more; get a new one");
        if (++tickets_tried_ >= visits_.options_.limits.tickets_tried_max) {
            close(net::close_code::bad_message, "None of these tickets is good");
        }
        return;
    }
    person_ = admission->person;
    ++visits_.counters_.welcomed;
    send(welcome_message(person_));
    go(*admission, hello.resume, now);
}

void Visit::handle(up::Enter& wish, net::Instant now) {
    const auto admission = visits_.tickets_.redeem(wish.ticket, now);
    if (!admission || admission->person.id != person_.id) {
        ++visits_.counters_.tickets_refused;
        return refuse(RefusedReason::ticket, "This ticket is not good any more; get a new one");
    }
    person_ = admission->person;
    go(*admission, wish.resume, now);
}

void Visit::go(const Admission& admission, std::string_view resume, net::Instant now) {
    if (admission.role == Role::lobby) {
        if (room_ != nullptr) leave_room(now);
        return to_lobby();
    }
    Room* room = admission.room ? visits_.rooms_.find(*admission.room) : nullptr;
    if (room == nullptr || visits_.draining_) {
        visits_.rooms_.count_gone();
        refuse(RefusedReason::gone, gone_words);
    } else if (const auto refusal = room->refusal_of(person_.id, admission.role)) {
        room->count(*refusal);
        refuse(*refusal);
    } else {
        return enter(*room, admission, resume, now);
    }
    // Who is in a room stays there.
    if (room_ == nullptr) to_lobby();
}

void Visit::enter(Room& room, const Admission& admission, std::string_view resume, net::Instant now) {
    const Role role = admission.role;
    tell_of_leaving(now);
    if (room_ == &room && viewer_->is_player() && role == Role::player) {
        // Coming to where one is: the seat stays, and everything is told anew.
        room_->drop(*viewer_, now);
    } else if (room_ != nullptr) {
        room_->leave(*viewer_, now);
    }
    room_ = nullptr;
    viewer_ = nullptr;
    const auto viewer = room.enter(*this, session_, person_, role, resume, now, admission.watch);
    if (!viewer) {
        refuse(viewer.error());
        return to_lobby();
    }
    if (state_ != State::closing) state_ = State::in_room;
    room_ = &room;
    viewer_ = *viewer;
    if (visits_.options_.talk != nullptr) visits_.options_.talk->on_entered(room, *viewer_, now);
}

void Visit::leave_room(net::Instant now) {
    tell_of_leaving(now);
    room_->leave(*viewer_, now);
    room_ = nullptr;
    viewer_ = nullptr;
    on_left(LeftReason::own, "You have left the room");
}

void Visit::on_left(LeftReason reason, std::string_view words) {
    tell_of_leaving(visits_.now());
    room_ = nullptr;
    viewer_ = nullptr;
    if (state_ == State::closing) return;
    send(left_message(reason, words));
    to_lobby();
}

void Visit::tell_of_leaving(net::Instant now) {
    if (viewer_ != nullptr && visits_.options_.talk != nullptr)
        visits_.options_.talk->on_leaving(*room_, *viewer_, now);
}

void Visit::to_lobby() {
    if (state_ == State::closing) return;
    // What has changed since the page was made.
    visits_.push_lobby(visits_.now());
    state_ = State::lobby;
    if (!visits_.lobby_message().empty()) send(visits_.lobby_message());
}

void Visit::handle(up::Lobby&, net::Instant now) {
    if (room_ != nullptr) leave_room(now);
}

void Visit::handle(up::Leave&, net::Instant now) {
    if (room_ != nullptr) leave_room(now);
}

// ---- In a room

void Visit::handle(up::Repair& repair, net::Instant now) {
    // It may have been sent before its sender learned of having left.
    if (room_ == nullptr) return;
    if (!repairs_.take(now)) {
        ++visits_.counters_.repairs_over_rate;
        return;
    }
    room_->repair(*viewer_, repair.first, repair.count, now);
}

void Visit::handle(up::WantKeyframe&, net::Instant now) {
    if (room_ != nullptr) room_->want_keyframe(*viewer_, now);
}

void Visit::handle(up::Host& host, net::Instant now) {
    if (room_ == nullptr) return;
    if (host.order == HostOrder::mute || host.order == HostOrder::unmute) return silence(host);
    HostAnswer answer = room_->order(*viewer_, host, now);
    const Talk* const talk = visits_.options_.talk;
    if (answer == HostAnswer::not_here && talk != nullptr && talk->remembers(*room_, *host.person)) {
        // Who has no session, or has closed it for a moment, does not get around it.
        room_->shut_out(*host.person, now);
        answer = HostAnswer::done;
    }
    // Whoever watches is in no list from which they could be seen to disappear.
    if (answer == HostAnswer::done && host.order == HostOrder::kick && host.person)
        send(notice_message("They are out, and cannot come back into this room"));
    if (answer != HostAnswer::done) send(notice_message(words_of(answer)));
}

void Visit::silence(const up::Host& host) {
    if (visits_.options_.talk == nullptr) return;
    const bool is_host = viewer_->is_player() && room_->seats().host() == viewer_->seat();
    const std::string_view words =
        is_host ? visits_.options_.talk->silence(*room_, *host.person, host.order == HostOrder::mute)
                : words_of(HostAnswer::not_host);
    if (!words.empty()) send(notice_message(words));
}

void Visit::handle(up::Rematch&, net::Instant) {
    if (room_ != nullptr) room_->rematch(*viewer_);
}

void Visit::handle(up::Desync& desync, net::Instant now) {
    if (room_ == nullptr) return;
    if (!desyncs_.take(now)) {
        ++visits_.counters_.desyncs_over_rate;
        return;
    }
    room_->desync(desync.report);
}

void Visit::handle(up::Rename& rename, net::Instant) {
    std::string name = names::clean_name(rename.name, names::nickname_limits);
    if (name.empty()) return send(notice_message("Nothing of this name can be shown; choose another"));
    person_.name = std::move(name);
    if (room_ != nullptr) room_->rename(*viewer_, person_.name);
}

void Visit::handle(up::Chat& chat, net::Instant now) {
    if (viewer_ == nullptr || viewer_->is_preview() || visits_.options_.talk == nullptr) return;
    const std::string_view words = visits_.options_.talk->say(*room_, *viewer_, person_, chat, now);
    if (!words.empty()) send(notice_message(words));
}

void Visit::handle(up::React& reaction, net::Instant now) {
    if (viewer_ == nullptr || viewer_->is_preview() || visits_.options_.talk == nullptr) return;
    visits_.options_.talk->react(*room_, *viewer_, reaction.kind, now);
}

// ---- What goes

void Visit::refuse(RefusedReason reason, std::string_view words) { send(refused_message(reason, words)); }

void Visit::refuse(EnterRefusal refusal) {
    const Refusal told = refusal_for_people(refusal);
    refuse(told.reason, told.words);
}

void Visit::send(std::string_view text) {
    const auto sent = session_.send_message(text);
    // Answers are few and small: whose queue is full of them reads nothing at all.
    if (!sent && sent.error() == net::SendRefusal::full) too_much();
}

}  // namespace gs::rooms
