#include "server/net/address.h"

#include "server/net/origin_policy.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <new>

namespace gs::net {
namespace {

TEST(Address, reads_what_it_writes) {
    for (const char* text : {"127.0.0.1:8080", "[::1]:8443", "[2001:db8::5]:1", "0.0.0.0:0"}) {
        const auto address = Address::parse(text);
        ASSERT_TRUE(address.has_value()) << text;
        EXPECT_EQ(address->to_string(), text);
    }
}

TEST(Address, is_the_same_whatever_memory_it_was_made_in) {
    for (const char* text : {"127.0.0.1:8080", "[::1]:8443"}) {
        alignas(Address) std::byte dirty[sizeof(Address)];
        std::memset(dirty, 0xff, sizeof dirty);
        const auto* made = new (dirty) Address(*Address::parse(text));
        sockaddr_in6 clean = {};
        std::memcpy(&clean, made->data(), made->size());
        EXPECT_EQ(clean.sin6_scope_id, 0u) << text;
        EXPECT_EQ(*made, Address(reinterpret_cast<const sockaddr*>(&clean), made->size()));
    }
}

TEST(Address, refuses_what_is_no_literal_with_port) {
    for (const char* text :
         {"", "127.0.0.1", "localhost:80", "127.0.0.1:", "127.0.0.1:65536", "::1:80x", "[::1]"}) {
        EXPECT_FALSE(Address::parse(text).has_value()) << text;
    }
}

TEST(Address, counts_an_ipv6_household_as_one) {
    EXPECT_EQ(Address::parse("[2001:db8::1]:1")->limit_key(),
              Address::parse("[2001:db8::ffff]:9")->limit_key());
    EXPECT_NE(Address::parse("[2001:db8:0:1::1]:1")->limit_key(),
              Address::parse("[2001:db8::1]:1")->limit_key());
    EXPECT_EQ(Address::parse("10.0.0.1:1")->limit_key(), Address::parse("[::ffff:10.0.0.1]:2")->limit_key());
}

TEST(OriginPolicy, is_exact) {
    const OriginPolicy policy({"http://localhost:8080"});
    EXPECT_TRUE(policy.allows("http://localhost:8080"));
    EXPECT_TRUE(policy.allows(""));
    for (const char* origin :
         {"null", "http://localhost:8081", "https://localhost:8080", "http://localhost:8080/",
          "http://localhost:8080.evil.example", "http://evil.example", "HTTP://LOCALHOST:8080"}) {
        EXPECT_FALSE(policy.allows(origin)) << origin;
    }
}

}  // namespace
}  // namespace gs::net
