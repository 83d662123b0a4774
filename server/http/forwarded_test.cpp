#include "server/http/forwarded.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::http {
namespace {

const std::vector<AddressRange> proxies{*AddressRange::parse("10.0.0.0/8"), *AddressRange::parse("fd00::/8"),
                                        *AddressRange::parse("192.0.2.7")};

Request request_from(const char* peer, std::vector<HeaderField> headers) {
    Request request;
    request.peer = *net::Address::parse(peer);
    request.host = "internal:8080";
    request.headers = std::move(headers);
    apply_forwarded(request, proxies);
    return request;
}

TEST(AddressRange, contains_what_shares_its_prefix) {
    const auto contains = [](const char* range, const char* address) {
        return AddressRange::parse(range)->contains(*net::Address::parse(address));
    };
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1:5"));
    EXPECT_TRUE(contains("10.0.0.0/8", "[::ffff:10.1.2.3]:5"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1:5"));
    EXPECT_TRUE(contains("100.64.0.0/10", "100.127.1.1:1"));
    EXPECT_FALSE(contains("100.64.0.0/10", "100.128.1.1:1"));
    EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8:1"));
    EXPECT_FALSE(contains("0.0.0.0/0", "[2001:db8::1]:1"));
    EXPECT_TRUE(contains("::/0", "[2001:db8::1]:1"));
    EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7:1"));
    EXPECT_FALSE(contains("192.0.2.7", "192.0.2.8:1"));
    for (const char* bad :
         {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "::/129", "example.org", "10.0.0.0/-1"}) {
        EXPECT_FALSE(AddressRange::parse(bad).has_value()) << bad;
    }
}

TEST(Forwarded, believes_nothing_from_strangers) {
    const Request request = request_from("203.0.113.9:1234", {{"x-forwarded-for", "1.2.3.4"},
                                                              {"x-forwarded-proto", "https"},
                                                              {"x-forwarded-host", "evil.example"}});
    EXPECT_EQ(request.peer.to_string(), "203.0.113.9:1234");
    EXPECT_EQ(request.scheme, Scheme::http);
    EXPECT_EQ(request.host, "internal:8080");
}

TEST(Forwarded, takes_the_rightmost_address_that_is_no_proxy) {
    const auto peer_of = [](std::vector<HeaderField> headers) {
        return request_from("10.0.0.1:5", std::move(headers)).peer.host();
    };
    EXPECT_EQ(peer_of({{"x-forwarded-for", "203.0.113.9"}}), "203.0.113.9");
    EXPECT_EQ(peer_of({{"x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.1.1.1"}}), "203.0.113.9")
        << "what a client claims about itself stands further left";
    EXPECT_EQ(peer_of({{"x-forwarded-for", "6.6.6.6"}, {"x-forwarded-for", "203.0.113.9"}}), "203.0.113.9");
    EXPECT_EQ(peer_of({{"x-forwarded-for", "2001:db8::9"}}), "2001:db8::9");
    EXPECT_EQ(peer_of({{"x-forwarded-for", "[2001:db8::9]:443"}}), "2001:db8::9");
    EXPECT_EQ(peer_of({{"x-forwarded-for", "203.0.113.9:443"}}), "203.0.113.9");
    EXPECT_EQ(peer_of({{"x-forwarded-for", "10.2.2.2, 10.1.1.1"}}), "10.2.2.2") << "all are proxies";
    EXPECT_EQ(peer_of({{"x-forwarded-for", "203.0.113.9, garbage"}}), "10.0.0.1");
    EXPECT_EQ(peer_of({{"x-forwarded-for", "203.0.113.9, garbage, 10.1.1.1"}}), "10.1.1.1");
    EXPECT_EQ(peer_of({{"x-forwarded-for", ""}}), "10.0.0.1");
    EXPECT_EQ(peer_of({{"x-forwarded-for", std::string(4000, ',')}}), "10.0.0.1");
    EXPECT_EQ(peer_of({}), "10.0.0.1");
}

TEST(Forwarded, takes_scheme_and_host_of_a_proxy_if_they_are_such) {
    const Request request = request_from(
        "[fd00::1]:5", {{"x-forwarded-proto", "HTTPS"}, {"x-forwarded-host", "a.example, play.example.org"}});
    EXPECT_EQ(request.scheme, Scheme::https);
    EXPECT_EQ(request.host, "play.example.org");
    const Request odd = request_from(
        "[fd00::1]:5", {{"x-forwarded-proto", "gopher"}, {"x-forwarded-host", "x'; script-src *"}});
    EXPECT_EQ(odd.scheme, Scheme::http);
    EXPECT_EQ(odd.host, "internal:8080");
}

}  // namespace
}  // namespace gs::http
