#include "server/quic/tls.h"

#include "core/base/assert.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>

#include <algorithm>
#include <utility>

namespace gs::quic {
namespace {

// TLS 1.3 only, what QUIC v1 has header protection for (RFC 9001 section 5.4), curves that browsers offer.
constexpr const char* priorities =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%DISABLE_TLS13_COMPAT_MODE";

/// Parsed once: it is a third of the cost of setting up a session.
gnutls_priority_t priority_cache() {
    static const gnutls_priority_t cache = [] {
        gnutls_priority_t made = nullptr;
        const int result = gnutls_priority_init(&made, priorities, nullptr);
        GS_ASSERT(result == GNUTLS_E_SUCCESS, "GnuTLS knows the priorities");
        return made;
    }();
    return cache;
}

gnutls_datum_t datum(const std::string& text) {
    // GnuTLS takes a mutable pointer and does not write.
    return {reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
            static_cast<unsigned>(text.size())};
}

struct CertificateDeleter {
    void operator()(gnutls_x509_crt_int* certificate) const { gnutls_x509_crt_deinit(certificate); }
};
using Certificate = std::unique_ptr<gnutls_x509_crt_int, CertificateDeleter>;

struct PrivateKeyDeleter {
    void operator()(gnutls_x509_privkey_int* key) const { gnutls_x509_privkey_deinit(key); }
};
using PrivateKey = std::unique_ptr<gnutls_x509_privkey_int, PrivateKeyDeleter>;

Certificate new_certificate() {
    gnutls_x509_crt_t raw = nullptr;
    return Certificate(gnutls_x509_crt_init(&raw) == GNUTLS_E_SUCCESS ? raw : nullptr);
}

Error library_error(const char* context, int code) { return {ErrorCode::library, context, code}; }

bool hash_of(gnutls_x509_crt_t certificate, CertificateHash& hash) {
    std::size_t size = hash.size();
    return gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, hash.data(), &size) ==
           GNUTLS_E_SUCCESS;
}

}  // namespace

std::expected<std::shared_ptr<const ServerCredentials>, Error> ServerCredentials::make(
    const CertificatePem& pem, std::int64_t now_unix_s) {
    const gnutls_datum_t chain = datum(pem.chain);
    const gnutls_datum_t key = datum(pem.key);
    const Certificate leaf = new_certificate();
    if (!leaf) return std::unexpected(library_error("making room for a certificate", GNUTLS_E_MEMORY_ERROR));
    if (const int result = gnutls_x509_crt_import(leaf.get(), &chain, GNUTLS_X509_FMT_PEM); result < 0) {
        return std::unexpected(
            Error{ErrorCode::invalid, "the certificate file holds no PEM certificate", result});
    }
    std::shared_ptr<ServerCredentials> made(new ServerCredentials);
    made->expires_unix_s_ = gnutls_x509_crt_get_expiration_time(leaf.get());
    if (made->expires_unix_s_ <= now_unix_s || gnutls_x509_crt_get_activation_time(leaf.get()) > now_unix_s) {
        return std::unexpected(Error{ErrorCode::expired, "the certificate is expired or not valid yet"});
    }
    if (!hash_of(leaf.get(), made->hash_)) {
        return std::unexpected(library_error("hashing the certificate", GNUTLS_E_INTERNAL_ERROR));
    }
    if (const int result = gnutls_certificate_allocate_credentials(&made->native_); result < 0) {
        return std::unexpected(library_error("making room for credentials", result));
    }
    const int result = gnutls_certificate_set_x509_key_mem(made->native_, &chain, &key, GNUTLS_X509_FMT_PEM);
    if (result < 0) {
        return std::unexpected(Error{
            ErrorCode::invalid, "the key file holds no PEM key that belongs to the certificate", result});
    }
    return made;
}

ServerCredentials::~ServerCredentials() {
    if (native_ != nullptr) gnutls_certificate_free_credentials(native_);
}

