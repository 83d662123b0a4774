// Connection: one QUIC connection (ngtcp2) with its HTTP/3 layer on top. Made, fed with packets and timers,
// and finally destroyed by an Endpoint, on its thread. It makes packets straight into the PacketWriter. Not
// its job: sockets, clocks, choosing connections for packets (endpoint.h), what streams mean
// (http3_connection.h).
#pragma once

#include "server/quic/connection_id.h"
#include "server/quic/counters.h"
#include "server/quic/http3_connection.h"
#include "server/quic/packet_writer.h"
#include "server/quic/quic_transport.h"
#include "server/quic/send_buffer.h"
#include "server/quic/timer_wheel.h"
#include "server/quic/tls.h"

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace gs::quic {

class Connection;

/// What a connection may use and hold; every number bounds something a peer could make grow.
struct ConnectionLimits {
    net::Duration handshake_timeout = std::chrono::seconds(10);
    /// QUIC's own idle limit; browsers use 30 s as well.
    net::Duration idle_timeout = std::chrono::seconds(30);
    /// Pings an otherwise idle peer, because Chromium does not; also keeps NAT bindings open (RFC 4787: 2
    /// min).
    net::Duration keep_alive = std::chrono::seconds(12);
    /// Receive windows: what a peer may have in flight to us, and so what reordering can make us hold.
    std::uint64_t connection_window_bytes = 768 * 1024;
    std::uint64_t stream_window_bytes = 256 * 1024;
    /// CONNECT, `sure`, and some for transfers; browsers need at least 2 and 3 (facts of both).
    std::uint64_t bidirectional_streams = 16;
    std::uint64_t unidirectional_streams = 16;
    /// Packets with content after which an ACK is due at once (RFC 9000 section 13.2.2).
    std::size_t acknowledge_every = 2;
    /// Stream bytes per flush: at 1 ms between flushes 25 MB/s, while a burst stays below a switch's buffer.
    std::size_t burst_bytes = 24 * 1024;
    /// The same for all connections together, per millisecond: 2 Gbit/s, what a network card's queue takes.
    std::size_t shared_burst_bytes = 256 * 1024;
};

/// What the connections of one endpoint share. Owned by the Endpoint, outlives its connections.
class ConnectionHost {
  public:
    virtual ~ConnectionHost() = default;

    /// Packets for `id` belong to `connection` from now on; a fresh id with the shard's byte.
    [[nodiscard]] virtual ConnectionId issue_id(Connection& connection) = 0;
    virtual void retire_id(const ConnectionId& id) = 0;
    virtual void reset_token(const ConnectionId& id, std::uint8_t* token) const = 0;
    /// The connection wants flush() and a look at its timer before the turn ends.
    virtual void wants_turn(Connection& connection) = 0;

    PacketWriter* writer = nullptr;
    EndpointCounters counters;
    ConnectionLimits limits;
    net::Instant now = {};
    std::size_t shared_burst_left = 0;
    /// Datagrams that handlers send while a packet is being read; they go when it has been (never across
    /// packets).
    std::vector<std::byte> deferred_datagrams;
};

class Connection final : public QuicTransport, public TimerNode {
  public:
    struct ServerStart {
        Path path;
        std::uint32_t version;
        ConnectionId client_id;       // source id of the client's Initial
        ConnectionId destination_id;  // its destination id: the client's choice, or ours after a Retry
        ConnectionId original_id;     // the client's first choice
        ByteView token;               // of a validated Retry, else empty
        bool retried;
        std::shared_ptr<const ServerCredentials> credentials;
    };
    struct ClientStart {
        Path path;
        std::shared_ptr<const ClientCredentials> credentials;
        std::string server_name;
    };

    /// Null when TLS or ngtcp2 cannot be set up (out of memory).
    [[nodiscard]] static std::unique_ptr<Connection> accept(ConnectionHost& host, const Http3Options& http3,
                                                            const ServerStart& start);
    [[nodiscard]] static std::unique_ptr<Connection> connect(ConnectionHost& host,
                                                             std::shared_ptr<const Http3Options> http3,
                                                             const ClientStart& start);
    ~Connection() override;

    enum class ReadResult : std::uint8_t { done, drop, retry };
    /// One UDP payload from the network. `drop` and `retry` are answers to a first packet only: forget the
    /// connection, silently or with a Retry.
    [[nodiscard]] ReadResult read(const Path& path, ByteView packet);

    /// Sends what waits: the held datagram, stream bytes within the burst, control frames.
    void flush();

    /// Its time in the wheel has come; handles what is due and wants a turn if there is something to send.
    void on_timer();

    /// Delivers ends of sessions, frees what the handshake needed. Called once per turn, outside all events.
    void settle();

    /// When on_timer() should be called; `never` only when over.
    [[nodiscard]] net::Instant next_expiry() const;

    /// Over and silent: the Endpoint destroys it.
    [[nodiscard]] bool finished() const { return state_ == State::finished; }
    [[nodiscard]] bool handshake_completed() const { return ever_established_; }

    /// Announces the end (GOAWAY, DRAIN) without ending anything.
    void drain();

    /// Starts a key update (RFC 9001 section 6); false while one is under way.
    bool update_keys();

    Http3Connection& http3() { return http3_; }
    [[nodiscard]] const Path& path() const { return path_; }

    // QuicTransport
    std::expected<StreamId, net::SendRefusal> open_stream(Direction direction) override;
    void set_priority(StreamId stream, Priority priority) override;
    void write(StreamId stream, ByteView bytes, Fin fin) override;
    void write(StreamId stream, net::SharedBytes bytes, Fin fin) override;
    [[nodiscard]] std::size_t queued_bytes(StreamId stream) const override;
    void reset_stream(StreamId stream, std::uint64_t h3_code) override;
    void stop_sending(StreamId stream, std::uint64_t h3_code) override;
    void consumed(StreamId stream, std::size_t bytes) override;
    net::DatagramResult send_datagram(std::span<const ByteView> parts) override;
    [[nodiscard]] const DatagramCounts& datagram_counts() const override { return datagram_counts_; }
    void close(std::uint64_t h3_code, std::string_view reason) override;
    [[nodiscard]] const net::Address& peer() const override { return path_.remote; }
    [[nodiscard]] net::Duration rtt() const override;
    [[nodiscard]] net::Instant now() const override { return host_.now; }

    // The Endpoint's notes about it.
    bool has_turn = false;           // in the list for this turn
    bool handshake_counted = false;  // among the handshakes under way
    std::uint64_t address_key = 0;   // counted under this address; 0 when exempt

  private:
    enum class State : std::uint8_t { handshaking, established, closing, draining, finished };

    struct Stream {
        StreamId id = StreamId::none;
        SendBuffer out;
        Priority priority = Priority::normal;
        bool fin_queued = false;
        bool reset = false;    // by us or, after STOP_SENDING, by ngtcp2: nothing of it goes any more
        bool ready = false;    // in ready_
        bool blocked = false;  // by flow control
        bool writable_owed = false;
    };

    friend struct Callbacks;

    Connection(ConnectionHost& host, const Http3Options& http3, const Path& path);
    bool start_tls(TlsSession session);
    [[nodiscard]] ngtcp2_settings settings() const;
    [[nodiscard]] ngtcp2_transport_params transport_params() const;

    Stream* find(StreamId id);
    const Stream* find(StreamId id) const;
    void make_ready(Stream& stream);
    Stream* next_ready();
    void remove_ready(Stream& stream);
    void queue_fin_and_wake(Stream& stream, Fin fin);

    net::DatagramResult write_datagram(std::span<const ByteView> parts);
    void hold(std::span<const ByteView> parts);
    void count_replaced();
    void defer(std::span<const ByteView> parts);
    void send_deferred();
    void send_held();
    void write_packets();
    [[nodiscard]] ngtcp2_ssize write_one(MutableBytes room, Path& path, Stream* stream,
                                         std::size_t& stream_bytes);
    void commit(const Path& path, std::size_t size);

    void on_error(int code);
    void start_closing();
    void end(net::CloseInfo::By by, std::uint64_t code);
    void repeat_close();
    void on_handshake_completed();
    [[nodiscard]] bool riding() const;
    void wants_write();

    ConnectionHost& host_;
    ngtcp2_conn* conn_ = nullptr;
    ngtcp2_crypto_conn_ref conn_ref_ = {};
    TlsSession tls_;
    Role role_;
    State state_ = State::handshaking;
    bool ever_established_ = false;
    bool tls_needed_ = true;
    bool in_callback_ = false;  // ngtcp2 may not be asked to write now
    bool write_due_ = true;     // something may have to go that does not ride along with a datagram
    bool control_due_ = false;  // flow credit or the like should not wait for the next datagram
    bool drain_due_ = false;
    bool burst_spent_ = false;  // more could be sent than one flush may
    bool any_blocked_ = false;  // some stream waits for flow control
    ngtcp2_ccerr error_ = {};
    std::string error_reason_;
    Path path_;
    std::shared_ptr<const Http3Options> own_http3_;  // a client's; http3_ refers to it
    Http3Connection http3_;
    std::unordered_map<std::int64_t, Stream> streams_;
    std::vector<StreamId> ready_[priority_count];
    std::vector<std::byte> held_datagram_;
    bool has_held_ = false;
    DatagramCounts datagram_counts_;
    net::Instant last_datagram_sent_ = {};
    std::vector<ConnectionId> client_chosen_ids_;
    std::vector<StreamId> stopped_;   // scratch of write_packets()
    std::vector<StreamId> writable_;  // scratch of write_packets()
    std::vector<std::byte> close_packet_;
    std::uint32_t packets_while_closing_ = 0;
    net::Instant ends_at_ = net::never;
};

}  // namespace gs::quic
