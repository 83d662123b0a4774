#include "server/quic/varint.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::quic {
namespace {

// At, before and behind each length's limit.
const std::vector<std::uint64_t> edges{
    0, 1, 63, 64, 16383, 16384, (1u << 30) - 1, 1u << 30, varint_max - 1, varint_max};

TEST(Varint, every_edge_reads_back_what_was_written) {
    for (const std::uint64_t value : edges) {
        std::byte bytes[varint_bytes_max];
        const std::size_t size = put_varint(bytes, value);
        EXPECT_EQ(size, varint_size(value));
        EXPECT_EQ(size, varint_length(bytes[0]));
        ByteView input = ByteView(bytes).first(size);
        EXPECT_EQ(take_varint(input), value);
        EXPECT_TRUE(input.empty());
    }
}

TEST(Varint, the_examples_of_rfc_9000_appendix_a_1_are_read) {
    const std::pair<std::vector<std::uint8_t>, std::uint64_t> examples[] = {
        {{0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c}, 151288809941952652},
        {{0x9d, 0x7f, 0x3e, 0x7d}, 494878333},
        {{0x7b, 0xbd}, 15293},
        {{0x25}, 37},
        {{0x40, 0x25}, 37},  // longer than needed is allowed
    };
    for (const auto& [bytes, value] : examples) {
        ByteView input = bytes_of(bytes.data(), bytes.size());
        EXPECT_EQ(take_varint(input), value);
    }
}

TEST(Varint, a_cut_one_is_nothing_and_takes_nothing) {
    for (const std::uint64_t value : edges) {
        std::byte bytes[varint_bytes_max];
        const std::size_t size = put_varint(bytes, value);
        for (std::size_t cut = 0; cut < size; ++cut) {
            ByteView input = ByteView(bytes).first(cut);
            EXPECT_EQ(take_varint(input), std::nullopt);
            EXPECT_EQ(input.size(), cut);
        }
    }
}

TEST(VarintReader, collects_a_value_from_single_bytes_and_leaves_what_follows) {
    for (const std::uint64_t value : edges) {
        std::byte bytes[varint_bytes_max + 1] = {};
        const std::size_t size = put_varint(bytes, value);
        VarintReader reader;
        for (std::size_t i = 0; i + 1 < size; ++i) {
            ByteView one = ByteView(bytes).subspan(i, 1);
            EXPECT_EQ(reader.take(one), std::nullopt);
            EXPECT_TRUE(one.empty());
            EXPECT_FALSE(reader.empty());
        }
        ByteView last = ByteView(bytes).subspan(size - 1, 2);
        EXPECT_EQ(reader.take(last), value);
        EXPECT_EQ(last.size(), 1u);
        EXPECT_TRUE(reader.empty());
    }
}

}  // namespace
}  // namespace gs::quic
