// TlsContext: the certificate that new connections are answered with, and how it is replaced while others go
// on with the old one. Owned by the server; one thread. Connections keep what they started with. Not here:
// making or renewing certificates (app/ does).
#pragma once

#include "server/http/failure.h"
#include "server/http/options.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>

namespace boost::asio::ssl {
class context;
}

namespace gs::http {

/// A development certificate is signed by nobody, so browsers must not be told to insist on it.
enum class CertificateKind : std::uint8_t { development, real };

class TlsContext {
  public:
    using WallTime = std::chrono::system_clock::time_point;

    /// Takes a chain and its key from PEM text. On failure the certificate before stays in use. Refused with
    /// a sentence: unreadable PEM, a key of another certificate, expired or not yet valid at `now`.
    [[nodiscard]] std::expected<void, Failure> set_certificate(std::string_view chain_pem,
                                                               std::string_view key_pem, CertificateKind kind,
                                                               WallTime now);

    /// As set_certificate(), from files, as a real certificate; the messages name the files.
    [[nodiscard]] std::expected<void, Failure> load(const TlsFiles& files, WallTime now);

    /// Null while there is no certificate: the server then speaks plain HTTP.
    [[nodiscard]] const std::shared_ptr<boost::asio::ssl::context>& current() const { return current_; }
    [[nodiscard]] CertificateKind kind() const { return kind_; }

  private:
    std::shared_ptr<boost::asio::ssl::context> current_;
    CertificateKind kind_ = CertificateKind::development;
};

}  // namespace gs::http
