#include "server/http/websocket_send_queue.h"

#include "core/base/assert.h"
#include "core/wire/lanes.h"
#include "core/wire/limits.h"
#include "server/http/websocket_frames.h"

#include <algorithm>
#include <array>

namespace gs::http {
namespace {

// Small enough that a datagram does not wait long behind a part (6 ms at 20 Mbit/s), large enough that the
// 9 bytes of its head do not count.
constexpr std::size_t part_bytes_max = 16 * 1024;

}  // namespace

void append_datagram_frame(std::string& out, ByteView head, ByteView body) {
    append_frame_head(out, Opcode::binary, 1 + head.size() + body.size());
    out += static_cast<char>(wire::Lane::now);
    out += text_of(head);
    out += text_of(body);
}

WebSocketSendQueue::Held WebSocketSendQueue::hold_datagram(ByteView head, ByteView body) {
    const Held held = has_datagram_ ? Held::in_place_of_older : Held::in_free_place;
    datagram_.clear();
    append_datagram_frame(datagram_, head, body);
    has_datagram_ = true;
    return held;
}

std::unexpected<net::SendRefusal> WebSocketSendQueue::refuse_full() {
    refused_ = true;
    return std::unexpected(net::SendRefusal::full);
}

std::expected<void, net::SendRefusal> WebSocketSendQueue::push_message(std::string_view text) {
    if (text.size() > wire::message_bytes_max) return std::unexpected(net::SendRefusal::too_large);
    // An empty message costs memory too.
    if (bytes_ >= bytes_max_ || messages_.size() >= bytes_max_ / 64) return refuse_full();
    messages_.emplace_back(text);
    bytes_ += text.size();
    return {};
}

std::expected<std::uint32_t, net::SendRefusal> WebSocketSendQueue::push_transfer(net::SharedBytes bytes) {
    GS_ASSERT(bytes && !bytes->empty(), "a transfer has at least one byte");
    if (bytes->size() > wire::transfer_bytes_max) return std::unexpected(net::SendRefusal::too_large);
    if (bytes_ >= bytes_max_ || transfers_.size() >= wire::transfers_max) return refuse_full();
    bytes_ += bytes->size();
    transfers_.push_back({.id = ++last_transfer_id_, .bytes = std::move(bytes), .sent_bytes = 0});
    return last_transfer_id_;
}

void WebSocketSendQueue::fill(std::string& out, std::size_t budget) {
    if (has_datagram_) {
        out += datagram_;
        has_datagram_ = false;
    }
    while (!messages_.empty() && out.size() < budget) {
        const std::string& text = messages_.front();
        append_frame_head(out, Opcode::text, text.size());
        out += text;
        bytes_ -= text.size();
        messages_.pop_front();
    }
    while (!transfers_.empty() && out.size() < budget)
        fill_part(out);
}

void WebSocketSendQueue::fill_part(std::string& out) {
    Transfer& transfer = transfers_.front();
    const ByteView rest = ByteView(*transfer.bytes).subspan(transfer.sent_bytes);
    const ByteView part = rest.first(std::min(rest.size(), part_bytes_max));
    std::array<std::byte, wire::bulk_head_bytes> head;
    wire::write_bulk_head(head, {.transfer_id = transfer.id,
                                 .total_bytes = static_cast<std::uint32_t>(transfer.bytes->size())});
    append_frame_head(out, Opcode::binary, head.size() + part.size());
    out += text_of(head);
    out += text_of(part);
    transfer.sent_bytes += part.size();
    bytes_ -= part.size();
    if (transfer.sent_bytes == transfer.bytes->size()) transfers_.pop_front();
}

void WebSocketSendQueue::drop_transfers() {
    for (const Transfer& transfer : transfers_)
        bytes_ -= transfer.bytes->size() - transfer.sent_bytes;
    transfers_.clear();
}

void WebSocketSendQueue::clear() {
    drop_transfers();
    messages_.clear();
    bytes_ = 0;
    has_datagram_ = false;
    datagram_ = std::string();
}

bool WebSocketSendQueue::take_writable_again() {
    const bool low = bytes_ < bytes_max_ / 2 && transfers_.size() <= wire::transfers_max / 2 &&
                     messages_.size() < bytes_max_ / 128;
    if (!refused_ || !low) return false;
    refused_ = false;
    return true;
}

}  // namespace gs::http
