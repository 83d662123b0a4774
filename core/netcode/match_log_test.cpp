#include "core/netcode/match_log.h"

#include "core/base/rng.h"
#include "core/netcode/entry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gs::netcode {
namespace {

LogHeader header(std::uint32_t first = 0, std::uint8_t tick_rate_hz = 5) {
    return {.game = "test",
            .match = "abc",
            .rules_version = 1,
            .tick_rate_hz = tick_rate_hz,
            .first = Tick{first}};
}

/// An entry of `body` bytes that says which tick it is of.
std::string entry(std::uint32_t tick, std::size_t body) {
    std::string bytes;
    if (body >= 0x80) bytes += static_cast<char>((body & 0x7f) | 0x80);
    bytes += static_cast<char>(body >= 0x80 ? body >> 7 : body);
    for (std::size_t index = 0; index < body; ++index)
        bytes += static_cast<char>(tick * 31 + index);
    return bytes;
}

/// A log and everything that was put into it.
class Played {
  public:
    explicit Played(const LogHeader& of) : log(of), first_(of.first.value) {}

    void append(std::size_t body) {
        entries.push_back(entry(log.next().value, body));
        log.append(bytes_of(entries.back()));
    }
    [[nodiscard]] std::string expected(std::uint32_t first, std::uint32_t count) const {
        std::string bytes;
        for (std::uint32_t index = 0; index < count; ++index)
            bytes += entries[first - first_ + index];
        return bytes;
    }
    void expect_recent() const {
        const std::uint32_t end = log.next().value;
        const auto kept =
            std::min<std::uint32_t>(static_cast<std::uint32_t>(entries.size()), recent_ticks_max);
        for (const std::uint32_t back : {1U, 2U, 31U, 62U, 63U, 64U}) {
            const std::uint32_t count = std::min(back, kept);
            const auto slice = log.recent(Tick{end - count}, count, SIZE_MAX);
            ASSERT_EQ(slice.count, count) << "at " << end;
            ASSERT_EQ(text_of(slice.bytes), expected(end - count, count)) << "at " << end;
        }
        ASSERT_EQ(log.recent(Tick{end}, 1, SIZE_MAX).count, 0u);
        if (end > kept) {
            ASSERT_EQ(log.recent(Tick{end - kept - 1}, 1, SIZE_MAX).count, 0u);
        }
    }

    MatchLog log;
    std::vector<std::string> entries;

  private:
    std::uint32_t first_;
};

TEST(MatchLog, an_empty_log_has_nothing) {
    const Played played(header(100));
    EXPECT_EQ(played.log.next(), Tick{100});
    EXPECT_TRUE(played.log.chunks().empty());
    for (const std::uint32_t first : {0U, 99U, 100U, 101U, UINT32_MAX}) {
        EXPECT_EQ(played.log.recent(Tick{first}, 5, 1000).count, 0u);
        std::vector<std::byte> copied;
        EXPECT_EQ(played.log.copy(Tick{first}, 5, copied), 0u);
        EXPECT_TRUE(copied.empty());
    }
}

TEST(MatchLog, entries_are_in_chunks_of_two_seconds) {
    Played played(header(7));
    for (int tick = 0; tick < 25; ++tick)
        played.append(static_cast<std::size_t>(tick));
    ASSERT_EQ(played.log.chunks().size(), 3u);
    EXPECT_EQ(played.log.chunk_ticks(), 10u);
    EXPECT_EQ(played.log.chunks()[1].first, Tick{17});
    EXPECT_EQ(played.log.chunks()[1].count, 10u);
    EXPECT_EQ(text_of(played.log.chunks()[1].bytes), played.expected(17, 10));
    EXPECT_EQ(played.log.chunks()[2].count, 5u);
    EXPECT_EQ(played.log.entry_bytes(), played.expected(7, 25).size());
}

TEST(MatchLog, the_recent_entries_are_one_piece_over_the_ends_of_chunks) {
    for (const std::uint32_t first : {0U, 1U, 63U, 64U, 1'000'000U}) {
        Played played(header(first));
        for (int tick = 0; tick < 200; ++tick) {
            played.append(static_cast<std::size_t>(tick % 5));
            ASSERT_NO_FATAL_FAILURE(played.expect_recent());
        }
    }
}

TEST(MatchLog, the_recent_entries_stay_right_when_they_grow_and_shrink) {
    // From quiet to as large as can be and back, several times: it moves, grows, moves.
    Played played(header());
    base::Rng rng(2);
    for (const std::size_t body_max : {1, 958, 1, 300, 958, 0, 140, 958, 2}) {
        for (int tick = 0; tick < 150; ++tick) {
            played.append(rng.chance(300) ? body_max : rng.below(body_max + 1));
            ASSERT_NO_FATAL_FAILURE(played.expect_recent());
        }
    }
}

TEST(MatchLog, a_slice_is_cut_to_what_is_there_and_to_what_fits) {
    Played played(header());
    for (int tick = 0; tick < 10; ++tick)
        played.append(9);  // 10 bytes each
    EXPECT_EQ(played.log.recent(Tick{8}, 100, 1000).count, 2u);
    EXPECT_EQ(played.log.recent(Tick{2}, 5, 49).count, 4u);
    EXPECT_EQ(played.log.recent(Tick{2}, 5, 50).count, 5u);
    EXPECT_EQ(played.log.recent(Tick{2}, 5, 9).count, 0u);
    EXPECT_TRUE(played.log.recent(Tick{2}, 5, 9).bytes.empty());
    EXPECT_EQ(played.log.recent(Tick{2}, 0, 1000).count, 0u);
}

TEST(MatchLog, copies_from_anywhere_over_any_number_of_chunks) {
    Played played(header(3));
    base::Rng rng(9);
    for (int tick = 0; tick < 47; ++tick)
        played.append(rng.below(300));
    for (std::uint32_t first = 3; first < 50; ++first) {
        for (std::uint32_t count = 0; count <= 50; ++count) {
            const std::uint32_t there = std::min(count, 50 - first);
            std::vector<std::byte> copied(2, std::byte{'-'});
            ASSERT_EQ(played.log.copy(Tick{first}, count, copied), there);
            ASSERT_EQ(text_of(copied), "--" + played.expected(first, there));
        }
    }
    std::vector<std::byte> copied;
    EXPECT_EQ(played.log.copy(Tick{2}, 5, copied), 0u);
    EXPECT_EQ(played.log.copy(Tick{50}, 5, copied), 0u);
    EXPECT_TRUE(copied.empty());
}

TEST(MatchLog, wants_a_keyframe_beside_every_eighth_chunk) {
    Played played(header(5));
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t tick = 0; tick < 200; ++tick) {
        if (played.log.wants_keyframe()) {
            wanted.push_back(tick);
            played.log.add_keyframe(bytes_of("keyframe"));
            EXPECT_FALSE(played.log.wants_keyframe());
        }
        played.append(0);
    }
    EXPECT_EQ(wanted, (std::vector<std::uint32_t>{0, 80, 160}));
    ASSERT_EQ(played.log.keyframes().size(), 3u);
    EXPECT_EQ(played.log.keyframes()[1].tick, Tick{85});
    EXPECT_EQ(text_of(played.log.keyframes()[1].bytes), "keyframe");
}

}  // namespace
}  // namespace gs::netcode
