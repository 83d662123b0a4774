#include "core/netcode/chunk.h"

#include "core/base/hash.h"
#include "core/netcode/log_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::netcode {
namespace {

constexpr std::uint32_t chunk_ticks = 10;

/// A log of quiet ticks of 5 to the second; every third has a body of two bytes.
MatchLog log_of(std::uint32_t ticks, const char* match = "m4tch") {
    MatchLog log({.game = "test", .match = match, .tick_rate_hz = 5, .first = Tick{1000}});
    const std::vector<std::byte> quiet(1);
    const std::vector<std::byte> busy = {std::byte{2}, std::byte{7}, std::byte{9}};
    for (std::uint32_t tick = 0; tick < ticks; ++tick)
        log.append(tick % 3 == 0 ? busy : quiet);
    return log;
}

std::vector<std::byte> with_right_hash(std::vector<std::byte> bytes) {
    const std::uint64_t hash = hash_of(ByteView(bytes).first(bytes.size() - 8));
    store_u32_le(&bytes[bytes.size() - 8], static_cast<std::uint32_t>(hash));
    store_u32_le(&bytes[bytes.size() - 4], static_cast<std::uint32_t>(hash >> 32));
    return bytes;
}

TEST(Chunk, comes_back_as_written_and_hangs_on_the_one_before) {
    const MatchLog log = log_of(25);
    ASSERT_EQ(log.chunks().size(), 3u);
    std::uint64_t previous = chain_start("m4tch");
    for (const Chunk& chunk : log.chunks()) {
        const auto bytes = write_chunk(chunk);
        const auto read = read_chunk(bytes, chunk_ticks);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->first, chunk.first);
        EXPECT_EQ(read->count, chunk.count);
        EXPECT_TRUE(std::ranges::equal(read->entries, chunk.bytes));
        EXPECT_EQ(read->previous, previous);
        EXPECT_EQ(read->hash, hash_of_chunk(chunk));
        previous = read->hash;
    }
}

TEST(Chunk, of_another_match_hangs_on_something_else) {
    const auto one = write_chunk(log_of(10).chunks()[0]);
    const auto other = write_chunk(log_of(10, "0ther").chunks()[0]);
    EXPECT_NE(read_chunk(one, chunk_ticks)->previous, read_chunk(other, chunk_ticks)->previous);
}

TEST(Chunk, is_chained_the_same_when_its_log_was_read_from_a_file) {
    const MatchLog log = log_of(25);
    const auto file = read_log_file(write_log_file(log));
    ASSERT_TRUE(file.file);
    for (std::size_t index = 0; index < 3; ++index)
        EXPECT_EQ(write_chunk(file.file->chunks[index]), write_chunk(log.chunks()[index]));
}

TEST(Chunk, every_flip_of_a_bit_and_every_cut_is_found_out) {
    const auto written = write_chunk(log_of(10).chunks()[0]);
    for (std::size_t at = 0; at < written.size(); ++at) {
        auto bytes = written;
        bytes[at] ^= std::byte{1};
        EXPECT_EQ(read_chunk(bytes, chunk_ticks).error(), ChunkError::altered) << at;
        const std::vector<std::byte> cut(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(at));
        EXPECT_FALSE(read_chunk(cut, chunk_ticks)) << at;
    }
}

TEST(Chunk, with_a_right_hash_still_has_to_be_one) {
    const Chunk good = log_of(10).chunks()[0];
    const auto error_of = [](const Chunk& chunk, std::uint32_t ticks = chunk_ticks) {
        const auto read = read_chunk(write_chunk(chunk), ticks);
        return read ? ChunkError::cut : read.error();
    };
    EXPECT_EQ(error_of(good, 9), ChunkError::malformed) << "more ticks than a chunk of this match has";
    Chunk chunk = good;
    chunk.count = 0;
    EXPECT_EQ(error_of(chunk), ChunkError::malformed);
    chunk = good;
    chunk.count = 9;
    EXPECT_EQ(error_of(chunk), ChunkError::malformed) << "entries that are not counted";
    chunk = good;
    chunk.bytes.pop_back();
    EXPECT_EQ(error_of(chunk), ChunkError::malformed) << "fewer entries than counted";
    chunk = good;
    chunk.first = Tick{UINT32_MAX - 5};
    EXPECT_EQ(error_of(chunk), ChunkError::malformed) << "ticks beyond the last";
    EXPECT_EQ(read_chunk(with_right_hash(std::vector<std::byte>(20, std::byte{0xff})), chunk_ticks).error(),
              ChunkError::malformed)
        << "numbers without an end";
    EXPECT_EQ(read_chunk(std::vector<std::byte>(chunk_bytes_max + 1), chunk_ticks).error(),
              ChunkError::malformed);
    EXPECT_EQ(read_chunk({}, chunk_ticks).error(), ChunkError::cut);
}

TEST(Chunk, is_complete_when_it_is_full) {
    EXPECT_FALSE(log_of(9).is_complete(0));
    EXPECT_TRUE(log_of(10).is_complete(0));
    EXPECT_FALSE(log_of(11).is_complete(1));
    EXPECT_FALSE(log_of(10).is_complete(1)) << "not begun";
}

}  // namespace
}  // namespace gs::netcode
