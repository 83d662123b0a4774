#include "server/quic/connection.h"

#include "core/base/assert.h"
#include "server/quic/connection_callbacks.h"
#include "server/quic/wire_ids.h"

#include <gnutls/gnutls.h>

#include <algorithm>
#include <utility>

namespace gs::quic {
namespace {

/// While datagrams go out on a tick, everything else of the connection rides along with them:
/// acknowledgements, flow credit, even probes, because every datagram is answered and so shows what was lost.
/// This long after the last one the connection is on its own again. A live spectator gets one every 67 ms,
/// and a packet of its own for each acknowledgement would be a quarter of what it is sent. The peer is told
/// (max_ack_delay) that an acknowledgement may take as long.
constexpr net::Duration riding_time = std::chrono::milliseconds(80);

}  // namespace

Connection::Connection(ConnectionHost& host, const Http3Options& http3, const Path& path)
    : host_(host), role_(http3.role), path_(path), http3_(*this, host.counters, http3) {
    ngtcp2_ccerr_default(&error_);
}

Connection::~Connection() {
    for (const ConnectionId& id : client_chosen_ids_)
        host_.retire_id(id);
    if (conn_ == nullptr) return;
    std::vector<ngtcp2_cid> ids(ngtcp2_conn_get_scid(conn_, nullptr));
    ngtcp2_conn_get_scid(conn_, ids.data());
    for (const ngtcp2_cid& id : ids)
        host_.retire_id(ConnectionId(id.data, id.datalen));
    ngtcp2_conn_del(conn_);
}

ngtcp2_settings Connection::settings() const {
    ngtcp2_settings settings;
    ngtcp2_settings_default(&settings);
    settings.initial_ts = to_ngtcp2(host_.now);
    settings.handshake_timeout = static_cast<ngtcp2_duration>(host_.limits.handshake_timeout.count());
    settings.max_tx_udp_payload_size = packet_bytes_max;
    // Only an acknowledgement that is due rides along with the answer to what it acknowledges, and a server
    // answers most of what it gets.
    settings.ack_thresh = role_ == Role::server ? 1 : host_.limits.acknowledge_every;
    return settings;
}

ngtcp2_transport_params Connection::transport_params() const {
    const ConnectionLimits& limits = host_.limits;
    ngtcp2_transport_params params;
    ngtcp2_transport_params_default(&params);
    params.initial_max_data = limits.connection_window_bytes;
    params.initial_max_stream_data_bidi_local = limits.stream_window_bytes;
    params.initial_max_stream_data_bidi_remote = limits.stream_window_bytes;
    params.initial_max_stream_data_uni = limits.stream_window_bytes;
    params.initial_max_streams_bidi = limits.bidirectional_streams;
    params.initial_max_streams_uni = limits.unidirectional_streams;
    params.max_idle_timeout = static_cast<ngtcp2_duration>(limits.idle_timeout.count());
    params.max_ack_delay = static_cast<ngtcp2_duration>(riding_time.count());
    params.max_datagram_frame_size = 65535;
    // Enough for a client that moves between networks; each costs an entry in the Endpoint's table.
    params.active_connection_id_limit = 4;
    return params;
}

bool Connection::start_tls(TlsSession session) {
    tls_ = std::move(session);
    conn_ref_ = {
        .get_conn =
            [](ngtcp2_crypto_conn_ref* ref) { return static_cast<Connection*>(ref->user_data)->conn_; },
        .user_data = this};
    gnutls_session_set_ptr(tls_.native(), &conn_ref_);
    ngtcp2_conn_set_tls_native_handle(conn_, tls_.native());
    ngtcp2_conn_set_keep_alive_timeout(conn_, static_cast<ngtcp2_duration>(host_.limits.keep_alive.count()));
    return true;
}

std::unique_ptr<Connection> Connection::accept(ConnectionHost& host, const Http3Options& http3,
                                               const ServerStart& start) {
    auto tls = TlsSession::server(start.credentials);
    if (!tls) return nullptr;
    std::unique_ptr<Connection> connection(new Connection(host, http3, start.path));
    ngtcp2_settings settings = connection->settings();
    settings.token = reinterpret_cast<const std::uint8_t*>(start.token.data());
    settings.tokenlen = start.token.size();
    settings.token_type = start.retried ? NGTCP2_TOKEN_TYPE_RETRY : NGTCP2_TOKEN_TYPE_UNKNOWN;
    ngtcp2_transport_params params = connection->transport_params();
    params.original_dcid = to_ngtcp2(start.original_id);
    params.original_dcid_present = 1;
    if (start.retried) {
        params.retry_scid = to_ngtcp2(start.destination_id);
        params.retry_scid_present = 1;
    }
    const ConnectionId own = host.issue_id(*connection);
    host.reset_token(own, params.stateless_reset_token);
    params.stateless_reset_token_present = 1;
    const ngtcp2_cid peer_id = to_ngtcp2(start.client_id);
    const ngtcp2_cid own_id = to_ngtcp2(own);
    const ngtcp2_path path = to_ngtcp2(connection->path_);
    if (ngtcp2_conn_server_new(&connection->conn_, &peer_id, &own_id, &path, start.version,
                               &server_callbacks(), &settings, &params, nullptr, connection.get()) != 0) {
        host.retire_id(own);
        return nullptr;
    }
    // Until the client knows our id it uses its own choice, and repeats of its first packet do so for longer.
    connection->client_chosen_ids_.push_back(start.destination_id);
    connection->start_tls(std::move(*tls));
    return connection;
}

std::unique_ptr<Connection> Connection::connect(ConnectionHost& host,
                                                std::shared_ptr<const Http3Options> http3,
                                                const ClientStart& start) {
    auto tls = TlsSession::client(start.credentials, start.server_name);
    if (!tls) return nullptr;
    std::unique_ptr<Connection> connection(new Connection(host, *http3, start.path));
    connection->own_http3_ = std::move(http3);
    const ngtcp2_settings settings = connection->settings();
    const ngtcp2_transport_params params = connection->transport_params();
    const ConnectionId own = host.issue_id(*connection);
    ngtcp2_cid own_id = to_ngtcp2(own);
    ngtcp2_cid first_destination;
    first_destination.datalen = NGTCP2_MAX_CIDLEN - 2;
    fill_random(first_destination.data, first_destination.datalen);
    const ngtcp2_path path = to_ngtcp2(connection->path_);
    if (ngtcp2_conn_client_new(&connection->conn_, &first_destination, &own_id, &path, NGTCP2_PROTO_VER_V1,
                               &client_callbacks(), &settings, &params, nullptr, connection.get()) != 0) {
        host.retire_id(own);
        return nullptr;
    }
    connection->start_tls(std::move(*tls));
    return connection;
}

Connection::ReadResult Connection::read(const Path& path, ByteView packet) {
    if (state_ == State::closing) repeat_close();
    if (state_ == State::closing || state_ == State::draining || state_ == State::finished)
        return ReadResult::done;
    Path copy = path;
    const ngtcp2_path native = to_ngtcp2(copy);
    const ngtcp2_pkt_info info{};
    in_callback_ = true;
    const int result =
        ngtcp2_conn_read_pkt(conn_, &native, &info, reinterpret_cast<const std::uint8_t*>(packet.data()),
                             packet.size(), to_ngtcp2(host_.now));
    in_callback_ = false;
    if (result == NGTCP2_ERR_RETRY) return ReadResult::retry;
    if (result == NGTCP2_ERR_DROP_CONN) return ReadResult::drop;
    if (result != 0) {
        host_.deferred_datagrams.clear();
        on_error(result);
        return ReadResult::done;
    }
    if (std::exchange(any_blocked_, false)) {
        // New credit may have come, for one stream or for all.
        for (auto& [id, stream] : streams_)
            stream.blocked = false;
    }
    if (!host_.deferred_datagrams.empty()) send_deferred();
    const bool streams = std::ranges::any_of(ready_, [](auto& level) { return !level.empty(); });
    const bool waiting = has_held_ || control_due_ || streams;
    if (state_ != State::established || waiting || tls_needed_ || !riding()) wants_write();
    return ReadResult::done;
}

void Connection::wants_write() {
    write_due_ = true;
    host_.wants_turn(*this);
}

bool Connection::riding() const { return host_.now - last_datagram_sent_ < riding_time; }

void Connection::on_handshake_completed() {
    state_ = State::established;
    ever_established_ = true;
    ++host_.counters.handshakes_completed;
    if (role_ == Role::client && !tls_.peer_is_trusted()) {
        ngtcp2_ccerr_set_tls_alert(&error_, 42 /* bad_certificate, RFC 8446 section 6 */, nullptr, 0);
        close(h3_error::no_error, "certificate not trusted");
        return;
    }
    http3_.on_established();
    wants_write();
}

void Connection::on_timer() {
    if (state_ == State::finished) return;
    if (host_.now >= ends_at_) {
        state_ = State::finished;
        return host_.wants_turn(*this);
    }
    if (state_ == State::closing || state_ == State::draining) return;
    // What is due rides along with the next datagram; what no datagram took along in time goes now.
    const net::Duration grace = riding() ? riding_time : net::Duration(0);
    if (ngtcp2_conn_get_expiry(conn_) <= to_ngtcp2(host_.now - grace)) {
        const int result = ngtcp2_conn_handle_expiry(conn_, to_ngtcp2(host_.now));
        if (result != 0) return on_error(result);
        wants_write();
    }
    if (http3_.deadline() <= host_.now) {
        http3_.on_deadline();
        host_.wants_turn(*this);
    }
    if (burst_spent_) wants_write();
}

void Connection::settle() {
    if (ever_established_ && tls_needed_) {
        // Nothing is left for TLS to do: no tickets, no client certificates (Callbacks::recv_crypto_data
        // guards).
        tls_needed_ = false;
        ngtcp2_conn_set_tls_native_handle(conn_, nullptr);
        tls_.release();
    }
    if (drain_due_) {
        drain_due_ = false;
        http3_.drain();
    }
    http3_.settle();
}

net::Instant Connection::next_expiry() const {
    if (state_ == State::finished) return host_.now;
    if (state_ == State::closing || state_ == State::draining) return ends_at_;
    const ngtcp2_tstamp expiry = ngtcp2_conn_get_expiry(conn_);
    net::Instant at = expiry == UINT64_MAX ? net::never : from_ngtcp2(expiry);
    if (riding()) at = std::max(at, last_datagram_sent_ + riding_time);
    if (burst_spent_) at = std::min(at, host_.now + std::chrono::milliseconds(1));
    return std::min(at, http3_.deadline());
}

void Connection::drain() {
    drain_due_ = true;
    host_.wants_turn(*this);
}

bool Connection::update_keys() {
    return !in_callback_ && ngtcp2_conn_initiate_key_update(conn_, to_ngtcp2(host_.now)) == 0;
}

void Connection::on_error(int code) {
    switch (code) {
        case NGTCP2_ERR_DRAINING: {
            const ngtcp2_ccerr* theirs = ngtcp2_conn_get_ccerr(conn_);
            state_ = State::draining;
            end(net::CloseInfo::By::peer, theirs->error_code);
            return;
        }
        case NGTCP2_ERR_IDLE_CLOSE:
        case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
            if (!ever_established_) ++host_.counters.handshakes_failed;
            state_ = State::finished;
            end(net::CloseInfo::By::timeout, 0);
            return;
        case NGTCP2_ERR_CRYPTO:
            ngtcp2_ccerr_set_tls_alert(&error_, ngtcp2_conn_get_tls_alert(conn_), nullptr, 0);
            break;
        default:
            if (error_.error_code == 0) ngtcp2_ccerr_set_liberr(&error_, code, nullptr, 0);
            break;
    }
    if (!ever_established_) ++host_.counters.handshakes_failed;
    ++host_.counters.protocol_errors;
    start_closing();
}

void Connection::close(std::uint64_t h3_code, std::string_view reason) {
    if (state_ == State::closing || state_ == State::draining || state_ == State::finished) return;
    if (error_.error_code == 0) {
        error_reason_.assign(reason);
        ngtcp2_ccerr_set_application_error(&error_, h3_code,
                                           reinterpret_cast<const std::uint8_t*>(error_reason_.data()),
                                           error_reason_.size());
    }
    state_ = State::closing;  // the packet is written by flush(), outside of ngtcp2's callbacks
    host_.wants_turn(*this);
}

void Connection::start_closing() {
    state_ = State::closing;
    host_.wants_turn(*this);
}

/// Nothing goes out any more; tells the layers above and keeps the ids until late packets have died out.
void Connection::end(net::CloseInfo::By by, std::uint64_t code) {
    // RFC 9000 section 10.2: three times the probe timeout.
    const auto wait = net::Duration(static_cast<std::int64_t>(3 * ngtcp2_conn_get_pto(conn_)));
    if (ends_at_ == net::never) ends_at_ = host_.now + std::min<net::Duration>(wait, std::chrono::seconds(3));
    has_held_ = false;
    for (auto& level : ready_)
        level.clear();
    const bool clean = code == h3_error::no_error || code == 0;
    http3_.on_connection_ended(
        clean || by == net::CloseInfo::By::timeout ? by : net::CloseInfo::By::transport_error, 0);
    host_.wants_turn(*this);
}

void Connection::repeat_close() {
    // Every power of two, so that two confused peers do not keep each other busy (RFC 9000 section 10.2.1).
    ++packets_while_closing_;
    const bool power_of_two = (packets_while_closing_ & (packets_while_closing_ - 1)) == 0;
    if (close_packet_.empty() || !power_of_two) return;
    MutableBytes room = host_.writer->begin();
    std::ranges::copy(close_packet_, room.begin());
    commit(path_, close_packet_.size());
}

net::Duration Connection::rtt() const {
    if (!ever_established_) return {};
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info(conn_, &info);
    return net::Duration(static_cast<std::int64_t>(info.smoothed_rtt));
}

}  // namespace gs::quic
