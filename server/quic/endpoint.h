// Endpoint: all QUIC connections of one shard on one UDP port. Finds the connection of a packet, accepts new
// ones (Version Negotiation, Retry under load, limits), answers packets of forgotten ones (stateless reset),
// and runs their timers. No sockets and no clock inside: packets and `now` in, packets out through a
// PacketWriter.
//
// A turn, as the shard's loop makes it: advance(now); any number of read(); timers(); calls on sessions (a
// room's tick); then flush(), which sends what waits and delivers what ended. One thread.
#pragma once

#include "server/quic/connection.h"
#include "server/quic/timer_wheel.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace gs::quic {

struct FirstPacket;

class Endpoint final : private ConnectionHost {
  public:
    using Key = std::array<std::uint8_t, 32>;

    struct Options {
        std::uint8_t shard = 0;
        Key reset_key =
            {};  // for stateless resets; the same after a restart, so that old clients notice at once
        Key token_key = {};  // for Retry tokens
        ConnectionLimits limits = {};
        /// About 48 kB each: half a gigabyte.
        std::size_t connections_max = 10'000;
        /// From one address (an IPv6 /64); a school or a company behind one NAT stays below.
        std::size_t connections_per_address_max = 64;
        net::PerAddressLimit per_address_limit = net::PerAddressLimit::exempts_loopback;
        /// Handshakes under way from which on clients must prove their address first (Retry). A server that
        /// is not being flooded completes a handshake in a round trip, so more than this many means load.
        std::size_t handshakes_before_retry = 200;
        /// Stateless resets and Version Negotiations per second: answers to packets that may be forged.
        std::size_t stateless_answers_per_second = 1000;
        Http3Options http3 = {};
    };

    /// `writer` and what http3 points to outlive the Endpoint. Without credentials it serves nobody and only
    /// connects.
    Endpoint(Options options, std::shared_ptr<const ServerCredentials> credentials, PacketWriter& writer,
             net::Instant now);
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    ~Endpoint() override;

    /// New handshakes use these from now on; nobody is dropped.
    void set_credentials(std::shared_ptr<const ServerCredentials> credentials);

    /// The time of what follows. A clock that stepped back is ignored until it has caught up.
    void advance(net::Instant now);

    /// One UDP payload from the network.
    void read(const Path& path, ByteView packet);

    /// Runs the timers that are due.
    void timers();

    /// Ends the turn: sends what waits, delivers the ends of sessions, destroys finished connections.
    void flush();

    /// When timers() has something to do; `never` when nothing is scheduled.
    [[nodiscard]] net::Instant next_expiry() const { return wheel_.next(); }

    /// Client: dials. The session arrives at options.http3.acceptor; the connection is the Endpoint's. Null
    /// when TLS or QUIC cannot be set up.
    Connection* connect(const Path& path, std::shared_ptr<const ClientCredentials> credentials,
                        const std::string& server_name);
    /// The same with a request of its own: thousands of clients share one Endpoint. `http3`, and so what
    /// owns it, is kept for as long as the connection lives.
    Connection* connect(const Path& path, std::shared_ptr<const ClientCredentials> credentials,
                        const std::string& server_name, std::shared_ptr<const Http3Options> http3);

    /// Refuses new connections and announces the end to all sessions (GOAWAY, DRAIN).
    void drain();
    /// Closes all sessions with an application code.
    void close_sessions(std::uint32_t code, std::string_view reason);
    /// Closes what is left without ceremony.
    void close_all();

    [[nodiscard]] std::size_t connection_count() const { return connections_.size(); }
    [[nodiscard]] std::size_t session_count() const {
        return static_cast<std::size_t>(counters.sessions_accepted - counters.sessions_closed);
    }
    [[nodiscard]] const EndpointCounters& counts() const { return counters; }

  private:
    ConnectionId issue_id(Connection& connection) override;
    void retire_id(const ConnectionId& id) override;
    void reset_token(const ConnectionId& id, std::uint8_t* token) const override;
    void wants_turn(Connection& connection) override;

    void offer_to_all(const Path& path, ByteView packet);
    void read_first(const Path& path, ByteView packet);
    void accept(const Path& path, ByteView packet, const FirstPacket& first);
    [[nodiscard]] bool validate_token(const Path& path, FirstPacket& first);
    void send_retry(const Path& path, const FirstPacket& first);
    void send_version_negotiation(const Path& path, ByteView packet);
    void send_stateless_reset(const Path& path, ByteView packet);
    void send_refusal(const Path& path, const FirstPacket& first, std::uint64_t code);
    [[nodiscard]] bool may_answer_statelessly();
    /// What a client's connections are counted under; 0 for one that is exempt.
    [[nodiscard]] std::uint64_t limit_key(const net::Address& client) const;
    /// What was written into writer->begin() goes out without a connection.
    void answer(const Path& path, ngtcp2_ssize size);
    void schedule(Connection& connection);
    void count_handshake_done(Connection& connection);
    Connection& add(std::unique_ptr<Connection> connection);
    void destroy(Connection& connection);
    void deliver(Connection& connection, const Path& path, ByteView packet);

    Options options_;
    std::shared_ptr<const ServerCredentials> credentials_;
    std::unordered_map<ConnectionId, Connection*, ConnectionIdHash> by_id_;
    std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
    std::unordered_map<std::uint64_t, std::size_t> per_address_;
    TimerWheel wheel_;
    std::vector<Connection*> turn_;      // want a flush
    std::vector<Connection*> flushing_;  // the list that flush() works on
    std::size_t handshakes_ = 0;         // under way, from clients
    std::size_t stateless_answers_ = 0;  // in the second that began at …
    net::Instant stateless_answers_since_;
    net::Instant shared_burst_since_;
    bool draining_ = false;
};

}  // namespace gs::quic
