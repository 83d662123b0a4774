#include "core/netcode/log_file.h"

#include "core/base/hash.h"
#include "core/game/test_game.h"
#include "core/netcode/entry.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::netcode {
namespace {

using game::test_module;

constexpr std::string_view magic = "GSMATCH1";

/// A short match of the test game: `ticks` of 5 to the second, with a press now and then.
MatchLog played(std::uint32_t ticks) {
    MatchLog log({.game = "test",
                  .match = "m4tch",
                  .rules_version = 1,
                  .tick_rate_hz = 5,
                  .started_unix_s = 1'700'000'000,
                  .module_hash = 77,
                  .first = Tick{1000}});
    game::StateBuffer state(test_module);
    game::InputVector inputs(test_module);
    std::vector<std::byte> room(keyframe_bytes_max);
    EntryWriter writer(test_module);
    for (std::uint32_t tick = 0; tick < ticks; ++tick) {
        if (log.wants_keyframe())
            log.add_keyframe(write_keyframe(test_module, log.next(), state, inputs, room));
        writer.begin();
        game::InputVector repeated(test_module);
        repeated.copy_from(inputs);
        repeated.repeat();
        const game::TestGame::Input input = {.presses = static_cast<std::uint8_t>(tick % 3 == 0 ? 1 : 0)};
        EXPECT_EQ(writer.add_input(Seat{1}, &input, repeated.at(Seat{1})), EntryWriter::Added::yes);
        repeated.set(Seat{1}, &input);
        inputs.copy_from(repeated);
        static_cast<void>(test_module.step(
            state.data(), {.tick = log.next(), .inputs = inputs.data(), .events = {}, .random = 0}));
        log.append(writer.finish());
    }
    return log;
}

TEST(LogFile, comes_back_as_written) {
    for (const std::uint32_t ticks : {0U, 1U, 10U, 11U, 80U, 81U, 200U}) {
        const MatchLog log = played(ticks);
        const auto bytes = write_log_file(log);
        const auto result = read_log_file(bytes);
        ASSERT_TRUE(result.file.has_value()) << ticks;
        const LogHeader& header = result.file->header;
        EXPECT_EQ(header.game, "test");
        EXPECT_EQ(header.match, "m4tch");
        EXPECT_EQ(header.rules_version, 1);
        EXPECT_EQ(header.tick_rate_hz, 5);
        EXPECT_EQ(header.started_unix_s, 1'700'000'000u);
        EXPECT_EQ(header.module_hash, 77u);
        EXPECT_EQ(header.first, Tick{1000});
        ASSERT_EQ(result.file->chunks.size(), log.chunks().size());
        for (std::size_t index = 0; index < log.chunks().size(); ++index) {
            EXPECT_EQ(result.file->chunks[index].first, log.chunks()[index].first);
            EXPECT_EQ(result.file->chunks[index].count, log.chunks()[index].count);
            EXPECT_EQ(result.file->chunks[index].bytes, log.chunks()[index].bytes);
        }
        ASSERT_EQ(result.file->keyframes.size(), log.keyframes().size());
        for (std::size_t index = 0; index < log.keyframes().size(); ++index) {
            EXPECT_EQ(result.file->keyframes[index].tick, log.keyframes()[index].tick);
            EXPECT_EQ(result.file->keyframes[index].bytes, log.keyframes()[index].bytes);
        }
    }
}

TEST(LogFile, every_flip_of_a_bit_is_found_out) {
    const auto written = write_log_file(played(25));
    ASSERT_TRUE(read_log_file(written).file.has_value());
    for (std::size_t at = 0; at < written.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto bytes = written;
            bytes[at] ^= static_cast<std::byte>(1 << bit);
            const auto result = read_log_file(bytes);
            ASSERT_FALSE(result.file.has_value()) << "byte " << at << " bit " << bit;
            ASSERT_LE(result.at, at) << "found out where it is, not later";
        }
    }
}

TEST(LogFile, every_cut_is_found_out) {
    const auto written = write_log_file(played(25));
    for (std::size_t size = 0; size < written.size(); ++size) {
        // A copy of just these bytes: a sanitizer sees a read past their end.
        const std::vector<std::byte> bytes(written.begin(),
                                           written.begin() + static_cast<std::ptrdiff_t>(size));
        const auto result = read_log_file(bytes);
        ASSERT_FALSE(result.file.has_value()) << size;
        ASSERT_EQ(result.error, size < magic.size() ? LogFileError::not_a_log : LogFileError::cut) << size;
    }
}

TEST(LogFile, nothing_may_follow_the_end) {
    auto bytes = write_log_file(played(25));
    bytes.push_back({});
    EXPECT_EQ(read_log_file(bytes).error, LogFileError::malformed);
    const auto twice = [](std::vector<std::byte> first) {
        const auto second = first;
        first.insert(first.end(), second.begin(), second.end());
        return first;
    };
    EXPECT_FALSE(read_log_file(twice(write_log_file(played(3)))).file.has_value());
}

/// Files by hand, with checksums that match whatever is in them.
class Forged {
  public:
    Forged& part(unsigned kind, std::string_view payload) {
        std::string bytes(1, static_cast<char>(kind));
        std::byte length[4];
        store_u32_le(length, static_cast<std::uint32_t>(payload.size()));
        bytes += text_of(ByteView(length));
        bytes += payload;
        hash_ = hash_more(hash_, bytes_of(bytes));
        std::byte sum[8];
        store_u32_le(sum, static_cast<std::uint32_t>(hash_));
        store_u32_le(sum + 4, static_cast<std::uint32_t>(hash_ >> 32));
        bytes_ += bytes;
        bytes_ += text_of(ByteView(sum));
        return *this;
    }
    Forged& header(std::string_view game = "test", unsigned tick_rate_hz = 5, unsigned first = 0) {
        std::string payload(1, static_cast<char>(game.size()));
        payload += game;
        payload +=
            std::string("\x01m\x01", 3) + '\0' + static_cast<char>(tick_rate_hz) + std::string(16, '\0');
        payload += static_cast<char>(first);
        return part(1, payload);
    }
    Forged& chunk(unsigned first, unsigned count) { return chunk(first, count, std::string(count, '\0')); }
    Forged& chunk(unsigned first, unsigned count, std::string_view entries) {
        return part(3,
                    std::string{static_cast<char>(first), static_cast<char>(count)} + std::string(entries));
    }
    Forged& end() { return part(4, ""); }

