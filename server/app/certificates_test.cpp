#include "server/app/certificates.h"

#include "server/app/test_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Change = Certificates::Change;

constexpr std::int64_t now = 1'800'000'000;
constexpr std::int64_t day = 24 * 3600;

class CertificatesTest : public testing::Test {
  protected:
    void SetUp() override {
        auto opened = DataFolder::open(folder_.path() / "data");
        ASSERT_TRUE(opened.has_value());
        data_ = std::move(*opened);
    }

    [[nodiscard]] std::expected<Certificates, Failure> development(std::int64_t at) const {
        return Certificates::load({}, *data_, at);
    }
    /// A certificate as an operator would have it, made at a time, in two files.
    Certificates::Options files(std::int64_t made_at, const std::string& name = "site") const {
        const auto pem = quic::make_development_certificate(made_at);
        EXPECT_TRUE(pem.has_value());
        return {.cert = folder_.write(name + ".pem", pem->chain),
                .key = folder_.write(name + ".key", pem->key),
                .names = {}};
    }
    [[nodiscard]] std::string refusal(const Certificates::Options& options) const {
        const auto loaded = Certificates::load(options, *data_, now);
        return loaded ? "accepted" : loaded.error().message;
    }

    TestFolder folder_;
    std::optional<DataFolder> data_;
};

TEST_F(CertificatesTest, a_development_certificate_is_made_once_and_kept) {
    const auto first = development(now);
    ASSERT_TRUE(first.has_value());
    ASSERT_EQ(first->pinned_hashes().size(), 1u);
    EXPECT_TRUE(first->is_development());
    const auto second = development(now + 5 * day);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->pinned_hashes(), first->pinned_hashes());
}

TEST_F(CertificatesTest, a_development_certificate_is_renewed_before_it_ends) {
    auto certificates = development(now);
    ASSERT_TRUE(certificates.has_value());
    const auto first = certificates->pinned_hashes();
    EXPECT_EQ(certificates->refresh(now + 10 * day), Change::none);
    EXPECT_EQ(certificates->pinned_hashes(), first);
    EXPECT_EQ(certificates->refresh(now + 12 * day), Change::replaced);
    EXPECT_NE(certificates->pinned_hashes(), first);
    EXPECT_EQ(certificates->refresh(now + 12 * day), Change::none);
    // The renewed one is the one that is kept.
    EXPECT_EQ(development(now + 12 * day)->pinned_hashes(), certificates->pinned_hashes());
}

TEST_F(CertificatesTest, a_clock_that_steps_back_makes_a_new_development_certificate) {
    auto certificates = development(now);
    ASSERT_TRUE(certificates.has_value());
    const auto first = certificates->pinned_hashes();
    EXPECT_EQ(certificates->refresh(now - 60), Change::none);
    EXPECT_EQ(certificates->refresh(now - 30 * day), Change::replaced);
    EXPECT_NE(certificates->pinned_hashes(), first);
    EXPECT_LT(certificates->credentials()->expires_unix_s(), now);
}

TEST_F(CertificatesTest, a_damaged_or_old_stored_certificate_is_replaced) {
    const auto first = development(now)->pinned_hashes();
    EXPECT_NE(development(now + 40 * day)->pinned_hashes(), first);
    ASSERT_TRUE(data_->write("certificate.pem", "not a certificate").has_value());
    EXPECT_TRUE(development(now).has_value());
    ASSERT_TRUE(
        data_->write("certificate-key.pem", quic::make_development_certificate(now)->key).has_value());
    EXPECT_TRUE(development(now).has_value());
}

TEST_F(CertificatesTest, files_are_used_as_they_are_and_pin_nothing) {
    const auto loaded = Certificates::load(files(now), *data_, now);
    ASSERT_TRUE(loaded.has_value());
    EXPECT_FALSE(loaded->is_development());
    EXPECT_TRUE(loaded->pinned_hashes().empty());
}

TEST_F(CertificatesTest, refusals_name_the_file_and_what_to_do) {
    const auto good = files(now);
    EXPECT_THAT(refusal({.cert = folder_.path() / "none.pem", .key = good.key, .names = {}}),
                AllOf(HasSubstr("none.pem"), HasSubstr("No such file")));
    EXPECT_THAT(refusal({.cert = good.cert, .key = folder_.path() / "none.key", .names = {}}),
                HasSubstr("none.key"));
    EXPECT_THAT(refusal({.cert = folder_.write("text.pem", "hello"), .key = good.key, .names = {}}),
                AllOf(HasSubstr("text.pem"), HasSubstr("PEM")));
    EXPECT_THAT(refusal({.cert = folder_.write("empty.pem", ""), .key = good.key, .names = {}}),
                HasSubstr("empty.pem"));
    EXPECT_THAT(refusal({.cert = good.cert, .key = files(now, "other").key, .names = {}}),
                AllOf(HasSubstr("other.key"), HasSubstr("belong")));
    EXPECT_THAT(refusal(files(now - 40 * day, "old")), AllOf(HasSubstr("old.pem"), HasSubstr("expired")));
    EXPECT_THAT(refusal(files(now + 40 * day, "future")),
                AllOf(HasSubstr("future.pem"), HasSubstr("begins later")));
}

TEST_F(CertificatesTest, changed_files_are_taken_and_broken_ones_are_not) {
    auto certificates = Certificates::load(files(now), *data_, now);
    ASSERT_TRUE(certificates.has_value());
    const auto first = certificates->credentials();
    EXPECT_EQ(certificates->refresh(now), Change::none);

    folder_.write("site.pem", "half a certifica");
    EXPECT_FALSE(certificates->refresh(now).has_value());
    EXPECT_EQ(certificates->credentials(), first);
    // Complained about once; SIGHUP complains again.
    EXPECT_EQ(certificates->refresh(now), Change::none);
    EXPECT_FALSE(certificates->reload(now).has_value());

    files(now);
    EXPECT_EQ(certificates->refresh(now), Change::replaced);
    EXPECT_NE(certificates->credentials()->hash(), first->hash());
    EXPECT_EQ(certificates->reload(now), Change::replaced);
}

}  // namespace
}  // namespace gs::app
