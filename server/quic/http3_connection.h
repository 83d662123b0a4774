// HTTP/3 on one QUIC connection, as much of it as WebTransport needs (RFC 9114, RFC 9220, RFC 9297,
// draft-ietf-webtrans-http3-02): control streams and SETTINGS, one extended CONNECT, and the sorting of
// streams and datagrams to its session. Other requests get an honest status. Knows QUIC only as
// QuicTransport, so tests and fuzzing drive it without packets. Server and client (bots, tests) in one, told
// apart by Http3Options::role.
#pragma once

#include "server/net/origin_policy.h"
#include "server/quic/counters.h"
#include "server/quic/field_section.h"
#include "server/quic/http3_frames.h"
#include "server/quic/quic_transport.h"
#include "server/quic/webtransport_session.h"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace gs::quic {

struct Http3Options {
    Role role = Role::server;
    WebTransportAcceptor* acceptor = nullptr;
    const net::OriginPolicy* origins = nullptr;  // server

    // Client: what to ask for.
    std::string authority = {};
    std::string path = {};
    std::string origin = {};

    /// A connection without a session ends after this: nobody opens one to look at it.
    net::Duration request_timeout = std::chrono::seconds(10);
    /// After a session's end the peer has this long to read the close before the connection goes.
    net::Duration linger = std::chrono::seconds(1);
};

class Http3Connection {
  public:
    /// All references outlive the connection.
    Http3Connection(QuicTransport& transport, EndpointCounters& counters, const Http3Options& options);

    // Events from the QUIC connection.
    void on_established();
    void on_stream_data(StreamId stream, ByteView bytes, Fin fin);
    void on_stream_reset(StreamId stream, std::uint64_t code);
    void on_stop_sending(StreamId stream);
    void on_stream_writable(StreamId stream);
    void on_stream_closed(StreamId stream);
    /// The peer allows more unidirectional streams of ours than before.
    void on_streams_allowed();
    void on_datagram(ByteView payload);
    /// Nothing can be sent any more; a live session ends with this.
    void on_connection_ended(net::CloseInfo::By by, std::uint32_t code);

    /// Delivers what may not be delivered from inside an event. Once per turn.
    void settle();

    /// Ends what has been silent or unused for too long; to be called at deadline().
    void on_deadline();
    [[nodiscard]] net::Instant deadline() const;

    /// GOAWAY and DRAIN: no further request is served.
    void drain();

    [[nodiscard]] WebTransportSession* session() { return session_.get(); }

  private:
    enum class Kind : std::uint8_t {
        unknown,  // a unidirectional stream whose type is not complete
        control,
        qpack,              // either of the two; without dynamic table nothing on them matters
        webtransport_head,  // a WebTransport stream whose session id is not complete
        webtransport,
        early,    // client: a WebTransport stream that has overtaken the answer to our request
        request,  // a bidirectional stream before or after its HEADERS
        connect,  // the CONNECT stream of the session
        ignored,
    };
    struct Stream {
        Kind kind = Kind::unknown;
        VarintReader varint;
        FrameReader frames;
        std::vector<std::byte> gathered;  // the payload of a HEADERS or SETTINGS frame, or of an early stream
        bool headers_done = false;
        Fin early_fin = Fin::no;
        bool early_closed = false;  // by QUIC, while its bytes wait here
    };

    void read_unidirectional_head(StreamId id, Stream& stream, ByteView& bytes);
    void take_type(StreamId id, Stream& stream, std::uint64_t type);
    void read_control(StreamId id, Stream& stream, ByteView bytes);
    [[nodiscard]] std::uint64_t on_control_frame(Stream& stream);
    void read_request(StreamId id, Stream& stream, ByteView bytes, Fin fin);
    void on_request_end(StreamId id, Stream& stream);
    [[nodiscard]] bool begin_request_frame(StreamId id, Stream& stream);
    void on_headers(StreamId id, Stream& stream);
    void on_request(StreamId id, Stream& stream);
    void on_response(StreamId id, Stream& stream);
    void respond(StreamId id, int status);
    void start_session(StreamId id, Stream& stream, const net::SessionRequest& request);
    void pass_to_session(StreamId id, ByteView bytes, Fin fin);
    [[nodiscard]] bool may_come_early(std::uint64_t session) const;
    void release_early_streams();
    void refuse_stream(StreamId id, Stream& stream, std::uint64_t code);
    void finish();
    void fail(std::uint64_t code, std::string_view reason);

    QuicTransport& transport_;
    EndpointCounters& counters_;
    const Http3Options& options_;
    std::unordered_map<std::int64_t, Stream> streams_;
    StreamId request_out_ = StreamId::none;  // client: our CONNECT
    std::size_t early_streams_ = 0;
    StreamId control_out_ = StreamId::none;
    bool control_seen_ = false;
    bool settings_seen_ = false;
    std::uint8_t qpack_seen_ = 0;  // bit per stream type
    bool over_ = false;            // the connection is closing: nothing of the peer is looked at any more
    bool draining_ = false;
    bool session_over_ = false;
    bool refused_owed_ = false;
    std::int64_t newest_request_ = -4;
    PeerSettings peer_settings_;
    std::unique_ptr<WebTransportSession> session_;
    net::Instant deadline_ = net::never;  // for a request, or for the end after a session
};

}  // namespace gs::quic
