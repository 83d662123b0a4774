// WebTransportSession: the session of the W3C API as it is seen from C++: datagrams, streams of both kinds, a
// close with code and reason (draft-ietf-webtrans-http3-02). One per connection. Lanes are built on it in
// lane_session.h.
//
// Lifetimes: the session belongs to its Http3Connection, its handler belongs to the session. on_closed()
// comes exactly once, never from inside a call of this interface; after it returns both are destroyed. Views
// given to events are valid until the event returns. One thread.
#pragma once

#include "core/base/bytes.h"
#include "server/net/session.h"
#include "server/quic/capsule.h"
#include "server/quic/quic_transport.h"

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gs::quic {

class WebTransportSession;
struct EndpointCounters;

class WebTransportHandler {
  public:
    virtual ~WebTransportHandler() = default;

    virtual void on_datagram(ByteView payload) = 0;
    /// Bytes of a stream, in order; the first event of a stream that the peer opened. Every byte must be
    /// given back with consumed(), now or later: that is the flow control. May be empty when `fin` is yes.
    virtual void on_stream_data(StreamId stream, ByteView bytes, Fin fin) = 0;
    /// The peer gives up sending (RESET_STREAM); `code` is an application code.
    virtual void on_stream_reset(StreamId stream, std::uint32_t code) = 0;
    /// The peer wants no more of ours (STOP_SENDING); the stream has been reset in answer. Comes with the
    /// next write; ngtcp2 does not tell the code.
    virtual void on_stop_sending(StreamId stream) = 0;
    /// Some of what was queued on the stream has gone to the network.
    virtual void on_stream_writable(StreamId stream) = 0;
    /// Both directions are over and acknowledged; the id is gone.
    virtual void on_stream_closed(StreamId stream) = 0;
    /// The peer allows more streams of ours: an open_stream() that was refused with `full` may work now.
    virtual void on_streams_allowed() {}
    virtual void on_closed(const net::CloseInfo& info) = 0;
};

class WebTransportSession {
  public:
    /// Silence after which a session ends: browsers keep acknowledging for tabs that are long gone, so only
    /// the application's own bytes count as life.
    static constexpr net::Duration silence_max = std::chrono::seconds(90);
    /// How long close_later() waits: a lost packet has been repeated by then on most paths.
    static constexpr net::Duration close_delay = std::chrono::milliseconds(500);

    WebTransportSession(QuicTransport& transport, EndpointCounters& counters, StreamId connect_stream,
                        Role role);
    WebTransportSession(const WebTransportSession&) = delete;
    WebTransportSession& operator=(const WebTransportSession&) = delete;

    /// `head` and `body` go as one datagram of at most wire::datagram_bytes_max bytes.
    net::DatagramResult send_datagram(ByteView head, ByteView body);
    /// What has become of them; `sent_bytes` is their payload.
    [[nodiscard]] DatagramCounts datagram_counts() const;

    [[nodiscard]] std::expected<StreamId, net::SendRefusal> open_stream(QuicTransport::Direction direction,
                                                                        Priority priority);
    void write(StreamId stream, ByteView bytes, Fin fin);
    void write(StreamId stream, net::SharedBytes bytes, Fin fin);
    [[nodiscard]] std::size_t queued_bytes(StreamId stream) const { return transport_.queued_bytes(stream); }
    void set_priority(StreamId stream, Priority priority) { transport_.set_priority(stream, priority); }
    void consumed(StreamId stream, std::size_t bytes) { transport_.consumed(stream, bytes); }
    void reset_stream(StreamId stream, std::uint32_t code);
    void stop_sending(StreamId stream, std::uint32_t code);

    /// Sends CLOSE_WEBTRANSPORT_SESSION; on_closed(By::us) follows at the end of the turn.
    void close(std::uint32_t code, std::string_view reason);
    /// The same after a moment, unless the peer has closed by then. For when it ends a stream that the
    /// session cannot do without: browsers do that when they close, and it may overtake the word why.
    void close_later(std::uint32_t code, std::string_view reason);

    /// Tells the peer that the server is going away (DRAIN_WEBTRANSPORT_SESSION); nothing ends yet.
    void drain();

    [[nodiscard]] const net::Address& peer() const { return transport_.peer(); }
    [[nodiscard]] net::Duration rtt() const { return transport_.rtt(); }
    [[nodiscard]] StreamId id() const { return connect_stream_; }
    [[nodiscard]] bool closing() const { return closing_; }

    // What follows is for Http3Connection.
    void set_handler(std::unique_ptr<WebTransportHandler> handler) { handler_ = std::move(handler); }
    void on_datagram(ByteView payload);
    /// The peer opened this stream; its data follows.
    void on_stream_opened(StreamId stream) { streams_.push_back(stream); }
    void on_stream_data(StreamId stream, ByteView bytes, Fin fin);
    void on_stream_reset(StreamId stream, std::uint64_t h3_code);
    void on_stop_sending(StreamId stream);
    void on_stream_writable(StreamId stream);
    void on_stream_closed(StreamId stream);
    void on_streams_allowed();
    /// Bytes of the CONNECT stream's DATA frames.
    void on_capsule_data(ByteView bytes);
    /// The peer ended the CONNECT stream: an orderly end, unless it cut a capsule (RFC 9297 section 3.3).
    void on_capsules_ended();
    /// The CONNECT stream or the connection is over without a close capsule; the first cause stays.
    void end(net::CloseInfo::By by, std::uint32_t code, std::string_view reason);
    /// Delivers on_closed() if the session is over; true when it did and may be destroyed.
    [[nodiscard]] bool settle();
    /// When silence ends the session.
    [[nodiscard]] net::Instant silent_at() const { return last_heard_ + silence_max; }
    /// When close_later() closes it; `never` while there is nothing to close.
    [[nodiscard]] net::Instant close_due() const { return close_due_; }
    void close_if_due();

  private:
    void leave_streams();
    void refuse_capsules(std::string_view why);

    QuicTransport& transport_;
    EndpointCounters& counters_;
    StreamId connect_stream_;
    Role role_;
    std::byte datagram_head_[8] = {};  // quarter stream id (RFC 9297 section 2.1)
    std::size_t datagram_head_size_;
    std::unique_ptr<WebTransportHandler> handler_;
    CapsuleReader capsules_;
    std::vector<StreamId> streams_;  // live ones; the transport bounds how many
    net::Instant last_heard_;
    bool closing_ = false;
    net::Instant close_due_ = net::never;  // with the code and reason below
    bool drained_ = false;
    net::CloseInfo::By closed_by_ = net::CloseInfo::By::us;
    std::uint32_t close_code_ = 0;
    std::string close_reason_;
};

/// Decides which handler serves a path; the raw counterpart of net::SessionAcceptor.
class WebTransportAcceptor {
  public:
    virtual ~WebTransportAcceptor() = default;
    /// Server: whether this path exists (404 if not). Origins have been checked before.
    [[nodiscard]] virtual bool serves(const net::SessionRequest& request) const = 0;
    /// The session exists; never null.
    [[nodiscard]] virtual std::unique_ptr<WebTransportHandler> accept(const net::SessionRequest& request,
                                                                      WebTransportSession& session) = 0;
    /// Client: the server answered with another status than 200, or the connection ended before an answer
    /// (0).
    virtual void refused([[maybe_unused]] int status) {}
};

}  // namespace gs::quic
