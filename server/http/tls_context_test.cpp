#include "server/http/tls_context.h"

#include "server/http/test_support.h"

#include <gtest/gtest.h>

namespace gs::http {
namespace {

using testing::make_certificate;
using testing::test_now;
using testing::TestFolder;

std::string refusal_of(const std::expected<void, Failure>& result) {
    return result ? "accepted" : result.error().message;
}

TEST(TlsContext, says_which_file_is_missing) {
    const TestFolder folder;
    TlsContext tls;
    const auto result = tls.load({.certificate = "/nowhere/cert.pem", .key = "/nowhere/key.pem"}, test_now());
    EXPECT_NE(refusal_of(result).find("/nowhere/cert.pem"), std::string::npos) << refusal_of(result);
    EXPECT_EQ(tls.current(), nullptr);
    EXPECT_FALSE(tls.load({.certificate = "x", .key = ""}, test_now()).has_value());
}

TEST(TlsContext, refuses_a_certificate_outside_its_dates) {
    const auto expired = make_certificate("old", -30, -1);
    TlsContext tls;
    const auto result =
        tls.set_certificate(expired.chain_pem, expired.key_pem, CertificateKind::real, test_now());
    EXPECT_NE(refusal_of(result).find("expired on 2030-06-14"), std::string::npos) << refusal_of(result);
    const auto future = make_certificate("new", 1, 30);
    EXPECT_NE(
        refusal_of(tls.set_certificate(future.chain_pem, future.key_pem, CertificateKind::real, test_now()))
            .find("valid from 2030-06-16"),
        std::string::npos);
    EXPECT_EQ(tls.current(), nullptr);
}

TEST(TlsContext, refuses_what_is_no_certificate_or_not_its_key) {
    const auto one = make_certificate("one", -1, 30);
    const auto two = make_certificate("two", -1, 30);
    TlsContext tls;
    const auto set = [&](std::string_view chain, std::string_view key) {
        return refusal_of(tls.set_certificate(chain, key, CertificateKind::real, test_now()));
    };
    EXPECT_NE(set("garbage", one.key_pem).find("PEM"), std::string::npos);
    EXPECT_NE(set(one.key_pem, one.key_pem).find("PEM"), std::string::npos);
    EXPECT_NE(set(one.chain_pem, "garbage").find("private key"), std::string::npos);
    EXPECT_NE(set(one.chain_pem, two.key_pem).find("does not belong"), std::string::npos);
    EXPECT_EQ(set(one.chain_pem + two.chain_pem, one.key_pem), "accepted");
}

TEST(TlsContext, keeps_the_old_certificate_when_the_new_one_is_bad) {
    const auto good = make_certificate("good", -1, 30);
    TlsContext tls;
    ASSERT_TRUE(tls.set_certificate(good.chain_pem, good.key_pem, CertificateKind::development, test_now())
                    .has_value());
    const auto before = tls.current();
    EXPECT_FALSE(tls.set_certificate("garbage", good.key_pem, CertificateKind::real, test_now()).has_value());
    EXPECT_EQ(tls.current(), before);
    EXPECT_EQ(tls.kind(), CertificateKind::development);
}

}  // namespace
}  // namespace gs::http
