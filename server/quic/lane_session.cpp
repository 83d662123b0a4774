#include "server/quic/lane_session.h"

#include "core/base/assert.h"
#include "core/base/utf8.h"
#include "core/wire/lanes.h"
#include "core/wire/limits.h"
#include "server/net/close_codes.h"

#include <algorithm>
#include <utility>

namespace gs::quic {
namespace {

void append_framed(std::vector<std::byte>& out, std::string_view text) {
    const std::size_t at = out.size();
    out.resize(at + wire::message_head_bytes);
    store_u32_le(out.data() + at, static_cast<std::uint32_t>(text.size()));
    out.insert(out.end(), bytes_of(text).begin(), bytes_of(text).end());
}

std::uint32_t transfer_id(StreamId stream) { return static_cast<std::uint32_t>(number(stream) >> 2); }

}  // namespace

LaneSession::LaneSession(WebTransportSession& transport, Role role) : transport_(transport), role_(role) {
    if (role_ != Role::client) return;
    const auto stream = transport_.open_stream(QuicTransport::Direction::bidirectional, Priority::urgent);
    GS_ASSERT(stream.has_value(), "a server allows the sure stream");
    sure_ = *stream;
}

net::SessionStats LaneSession::stats() const {
    net::SessionStats stats = stats_;
    const DatagramCounts datagrams = transport_.datagram_counts();
    stats.datagrams_sent = datagrams.sent;
    stats.datagrams_replaced = datagrams.replaced;
    stats.bytes_sent += datagrams.sent_bytes;
    stats.rtt = transport_.rtt();
    stats.send_queue_bytes = queue_bytes();
    return stats;
}

net::DatagramResult LaneSession::send_datagram(ByteView head, ByteView body) {
    return transport_.send_datagram(head, body);
}

std::size_t LaneSession::queue_bytes() const {
    std::size_t total = before_sure_.size() + (sure_ == StreamId::none ? 0 : transport_.queued_bytes(sure_));
    for (const StreamId stream : outgoing_)
        total += transport_.queued_bytes(stream);
    return total;
}

std::unexpected<net::SendRefusal> LaneSession::refuse_full() {
    writable_owed_ = true;
    return std::unexpected(net::SendRefusal::full);
}

std::expected<void, net::SendRefusal> LaneSession::send_message(std::string_view text) {
    if (transport_.closing()) return std::unexpected(net::SendRefusal::closed);
    if (text.size() > wire::message_bytes_max) return std::unexpected(net::SendRefusal::too_large);
    if (queue_bytes() + text.size() > wire::send_queue_bytes_max) return refuse_full();
    stats_.bytes_sent += text.size();
    if (sure_ == StreamId::none) {
        append_framed(before_sure_, text);
        return {};
    }
    std::byte head[wire::message_head_bytes];
    store_u32_le(head, static_cast<std::uint32_t>(text.size()));
    transport_.write(sure_, ByteView(head), Fin::no);
    transport_.write(sure_, bytes_of(text), Fin::no);
    return {};
}

std::expected<std::uint32_t, net::SendRefusal> LaneSession::send_transfer(net::SharedBytes bytes) {
    GS_ASSERT(bytes && !bytes->empty(), "a transfer has at least one byte");
    if (transport_.closing()) return std::unexpected(net::SendRefusal::closed);
    if (bytes->size() > wire::transfer_bytes_max) return std::unexpected(net::SendRefusal::too_large);
    // The limit counts what waits already: one transfer may be larger than the whole queue.
    if (outgoing_.size() >= wire::transfers_max || queue_bytes() >= wire::send_queue_bytes_max)
        return refuse_full();
    const auto stream = transport_.open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    if (!stream)
        return stream.error() == net::SendRefusal::full ? refuse_full() : std::unexpected(stream.error());
    stats_.bytes_sent += bytes->size();
    outgoing_.push_back(*stream);
    transport_.write(*stream, std::move(bytes), Fin::yes);
    return transfer_id(*stream);
}

void LaneSession::close(std::uint32_t code, std::string_view reason) { transport_.close(code, reason); }

void LaneSession::on_datagram(ByteView payload) {
    ++stats_.datagrams_received;
    stats_.bytes_received += payload.size();
    handler_->on_datagram(*this, payload);
}

void LaneSession::on_stream_data(StreamId stream, ByteView bytes, Fin fin) {
    if (!is_unidirectional(stream) && sure_ == StreamId::none) {
        sure_ = stream;
        transport_.set_priority(sure_, Priority::urgent);
        if (!before_sure_.empty())
            transport_.write(sure_, ByteView(std::exchange(before_sure_, {})), Fin::no);
    }
    stats_.bytes_received += bytes.size();
    if (receiving_ == Receiving::paused) return keep(stream, bytes, fin);
    delivering_ = true;
    deliver(stream, bytes, fin);
    delivering_ = false;
}

void LaneSession::keep(StreamId stream, ByteView bytes, Fin fin) {
    auto found = std::ranges::find(waiting_, stream, &Waiting::stream);
    if (found == waiting_.end()) {
        waiting_.push_back({.stream = stream, .bytes = {}, .fin = Fin::no});
        found = waiting_.end() - 1;
    }
    found->bytes.insert(found->bytes.end(), bytes.begin(), bytes.end());
    found->fin = fin;
}

void LaneSession::set_receiving(Receiving receiving) {
    receiving_ = receiving;
    // Inside an event the rest of what is being delivered comes first.
    if (!delivering_) deliver_waiting();
}

void LaneSession::deliver_waiting() {
    delivering_ = true;
    while (receiving_ == Receiving::open && !waiting_.empty()) {
        // The handler may pause again; one piece at a time.
        const Waiting next = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        deliver(next.stream, next.bytes, next.fin);
    }
    delivering_ = false;
}

void LaneSession::deliver(StreamId stream, ByteView bytes, Fin fin) {
    if (transport_.closing()) return transport_.consumed(stream, bytes.size());
    if (stream == sure_) {
        deliver_messages(bytes, fin);
    } else if (is_unidirectional(stream)) {
        deliver_transfer(stream, bytes, fin);
    } else {
        // There is one `sure` stream; a second means that the client speaks something else.
        transport_.consumed(stream, bytes.size());
        transport_.close(net::close_code::bad_message, "only one bidirectional stream is used here");
    }
}

void LaneSession::deliver_messages(ByteView bytes, Fin fin) {
    ByteView rest = bytes;
    while (!transport_.closing()) {
        const wire::MessageSplitter::Status status = splitter_.take(rest);
        if (status == wire::MessageSplitter::Status::more) break;
        if (status == wire::MessageSplitter::Status::too_large) {
            transport_.close(net::close_code::too_much, "a message is larger than 64 KiB");
        } else if (!is_utf8(splitter_.text())) {
            transport_.close(net::close_code::bad_message, "a message is not UTF-8");
        } else {
            handler_->on_message(*this, splitter_.text());
        }
        if (receiving_ == Receiving::paused && !rest.empty()) {
            waiting_.insert(waiting_.begin(),
                            {.stream = sure_, .bytes = {rest.begin(), rest.end()}, .fin = fin});
            return transport_.consumed(sure_, bytes.size() - rest.size());
        }
    }
    transport_.consumed(sure_, bytes.size());
    // A client that ends its `sure` stream has nothing more to say for good.
    if (fin == Fin::yes) transport_.close_later(net::close_code::done, "");
}

void LaneSession::deliver_transfer(StreamId stream, ByteView bytes, Fin fin) {
    transport_.consumed(stream, bytes.size());
    Incoming& transfer = incoming_[number(stream)];
    transfer.received_bytes += bytes.size();
    if (incoming_.size() > wire::transfers_max || transfer.received_bytes > wire::transfer_bytes_max) {
        return transport_.close(net::close_code::too_much,
                                "a transfer is larger than 4 MiB, or there are too many");
    }
    const auto part =
        fin == Fin::yes ? net::SessionHandler::TransferPart::last : net::SessionHandler::TransferPart::more;
    if (fin == Fin::yes) incoming_.erase(number(stream));
    handler_->on_transfer(*this, transfer_id(stream), bytes, part);
}

void LaneSession::on_stream_reset(StreamId stream, std::uint32_t) {
    const auto kept = std::ranges::find(waiting_, stream, &Waiting::stream);
    if (kept != waiting_.end()) {
        transport_.consumed(stream, kept->bytes.size());
        waiting_.erase(kept);
    }
    if (stream == sure_) return transport_.close_later(net::close_code::done, "");
    if (incoming_.erase(number(stream)) == 0) return;
    handler_->on_transfer(*this, transfer_id(stream), {}, net::SessionHandler::TransferPart::aborted);
}

void LaneSession::on_stop_sending(StreamId stream) {
    if (stream == sure_) return transport_.close_later(net::close_code::done, "");
    if (std::erase(outgoing_, stream) > 0) tell_writable();
}

void LaneSession::on_stream_writable(StreamId) { tell_writable(); }

void LaneSession::on_stream_closed(StreamId stream) {
    // Whatever the peer may still say, there is no lane to hear or answer it.
    if (stream == sure_) return transport_.close(net::close_code::done, "");
    if (std::erase(outgoing_, stream) > 0) tell_writable();
}

void LaneSession::tell_writable() {
    if (!writable_owed_ || outgoing_.size() >= wire::transfers_max) return;
    if (queue_bytes() >= wire::send_queue_bytes_max / 2) return;
    writable_owed_ = false;
    handler_->on_writable(*this);
}

void LaneSession::on_streams_allowed() { tell_writable(); }

void LaneSession::on_closed(const net::CloseInfo& info) { handler_->on_closed(*this, info); }

}  // namespace gs::quic
