#include "server/accounts/guests.h"

#include "server/names/nickname.h"

#include <gtest/gtest.h>

#include <set>

namespace gs::accounts {
namespace {

using Cookie = Guests::Visit::Cookie;

constexpr std::int64_t now = 1'800'000'000;
constexpr std::int64_t day = 24 * 3600;
constexpr crypto::Key key = {7, 7, 7};

class GuestsTest : public testing::Test {
  protected:
    /// That nobody is known by `cookie`, and that it counts as refused.
    void expect_refused(const std::string& cookie, std::int64_t at = now) {
        const std::uint64_t before = guests_.counters().cookies_refused;
        const auto visit = guests_.visit(cookie, at);
        EXPECT_NE(visit.person.id, ada_.id) << cookie;
        EXPECT_EQ(visit.cookie, Cookie::give_new) << cookie;
        EXPECT_EQ(guests_.counters().cookies_refused, before + 1) << cookie;
    }
    /// A cookie with these parts and a right signature.
    static std::string signed_text(const std::string& text) {
        return text + "." + crypto::base64url(crypto::sign(key, text));
    }

    Guests guests_{key};
    net::Person ada_{.id = *net::AccountId::parse("ada0ada0ada0"), .name = "Ada <3 Жанна"};
};

TEST_F(GuestsTest, who_comes_without_a_cookie_gets_a_name_and_one) {
    const auto visit = guests_.visit("", now);
    EXPECT_EQ(visit.cookie, Cookie::give_new);
    EXPECT_EQ(names::clean_name(visit.person.name, names::nickname_limits), visit.person.name);
    EXPECT_FALSE(visit.person.name.empty());
    EXPECT_NE(guests_.visit("", now).person.id, visit.person.id);
    EXPECT_EQ(guests_.counters().made, 2u);
    EXPECT_EQ(guests_.counters().cookies_refused, 0u);
}

TEST_F(GuestsTest, a_cookie_brings_the_same_guest_back) {
    const std::string cookie = guests_.cookie(ada_, now);
    EXPECT_EQ(cookie.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."),
              std::string::npos);
    const auto visit = guests_.visit(cookie, now + day);
    EXPECT_EQ(visit.person, ada_);
    EXPECT_EQ(visit.cookie, Cookie::fine);
    EXPECT_EQ(Guests(key).visit(cookie, now).person, ada_);
    EXPECT_EQ(guests_.counters().made, 0u);
}

TEST_F(GuestsTest, the_longest_name_fits) {
    std::string wide;
    for (int i = 0; i < 16; ++i)
        wide += "😀";
    ada_.name = wide;
    const std::string cookie = guests_.cookie(ada_, now);
    EXPECT_LE(cookie.size(), Guests::cookie_bytes_max);
    EXPECT_EQ(guests_.visit(cookie, now).person.name, wide);
}

TEST_F(GuestsTest, an_old_cookie_is_renewed_and_a_very_old_one_forgotten) {
    const std::string cookie = guests_.cookie(ada_, now);
    EXPECT_EQ(guests_.visit(cookie, now + 29 * day).cookie, Cookie::fine);
    const auto late = guests_.visit(cookie, now + 31 * day);
    EXPECT_EQ(late.person, ada_);
    EXPECT_EQ(late.cookie, Cookie::give_new);
    EXPECT_EQ(guests_.visit(cookie, now + 365 * day).person, ada_);
    expect_refused(cookie, now + 365 * day + 1);
}

TEST_F(GuestsTest, a_clock_that_was_wrong_makes_nobody_a_stranger_and_the_far_future_is_refused) {
    const std::string cookie = guests_.cookie(ada_, now);
    EXPECT_EQ(guests_.visit(cookie, now - 3600).person, ada_);
    expect_refused(cookie, now - 2 * day);
}

TEST_F(GuestsTest, every_changed_bit_is_noticed) {
    const std::string cookie = guests_.cookie(ada_, now);
    for (std::size_t i = 0; i < cookie.size(); ++i) {
        for (const int bit : {1, 2, 32}) {
            std::string changed = cookie;
            changed[i] = static_cast<char>(changed[i] ^ bit);
            expect_refused(changed);
        }
    }
}

TEST_F(GuestsTest, what_is_cut_or_longer_is_refused) {
    const std::string cookie = guests_.cookie(ada_, now);
    for (std::size_t size = 1; size < cookie.size(); ++size)
        expect_refused(cookie.substr(0, size));
    expect_refused(cookie + "A");
    expect_refused(cookie + ".");
    expect_refused(cookie + "=");
    expect_refused("." + cookie);
    expect_refused(std::string(1'000'000, '.'));
    expect_refused(std::string(Guests::cookie_bytes_max + 1, 'A'));
    expect_refused("v1....");
    expect_refused("\xff\xfe");
}

TEST_F(GuestsTest, another_key_signs_for_nobody) { expect_refused(Guests(crypto::Key{8}).cookie(ada_, now)); }

TEST_F(GuestsTest, what_is_signed_is_still_checked) {
    const std::string id(ada_.id.text());
    EXPECT_EQ(guests_.visit(signed_text("v1." + id + ".1800000000.QWRh"), now).person.name, "Ada");
    expect_refused(signed_text("v2." + id + ".1800000000.QWRh"));
    expect_refused(signed_text("v1.ADA." + std::string("1800000000.QWRh")));
    expect_refused(signed_text("v1." + id + ".18e8.QWRh"));
    expect_refused(signed_text("v1." + id + ".99999999999999999999.QWRh"));
    expect_refused(signed_text("v1." + id + ".-9223372036854775808.QWRh"));
    expect_refused(signed_text("v1." + id + ".1800000000.QWRh="));
    expect_refused(signed_text("v1." + id + ".1800000000."));
    // A name that the rules do not take any more.
    expect_refused(signed_text("v1." + id + ".1800000000." + crypto::base64url(bytes_of("\u202e"))));
    const auto visit = guests_.visit(
        signed_text("v1." + id + ".1800000000." + crypto::base64url(bytes_of("\u202e Ada"))), now);
    EXPECT_EQ(visit.person.name, "Ada");
}

}  // namespace
}  // namespace gs::accounts
