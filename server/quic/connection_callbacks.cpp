#include "server/quic/connection_callbacks.h"

#include "server/quic/connection.h"

namespace gs::quic {

/// ngtcp2's callbacks; a friend of Connection so that these stay out of its interface.
struct Callbacks {
    static Connection& of(void* user_data) { return *static_cast<Connection*>(user_data); }

    static int recv_crypto_data(ngtcp2_conn* conn, ngtcp2_encryption_level level, std::uint64_t offset,
                                const std::uint8_t* data, std::size_t size, void* user_data) {
        const Connection& connection = of(user_data);
        if (connection.tls_.native() != nullptr) {
            return ngtcp2_crypto_recv_crypto_data_cb(conn, level, offset, data, size, user_data);
        }
        // TLS has been freed. Servers may send tickets at any time and we want none; clients have nothing to
        // say.
        if (connection.role_ == Role::client) return 0;
        ngtcp2_conn_set_tls_alert(conn, 10 /* unexpected_message, RFC 8446 section 6 */);
        return NGTCP2_ERR_CRYPTO;
    }

    static int handshake_completed(ngtcp2_conn*, void* user_data) {
        of(user_data).on_handshake_completed();
        return 0;
    }

    static int recv_stream_data(ngtcp2_conn*, std::uint32_t flags, std::int64_t id, std::uint64_t,
                                const std::uint8_t* data, std::size_t size, void* user_data, void*) {
        const Fin fin = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) ? Fin::yes : Fin::no;
        Connection& connection = of(user_data);
        connection.http3_.on_stream_data(StreamId{id}, bytes_of(data, size), fin);
        return 0;
    }

    static int acked_stream_data(ngtcp2_conn*, std::int64_t id, std::uint64_t offset, std::uint64_t size,
                                 void* user_data, void*) {
        Connection& connection = of(user_data);
        if (Connection::Stream* stream = connection.find(StreamId{id}))
            stream->out.acknowledged(offset + size);
        return 0;
    }

    static int stream_close(ngtcp2_conn* conn, std::uint32_t, std::int64_t id, std::uint64_t, void* user_data,
                            void*) {
        Connection& connection = of(user_data);
        connection.http3_.on_stream_closed(StreamId{id});
        if (Connection::Stream* stream = connection.find(StreamId{id})) {
            connection.remove_ready(*stream);
            connection.streams_.erase(id);
        }
        if (!ngtcp2_conn_is_local_stream(conn, id)) {
            if (is_unidirectional(StreamId{id})) {
                ngtcp2_conn_extend_max_streams_uni(conn, 1);
            } else {
                ngtcp2_conn_extend_max_streams_bidi(conn, 1);
            }
            connection.control_due_ = true;
        }
        return 0;
    }

    static int extend_max_local_streams_uni(ngtcp2_conn*, std::uint64_t, void* user_data) {
        of(user_data).http3_.on_streams_allowed();
        return 0;
    }

    static int stream_reset(ngtcp2_conn*, std::int64_t id, std::uint64_t, std::uint64_t code, void* user_data,
                            void*) {
        of(user_data).http3_.on_stream_reset(StreamId{id}, code);
        return 0;
    }

    static int recv_datagram(ngtcp2_conn*, std::uint32_t, const std::uint8_t* data, std::size_t size,
                             void* user_data) {
        of(user_data).http3_.on_datagram(bytes_of(data, size));
        return 0;
    }

    static int get_new_connection_id(ngtcp2_conn*, ngtcp2_cid* cid, std::uint8_t* token, std::size_t,
                                     void* user_data) {
        Connection& connection = of(user_data);
        const ConnectionId id = connection.host_.issue_id(connection);
        connection.host_.reset_token(id, token);
        *cid = to_ngtcp2(id);
        return 0;
    }

    static int remove_connection_id(ngtcp2_conn*, const ngtcp2_cid* cid, void* user_data) {
        of(user_data).host_.retire_id(ConnectionId(cid->data, cid->datalen));
        return 0;
    }

    static int path_validation(ngtcp2_conn*, std::uint32_t, const ngtcp2_path* path, const ngtcp2_path*,
                               ngtcp2_path_validation_result result, void* user_data) {
        if (result != NGTCP2_PATH_VALIDATION_RESULT_SUCCESS) return 0;
        Connection& connection = of(user_data);
        const net::Address remote(path->remote.addr, path->remote.addrlen);
        if (!(remote == connection.path_.remote)) {
            connection.path_ = {.local = net::Address(path->local.addr, path->local.addrlen),
                                .remote = remote};
            ++connection.host_.counters.paths_migrated;
        }
        return 0;
    }

    static int update_key(ngtcp2_conn* conn, std::uint8_t* rx_secret, std::uint8_t* tx_secret,
                          ngtcp2_crypto_aead_ctx* rx_context, std::uint8_t* rx_iv,
                          ngtcp2_crypto_aead_ctx* tx_context, std::uint8_t* tx_iv,
                          const std::uint8_t* current_rx_secret, const std::uint8_t* current_tx_secret,
                          std::size_t secret_size, void* user_data) {
        ++of(user_data).host_.counters.key_updates;
        return ngtcp2_crypto_update_key_cb(conn, rx_secret, tx_secret, rx_context, rx_iv, tx_context, tx_iv,
                                           current_rx_secret, current_tx_secret, secret_size, user_data);
    }

    static void random(std::uint8_t* to, std::size_t size, const ngtcp2_rand_ctx*) { fill_random(to, size); }

    static ngtcp2_callbacks common() {
        ngtcp2_callbacks callbacks{};
        callbacks.recv_crypto_data = recv_crypto_data;
        callbacks.handshake_completed = handshake_completed;
        callbacks.encrypt = ngtcp2_crypto_encrypt_cb;
        callbacks.decrypt = ngtcp2_crypto_decrypt_cb;
        callbacks.hp_mask = ngtcp2_crypto_hp_mask_cb;
        callbacks.recv_stream_data = recv_stream_data;
        callbacks.acked_stream_data_offset = acked_stream_data;
        callbacks.stream_close = stream_close;
        callbacks.extend_max_local_streams_uni = extend_max_local_streams_uni;
        callbacks.rand = random;
        callbacks.get_new_connection_id = get_new_connection_id;
        callbacks.remove_connection_id = remove_connection_id;
        callbacks.update_key = update_key;
        callbacks.path_validation = path_validation;
        callbacks.stream_reset = stream_reset;
        callbacks.delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
        callbacks.delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
        callbacks.recv_datagram = recv_datagram;
        callbacks.get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb;
        callbacks.version_negotiation = ngtcp2_crypto_version_negotiation_cb;
        return callbacks;
    }
};

const ngtcp2_callbacks& server_callbacks() {
    static const ngtcp2_callbacks callbacks = [] {
        ngtcp2_callbacks made = Callbacks::common();
        made.recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
        return made;
    }();
    return callbacks;
}

const ngtcp2_callbacks& client_callbacks() {
    static const ngtcp2_callbacks callbacks = [] {
        ngtcp2_callbacks made = Callbacks::common();
        made.client_initial = ngtcp2_crypto_client_initial_cb;
        made.recv_retry = ngtcp2_crypto_recv_retry_cb;
        return made;
    }();
    return callbacks;
}

}  // namespace gs::quic
