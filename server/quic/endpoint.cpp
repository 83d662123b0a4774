#include "server/quic/endpoint.h"

#include "core/base/assert.h"
#include "server/quic/connection_callbacks.h"
#include "server/quic/wire_ids.h"

#include <algorithm>
#include <utility>

namespace gs::quic {
namespace {

ConnectionIdHash random_hash() {
    ConnectionIdHash hash;
    fill_random(reinterpret_cast<std::uint8_t*>(&hash.key), sizeof hash.key);
    return hash;
}

// Sessions that write again in their events get another round; what is left after these waits for the next
// turn.
constexpr int flush_rounds_max = 3;

}  // namespace

Endpoint::Endpoint(Options options, std::shared_ptr<const ServerCredentials> credentials,
                   PacketWriter& packet_writer, net::Instant start)
    : options_(std::move(options)),
      credentials_(std::move(credentials)),
      by_id_(16, random_hash()),
      wheel_(start),
      stateless_answers_since_(start) {
    writer = &packet_writer;
    limits = options_.limits;
    now = start;
    shared_burst_since_ = start;
    shared_burst_left = limits.shared_burst_bytes;
    GS_ASSERT(options_.http3.acceptor != nullptr || !credentials_, "somebody accepts sessions");
}

Endpoint::~Endpoint() {
    // Connections take their ids out of by_id_ when they go.
    connections_.clear();
}

void Endpoint::set_credentials(std::shared_ptr<const ServerCredentials> credentials) {
    credentials_ = std::move(credentials);
}

void Endpoint::advance(net::Instant at) {
    now = std::max(now, at);
    if (now - shared_burst_since_ >= std::chrono::milliseconds(1)) {
        shared_burst_since_ = now;
        shared_burst_left = limits.shared_burst_bytes;
    }
}

void Endpoint::read(const Path& path, ByteView packet) {
    ++counters.packets_received;
    counters.bytes_received += packet.size();
    // ngtcp2 asserts that there is something to read.
    if (packet.empty()) {
        ++counters.packets_garbled;
        return;
    }
    ngtcp2_version_cid header;
    const auto* data = reinterpret_cast<const std::uint8_t*>(packet.data());
    const int result = ngtcp2_pkt_decode_version_cid(&header, data, packet.size(), own_connection_id_bytes);
    if (result == NGTCP2_ERR_VERSION_NEGOTIATION) return send_version_negotiation(path, packet);
    if (result != 0 || header.dcidlen > ConnectionId::bytes_max) {
        ++counters.packets_garbled;
        return;
    }
    const auto found = by_id_.find(ConnectionId(header.dcid, header.dcidlen));
    if (found != by_id_.end()) {
        deliver(*found->second, path, packet);
    } else if (header.version != 0) {
        read_first(path, packet);
    } else if (credentials_) {
        send_stateless_reset(path, packet);
    } else {
        offer_to_all(path, packet);
    }
}

/// A stateless reset for a client names no connection; only the connection itself knows its token.
void Endpoint::offer_to_all(const Path& path, ByteView packet) {
    for (auto& [connection, owned] : connections_) {
        if (connection->path() == path) (void)connection->read(path, packet);
    }
}

void Endpoint::deliver(Connection& connection, const Path& path, ByteView packet) {
    // Only a first packet is answered with `drop` or `retry`, and accept() deals with that one.
    if (connection.read(path, packet) != Connection::ReadResult::done) destroy(connection);
}

void Endpoint::timers() {
    while (TimerNode* node = wheel_.take_due(now)) {
        auto& connection = static_cast<Connection&>(*node);
        connection.on_timer();
        if (!connection.has_turn) schedule(connection);
    }
}

void Endpoint::schedule(Connection& connection) {
    // One that comes up within milliseconds anyway need not be asked.
    if (connection.at() <= now + std::chrono::milliseconds(2)) return;
    const net::Instant at = connection.next_expiry();
    if (at < connection.at()) wheel_.schedule(connection, at);
}

void Endpoint::flush() {
    for (int round = 0; round < flush_rounds_max && !turn_.empty(); ++round) {
        std::swap(turn_, flushing_);
        for (Connection* connection : flushing_) {
            connection->has_turn = false;
            connection->flush();
        }
        for (Connection* connection : flushing_) {
            connection->settle();
            if (connection->handshake_completed()) count_handshake_done(*connection);
            if (!connection->finished()) schedule(*connection);
        }
        for (Connection* connection : flushing_) {
            if (connection->finished()) destroy(*connection);
        }
        flushing_.clear();
    }
    for (Connection* connection : turn_)
        wheel_.schedule(*connection, now);
}

Connection* Endpoint::connect(const Path& path, std::shared_ptr<const ClientCredentials> credentials,
                              const std::string& server_name) {
    GS_ASSERT(options_.http3.acceptor != nullptr, "somebody accepts sessions");
    // The options live as long as the Endpoint, and so longer than its connections.
    return connect(path, std::move(credentials), server_name,
                   std::shared_ptr<const Http3Options>(std::shared_ptr<void>(), &options_.http3));
}

Connection* Endpoint::connect(const Path& path, std::shared_ptr<const ClientCredentials> credentials,
                              const std::string& server_name, std::shared_ptr<const Http3Options> http3) {
    auto connection = Connection::connect(
        *this, std::move(http3),
        {.path = path, .credentials = std::move(credentials), .server_name = server_name});
    if (!connection) return nullptr;
    Connection& added = add(std::move(connection));
    wants_turn(added);
    return &added;
}

void Endpoint::drain() {
    draining_ = true;
    for (auto& [connection, owned] : connections_)
        connection->drain();
}

void Endpoint::close_sessions(std::uint32_t code, std::string_view reason) {
    for (auto& [connection, owned] : connections_) {
        if (WebTransportSession* session = connection->http3().session()) session->close(code, reason);
    }
}

void Endpoint::close_all() {
    for (auto& [connection, owned] : connections_)
        connection->close(h3_error::no_error, "");
}

// For connections

ConnectionId Endpoint::issue_id(Connection& connection) {
    ConnectionId id;
    id.size = own_connection_id_bytes;
    do {
        fill_random(id.bytes.data(), own_connection_id_bytes);
        id.bytes[0] = options_.shard;
    } while (!by_id_.emplace(id, &connection).second);
    return id;
}

void Endpoint::retire_id(const ConnectionId& id) { by_id_.erase(id); }

void Endpoint::reset_token(const ConnectionId& id, std::uint8_t* token) const {
    const ngtcp2_cid cid = to_ngtcp2(id);
    const int result = ngtcp2_crypto_generate_stateless_reset_token(token, options_.reset_key.data(),
                                                                    options_.reset_key.size(), &cid);
    GS_ASSERT(result == 0, "HKDF works");
}

void Endpoint::wants_turn(Connection& connection) {
    if (connection.has_turn) return;
    connection.has_turn = true;
    turn_.push_back(&connection);
}

Connection& Endpoint::add(std::unique_ptr<Connection> connection) {
    Connection& added = *connection;
    connections_.emplace(&added, std::move(connection));
    return added;
}

void Endpoint::count_handshake_done(Connection& connection) {
    if (!std::exchange(connection.handshake_counted, false)) return;
    --handshakes_;
}

void Endpoint::destroy(Connection& connection) {
    count_handshake_done(connection);
    if (connection.has_turn) std::erase(turn_, &connection);
    const auto counted = per_address_.find(connection.address_key);
    if (connection.address_key != 0 && counted != per_address_.end() && --counted->second == 0) {
        per_address_.erase(counted);
    }
    ++counters.connections_closed;
    connections_.erase(&connection);
}

}  // namespace gs::quic
