// Certificates: what HTTPS and QUIC show to browsers: the operator's files, or a development certificate that
// is kept in the data folder and renewed before it ends. Owned by compose, which asks refresh() now and then
// and passes a new certificate on; nobody is dropped. One thread; blocking file calls on small files.
#pragma once

#include "server/app/data_folder.h"
#include "server/app/failure.h"
#include "server/quic/tls.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace gs::app {

class Certificates {
  public:
    struct Options {
        std::filesystem::path cert;  // empty: a development certificate
        std::filesystem::path key;
        std::vector<std::string> names;  // hosts that a development certificate names beside localhost
    };

    /// `data` outlives the object. Failures name the file and what to do: missing, not PEM, key of another
    /// certificate, expired. A development certificate that cannot be used is replaced without asking.
    [[nodiscard]] static std::expected<Certificates, Failure> load(Options options, const DataFolder& data,
                                                                   std::int64_t now_unix_s);

    [[nodiscard]] bool is_development() const { return options_.cert.empty(); }
    [[nodiscard]] const quic::CertificatePem& pem() const { return pem_; }
    [[nodiscard]] const std::shared_ptr<const quic::ServerCredentials>& credentials() const {
        return credentials_;
    }
    /// What a page must pin: the development certificate; nothing where browsers check by themselves.
    [[nodiscard]] std::vector<quic::CertificateHash> pinned_hashes() const;

    enum class Change : std::uint8_t { none, replaced };

    /// Reads the files again if they have changed since; renews a development certificate that ends within
    /// two days, or that a clock which stepped back has made one of the future. After a failure the one
    /// before stays in use, and the same files are not tried again.
    [[nodiscard]] std::expected<Change, Failure> refresh(std::int64_t now_unix_s);

    /// Reads the files again, changed or not (SIGHUP).
    [[nodiscard]] std::expected<Change, Failure> reload(std::int64_t now_unix_s);

  private:
    Certificates(Options options, const DataFolder& data) : options_(std::move(options)), data_(&data) {}

    [[nodiscard]] std::expected<void, Failure> use_files(std::int64_t now_unix_s);
    [[nodiscard]] std::expected<void, Failure> use_development(std::int64_t now_unix_s);
    [[nodiscard]] bool take_stored(std::int64_t now_unix_s);
    [[nodiscard]] bool is_due(std::int64_t expires_unix_s, std::int64_t now_unix_s) const;
    [[nodiscard]] std::string stamp_of_files() const;

    Options options_;
    const DataFolder* data_;
    quic::CertificatePem pem_;
    std::shared_ptr<const quic::ServerCredentials> credentials_;
    std::string stamp_;  // times and sizes of the files when they were last tried
};

}  // namespace gs::app
