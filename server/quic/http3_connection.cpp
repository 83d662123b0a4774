#include "server/quic/http3_connection.h"

#include "server/quic/varint.h"
#include "server/quic/wire_ids.h"

#include <algorithm>
#include <utility>

namespace gs::quic {
namespace {

// A SETTINGS frame of a browser has under 50 bytes; GREASE and new drafts may double it.
constexpr std::size_t settings_bytes_max = 1024;
// Streams that may wait for the answer to our request. Their bytes are not given back before they are
// delivered, so the receive windows bound those; this bounds the empty ones. A server of ours has 16 at once.
constexpr std::size_t early_streams_max = 16;

}  // namespace

Http3Connection::Http3Connection(QuicTransport& transport, EndpointCounters& counters,
                                 const Http3Options& options)
    : transport_(transport), counters_(counters), options_(options) {}

void Http3Connection::on_established() {
    const auto control = transport_.open_stream(QuicTransport::Direction::unidirectional);
    if (!control) return fail(h3_error::stream_creation_error, "no stream for our control stream");
    control_out_ = *control;
    transport_.set_priority(control_out_, Priority::urgent);
    transport_.write(control_out_, encode_control_stream_start(), Fin::no);
    deadline_ = transport_.now() + options_.request_timeout;
    if (options_.role == Role::client) {
        const auto request = transport_.open_stream(QuicTransport::Direction::bidirectional);
        if (!request) return fail(h3_error::stream_creation_error, "no stream for the request");
        request_out_ = *request;
        streams_[number(*request)].kind = Kind::request;
        transport_.set_priority(*request, Priority::urgent);
        transport_.write(*request, encode_connect(options_.authority, options_.path, options_.origin),
                         Fin::no);
    }
}

void Http3Connection::on_stream_data(StreamId id, ByteView bytes, Fin fin) {
    if (over_) return;
    Stream& stream = streams_[number(id)];
    if (!is_unidirectional(id) && stream.kind == Kind::unknown) {
        // Our own ones carry no head on the way back; the client's request is known before its answer comes.
        const bool ours = opener(id) == options_.role;
        stream.kind = !ours ? Kind::request : session_ ? Kind::webtransport : Kind::ignored;
        if (!ours) newest_request_ = std::max(newest_request_, number(id));
    }
    if (stream.kind == Kind::unknown || stream.kind == Kind::webtransport_head) {
        read_unidirectional_head(id, stream, bytes);
        if (over_) return;
    }
    switch (stream.kind) {
        case Kind::unknown:
        case Kind::webtransport_head:
            // The head is not whole yet, and a stream that ends before that carries nothing.
            break;
        case Kind::control:
            read_control(id, stream, bytes);
            if (fin == Fin::yes) fail(h3_error::closed_critical_stream, "the control stream ended");
            break;
        case Kind::qpack:
            transport_.consumed(id, bytes.size());
            if (fin == Fin::yes) fail(h3_error::closed_critical_stream, "a QPACK stream ended");
            break;
        case Kind::webtransport:
            pass_to_session(id, bytes, fin);
            break;
        case Kind::early:
            stream.gathered.insert(stream.gathered.end(), bytes.begin(), bytes.end());
            stream.early_fin = fin;
            break;
        case Kind::request:
        case Kind::connect:
            read_request(id, stream, bytes, fin);
            break;
        case Kind::ignored:
            transport_.consumed(id, bytes.size());
            break;
    }
}

void Http3Connection::read_unidirectional_head(StreamId id, Stream& stream, ByteView& bytes) {
    while (!bytes.empty() && (stream.kind == Kind::unknown || stream.kind == Kind::webtransport_head)) {
        const std::size_t before = bytes.size();
        const auto value = stream.varint.take(bytes);
        transport_.consumed(id, before - bytes.size());
        if (!value) return;
        if (stream.kind == Kind::unknown) {
            take_type(id, stream, *value);
        } else if (may_come_early(*value)) {
            stream.kind = Kind::early;
            ++early_streams_;
        } else if (!session_ || *value != static_cast<std::uint64_t>(number(session_->id()))) {
            refuse_stream(id, stream, h3_error::webtransport_buffered_stream_rejected);
        } else {
            stream.kind = Kind::webtransport;
            session_->on_stream_opened(id);
        }
        if (over_) return;
    }
}

void Http3Connection::take_type(StreamId id, Stream& stream, std::uint64_t type) {
    switch (type) {
        case stream_type::control:
            if (control_seen_) return fail(h3_error::stream_creation_error, "a second control stream");
            control_seen_ = true;
            stream.kind = Kind::control;
            break;
        case stream_type::qpack_encoder:
        case stream_type::qpack_decoder: {
            const auto bit = static_cast<std::uint8_t>(1u << type);
            if (qpack_seen_ & bit) return fail(h3_error::stream_creation_error, "a second QPACK stream");
            qpack_seen_ |= bit;
            stream.kind = Kind::qpack;
            break;
        }
        case stream_type::push:
            return fail(options_.role == Role::server ? h3_error::stream_creation_error : h3_error::id_error,
                        "a push stream");
        case stream_type::webtransport:
            stream.kind = Kind::webtransport_head;
            break;
        default:
            // Reserved and unknown types are ignored (RFC 9114 section 6.2.3), and we want no more of them.
            refuse_stream(id, stream, h3_error::stream_creation_error);
            break;
    }
}

void Http3Connection::read_control(StreamId id, Stream& stream, ByteView bytes) {
    transport_.consumed(id, bytes.size());
    while (true) {
        switch (stream.frames.next(bytes)) {
            case FrameReader::Event::more:
                return;
            case FrameReader::Event::begin:
                stream.gathered.clear();
                if (const std::uint64_t code = on_control_frame(stream)) return fail(code, "control stream");
                break;
            case FrameReader::Event::payload:
                if (stream.frames.type() == frame::settings) {
                    const ByteView part = stream.frames.payload();
                    stream.gathered.insert(stream.gathered.end(), part.begin(), part.end());
                }
                break;
            case FrameReader::Event::end:
                if (stream.frames.type() == frame::settings) {
                    const std::uint64_t code = read_settings(stream.gathered, peer_settings_);
                    stream.gathered = {};
                    if (code != 0) return fail(code, "SETTINGS");
                }
                break;
        }
    }
}

/// Whether the frame that begins may stand here; 0 or an error code.
std::uint64_t Http3Connection::on_control_frame(Stream& stream) {
    const std::uint64_t type = stream.frames.type();
    if (!settings_seen_) {
        if (type != frame::settings) return h3_error::missing_settings;
        settings_seen_ = true;
        return stream.frames.length() > settings_bytes_max ? h3_error::excessive_load : 0;
    }
    const bool misplaced = type == frame::settings || type == frame::data || type == frame::headers ||
                           type == frame::push_promise || frame::is_forbidden(type);
    // The rest (GOAWAY, MAX_PUSH_ID, CANCEL_PUSH, unknown) has nothing for us and is skipped.
    return misplaced ? h3_error::frame_unexpected : 0;
}

void Http3Connection::read_request(StreamId id, Stream& stream, ByteView bytes, Fin fin) {
    const std::size_t total = bytes.size();
    for (auto event = stream.frames.next(bytes); event != FrameReader::Event::more;
         event = stream.frames.next(bytes)) {
        if (event == FrameReader::Event::begin && !begin_request_frame(id, stream)) break;
        if (stream.kind == Kind::webtransport) {
            // The rest of the stream is the session's own, and so is its flow control.
            transport_.consumed(id, total - bytes.size());
            session_->on_stream_opened(id);
            return pass_to_session(id, bytes, fin);
        }
        const bool headers = stream.frames.type() == frame::headers && !stream.headers_done;
        if (event == FrameReader::Event::payload && headers) {
            const ByteView part = stream.frames.payload();
            stream.gathered.insert(stream.gathered.end(), part.begin(), part.end());
        } else if (event == FrameReader::Event::payload && stream.frames.type() == frame::data && session_) {
            session_->on_capsule_data(stream.frames.payload());
        } else if (event == FrameReader::Event::end && headers) {
            on_headers(id, stream);
        }
        if (over_ || stream.kind == Kind::ignored) break;
    }
    // What is kept of it is bounded (a field section, a close reason), so all of it is given back at once.
    transport_.consumed(id, total);
    if (fin == Fin::yes && !over_ && stream.kind != Kind::ignored) on_request_end(id, stream);
}

void Http3Connection::on_request_end(StreamId id, Stream& stream) {
    if (!stream.frames.at_boundary()) return fail(h3_error::frame_error, "a frame was cut");
    if (!stream.headers_done) return refuse_stream(id, stream, h3_error::request_incomplete);
    if (stream.kind == Kind::connect && session_) session_->on_capsules_ended();
}

/// Whether the frame that begins may stand on a request stream; refuses or fails what may not.
bool Http3Connection::begin_request_frame(StreamId id, Stream& stream) {
    const std::uint64_t type = stream.frames.type();
    if (type == frame::webtransport_stream) {
        if (stream.headers_done) {
            fail(h3_error::frame_error, "a WebTransport stream inside a request");
            return false;
        }
        if (!session_ || stream.frames.length() != static_cast<std::uint64_t>(number(session_->id()))) {
            refuse_stream(id, stream, h3_error::webtransport_buffered_stream_rejected);
            return false;
        }
        stream.kind = Kind::webtransport;
        return true;
    }
    if (options_.role == Role::client && opener(id) == Role::server) {
        refuse_stream(id, stream, h3_error::stream_creation_error);
        return false;
    }
    const bool misplaced = type == frame::settings || type == frame::goaway || type == frame::cancel_push ||
                           type == frame::push_promise || type == frame::max_push_id ||
                           frame::is_forbidden(type) || (type == frame::data && !stream.headers_done);
    if (misplaced) {
        fail(h3_error::frame_unexpected, "request stream");
        return false;
    }
    // Trailers (a second HEADERS) are skipped unread, but bounded all the same.
    if (type == frame::headers && stream.frames.length() > field_section_bytes_max) {
        fail(h3_error::excessive_load, "a field section over 8 KiB");
        return false;
    }
    return true;
}

void Http3Connection::on_headers(StreamId id, Stream& stream) {
    stream.headers_done = true;
    if (options_.role == Role::server) {
        on_request(id, stream);
    } else {
        on_response(id, stream);
    }
    stream.gathered = {};
}

void Http3Connection::on_request(StreamId id, Stream& stream) {
    const auto head = decode_request(stream.gathered);
    if (!head && head.error() != h3_error::message_error) return fail(head.error(), "QPACK");
    if (!head) return refuse_stream(id, stream, h3_error::message_error);
    const net::SessionRequest request{
        .transport = net::TransportKind::webtransport,
        .path = std::string_view(head->path).substr(0, head->path.find('?')),
        .authority = head->authority,
        .origin = head->origin,
        .peer = transport_.peer(),
    };
    if (head->method != "CONNECT" || head->protocol != "webtransport") {
        // Pages and the API are served over HTTP/1.1; nothing else lives on this port.
        ++counters_.requests_refused_other;
        return respond(id, 404);
    }
    if (options_.origins != nullptr && !options_.origins->allows(head->origin)) {
        ++counters_.requests_refused_origin;
        return respond(id, 403);
    }
    if (!options_.acceptor->serves(request)) {
        ++counters_.requests_refused_path;
        return respond(id, 404);
    }
    if (draining_) return respond(id, 503);
    if (session_ || session_over_) {
        ++counters_.requests_refused_other;
        return respond(id, 429);
    }
    transport_.write(id, encode_response(200), Fin::no);
    start_session(id, stream, request);
}

void Http3Connection::on_response(StreamId id, Stream& stream) {
    const auto status = decode_response(stream.gathered);
    if (!status) return fail(status.error(), "response");
    if (*status / 100 == 1) {
        stream.headers_done = false;
        return;
    }
    if (*status != 200) {
        session_over_ = true;
        options_.acceptor->refused(*status);
        return finish();
    }
    const net::SessionRequest request{.transport = net::TransportKind::webtransport,
                                      .path = options_.path,
                                      .authority = options_.authority,
                                      .origin = options_.origin,
                                      .peer = transport_.peer()};
    start_session(id, stream, request);
}

void Http3Connection::respond(StreamId id, int status) {
    transport_.write(id, encode_response(status), Fin::yes);
    transport_.stop_sending(id, h3_error::no_error);
    streams_[number(id)].kind = Kind::ignored;
}

void Http3Connection::start_session(StreamId id, Stream& stream, const net::SessionRequest& request) {
    stream.kind = Kind::connect;
    transport_.set_priority(id, Priority::urgent);
    session_ = std::make_unique<WebTransportSession>(transport_, counters_, id, options_.role);
    ++counters_.sessions_accepted;
    session_->set_handler(options_.acceptor->accept(request, *session_));
    deadline_ = net::never;
    if (early_streams_ > 0) release_early_streams();
}

/// Streams are not ordered among each other: a server's first transfer may arrive before its 200
/// (draft-ietf-webtrans-http3-02 section 4.5, "buffer a limited number of streams").
bool Http3Connection::may_come_early(std::uint64_t session) const {
    return options_.role == Role::client && !session_ && !session_over_ &&
           early_streams_ < early_streams_max && request_out_ != StreamId::none &&
           session == static_cast<std::uint64_t>(number(request_out_));
}

void Http3Connection::release_early_streams() {
    std::vector<std::int64_t> early;
    for (const auto& [id, stream] : streams_) {
        if (stream.kind == Kind::early) early.push_back(id);
    }
    std::ranges::sort(early);
    early_streams_ = 0;
    for (const std::int64_t id : early) {
        Stream& stream = streams_[id];
        const std::vector<std::byte> bytes = std::exchange(stream.gathered, {});
        stream.kind = Kind::webtransport;
        session_->on_stream_opened(StreamId{id});
        pass_to_session(StreamId{id}, bytes, stream.early_fin);
        if (over_) return;
        if (stream.early_closed) on_stream_closed(StreamId{id});
    }
}

void Http3Connection::pass_to_session(StreamId id, ByteView bytes, Fin fin) {
    if (session_) return session_->on_stream_data(id, bytes, fin);
    transport_.consumed(id, bytes.size());
}

void Http3Connection::refuse_stream(StreamId id, Stream& stream, std::uint64_t code) {
    stream.kind = Kind::ignored;
    ++counters_.streams_refused;
    transport_.stop_sending(id, code);
    if (!is_unidirectional(id)) transport_.reset_stream(id, code);
}

void Http3Connection::on_stream_reset(StreamId id, std::uint64_t code) {
    if (over_) return;
    const auto found = streams_.find(number(id));
    // Reset before its first byte: it can only have been a request.
    const bool request = !is_unidirectional(id) && opener(id) != options_.role;
    const Kind unseen = request ? Kind::request : Kind::ignored;
    switch (found == streams_.end() ? unseen : found->second.kind) {
        case Kind::control:
        case Kind::qpack:
            return fail(h3_error::closed_critical_stream, "a critical stream was reset");
        case Kind::connect:
            if (session_) session_->end(net::CloseInfo::By::peer, 0, "");
            [[fallthrough]];
        case Kind::request:
            // Our half would stay open for ever and use up the client's streams.
            transport_.reset_stream(id, h3_error::request_cancelled);
            break;
        case Kind::webtransport:
            if (session_) session_->on_stream_reset(id, code);
            break;
        case Kind::early:
            // Nobody has heard of it yet, and what of it has come is worth nothing without the rest.
            transport_.consumed(id, found->second.gathered.size());
            found->second.gathered = {};
            found->second.kind = Kind::ignored;
            --early_streams_;
            break;
        default:
            break;
    }
}

void Http3Connection::on_stop_sending(StreamId id) {
    if (over_) return;
    if (id == control_out_) return fail(h3_error::closed_critical_stream, "our control stream was refused");
    const auto found = streams_.find(number(id));
    if (found != streams_.end() && found->second.kind == Kind::connect) {
        if (session_) session_->end(net::CloseInfo::By::peer, 0, "");
    } else if (session_) {
        session_->on_stop_sending(id);
    }
}

void Http3Connection::on_stream_writable(StreamId id) {
    if (over_ || !session_ || id == control_out_ || id == session_->id()) return;
    session_->on_stream_writable(id);
}

void Http3Connection::on_stream_closed(StreamId id) {
    if (id == control_out_) return fail(h3_error::closed_critical_stream, "our control stream was refused");
    const auto found = streams_.find(number(id));
    if (found != streams_.end() && found->second.kind == Kind::early) {
        found->second.early_closed = true;
        return;
    }
    const bool ours = session_ && (found == streams_.end() || found->second.kind == Kind::webtransport);
    if (found != streams_.end()) streams_.erase(found);
    if (ours && !over_) session_->on_stream_closed(id);
}

void Http3Connection::on_streams_allowed() {
    if (session_ && !over_) session_->on_streams_allowed();
}

void Http3Connection::on_datagram(ByteView payload) {
    if (over_) return;
    const auto quarter = take_varint(payload);
    // RFC 9297 section 2.1: too short, or an id no stream can have, ends the connection.
    if (!quarter || *quarter > varint_max / 4) return fail(h3_error::datagram_error, "datagram head");
    if (!session_ || *quarter * 4 != static_cast<std::uint64_t>(number(session_->id()))) {
        ++counters_.datagrams_unknown_session;
        return;
    }
    session_->on_datagram(payload);
}

void Http3Connection::on_connection_ended(net::CloseInfo::By by, std::uint32_t code) {
    over_ = true;
    if (session_) {
        session_->end(by, code, "");
    } else if (options_.role == Role::client && !session_over_) {
        session_over_ = true;
        refused_owed_ = true;
    }
}

void Http3Connection::settle() {
    if (refused_owed_) {
        refused_owed_ = false;
        options_.acceptor->refused(0);
    }
    if (!session_ || !session_->settle()) return;
    session_.reset();
    session_over_ = true;
    // Chromium leaves the connection open after close(): we end it once the peer had time to read the
    // capsule.
    deadline_ = transport_.now() + options_.linger;
}

net::Instant Http3Connection::deadline() const {
    if (!session_) return deadline_;
    const net::Instant at = std::min(deadline_, session_->close_due());
    return options_.role == Role::server ? std::min(at, session_->silent_at()) : at;
}

void Http3Connection::on_deadline() {
    if (transport_.now() < deadline()) return;
    if (session_ && transport_.now() >= session_->close_due()) return session_->close_if_due();
    if (session_ && deadline_ == net::never) {
        ++counters_.sessions_timed_out;
        return session_->end(net::CloseInfo::By::timeout, 0, "silent for too long");
    }
    deadline_ = net::never;
    finish();
}

void Http3Connection::drain() {
    if (draining_ || over_ || control_out_ == StreamId::none) return;
    draining_ = true;
    if (options_.role != Role::server) return;
    transport_.write(control_out_, encode_goaway(static_cast<std::uint64_t>(newest_request_ + 4)), Fin::no);
    if (session_) session_->drain();
}

void Http3Connection::finish() {
    over_ = true;
    transport_.close(h3_error::no_error, "");
}

void Http3Connection::fail(std::uint64_t code, std::string_view reason) {
    if (over_) return;
    over_ = true;
    ++counters_.protocol_errors;
    transport_.close(code, reason);
}

}  // namespace gs::quic
