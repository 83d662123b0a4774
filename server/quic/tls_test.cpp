#include "server/quic/tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace gs::quic {
namespace {

constexpr std::int64_t day = 24 * 3600;
constexpr std::int64_t today = 1'790'000'000;

CertificatePem made(const std::vector<std::string>& names = {}, std::int64_t now_unix_s = today) {
    auto pem = make_development_certificate(now_unix_s, names);
    EXPECT_TRUE(pem.has_value());
    return pem ? *pem : CertificatePem{};
}

/// A certificate as GnuTLS sees it, independent of our own reading.
class Parsed {
  public:
    explicit Parsed(const std::string& pem) {
        const gnutls_datum_t datum{reinterpret_cast<unsigned char*>(const_cast<char*>(pem.data())),
                                   static_cast<unsigned>(pem.size())};
        EXPECT_EQ(gnutls_x509_crt_init(&certificate_), 0);
        EXPECT_EQ(gnutls_x509_crt_import(certificate_, &datum, GNUTLS_X509_FMT_PEM), 0);
    }
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;
    ~Parsed() { gnutls_x509_crt_deinit(certificate_); }

    [[nodiscard]] gnutls_x509_crt_t get() const { return certificate_; }

  private:
    gnutls_x509_crt_t certificate_ = nullptr;
};

TEST(DevelopmentCertificate, is_what_browsers_let_a_page_pin) {
    const Parsed certificate(made().chain);
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
    gnutls_datum_t x{};
    gnutls_datum_t y{};
    ASSERT_EQ(gnutls_x509_crt_get_pk_ecc_raw(certificate.get(), &curve, &x, &y), 0);
    gnutls_free(x.data);
    gnutls_free(y.data);
    EXPECT_EQ(curve, GNUTLS_ECC_CURVE_SECP256R1);
    const std::int64_t from = gnutls_x509_crt_get_activation_time(certificate.get());
    const std::int64_t to = gnutls_x509_crt_get_expiration_time(certificate.get());
    EXPECT_LE(to - from, 14 * day);
    EXPECT_GE(to - from, 10 * day);
    EXPECT_LT(from, today);
    EXPECT_EQ(gnutls_x509_crt_get_version(certificate.get()), 3);
    EXPECT_EQ(gnutls_x509_crt_get_signature_algorithm(certificate.get()), GNUTLS_SIGN_ECDSA_SHA256);
}

TEST(DevelopmentCertificate, names_localhost_both_loopbacks_and_what_is_asked_for) {
    const Parsed certificate(made({"play.example", "lan.example"}).chain);
    for (const char* name : {"localhost", "127.0.0.1", "::1", "play.example", "lan.example"})
        EXPECT_NE(gnutls_x509_crt_check_hostname(certificate.get(), name), 0u) << name;
    for (const char* name : {"example", "127.0.0.2", "evil.example"})
        EXPECT_EQ(gnutls_x509_crt_check_hostname(certificate.get(), name), 0u) << name;
}

TEST(DevelopmentCertificate, each_has_its_own_key) {
    const CertificatePem one = made();
    const CertificatePem two = made();
    EXPECT_NE(one.key, two.key);
    EXPECT_NE(one.chain, two.chain);
}

TEST(ServerCredentials, hash_and_end_stay_the_same_however_often_the_certificate_is_read) {
    const CertificatePem pem = made();
    const auto first = ServerCredentials::make(pem, today);
    const auto again = ServerCredentials::make(pem, today + 5 * day);
    ASSERT_TRUE(first.has_value() && again.has_value());
    EXPECT_EQ((*first)->hash(), (*again)->hash());
    EXPECT_EQ((*first)->expires_unix_s(), (*again)->expires_unix_s());
    EXPECT_GT((*first)->expires_unix_s(), today + 10 * day);

    const Parsed certificate(pem.chain);
    CertificateHash expected;
    std::size_t size = expected.size();
    ASSERT_EQ(gnutls_x509_crt_get_fingerprint(certificate.get(), GNUTLS_DIG_SHA256, expected.data(), &size),
              0);
    EXPECT_EQ((*first)->hash(), expected);
}

void expect_error(const CertificatePem& pem, std::int64_t now_unix_s, ErrorCode code, std::string_view word) {
    const auto credentials = ServerCredentials::make(pem, now_unix_s);
    ASSERT_FALSE(credentials.has_value());
    EXPECT_EQ(credentials.error().code, code);
    EXPECT_NE(std::string_view(credentials.error().context).find(word), std::string_view::npos)
        << credentials.error().context;
}

TEST(ServerCredentials, an_expired_or_future_certificate_is_named_as_that) {
    const CertificatePem pem = made();
    expect_error(pem, today + 14 * day, ErrorCode::expired, "expired");
    expect_error(pem, today - day, ErrorCode::expired, "not valid yet");
    EXPECT_TRUE(ServerCredentials::make(pem, today).has_value());
}

TEST(ServerCredentials, a_key_of_another_certificate_is_named_as_that) {
    expect_error({.chain = made().chain, .key = made().key}, today, ErrorCode::invalid, "key");
}

TEST(ServerCredentials, garbage_says_which_file_is_garbage) {
    const CertificatePem good = made();
    for (const std::string& garbage :
         {std::string(), std::string("hello"), std::string(10'000, '\0'),
          std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}) {
        expect_error({.chain = garbage, .key = good.key}, today, ErrorCode::invalid, "certificate");
        expect_error({.chain = good.chain, .key = garbage}, today, ErrorCode::invalid, "key");
    }
    expect_error({.chain = good.chain.substr(0, good.chain.size() / 2), .key = good.key}, today,
                 ErrorCode::invalid, "certificate");
    expect_error({.chain = good.key, .key = good.chain}, today, ErrorCode::invalid, "certificate");
}

TEST(ServerCredentials, a_chain_of_several_certificates_is_served_by_its_first) {
    const CertificatePem leaf = made({"leaf.example"});
    const CertificatePem other = made({"other.example"});
    const auto alone = ServerCredentials::make(leaf, today);
    const auto chained = ServerCredentials::make({.chain = leaf.chain + other.chain, .key = leaf.key}, today);
    ASSERT_TRUE(alone.has_value());
    if (chained.has_value()) {
        EXPECT_EQ((*chained)->hash(), (*alone)->hash());
    } else {
        // A chain whose parts do not sign each other may be refused, with a word about it.
        EXPECT_EQ(chained.error().code, ErrorCode::invalid);
    }
}

TEST(TlsSession, moves_and_can_be_released_twice) {
    const auto credentials = ServerCredentials::make(made(), today);
    ASSERT_TRUE(credentials.has_value());
    auto session = TlsSession::server(*credentials);
    ASSERT_TRUE(session.has_value());
    EXPECT_EQ(credentials->use_count(), 2);
    TlsSession moved = std::move(*session);
    EXPECT_NE(moved.native(), nullptr);
    EXPECT_EQ(session->native(), nullptr);
    moved.release();
    moved.release();
    EXPECT_EQ(moved.native(), nullptr);
    EXPECT_EQ(credentials->use_count(), 1);
}

TEST(Random, fills_every_byte_differently_each_time) {
    std::array<std::uint8_t, 64> first = {};
    std::array<std::uint8_t, 64> second = {};
    fill_random(first.data(), first.size());
    fill_random(second.data(), second.size());
    EXPECT_NE(first, second);
    EXPECT_LT(std::ranges::count(first, 0), 16);
}

}  // namespace
}  // namespace gs::quic