    [[nodiscard]] bool is_read() const { return read_log_file(bytes_of(bytes_)).file.has_value(); }
    [[nodiscard]] bool is_malformed() const {
        const auto result = read_log_file(bytes_of(bytes_));
        return !result.file && result.error == LogFileError::malformed;
    }

  private:
    std::string bytes_{magic};
    std::uint64_t hash_ = hash_start;
};

TEST(LogFile, what_is_forged_with_right_checksums_still_has_to_be_a_log) {
    EXPECT_TRUE(Forged().header().end().is_read());
    EXPECT_TRUE(Forged().header().chunk(0, 10).chunk(10, 3).end().is_read());
    EXPECT_TRUE(Forged().end().is_malformed()) << "no header";
    EXPECT_TRUE(Forged().header().header().end().is_malformed()) << "two headers";
    EXPECT_TRUE(Forged().header().part(9, "").end().is_malformed()) << "an unknown part";
    EXPECT_TRUE(Forged().header().part(4, "x").is_malformed()) << "an end that says something";
    EXPECT_TRUE(Forged().header().end().end().is_malformed()) << "two ends";
    EXPECT_TRUE(Forged().header("test", 0).end().is_malformed()) << "no ticks";
    EXPECT_TRUE(Forged().header("test", 121).end().is_malformed()) << "too many ticks";
    EXPECT_TRUE(Forged().header(std::string(65, 'a')).end().is_malformed()) << "a long name";
    EXPECT_TRUE(Forged().header("../test").end().is_malformed()) << "a name that is a path";
    EXPECT_TRUE(Forged().part(1, "\x04te").end().is_malformed()) << "a cut name";
}

TEST(LogFile, chunks_follow_each_other_without_gaps) {
    EXPECT_TRUE(Forged().header().chunk(1, 10).end().is_malformed());
    EXPECT_TRUE(Forged().header().chunk(0, 10).chunk(11, 10).end().is_malformed());
    EXPECT_TRUE(Forged().header().chunk(0, 10).chunk(0, 10).end().is_malformed());
    EXPECT_TRUE(Forged().header().chunk(0, 0).end().is_malformed()) << "empty";
    EXPECT_TRUE(Forged().header().chunk(0, 11).end().is_malformed()) << "more than 2 s";
    EXPECT_TRUE(Forged().header().chunk(0, 9).chunk(9, 10).end().is_malformed())
        << "only the last may be short";
    EXPECT_TRUE(Forged().header().chunk(0, 2, std::string(3, '\0')).end().is_malformed()) << "more entries";
    EXPECT_TRUE(Forged().header().chunk(0, 2, std::string(1, '\0')).end().is_malformed()) << "fewer entries";
    EXPECT_TRUE(Forged().header().chunk(0, 2, "\x03x").end().is_malformed()) << "half an entry";
}

TEST(LogFile, keyframes_stand_where_their_tick_is) {
    const auto keyframe = [](unsigned tick) { return std::string{static_cast<char>(tick), 'k'}; };
    EXPECT_TRUE(Forged().header().part(2, keyframe(0)).chunk(0, 10).part(2, keyframe(10)).end().is_read());
    EXPECT_TRUE(Forged().header().part(2, keyframe(1)).chunk(0, 10).end().is_malformed());
    EXPECT_TRUE(Forged().header().chunk(0, 10).part(2, keyframe(0)).end().is_malformed());
    EXPECT_TRUE(Forged().header().chunk(0, 4).part(2, keyframe(4)).end().is_malformed()) << "within a chunk";
    EXPECT_TRUE(Forged().header().part(2, "").end().is_malformed());
}

TEST(LogFile, a_length_is_checked_before_anything_is_taken) {
    // 4 GiB, said by a file of a few bytes.
    std::string bytes(magic);
    bytes += std::string("\x01\xff\xff\xff\xff", 5) + std::string(20, '\0');
    const auto result = read_log_file(bytes_of(bytes));
    EXPECT_EQ(result.error, LogFileError::altered);
    EXPECT_EQ(result.at, magic.size());
    // And one that is possible, but longer than the file.
    bytes.replace(magic.size(), 5, std::string("\x01\x00\x10\x00\x00", 5));
    EXPECT_EQ(read_log_file(bytes_of(bytes)).error, LogFileError::cut);
}

TEST(LogFile, another_kind_of_file_is_none) {
    EXPECT_EQ(read_log_file({}).error, LogFileError::not_a_log);
    EXPECT_EQ(read_log_file(bytes_of("GSMATCH2 and more")).error, LogFileError::not_a_log);
    EXPECT_EQ(read_log_file(bytes_of("PNG")).error, LogFileError::not_a_log);
}

}  // namespace
}  // namespace gs::netcode
