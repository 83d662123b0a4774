#include "core/base/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace gs {
namespace {

// From the authors' own test vectors (Fowler, Noll, Vo).
TEST(Hash, has_the_known_values_of_fnv_1a_64) {
    EXPECT_EQ(hash_of(bytes_of("")), 0xcbf29ce484222325u);
    EXPECT_EQ(hash_of(bytes_of("a")), 0xaf63dc4c8601ec8cu);
    EXPECT_EQ(hash_of(bytes_of("b")), 0xaf63df4c8601f1a5u);
    EXPECT_EQ(hash_of(bytes_of("foobar")), 0x85944171f73967e8u);
}

TEST(Hash, goes_on_where_it_was) {
    const std::string_view text = "the match is its log";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::uint64_t first = hash_more(hash_start, bytes_of(text.substr(0, cut)));
        EXPECT_EQ(hash_more(first, bytes_of(text.substr(cut))), hash_of(bytes_of(text)));
    }
}

TEST(Hash, bytes_above_127_are_not_negative) {
    EXPECT_EQ(hash_of(bytes_of("\xff")), (hash_start ^ 0xff) * 0x100000001b3u);
}

TEST(Hash, every_single_bit_counts) {
    std::string text = "state";
    const std::uint64_t hash = hash_of(bytes_of(text));
    for (char& c : text) {
        for (int bit = 0; bit < 8; ++bit) {
            c = static_cast<char>(c ^ 1 << bit);
            EXPECT_NE(hash_of(bytes_of(text)), hash);
            c = static_cast<char>(c ^ 1 << bit);
        }
    }
}

}  // namespace
}  // namespace gs
