#include "server/crypto/crypto.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace gs::crypto {
namespace {

using TestId = ShortId<struct TestTag>;

std::string text_of_signature(const Signature& signature) { return std::string(text_of(signature)); }

TEST(Crypto, random_ids_are_valid_and_different) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto id = random_id<TestId>();
        EXPECT_TRUE(TestId::parse(id.text()).has_value());
        seen.emplace(id.text());
    }
    EXPECT_EQ(seen.size(), 1000u);
}

TEST(Crypto, ids_of_other_shapes_are_none) {
    EXPECT_TRUE(TestId::parse("abcdefghijk9").has_value());
    for (const char* text :
         {"", "abcdefghijk", "abcdefghijklm", "ABCDEFGHIJKL", "abcdefghij-l", "abcdefghijk\n"}) {
        EXPECT_FALSE(TestId::parse(text).has_value()) << text;
    }
}

TEST(Crypto, base64url_comes_back_as_it_was) {
    // RFC 4648 section 10, without padding.
    EXPECT_EQ(base64url(bytes_of("")), "");
    EXPECT_EQ(base64url(bytes_of("f")), "Zg");
    EXPECT_EQ(base64url(bytes_of("fo")), "Zm8");
    EXPECT_EQ(base64url(bytes_of("foobar")), "Zm9vYmFy");
    EXPECT_EQ(base64url(bytes_of("\xff\xfe\xfb")), "__77");
    EXPECT_EQ(from_base64url("__77"), "\xff\xfe\xfb");
    EXPECT_EQ(from_base64url(""), "");
}

TEST(Crypto, what_base64url_does_not_write_is_refused) {
    // Padding, the other alphabet, white space, a lone character, bits that no byte has.
    for (const char* text : {"Zg==", "//77", "Zm 8", "Zm8\n", "A", "Zh", "Zm9vYmFyA", "\xc3\xa4"}) {
        EXPECT_FALSE(from_base64url(text).has_value()) << text;
    }
}

TEST(Crypto, a_signature_belongs_to_its_text_and_key) {
    const Key key = {1, 2, 3};
    const Key other = {1, 2, 4};
    const std::string signature = text_of_signature(sign(key, "v1.ada"));
    EXPECT_TRUE(is_signed(key, "v1.ada", signature));
    EXPECT_FALSE(is_signed(key, "v1.adb", signature));
    EXPECT_FALSE(is_signed(other, "v1.ada", signature));
    EXPECT_FALSE(is_signed(key, "v1.ada", ""));
    EXPECT_FALSE(is_signed(key, "v1.ada", signature.substr(1)));
    EXPECT_FALSE(is_signed(key, "v1.ada", signature + "x"));
    std::string flipped = signature;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    EXPECT_FALSE(is_signed(key, "v1.ada", flipped));
}

TEST(Crypto, a_token_is_known_by_its_digest_only) {
    const Token token = make_token();
    EXPECT_EQ(token.text.size(), 43u);
    EXPECT_EQ(from_base64url(token.text)->size(), 32u);
    EXPECT_EQ(digest_of_token(token.text), token.digest);
    EXPECT_NE(make_token().text, token.text);
    EXPECT_FALSE(digest_of_token("").has_value());
    EXPECT_FALSE(digest_of_token(token.text + "A").has_value());
    EXPECT_FALSE(digest_of_token(std::string(1'000'000, 'A')).has_value());
    EXPECT_NE(digest_of_token(std::string(43, 'A')), token.digest);
}

}  // namespace
}  // namespace gs::crypto
