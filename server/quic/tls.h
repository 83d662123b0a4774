// TLS for QUIC by GnuTLS: credentials that can be replaced while running, and the session objects that live
// only as long as a handshake. The only header that names GnuTLS types, and only forward-declared ones.
#pragma once

#include "core/base/error.h"
#include "server/quic/types.h"

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct gnutls_certificate_credentials_st;
struct gnutls_session_int;

namespace gs::quic {

using CertificateHash = std::array<std::uint8_t, 32>;  // SHA-256 of the DER certificate, as browsers pin it

/// A certificate chain with its key, in PEM, as read from files or made by make_development_certificate().
struct CertificatePem {
    std::string chain;
    std::string key;
};

/// What a server shows to its clients. Immutable and shared: a reload makes new ones, handshakes in progress
/// keep theirs.
class ServerCredentials {
  public:
    /// Errors say which part is at fault: `invalid` for PEM that cannot be read or a key that does not belong
    /// to the certificate, `expired` for a certificate that is not valid at `now_unix_s`.
    [[nodiscard]] static std::expected<std::shared_ptr<const ServerCredentials>, Error> make(
        const CertificatePem& pem, std::int64_t now_unix_s);

    ServerCredentials(const ServerCredentials&) = delete;
    ServerCredentials& operator=(const ServerCredentials&) = delete;
    ~ServerCredentials();

    [[nodiscard]] const CertificateHash& hash() const { return hash_; }
    [[nodiscard]] std::int64_t expires_unix_s() const { return expires_unix_s_; }
    [[nodiscard]] gnutls_certificate_credentials_st* native() const { return native_; }

  private:
    ServerCredentials() = default;

    gnutls_certificate_credentials_st* native_ = nullptr;
    CertificateHash hash_ = {};
    std::int64_t expires_unix_s_ = 0;
};

/// Browsers accept a pinned certificate of at most 14 days, ECDSA P-256 (W3C WebTransport, custom certificate
/// requirements); one day less leaves room for clocks that differ.
inline constexpr std::int64_t development_certificate_seconds = 13 * 24 * 3600;

/// A self-signed certificate for localhost, 127.0.0.1, ::1 and `names`, valid from an hour before
/// `now_unix_s`.
[[nodiscard]] std::expected<CertificatePem, Error> make_development_certificate(
    std::int64_t now_unix_s, const std::vector<std::string>& names = {});

/// How a client decides whom to trust.
struct ClientTrust {
    std::vector<CertificateHash> hashes;  // the leaf must be one of these; empty: see `host`
    /// Without hashes: a certificate for this name from an authority that the system trusts. Empty: nobody.
    std::string host = {};
};

class ClientCredentials {
  public:
    explicit ClientCredentials(ClientTrust trust);
    ClientCredentials(const ClientCredentials&) = delete;
    ClientCredentials& operator=(const ClientCredentials&) = delete;
    ~ClientCredentials();

    [[nodiscard]] gnutls_certificate_credentials_st* native() const { return native_; }
    /// Whether the peer of a completed handshake is trusted.
    [[nodiscard]] bool accepts(gnutls_session_int* session) const;

  private:
    ClientTrust trust_;
    gnutls_certificate_credentials_st* native_ = nullptr;
};

/// One GnuTLS session; keeps its credentials alive.
class TlsSession {
  public:
    [[nodiscard]] static std::expected<TlsSession, Error> server(
        std::shared_ptr<const ServerCredentials> credentials);
    [[nodiscard]] static std::expected<TlsSession, Error> client(
        std::shared_ptr<const ClientCredentials> credentials, const std::string& server_name);

    TlsSession() = default;
    TlsSession(TlsSession&& other) noexcept;
    TlsSession& operator=(TlsSession&& other) noexcept;
    ~TlsSession();

    [[nodiscard]] gnutls_session_int* native() const { return native_; }
    [[nodiscard]] bool peer_is_trusted() const;

    /// Frees everything (about 18 kB): the handshake is over and no post-handshake message is expected.
    void release();

  private:
    gnutls_session_int* native_ = nullptr;
    std::shared_ptr<const ServerCredentials> server_credentials_;
    std::shared_ptr<const ClientCredentials> client_credentials_;
};

/// Fills `to` from GnuTLS's generator; for connection ids, path challenges and the like.
void fill_random(std::uint8_t* to, std::size_t size);

}  // namespace gs::quic
