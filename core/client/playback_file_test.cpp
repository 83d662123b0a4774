#include "core/base/hash.h"
#include "core/client/playback.h"
#include "core/client/scripted_server.h"
#include "core/netcode/chunk.h"
#include "core/netcode/log_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace gs::client {
namespace {

using testing::Bytes;
using testing::ScriptedServer;
using testing::test_module;

constexpr std::uint32_t chunk_ticks = 120;
constexpr std::uint32_t first = 1'000;
constexpr std::size_t magic_bytes = 8;

/// A match in the memory of a server, and what is true after each tick.
struct Played {
    explicit Played(std::uint32_t ticks, bool lies = false) {
        ScriptedServer server{Tick{first}};
        server.lies_about_hashes = lies;
        base::Rng random(7);
        for (std::uint32_t tick = 0; tick < ticks; ++tick) {
            if (log.wants_keyframe()) {
                const Bytes transfer = server.keyframe();
                log.add_keyframe(ByteView(transfer).subspan(2));
            }
            server.other.move_x = static_cast<std::int16_t>(random.below(2'000));
            server.other.presses = random.below(20) == 0 ? 1 : 0;
            server.tick();
            Bytes entry;
            static_cast<void>(server.log().copy(log.next(), 1, entry));
            log.append(entry);
            hashes.push_back(server.hash());
        }
    }
    [[nodiscard]] Bytes file() const { return netcode::write_log_file(log); }

    netcode::MatchLog log{ScriptedServer(Tick{first}).log().header()};
    std::vector<std::uint64_t> hashes;
};

struct Part {
    std::uint8_t kind;
    Bytes payload;
};

/// What a file consists of, to be put together otherwise.
std::vector<Part> parts_of(const Bytes& file) {
    std::vector<Part> parts;
    for (std::size_t at = magic_bytes; at < file.size();) {
        const std::uint32_t length = load_u32_le(&file[at + 1]);
        const auto begin = file.begin() + static_cast<std::ptrdiff_t>(at) + 5;
        parts.push_back({.kind = static_cast<std::uint8_t>(file[at]), .payload = {begin, begin + length}});
        at += 5 + length + 8;
    }
    return parts;
}

/// With checksums that match.
Bytes file_of(const std::vector<Part>& parts) {
    Bytes bytes;
    const auto add = [&](ByteView more) {
        for (const std::byte byte : more)
            bytes.push_back(byte);
    };
    add(bytes_of("GSMATCH2"));
    std::uint64_t hash = hash_start;
    for (const Part& part : parts) {
        const std::size_t begin = bytes.size();
        bytes.push_back(static_cast<std::byte>(part.kind));
        std::byte number[8];
        store_u32_le(number, static_cast<std::uint32_t>(part.payload.size()));
        add(ByteView(number).first(4));
        add(part.payload);
        hash = hash_more(hash, ByteView(bytes).subspan(begin));
        store_u32_le(number, static_cast<std::uint32_t>(hash));
        store_u32_le(number + 4, static_cast<std::uint32_t>(hash >> 32));
        add(number);
    }
    return bytes;
}

struct Opened {
    FileError error;
    std::size_t at;
    PieceError failure;  // found by simulating all of it
    std::uint32_t failure_tick;
};

Opened opened(Playback& playback, ByteView bytes) {
    const Playback::FileFacts& facts = playback.open_file(bytes);
    const auto error = static_cast<FileError>(facts.error);
    if (error == FileError::none) {
        for (int slices = 0; playback.warm(50) > 0 && slices < 1'000; ++slices) {
        }
    }
    return {.error = error,
            .at = static_cast<std::size_t>(facts.at),
            .failure = static_cast<PieceError>(playback.stats().failure),
            .failure_tick = static_cast<std::uint32_t>(playback.stats().failure_tick)};
}

Opened opened(ByteView bytes) {
    Playback playback(test_module);
    return opened(playback, bytes);
}

TEST(PlaybackFile, shows_every_tick_of_a_match_without_anybody_else) {
    const Played match(2'500);
    Playback playback(test_module);
    const Opened found = opened(playback, match.file());
    ASSERT_EQ(found.error, FileError::none);
    ASSERT_EQ(found.failure, PieceError::none);
    EXPECT_EQ(playback.file_facts().first, first);
    EXPECT_EQ(playback.file_facts().end, first + 2'500);
    EXPECT_EQ(playback.file_facts().chunks, 21);
    Bytes room(game::state_bytes_max);
    for (const std::uint32_t tick : {2'499U, 0U, 1'234U, 960U, 959U, 2'400U}) {
        playback.seek(first + tick);
        EXPECT_TRUE(playback.wanted().empty()) << "nothing is fetched";
        ASSERT_TRUE(playback.work(1'000));
        EXPECT_EQ(playback.shown_state()->hash(room), match.hashes[tick]);
    }
}

TEST(PlaybackFile, another_file_takes_the_place_of_the_one_before) {
    const Played longer(1'500);
    const Played shorter(400);
    Playback playback(test_module);
    ASSERT_EQ(opened(playback, longer.file()).error, FileError::none);
    ASSERT_EQ(opened(playback, shorter.file()).error, FileError::none);
    EXPECT_EQ(playback.file_facts().end, first + 400);
    EXPECT_EQ(opened(playback, {}).error, FileError::not_a_log);
    playback.seek(first + 100);
    EXPECT_FALSE(playback.work(1'000)) << "nothing is left of what was there";
}

TEST(PlaybackFile, tells_when_there_began_to_be_something_to_see) {
    game::Module module = test_module;
    module.standing = [](const void* state, game::Standing& standing) {
        const bool plays = static_cast<const game::TestGame::State*>(state)->steps > 150;
        standing.phase = plays ? game::Phase::playing : game::Phase::waiting;
    };
    Playback playback(module);
    EXPECT_EQ(playback.open_file(Played(400).file()).play_began, -1);
    while (playback.warm(100) > 0) {
    }
    EXPECT_EQ(playback.file_facts().play_began, first + 150);
    Playback without(test_module);
    EXPECT_EQ(without.open_file(Played(400).file()).play_began, first);
}

// ---- Damaged files

TEST(PlaybackFile, a_file_that_ends_early_is_called_cut_wherever_it_does) {
    const Bytes file = Played(300).file();
    for (std::size_t size = 0; size < file.size(); ++size) {
        const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        const Opened found = opened(cut);
        ASSERT_EQ(found.error, size < magic_bytes ? FileError::not_a_log : FileError::cut) << size;
        ASSERT_LE(found.at, size);
    }
}

TEST(PlaybackFile, a_flipped_bit_is_found_in_the_part_that_it_is_in) {
    const Bytes file = Played(300).file();
    for (std::size_t at = 0; at < file.size(); ++at) {
        Bytes flipped = file;
        flipped[at] ^= static_cast<std::byte>(1 << at % 8);
        const Opened found = opened(flipped);
        ASSERT_NE(found.error, FileError::none) << at;
        ASSERT_LE(found.at, at);
        if (at < magic_bytes)
            ASSERT_EQ(found.error, FileError::not_a_log) << at;
        else
            ASSERT_TRUE(found.error == FileError::altered || found.error == FileError::cut) << at;
    }
}

TEST(PlaybackFile, parts_in_another_order_are_called_so_even_with_right_checksums) {
    const Bytes file = Played(500).file();
    std::vector<Part> parts = parts_of(file);
    ASSERT_EQ(file_of(parts), file);
    // Header, keyframe, four chunks and a short one, end.
    ASSERT_EQ(parts.size(), 8u);
    std::swap(parts[3], parts[4]);
    EXPECT_EQ(opened(file_of(parts)).error, FileError::malformed);
    // The bytes of both, moved: the first of them carries the checksum of another part before it.
    const auto bytes_before = [&](std::size_t count) {
        std::size_t bytes = magic_bytes;
        const std::vector<Part> in_order = parts_of(file);
        for (std::size_t part = 0; part < count; ++part)
            bytes += 5 + in_order[part].payload.size() + 8;
        return static_cast<std::ptrdiff_t>(bytes);
    };
    Bytes moved = file;
    std::rotate(moved.begin() + bytes_before(3), moved.begin() + bytes_before(4),
                moved.begin() + bytes_before(5));
    const Opened found = opened(moved);
    EXPECT_EQ(found.error, FileError::altered);
    EXPECT_EQ(found.at, static_cast<std::size_t>(bytes_before(3)));
}

TEST(PlaybackFile, a_state_that_is_not_the_one_that_the_file_says_is_named_by_its_tick) {
    const Opened found = opened(Played(400, true).file());
    EXPECT_EQ(found.error, FileError::none);
    EXPECT_EQ(found.failure, PieceError::disagrees);
    EXPECT_GE(found.failure_tick, first);
}

TEST(PlaybackFile, an_altered_input_with_right_checksums_is_found_before_anything_is_shown) {
    const Played match(1'200);
    std::vector<Part> parts = parts_of(match.file());
    // One quiet tick instead of whatever was done in it, in the third chunk.
    Bytes& payload = parts[4].payload;
    ByteView rest = ByteView(payload).subspan(3);  // its first tick and its count
    for (int entries = 0; entries < 7; ++entries)
        ASSERT_TRUE(netcode::take_entry(rest));
    const auto at = static_cast<std::ptrdiff_t>(payload.size() - rest.size());
    ASSERT_NE(payload[static_cast<std::size_t>(at)], std::byte{0}) << "something is done in that tick";
    ASSERT_TRUE(netcode::take_entry(rest));
    const auto end = static_cast<std::ptrdiff_t>(payload.size() - rest.size());
    payload.erase(payload.begin() + at + 1, payload.begin() + end);
    payload[static_cast<std::size_t>(at)] = std::byte{0};
    const Opened found = opened(file_of(parts));
    EXPECT_EQ(found.error, FileError::none);
    EXPECT_EQ(found.failure, PieceError::disagrees);
    EXPECT_GE(found.failure_tick, first + 2 * chunk_ticks + 7);
}

TEST(PlaybackFile, entries_of_no_game_are_named_by_their_tick) {
    std::vector<Part> parts = parts_of(Played(400).file());
    Bytes& payload = parts[3].payload;  // the second chunk
    payload.resize(3);
    for (std::uint32_t entry = 0; entry < chunk_ticks; ++entry) {
        const Bytes wild = {std::byte{2}, std::byte{0xff}, std::byte{0xff}};
        payload.insert(payload.end(), wild.begin(), wild.end());
    }
    const Opened found = opened(file_of(parts));
    EXPECT_EQ(found.error, FileError::none);
    EXPECT_EQ(found.failure, PieceError::malformed);
    EXPECT_EQ(found.failure_tick, first + chunk_ticks);
}

TEST(PlaybackFile, a_keyframe_that_the_log_does_not_lead_to_is_named_by_its_tick) {
    std::vector<Part> parts = parts_of(Played(1'000).file());
    const auto keyframe =
        std::find_if(parts.begin() + 2, parts.end(), [](const Part& part) { return part.kind == 2; });
    ASSERT_NE(keyframe, parts.end());
    keyframe->payload.back() ^= std::byte{0x40};
    keyframe->payload[keyframe->payload.size() / 2] ^= std::byte{1};
    const Opened found = opened(file_of(parts));
    EXPECT_EQ(found.error, FileError::none);
    EXPECT_EQ(found.failure, PieceError::disagrees);
    EXPECT_EQ(found.failure_tick, first + 8 * chunk_ticks);
}

TEST(PlaybackFile, a_file_without_a_state_to_begin_with_or_without_ticks_is_empty) {
    std::vector<Part> parts = parts_of(Played(300).file());
    std::vector<Part> headless = parts;
    headless.erase(headless.begin() + 1);
    EXPECT_EQ(opened(file_of(headless)).error, FileError::empty);
    EXPECT_EQ(opened(file_of({parts.front(), parts.back()})).error, FileError::empty);
    parts[1].payload.resize(parts[1].payload.size() / 2);
    EXPECT_EQ(opened(file_of(parts)).error, FileError::empty);
}

TEST(PlaybackFile, a_match_of_another_game_or_of_other_rules_is_told_from_a_damaged_one) {
    const auto with = [](const std::function<void(netcode::LogHeader&)>& change) {
        netcode::LogHeader header = Played(0).log.header();
        change(header);
        return netcode::write_log_file(netcode::MatchLog(header));
    };
    EXPECT_EQ(opened(with([](auto& header) { header.game = "chess"; })).error, FileError::other_game);
    EXPECT_EQ(opened(with([](auto& header) { header.rules_version = 2; })).error, FileError::other_rules);
    EXPECT_EQ(opened(with([](auto& header) { header.tick_rate_hz = 30; })).error, FileError::other_rules);
}

TEST(PlaybackFile, a_file_that_is_too_large_is_refused_before_it_is_read) {
    EXPECT_EQ(opened(Bytes(Playback::file_bytes_max + 1)).error, FileError::too_large);
}

}  // namespace
}  // namespace gs::client
