// How an Endpoint treats packets that belong to no connection: new clients, forged ones, forgotten ones.
#include "server/quic/connection_callbacks.h"
#include "server/quic/endpoint.h"

#include <algorithm>
#include <array>

namespace gs::quic {
namespace {

// A client answers a Retry within a round trip; longer-lived tokens could be collected.
constexpr ngtcp2_duration token_lifetime = 10 * NGTCP2_SECONDS;

// Smallest packet that is answered with a stateless reset, and how much shorter the answer is, so that two
// endpoints that forgot each other do not loop (RFC 9000 section 10.3.3).
constexpr std::size_t reset_request_bytes_min = 43;

// A first packet fills a datagram (RFC 9000 section 14.1); answering smaller ones would amplify.
constexpr std::size_t first_packet_bytes_min = 1200;

constexpr std::uint64_t connection_refused = 0x02;  // RFC 9000 section 20.1
constexpr std::uint64_t invalid_token = 0x0b;

}  // namespace

struct FirstPacket {
    ngtcp2_pkt_hd header = {};
    ngtcp2_cid original_id = {};
    bool retried = false;
};

void Endpoint::read_first(const Path& path, ByteView packet) {
    FirstPacket first;
    const auto* data = reinterpret_cast<const std::uint8_t*>(packet.data());
    if (!credentials_ || ngtcp2_accept(&first.header, data, packet.size()) != 0) {
        ++counters.packets_garbled;
        return;
    }
    first.original_id = first.header.dcid;
    if (draining_) return send_refusal(path, first, connection_refused);
    if (!validate_token(path, first)) return send_refusal(path, first, invalid_token);

    const auto counted = per_address_.find(limit_key(path.remote));
    const std::size_t same_address = counted == per_address_.end() ? 0 : counted->second;
    const bool load = handshakes_ >= options_.handshakes_before_retry ||
                      // Half the limit: a forged address must not use up a real visitor's share.
                      same_address >= options_.connections_per_address_max / 2;
    if (load && !first.retried) return send_retry(path, first);
    if (connections_.size() >= options_.connections_max ||
        same_address >= options_.connections_per_address_max) {
        ++counters.initials_refused_full;
        return send_refusal(path, first, connection_refused);
    }
    accept(path, packet, first);
}

/// False when the client shows a token of ours that does not fit: it has to start anew.
bool Endpoint::validate_token(const Path& path, FirstPacket& first) {
    const ngtcp2_pkt_hd& header = first.header;
    if (header.tokenlen == 0 || header.token[0] != NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2) return true;
    const int result = ngtcp2_crypto_verify_retry_token2(
        &first.original_id, header.token, header.tokenlen, options_.token_key.data(),
        options_.token_key.size(), header.version, path.remote.data(), path.remote.size(), &header.dcid,
        token_lifetime, to_ngtcp2(now));
    first.retried = result == 0;
    if (result == 0) return true;
    ++counters.tokens_invalid;
    first.original_id = header.dcid;
    // One that cannot even be read was not made by this key: like none at all.
    return result == NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN;
}

void Endpoint::accept(const Path& path, ByteView packet, const FirstPacket& first) {
    const auto id = [](const ngtcp2_cid& cid) { return ConnectionId(cid.data, cid.datalen); };
    auto connection = Connection::accept(
        *this, options_.http3,
        {
            .path = path,
            .version = first.header.version,
            .client_id = id(first.header.scid),
            .destination_id = id(first.header.dcid),
            .original_id = id(first.original_id),
            .token = first.retried ? bytes_of(first.header.token, first.header.tokenlen) : ByteView{},
            .retried = first.retried,
            .credentials = credentials_,
        });
    if (!connection) return;
    ++counters.connections_accepted;
    Connection& added = add(std::move(connection));
    by_id_.emplace(id(first.header.dcid), &added);
    added.handshake_counted = true;
    ++handshakes_;
    added.address_key = limit_key(path.remote);
    if (added.address_key != 0) ++per_address_[added.address_key];
    switch (added.read(path, packet)) {
        case Connection::ReadResult::done:
            break;
        case Connection::ReadResult::retry:
            destroy(added);
            send_retry(path, first);
            break;
        case Connection::ReadResult::drop:
            destroy(added);
            break;
    }
}

void Endpoint::send_retry(const Path& path, const FirstPacket& first) {
    ngtcp2_cid retry_id;
    retry_id.datalen = own_connection_id_bytes;
    fill_random(retry_id.data, retry_id.datalen);
    retry_id.data[0] = options_.shard;
    std::array<std::uint8_t, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2> token;
    const ngtcp2_ssize token_size = ngtcp2_crypto_generate_retry_token2(
        token.data(), options_.token_key.data(), options_.token_key.size(), first.header.version,
        path.remote.data(), path.remote.size(), &retry_id, &first.header.dcid, to_ngtcp2(now));
    if (token_size < 0) return;
    const MutableBytes room = writer->begin();
    const ngtcp2_ssize size = ngtcp2_crypto_write_retry(
        reinterpret_cast<std::uint8_t*>(room.data()), room.size(), first.header.version, &first.header.scid,
        &retry_id, &first.header.dcid, token.data(), static_cast<std::size_t>(token_size));
    if (size <= 0) return;
    ++counters.retries_sent;
    answer(path, size);
}

void Endpoint::send_version_negotiation(const Path& path, ByteView packet) {
    if (packet.size() < first_packet_bytes_min || !may_answer_statelessly()) return;
    ngtcp2_version_cid header;
    const auto* data = reinterpret_cast<const std::uint8_t*>(packet.data());
    (void)ngtcp2_pkt_decode_version_cid(&header, data, packet.size(), own_connection_id_bytes);
    std::uint8_t random = 0;
    fill_random(&random, 1);
    const std::uint32_t versions[] = {NGTCP2_PROTO_VER_V1};
    const MutableBytes room = writer->begin();
    const ngtcp2_ssize size = ngtcp2_pkt_write_version_negotiation(
        reinterpret_cast<std::uint8_t*>(room.data()), room.size(), random, header.scid, header.scidlen,
        header.dcid, header.dcidlen, versions, std::size(versions));
    if (size <= 0) return;
    ++counters.version_negotiations_sent;
    answer(path, size);
}

void Endpoint::send_stateless_reset(const Path& path, ByteView packet) {
    ++counters.packets_garbled;
    const auto* data = reinterpret_cast<const std::uint8_t*>(packet.data());
    // A long header here is a Version Negotiation packet, which nobody asked for.
    const bool long_header = (data[0] & 0x80) != 0;
    if (long_header || packet.size() < reset_request_bytes_min || !may_answer_statelessly()) return;
    std::uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN];
    reset_token(ConnectionId(data + 1, own_connection_id_bytes), token);
    std::array<std::uint8_t, 32> random;
    fill_random(random.data(), random.size());
    const MutableBytes room = writer->begin();
    const std::size_t random_size = std::min(random.size(), packet.size() - sizeof token - 1);
    const ngtcp2_ssize size = ngtcp2_pkt_write_stateless_reset(
        reinterpret_cast<std::uint8_t*>(room.data()), room.size(), token, random.data(), random_size);
    if (size <= 0) return;
    ++counters.stateless_resets_sent;
    answer(path, size);
}