namespace {

/// Fills in the fields of a self-signed certificate; the first negative GnuTLS code, or 0.
int describe(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, std::int64_t now_unix_s,
             const std::vector<std::string>& names) {
    std::uint8_t serial[16];
    fill_random(serial, sizeof serial);
    serial[0] &= 0x7f;  // a serial number is positive
    const std::uint8_t loopback_v4[4] = {127, 0, 0, 1};
    const std::uint8_t loopback_v6[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    const auto add_name = [certificate](gnutls_x509_subject_alt_name_t kind, const void* data,
                                        std::size_t size) {
        return gnutls_x509_crt_set_subject_alt_name(certificate, kind, data, static_cast<unsigned>(size),
                                                    GNUTLS_FSAN_APPEND);
    };
    const std::int64_t from = now_unix_s - 3600;  // clients whose clock is a little behind
    int results[] = {
        gnutls_x509_crt_set_version(certificate, 3),
        gnutls_x509_crt_set_serial(certificate, serial, sizeof serial),
        gnutls_x509_crt_set_activation_time(certificate, from),
        gnutls_x509_crt_set_expiration_time(certificate, from + development_certificate_seconds),
        gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, "Grandstand development",
                                      22),
        add_name(GNUTLS_SAN_DNSNAME, "localhost", 9),
        add_name(GNUTLS_SAN_IPADDRESS, loopback_v4, sizeof loopback_v4),
        add_name(GNUTLS_SAN_IPADDRESS, loopback_v6, sizeof loopback_v6),
        gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE),
        gnutls_x509_crt_set_basic_constraints(certificate, 0, -1),
        gnutls_x509_crt_set_key(certificate, key),
    };
    for (const std::string& name : names) {
        if (const int result = add_name(GNUTLS_SAN_DNSNAME, name.data(), name.size()); result < 0)
            return result;
    }
    const auto* bad = std::ranges::find_if(results, [](int result) { return result < 0; });
    if (bad != std::end(results)) return *bad;
    return gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
}

std::string taken(gnutls_datum_t& exported) {
    std::string text(reinterpret_cast<const char*>(exported.data), exported.size);
    gnutls_free(exported.data);
    return text;
}

}  // namespace

std::expected<CertificatePem, Error> make_development_certificate(std::int64_t now_unix_s,
                                                                  const std::vector<std::string>& names) {
    gnutls_x509_privkey_t raw_key = nullptr;
    if (const int result = gnutls_x509_privkey_init(&raw_key); result < 0) {
        return std::unexpected(library_error("making room for a key", result));
    }
    const PrivateKey key(raw_key);
    const unsigned p256 = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    if (const int result = gnutls_x509_privkey_generate(key.get(), GNUTLS_PK_ECDSA, p256, 0); result < 0) {
        return std::unexpected(library_error("making a P-256 key", result));
    }
    const Certificate certificate = new_certificate();
    if (!certificate)
        return std::unexpected(library_error("making room for a certificate", GNUTLS_E_MEMORY_ERROR));
    if (const int result = describe(certificate.get(), key.get(), now_unix_s, names); result < 0) {
        return std::unexpected(library_error("signing the development certificate", result));
    }
    gnutls_datum_t chain_pem{};
    gnutls_datum_t key_pem{};
    if (const int result = gnutls_x509_crt_export2(certificate.get(), GNUTLS_X509_FMT_PEM, &chain_pem);
        result < 0) {
        return std::unexpected(library_error("writing the certificate as PEM", result));
    }
    CertificatePem pem{.chain = taken(chain_pem), .key = {}};
    if (const int result = gnutls_x509_privkey_export2(key.get(), GNUTLS_X509_FMT_PEM, &key_pem);
        result < 0) {
        return std::unexpected(library_error("writing the key as PEM", result));
    }
    pem.key = taken(key_pem);
    return pem;
}

ClientCredentials::ClientCredentials(ClientTrust trust) : trust_(std::move(trust)) {
    const int result = gnutls_certificate_allocate_credentials(&native_);
    GS_ASSERT(result == GNUTLS_E_SUCCESS, "memory for client credentials");
    // A system without authorities trusts nobody.
    if (trust_.hashes.empty()) (void)gnutls_certificate_set_x509_system_trust(native_);
}

ClientCredentials::~ClientCredentials() { gnutls_certificate_free_credentials(native_); }

