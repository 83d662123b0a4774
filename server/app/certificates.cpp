#include "server/app/certificates.h"

#include <utility>

namespace gs::app {
namespace {

/// A chain of five large certificates has about 10 kB.
constexpr std::size_t pem_bytes_max = 256 * 1024;
constexpr std::int64_t renew_before_s = 2 * 24 * 3600;
/// make_development_certificate() lets a certificate begin an hour early.
constexpr std::int64_t early_s = 3600;
constexpr std::string_view stored_chain = "certificate.pem";
constexpr std::string_view stored_key = "certificate-key.pem";

Failure unusable(const Error& error, const std::filesystem::path& cert, const std::filesystem::path& key) {
    const std::string file = "the certificate in " + cert.string();
    if (error.code == ErrorCode::expired) {
        return {.code = error.code,
                .message = file +
                           " is not valid now: it has expired or begins later. Renew it, and check this "
                           "machine's clock"};
    }
    return {.code = error.code,
            .message = file + " with the key in " + key.string() + " cannot be used (" + error.context +
                       "); both must be PEM, and the key must belong to the certificate"};
}

}  // namespace

std::expected<Certificates, Failure> Certificates::load(Options options, const DataFolder& data,
                                                        std::int64_t now_unix_s) {
    Certificates made(std::move(options), data);
    if (!made.is_development()) {
        if (auto used = made.use_files(now_unix_s); !used) return std::unexpected(std::move(used.error()));
        return made;
    }
    if (made.take_stored(now_unix_s)) return made;
    if (auto used = made.use_development(now_unix_s); !used) return std::unexpected(std::move(used.error()));
    return made;
}

std::vector<quic::CertificateHash> Certificates::pinned_hashes() const {
    if (!is_development()) return {};
    return {credentials_->hash()};
}

std::expected<Certificates::Change, Failure> Certificates::refresh(std::int64_t now_unix_s) {
    if (is_development()) {
        if (!is_due(credentials_->expires_unix_s(), now_unix_s)) return Change::none;
        return reload(now_unix_s);
    }
    if (stamp_of_files() == stamp_) return Change::none;
    return reload(now_unix_s);
}

std::expected<Certificates::Change, Failure> Certificates::reload(std::int64_t now_unix_s) {
    if (is_development() && !is_due(credentials_->expires_unix_s(), now_unix_s)) return Change::none;
    auto used = is_development() ? use_development(now_unix_s) : use_files(now_unix_s);
    if (!used) return std::unexpected(std::move(used.error()));
    return Change::replaced;
}

std::expected<void, Failure> Certificates::use_files(std::int64_t now_unix_s) {
    stamp_ = stamp_of_files();
    auto chain = read_whole_file(options_.cert, pem_bytes_max);
    if (!chain) return std::unexpected(std::move(chain.error()));
    auto key = read_whole_file(options_.key, pem_bytes_max);
    if (!key) return std::unexpected(std::move(key.error()));
    quic::CertificatePem pem{.chain = std::move(*chain), .key = std::move(*key)};
    auto made = quic::ServerCredentials::make(pem, now_unix_s);
    if (!made) return std::unexpected(unusable(made.error(), options_.cert, options_.key));
    pem_ = std::move(pem);
    credentials_ = std::move(*made);
    return {};
}

std::expected<void, Failure> Certificates::use_development(std::int64_t now_unix_s) {
    auto pem = quic::make_development_certificate(now_unix_s, options_.names);
    if (!pem) {
        return std::unexpected(Failure{
            .code = pem.error().code,
            .message = std::string("no development certificate could be made: ") + pem.error().context});
    }
    auto made = quic::ServerCredentials::make(*pem, now_unix_s);
    if (!made) {
        return std::unexpected(Failure{
            .code = made.error().code,
            .message = std::string("the development certificate cannot be used: ") + made.error().context});
    }
    // In use even if it cannot be kept: a full disk shall not end a running server's certificate.
    pem_ = std::move(*pem);
    credentials_ = std::move(*made);
    if (auto kept = data_->write(stored_chain, pem_.chain); !kept) return kept;
    return data_->write(stored_key, pem_.key);
}

bool Certificates::take_stored(std::int64_t now_unix_s) {
    auto chain = data_->read(stored_chain, pem_bytes_max);
    auto key = data_->read(stored_key, pem_bytes_max);
    if (!chain || !*chain || !key || !*key) return false;
    quic::CertificatePem pem{.chain = std::move(**chain), .key = std::move(**key)};
    auto made = quic::ServerCredentials::make(pem, now_unix_s);
    if (!made || is_due((*made)->expires_unix_s(), now_unix_s)) return false;
    pem_ = std::move(pem);
    credentials_ = std::move(*made);
    return true;
}

bool Certificates::is_due(std::int64_t expires_unix_s, std::int64_t now_unix_s) const {
    const std::int64_t left_s = expires_unix_s - now_unix_s;
    return left_s < renew_before_s || left_s > quic::development_certificate_seconds + early_s;
}

std::string Certificates::stamp_of_files() const {
    std::string stamp;
    for (const std::filesystem::path& file : {options_.cert, options_.key}) {
        std::error_code error;
        const auto time = std::filesystem::last_write_time(file, error);
        stamp += error ? "?" : std::to_string(time.time_since_epoch().count());
        const auto size = std::filesystem::file_size(file, error);
        stamp += error ? "?;" : "," + std::to_string(size) + ";";
    }
    return stamp;
}

}  // namespace gs::app
