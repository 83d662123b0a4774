#include "server/quic/webtransport_session.h"

#include "core/wire/limits.h"
#include "server/quic/counters.h"
#include "server/quic/varint.h"
#include "server/quic/wire_ids.h"

#include <algorithm>
#include <array>

namespace gs::quic {

WebTransportSession::WebTransportSession(QuicTransport& transport, EndpointCounters& counters,
                                         StreamId connect_stream, Role role)
    : transport_(transport),
      counters_(counters),
      connect_stream_(connect_stream),
      role_(role),
      datagram_head_size_(put_varint(datagram_head_, static_cast<std::uint64_t>(number(connect_stream)) / 4)),
      last_heard_(transport.now()) {}

net::DatagramResult WebTransportSession::send_datagram(ByteView head, ByteView body) {
    if (closing_) return net::DatagramResult::closed;
    if (head.size() + body.size() > wire::datagram_bytes_max) return net::DatagramResult::too_large;
    const std::array parts{ByteView(datagram_head_).first(datagram_head_size_), head, body};
    return transport_.send_datagram(parts);
}

DatagramCounts WebTransportSession::datagram_counts() const {
    DatagramCounts counts = transport_.datagram_counts();
    counts.sent_bytes -= counts.sent * datagram_head_size_;
    return counts;
}

std::expected<StreamId, net::SendRefusal> WebTransportSession::open_stream(QuicTransport::Direction direction,
                                                                           Priority priority) {
    if (closing_) return std::unexpected(net::SendRefusal::closed);
    const auto stream = transport_.open_stream(direction);
    if (!stream) return stream;
    transport_.set_priority(*stream, priority);
    std::byte head[2 * varint_bytes_max];
    MutableBytes rest(head);
    const std::uint64_t type = direction == QuicTransport::Direction::unidirectional
                                   ? stream_type::webtransport
                                   : frame::webtransport_stream;
    rest = rest.subspan(put_varint(rest, type));
    rest = rest.subspan(put_varint(rest, static_cast<std::uint64_t>(number(connect_stream_))));
    transport_.write(*stream, ByteView(head).first(sizeof head - rest.size()), Fin::no);
    streams_.push_back(*stream);
    return stream;
}

void WebTransportSession::write(StreamId stream, ByteView bytes, Fin fin) {
    if (!closing_) transport_.write(stream, bytes, fin);
}

void WebTransportSession::write(StreamId stream, net::SharedBytes bytes, Fin fin) {
    if (!closing_) transport_.write(stream, std::move(bytes), fin);
}

void WebTransportSession::reset_stream(StreamId stream, std::uint32_t code) {
    transport_.reset_stream(stream, h3_error::from_application(code));
}

void WebTransportSession::stop_sending(StreamId stream, std::uint32_t code) {
    transport_.stop_sending(stream, h3_error::from_application(code));
}

void WebTransportSession::close(std::uint32_t code, std::string_view reason) {
    if (closing_) return;
    // Behind what is queued on urgent streams.
    transport_.set_priority(connect_stream_, Priority::normal);
    transport_.write(connect_stream_, encode_close(code, reason), Fin::yes);
    end(net::CloseInfo::By::us, code, reason);
}

void WebTransportSession::close_later(std::uint32_t code, std::string_view reason) {
    if (closing_ || close_due_ != net::never) return;
    close_due_ = transport_.now() + close_delay;
    close_code_ = code;
    close_reason_.assign(reason);
}

void WebTransportSession::close_if_due() {
    if (transport_.now() >= close_due_) close(close_code_, std::string(close_reason_));
}

void WebTransportSession::drain() {
    if (closing_ || drained_) return;
    drained_ = true;
    transport_.write(connect_stream_, encode_drain(), Fin::no);
}

void WebTransportSession::on_datagram(ByteView payload) {
    if (closing_) return;
    last_heard_ = transport_.now();
    // Larger ones cannot be echoed or relayed; no client of ours sends them.
    if (payload.size() > wire::datagram_bytes_max) return;
    ++counters_.datagrams_received;
    handler_->on_datagram(payload);
}

void WebTransportSession::on_stream_data(StreamId stream, ByteView bytes, Fin fin) {
    if (closing_) {
        transport_.consumed(stream, bytes.size());
        return;
    }
    last_heard_ = transport_.now();
    handler_->on_stream_data(stream, bytes, fin);
}

void WebTransportSession::on_stream_reset(StreamId stream, std::uint64_t h3_code) {
    if (!closing_) handler_->on_stream_reset(stream, h3_error::to_application(h3_code));
}

void WebTransportSession::on_stop_sending(StreamId stream) {
    if (!closing_) handler_->on_stop_sending(stream);
}

void WebTransportSession::on_stream_writable(StreamId stream) {
    if (!closing_) handler_->on_stream_writable(stream);
}

void WebTransportSession::on_stream_closed(StreamId stream) {
    std::erase(streams_, stream);
    if (!closing_) handler_->on_stream_closed(stream);
}

void WebTransportSession::on_streams_allowed() {
    if (!closing_) handler_->on_streams_allowed();
}

void WebTransportSession::on_capsule_data(ByteView bytes) {
    while (!bytes.empty() && !closing_) {
        switch (capsules_.take(bytes)) {
            case CapsuleReader::Status::more:
            case CapsuleReader::Status::drain:
                break;
            case CapsuleReader::Status::close:
                // Our FIN answers the close (draft section 5); the rest of the stream is ignored.
                transport_.write(connect_stream_, ByteView{}, Fin::yes);
                end(net::CloseInfo::By::peer, capsules_.close_code(), capsules_.close_reason());
                break;
            case CapsuleReader::Status::malformed:
                refuse_capsules("malformed capsule");
                break;
        }
    }
}

void WebTransportSession::on_capsules_ended() {
    if (closing_) return;
    if (!capsules_.at_boundary()) return refuse_capsules("capsule cut short");
    transport_.write(connect_stream_, ByteView{}, Fin::yes);
    end(net::CloseInfo::By::peer, 0, "");
}

void WebTransportSession::refuse_capsules(std::string_view why) {
    ++counters_.protocol_errors;
    transport_.reset_stream(connect_stream_, h3_error::message_error);
    end(net::CloseInfo::By::transport_error, 0, why);
}

void WebTransportSession::end(net::CloseInfo::By by, std::uint32_t code, std::string_view reason) {
    if (closing_) return;
    closing_ = true;
    close_due_ = net::never;
    closed_by_ = by;
    close_code_ = code;
    close_reason_.assign(reason.substr(0, wire::close_reason_bytes_max));
}

/// What has left our queues may still be on its way, and a reset could overtake it; the connection ends soon
/// and takes the rest along. So only what would go on sending is stopped.
void WebTransportSession::leave_streams() {
    for (const StreamId stream : streams_) {
        const bool ours = opener(stream) == role_;
        if (transport_.queued_bytes(stream) > 0) {
            transport_.reset_stream(stream, h3_error::webtransport_session_gone);
        }
        if (is_unidirectional(stream) && !ours) {
            transport_.stop_sending(stream, h3_error::webtransport_session_gone);
        }
    }
    streams_.clear();
}

bool WebTransportSession::settle() {
    if (!closing_) return false;
    // Only now: what was queued before the end has had this turn to leave.
    leave_streams();
    ++counters_.sessions_closed;
    handler_->on_closed({.by = closed_by_, .code = close_code_, .reason = close_reason_});
    return true;
}

}  // namespace gs::quic