bool ClientCredentials::accepts(gnutls_session_int* session) const {
    if (trust_.hashes.empty()) {
        unsigned status = 0;
        return !trust_.host.empty() &&
               gnutls_certificate_verify_peers3(session, trust_.host.c_str(), &status) == GNUTLS_E_SUCCESS &&
               status == 0;
    }
    unsigned count = 0;
    const gnutls_datum_t* chain = gnutls_certificate_get_peers(session, &count);
    if (chain == nullptr || count == 0) return false;
    CertificateHash hash;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, chain[0].data, chain[0].size, hash.data()) < 0) return false;
    return std::ranges::find(trust_.hashes, hash) != trust_.hashes.end();
}

namespace {

constexpr unsigned char alpn_h3[] = {'h', '3'};

/// What both roles need after init; the first negative GnuTLS code, or 0.
int configure(gnutls_session_t session, void* credentials) {
    if (const int result = gnutls_priority_set(session, priority_cache()); result < 0) return result;
    const int result = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    if (result < 0) return result;
    const gnutls_datum_t alpn{const_cast<unsigned char*>(alpn_h3), sizeof alpn_h3};
    return gnutls_alpn_set_protocols(session, &alpn, 1, GNUTLS_ALPN_MANDATORY);
}

}  // namespace

std::expected<TlsSession, Error> TlsSession::server(std::shared_ptr<const ServerCredentials> credentials) {
    TlsSession session;
    // No tickets: Chromium breaks off on tickets whose early-data size it does not expect, and a pinned
    // certificate makes resumption worth little (docs/adr).
    const int result =
        gnutls_init(&session.native_, GNUTLS_SERVER | GNUTLS_NO_AUTO_SEND_TICKET | GNUTLS_NO_TICKETS);
    if (result < 0) return std::unexpected(library_error("starting a TLS session", result));
    session.server_credentials_ = std::move(credentials);
    if (ngtcp2_crypto_gnutls_configure_server_session(session.native_) != 0 ||
        configure(session.native_, session.server_credentials_->native()) < 0) {
        return std::unexpected(library_error("setting up a TLS session", GNUTLS_E_INTERNAL_ERROR));
    }
    return session;
}

std::expected<TlsSession, Error> TlsSession::client(std::shared_ptr<const ClientCredentials> credentials,
                                                    const std::string& server_name) {
    TlsSession session;
    const int result = gnutls_init(&session.native_, GNUTLS_CLIENT | GNUTLS_NO_TICKETS);
    if (result < 0) return std::unexpected(library_error("starting a TLS session", result));
    session.client_credentials_ = std::move(credentials);
    if (ngtcp2_crypto_gnutls_configure_client_session(session.native_) != 0 ||
        configure(session.native_, session.client_credentials_->native()) < 0 ||
        gnutls_server_name_set(session.native_, GNUTLS_NAME_DNS, server_name.data(), server_name.size()) <
            0) {
        return std::unexpected(library_error("setting up a TLS session", GNUTLS_E_INTERNAL_ERROR));
    }
    return session;
}

TlsSession::TlsSession(TlsSession&& other) noexcept
    : native_(std::exchange(other.native_, nullptr)),
      server_credentials_(std::move(other.server_credentials_)),
      client_credentials_(std::move(other.client_credentials_)) {}

TlsSession& TlsSession::operator=(TlsSession&& other) noexcept {
    if (this != &other) {
        release();
        native_ = std::exchange(other.native_, nullptr);
        server_credentials_ = std::move(other.server_credentials_);
        client_credentials_ = std::move(other.client_credentials_);
    }
    return *this;
}

TlsSession::~TlsSession() { release(); }

bool TlsSession::peer_is_trusted() const {
    return client_credentials_ && client_credentials_->accepts(native_);
}

void TlsSession::release() {
    if (native_ != nullptr) gnutls_deinit(std::exchange(native_, nullptr));
    server_credentials_.reset();
    client_credentials_.reset();
}

void fill_random(std::uint8_t* to, std::size_t size) {
    const int result = gnutls_rnd(GNUTLS_RND_NONCE, to, size);
    GS_ASSERT(result == GNUTLS_E_SUCCESS, "the random generator works");
}

}  // namespace gs::quic
