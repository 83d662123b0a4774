#include "server/quic/sealed_initial.h"

#include "core/base/assert.h"
#include "server/quic/varint.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace gs::quic {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t tag_bytes = 16;
constexpr std::size_t packet_number_bytes = 4;

gnutls_datum_t datum(const Octets& bytes) {
    return {const_cast<std::uint8_t*>(bytes.data()), static_cast<unsigned>(bytes.size())};
}

/// HKDF-Expand-Label of TLS 1.3 (RFC 8446 section 7.1) with an empty context.
Octets expand(const Octets& secret, std::string_view label, std::size_t size) {
    const std::string_view prefix = "tls13 ";
    Octets info{0, static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(prefix.size() + label.size())};
    info.insert(info.end(), prefix.begin(), prefix.end());
    info.insert(info.end(), label.begin(), label.end());
    info.push_back(0);
    Octets out(size);
    const gnutls_datum_t key = datum(secret);
    const gnutls_datum_t context = datum(info);
    GS_ASSERT(gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &key, &context, out.data(), out.size()) == 0,
              "HKDF works");
    return out;
}

Octets client_initial_secret(const ConnectionId& destination) {
    // RFC 9001 section 5.2.
    const Octets salt{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                      0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
    const Octets id(destination.view().begin(), destination.view().end());
    Octets secret(32);
    const gnutls_datum_t key = datum(id);
    const gnutls_datum_t salted = datum(salt);
    GS_ASSERT(gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &key, &salted, secret.data()) == 0, "HKDF works");
    return expand(secret, "client in", 32);
}

/// AES of one block: what ECB is, GnuTLS offers as CBC from an initial value of zeros.
std::array<std::uint8_t, 16> header_mask(const Octets& key, const std::uint8_t* sample) {
    std::array<std::uint8_t, 16> mask;
    std::copy_n(sample, mask.size(), mask.begin());
    Octets zeros(16);
    const gnutls_datum_t raw_key = datum(key);
    const gnutls_datum_t initial = datum(zeros);
    gnutls_cipher_hd_t cipher = nullptr;
    GS_ASSERT(gnutls_cipher_init(&cipher, GNUTLS_CIPHER_AES_128_CBC, &raw_key, &initial) == 0, "AES works");
    GS_ASSERT(gnutls_cipher_encrypt(cipher, mask.data(), mask.size()) == 0, "AES works");
    gnutls_cipher_deinit(cipher);
    return mask;
}

void append(Octets& out, std::span<const std::uint8_t> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_varint(Octets& out, std::uint64_t value, std::size_t size) {
    // Always of the given size, 2 or 4 bytes, so that lengths can be computed before.
    const std::uint64_t marked = value | (size == 2 ? std::uint64_t{1} << 14 : std::uint64_t{2} << 30);
    for (std::size_t i = size; i-- > 0;)
        out.push_back(static_cast<std::uint8_t>(marked >> (8 * i)));
}

}  // namespace

std::vector<std::byte> seal(const SealedInitial& initial) {
    Octets packet{0xc0 | (packet_number_bytes - 1), 0, 0, 0, 1};
    for (const ConnectionId* id : {&initial.destination, &initial.source}) {
        packet.push_back(id->size);
        append(packet, id->view());
    }
    append_varint(packet, initial.token.size(), 4);
    const auto* token = reinterpret_cast<const std::uint8_t*>(initial.token.data());
    append(packet, {token, initial.token.size()});

    Octets plain(reinterpret_cast<const std::uint8_t*>(initial.frames.data()),
                 reinterpret_cast<const std::uint8_t*>(initial.frames.data()) + initial.frames.size());
    const std::size_t head = packet.size() + 2 + packet_number_bytes;
    // The sample of header protection needs a few bytes behind a short packet number.
    const std::size_t wanted = initial.size > head + tag_bytes ? initial.size - head - tag_bytes : 4;
    plain.resize(std::max(plain.size(), wanted));

    append_varint(packet, packet_number_bytes + plain.size() + tag_bytes, 2);
    const std::size_t number_at = packet.size();
    for (std::size_t i = packet_number_bytes; i-- > 0;)
        packet.push_back(static_cast<std::uint8_t>(initial.packet_number >> (8 * i)));

    const Octets secret = client_initial_secret(initial.destination);
    const Octets key = expand(secret, "quic key", 16);
    Octets nonce = expand(secret, "quic iv", 12);
    for (std::size_t i = 0; i < packet_number_bytes; ++i)
        nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(initial.packet_number >> (8 * i));
    Octets sealed(plain.size() + tag_bytes);
    std::size_t sealed_size = sealed.size();
    const gnutls_datum_t raw_key = datum(key);
    gnutls_aead_cipher_hd_t cipher = nullptr;
    GS_ASSERT(gnutls_aead_cipher_init(&cipher, GNUTLS_CIPHER_AES_128_GCM, &raw_key) == 0, "AES-GCM works");
    GS_ASSERT(
        gnutls_aead_cipher_encrypt(cipher, nonce.data(), nonce.size(), packet.data(), packet.size(),
                                   tag_bytes, plain.data(), plain.size(), sealed.data(), &sealed_size) == 0,
        "AES-GCM works");
    gnutls_aead_cipher_deinit(cipher);
    append(packet, sealed);

    const auto mask = header_mask(expand(secret, "quic hp", 16), packet.data() + number_at + 4);
    packet[0] ^= mask[0] & 0x0f;
    for (std::size_t i = 0; i < packet_number_bytes; ++i)
        packet[number_at + i] ^= mask[1 + i];
    const ByteView bytes = bytes_of(packet.data(), packet.size());
    return {bytes.begin(), bytes.end()};
}

}  // namespace gs::quic