void Endpoint::send_refusal(const Path& path, const FirstPacket& first, std::uint64_t code) {
    if (!may_answer_statelessly()) return;
    const MutableBytes room = writer->begin();
    const ngtcp2_ssize size = ngtcp2_crypto_write_connection_close(
        reinterpret_cast<std::uint8_t*>(room.data()), room.size(), first.header.version, &first.header.scid,
        &first.header.dcid, code, nullptr, 0);
    if (size > 0) answer(path, size);
}

void Endpoint::answer(const Path& path, ngtcp2_ssize size) {
    ++counters.packets_sent;
    counters.bytes_sent += static_cast<std::size_t>(size);
    writer->commit(path, static_cast<std::size_t>(size));
}

std::uint64_t Endpoint::limit_key(const net::Address& client) const {
    const bool exempt =
        client.is_loopback() && options_.per_address_limit == net::PerAddressLimit::exempts_loopback;
    return exempt ? 0 : client.limit_key();
}

bool Endpoint::may_answer_statelessly() {
    if (now - stateless_answers_since_ >= std::chrono::seconds(1)) {
        stateless_answers_since_ = now;
        stateless_answers_ = 0;
    }
    return ++stateless_answers_ <= options_.stateless_answers_per_second;
}

}  // namespace gs::quic
