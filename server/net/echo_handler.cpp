#include "server/net/echo_handler.h"

#include "server/net/close_codes.h"

#include <utility>

namespace gs::net {
namespace {

std::size_t cost_of(const std::variant<std::string, SharedBytes>& answer) {
    const auto* text = std::get_if<std::string>(&answer);
    const std::size_t bytes = text != nullptr ? text->size() : std::get<SharedBytes>(answer)->size();
    return bytes + EchoHandler::overhead_bytes;
}

/// False when it is on its way, or nobody is left to get it.
bool refused_full(Session& session, const std::variant<std::string, SharedBytes>& answer) {
    if (const auto* text = std::get_if<std::string>(&answer)) {
        const auto sent = session.send_message(*text);
        return !sent.has_value() && sent.error() == SendRefusal::full;
    }
    const auto sent = session.send_transfer(std::get<SharedBytes>(answer));
    return !sent.has_value() && sent.error() == SendRefusal::full;
}

}  // namespace

void EchoHandler::on_datagram(Session& session, ByteView payload) { session.send_datagram({}, payload); }

void EchoHandler::on_message(Session& session, std::string_view text) { answer(session, std::string(text)); }

void EchoHandler::on_transfer(Session& session, std::uint32_t transfer_id, ByteView bytes,
                              TransferPart part) {
    Busy& busy = busy_[&session];
    const bool begins = !busy.gathering.contains(transfer_id);
    if (!take_room(session, busy, bytes.size() + (begins ? overhead_bytes : 0))) return;
    std::vector<std::byte>& whole = busy.gathering[transfer_id];
    whole.insert(whole.end(), bytes.begin(), bytes.end());
    if (part == TransferPart::more) return;

    auto gathered = busy.gathering.extract(transfer_id);
    busy.held_bytes -= gathered.mapped().size() + overhead_bytes;
    if (part == TransferPart::last && !gathered.mapped().empty()) {
        answer(session, std::make_shared<const std::vector<std::byte>>(std::move(gathered.mapped())));
    }
    forget_if_idle(session);
}

void EchoHandler::on_writable(Session& session) {
    const auto found = busy_.find(&session);
    if (found == busy_.end()) return;
    Busy& busy = found->second;
    while (!busy.waiting.empty()) {
        if (refused_full(session, busy.waiting.front())) return;
        busy.held_bytes -= cost_of(busy.waiting.front());
        busy.waiting.pop_front();
    }
    session.set_receiving(Session::Receiving::open);
    forget_if_idle(session);
}

void EchoHandler::on_closed(Session& session, const CloseInfo&) { busy_.erase(&session); }

void EchoHandler::answer(Session& session, Answer answer) {
    const auto found = busy_.find(&session);
    const bool queue_behind = found != busy_.end() && !found->second.waiting.empty();
    if (!queue_behind && !refused_full(session, answer)) return;
    Busy& busy = busy_[&session];
    if (!take_room(session, busy, cost_of(answer))) return;
    busy.waiting.push_back(std::move(answer));
    session.set_receiving(Session::Receiving::paused);
}

bool EchoHandler::take_room(Session& session, Busy& busy, std::size_t bytes) {
    if (bytes > session_bytes_max - busy.held_bytes) {
        session.close(close_code::too_much, "The echo holds at most 8 MB for one visitor at a time");
        busy = {};
        return false;
    }
    busy.held_bytes += bytes;
    return true;
}

void EchoHandler::forget_if_idle(Session& session) {
    const auto found = busy_.find(&session);
    if (found != busy_.end() && found->second.gathering.empty() && found->second.waiting.empty()) {
        busy_.erase(found);
    }
}

}  // namespace gs::net
