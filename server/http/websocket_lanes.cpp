#include "server/http/websocket_lanes.h"

#include "core/wire/lanes.h"
#include "core/wire/limits.h"

#include <algorithm>
#include <utility>

namespace gs::http {

using TransferPart = net::SessionHandler::TransferPart;

WebSocketLanes::WebSocketLanes(const Limits& limits)
    : message_bytes_max_(limits.websocket_message_bytes), transfers_max_(limits.websocket_transfers_open) {}

WebSocketLanes::Fault WebSocketLanes::receive_text(std::string_view text, Sink& sink) const {
    if (text.size() > message_bytes_max_) return Fault::message_too_large;
    sink.on_message(text);
    return Fault::none;
}

WebSocketLanes::Fault WebSocketLanes::receive_binary(ByteView frame, Sink& sink) {
    if (frame.empty()) return Fault::empty_frame;
    if (frame.front() == static_cast<std::byte>(wire::Lane::now)) {
        const ByteView payload = frame.subspan(1);
        if (payload.size() > wire::datagram_bytes_max) return Fault::datagram_too_large;
        sink.on_datagram(payload);
        return Fault::none;
    }
    if (frame.front() == static_cast<std::byte>(wire::Lane::bulk)) return receive_transfer(frame, sink);
    return Fault::unknown_lane;
}

WebSocketLanes::Fault WebSocketLanes::receive_transfer(ByteView frame, Sink& sink) {
    const auto head = wire::read_bulk_head(frame);
    if (!head) return Fault::bad_transfer_head;
    const ByteView part = frame.subspan(wire::bulk_head_bytes);
    // An empty part would be work without progress.
    if (part.empty()) return Fault::bad_transfer_head;
    if (head->total_bytes > wire::transfer_bytes_max) return Fault::transfer_too_large;
    auto transfer = std::ranges::find(transfers_, head->transfer_id, &Transfer::id);
    if (transfer == transfers_.end()) {
        if (transfers_.size() >= transfers_max_) return Fault::too_many_transfers;
        transfers_.push_back(
            {.id = head->transfer_id, .total_bytes = head->total_bytes, .received_bytes = 0});
        transfer = transfers_.end() - 1;
    }
    if (transfer->total_bytes != head->total_bytes) return Fault::bad_transfer_head;
    if (part.size() > transfer->total_bytes - transfer->received_bytes) return Fault::transfer_overrun;
    transfer->received_bytes += static_cast<std::uint32_t>(part.size());
    const bool is_last = transfer->received_bytes == transfer->total_bytes;
    if (is_last) transfers_.erase(transfer);
    sink.on_transfer(head->transfer_id, part, is_last ? TransferPart::last : TransferPart::more);
    return Fault::none;
}

void WebSocketLanes::abort_open_transfers(Sink& sink) {
    const std::vector<Transfer> open = std::exchange(transfers_, {});
    for (const Transfer& transfer : open) {
        sink.on_transfer(transfer.id, {}, TransferPart::aborted);
    }
}

std::uint16_t close_code_of(WebSocketLanes::Fault fault) {
    switch (fault) {
        case WebSocketLanes::Fault::datagram_too_large:
        case WebSocketLanes::Fault::message_too_large:
        case WebSocketLanes::Fault::transfer_too_large:
            return 1009;
        default:
            return 1002;
    }
}

const char* sentence_of(WebSocketLanes::Fault fault) {
    switch (fault) {
        case WebSocketLanes::Fault::none:
            break;
        case WebSocketLanes::Fault::empty_frame:
            return "a binary message needs a lane byte";
        case WebSocketLanes::Fault::unknown_lane:
            return "the lane byte is neither 1 nor 2";
        case WebSocketLanes::Fault::datagram_too_large:
            return "the datagram is too large";
        case WebSocketLanes::Fault::message_too_large:
            return "the message is too large";
        case WebSocketLanes::Fault::bad_transfer_head:
            return "the head of a transfer's part is wrong";
        case WebSocketLanes::Fault::transfer_too_large:
            return "the transfer is too large";
        case WebSocketLanes::Fault::transfer_overrun:
            return "the transfer is longer than announced";
        case WebSocketLanes::Fault::too_many_transfers:
            return "too many transfers at once";
    }
    return "";
}

}  // namespace gs::http
