#include "server/http/tls_context.h"

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace gs::http {
namespace {

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// A chain of four certificates and an RSA key take 10 KiB.
constexpr std::size_t pem_bytes_max = 256 * 1024;

/// ALPN: HTTP/1.1 is what this server speaks over TCP; a client that offers other protocols only is told so
/// by an alert (RFC 7301 section 3.2).
int select_http_1_1(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
    static constexpr std::string_view wanted = "http/1.1";
    while (in_size > 0 && in[0] < in_size) {
        if (std::string_view(reinterpret_cast<const char*>(in + 1), in[0]) == wanted) {
            *out = in + 1;
            *out_size = in[0];
            return SSL_TLSEXT_ERR_OK;
        }
        in_size -= in[0] + 1u;
        in += in[0] + 1;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Owned<BIO> reader_of(std::string_view pem) {
    return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::string date_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
    return text;
}

Failure invalid(std::string message) { return {ErrorCode::invalid, std::move(message)}; }

std::optional<Failure> check_dates(const X509* certificate, TlsContext::WallTime now) {
    std::time_t time = std::chrono::system_clock::to_time_t(now);
    const ASN1_TIME* end = X509_get0_notAfter(certificate);
    const ASN1_TIME* start = X509_get0_notBefore(certificate);
    if (X509_cmp_time(end, &time) < 0) {
        return Failure{ErrorCode::expired,
                       "The certificate expired on " + date_of(end) + "; renew it and try again."};
    }
    if (X509_cmp_time(start, &time) > 0) {
        return Failure{ErrorCode::expired, "The certificate is valid from " + date_of(start) +
                                               " only; is the clock of this machine right?"};
    }
    return std::nullopt;
}

std::optional<Failure> use_chain(SSL_CTX* context, std::string_view pem, TlsContext::WallTime now) {
    const Owned<BIO> reader = reader_of(pem);
    const Owned<X509> leaf(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
    if (!leaf) {
        return invalid("The certificate is not in PEM form (it starts with -----BEGIN CERTIFICATE-----).");
    }
    if (auto failure = check_dates(leaf.get(), now)) return failure;
    if (SSL_CTX_use_certificate(context, leaf.get()) != 1) {
        return invalid("The certificate is not one that TLS can use (its key may be too short).");
    }
    while (X509* next = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
        // The context owns the added certificate from here on.
        if (SSL_CTX_add0_chain_cert(context, next) != 1) {
            X509_free(next);
            return invalid("The certificates that follow the first one cannot be used.");
        }
    }
    return std::nullopt;
}

std::optional<Failure> use_key(SSL_CTX* context, std::string_view pem) {
    const Owned<BIO> reader = reader_of(pem);
    // An empty password instead of a question on the terminal that nobody would see.
    const auto no_password = [](char*, int, int, void*) { return 0; };
    const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_password, nullptr));
    if (!key) return invalid("The key is not an unencrypted private key in PEM form.");
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
        return invalid("The key does not belong to the certificate.");
    }
    return std::nullopt;
}

Owned<SSL_CTX> make_context() {
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
    if (!context) return context;
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Resuming works by tickets that clients keep, so there is nothing here that grows.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    // Idle connections give their record buffers back: 32 KiB each.
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context.get(), select_http_1_1, nullptr);
    return context;
}

std::expected<std::string, Failure> read_pem(const std::string& path, const char* what) {
    std::ifstream in(path, std::ios::binary);
    std::string text(pem_bytes_max, '\0');
    if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad()) {
        return std::unexpected(Failure{
            ErrorCode::not_found,
            "The " + std::string(what) + " file " + path + " cannot be read: " + std::strerror(errno) + "."});
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace

std::expected<void, Failure> TlsContext::set_certificate(std::string_view chain_pem, std::string_view key_pem,
                                                         CertificateKind kind, WallTime now) {
    Owned<SSL_CTX> context = make_context();
    if (!context) return std::unexpected(Failure{ErrorCode::library, "OpenSSL gave no TLS context."});
    auto failure = use_chain(context.get(), chain_pem, now);
    if (!failure) failure = use_key(context.get(), key_pem);
    // What OpenSSL noted on the way is said already, and must not be taken for a later connection's error.
    ERR_clear_error();
    if (failure) return std::unexpected(std::move(*failure));
    current_ = std::make_shared<boost::asio::ssl::context>(context.release());
    kind_ = kind;
    return {};
}

std::expected<void, Failure> TlsContext::load(const TlsFiles& files, WallTime now) {
    if (files.certificate.empty() || files.key.empty()) {
        return std::unexpected(invalid("TLS needs both a certificate and a key: --tls-cert and --tls-key."));
    }
    const auto chain = read_pem(files.certificate, "certificate");
    if (!chain) return std::unexpected(chain.error());
    const auto key = read_pem(files.key, "key");
    if (!key) return std::unexpected(key.error());
    auto result = set_certificate(*chain, *key, CertificateKind::real, now);
    if (!result) {
        result.error().message += " (" + files.certificate + ", " + files.key + ")";
    }
    return result;
}

}  // namespace gs::http
