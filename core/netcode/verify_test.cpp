#include "core/netcode/verify.h"

#include "core/game/test_game.h"
#include "core/netcode/replayer.h"

#include <gtest/gtest.h>

#include <vector>

namespace gs::netcode {
namespace {

using game::test_module;
using Found = Verification::Found;

/// A match of the test game of `ticks`, in which somebody presses now and then, as a server logs it.
LogFile played(std::uint32_t ticks) {
    const game::Info& info = *test_module.info;
    MatchLog log({.game = std::string(info.id),
                  .match = "m4tch",
                  .rules_version = info.rules_version,
                  .tick_rate_hz = info.tick_rate_hz,
                  .first = Tick{1000}});
    game::StateBuffer state(test_module);
    game::InputVector inputs(test_module);
    std::vector<std::byte> room(keyframe_bytes_max);
    EntryWriter writer(test_module);
    for (std::uint32_t made = 0; made < ticks; ++made) {
        const Tick tick = log.next();
        if (log.wants_keyframe()) log.add_keyframe(write_keyframe(test_module, tick, state, inputs, room));
        writer.begin({});
        inputs.repeat();
        const game::TestGame::Input input = {.presses = static_cast<std::uint8_t>(made % 3 == 0 ? 1 : 0)};
        EXPECT_EQ(writer.add_input(Seat{1}, &input, inputs.at(Seat{1})), EntryWriter::Added::yes);
        inputs.set(Seat{1}, &input);
        static_cast<void>(
            test_module.step(state.data(), {.tick = tick, .inputs = inputs.data(), .events = {}}));
        std::optional<std::uint64_t> hash;
        if (tick.value % info.tick_rate_hz == 0) hash = state.hash(room);
        log.append(writer.finish(hash));
    }
    return {.header = log.header(), .chunks = log.chunks(), .keyframes = log.keyframes()};
}

std::uint32_t chunk_ticks() { return test_module.info->tick_rate_hz * chunk_seconds; }

TEST(Verify, a_match_as_it_was_logged_is_equal) {
    const std::uint32_t ticks = chunk_ticks() * 9 + 3;
    const Verification found = verify(test_module, played(ticks));
    EXPECT_TRUE(found.is_equal()) << words_of(found.found) << " at " << found.at.value;
    EXPECT_EQ(found.ticks, ticks);
    EXPECT_EQ(found.keyframes, 2u);
    EXPECT_GE(found.hashes, ticks / test_module.info->tick_rate_hz);
    EXPECT_TRUE(verify(test_module, played(0)).is_equal()) << "of nothing there is nothing to say";
}

TEST(Verify, the_first_tick_with_another_state_is_named) {
    LogFile log = played(chunk_ticks() * 3);
    // Somebody else's inputs in one tick: all states after it are others, the next hash shows it.
    LogFile other = played(chunk_ticks() * 3);
    Chunk& chunk = log.chunks[1];
    std::vector<std::byte> entries;
    ByteView rest = chunk.bytes;
    for (std::uint32_t index = 0; index < chunk.count; ++index) {
        const std::byte* const begin = rest.data();
        const auto body = take_entry(rest);
        ASSERT_TRUE(body);
        const bool is_dropped = index == 3 && !body->empty();
        if (is_dropped) {
            entries.push_back(std::byte{0});
        } else {
            entries.insert(entries.end(), begin, rest.data());
        }
    }
    ASSERT_NE(entries, chunk.bytes) << "something was taken out";
    chunk.bytes = entries;
    const Verification found = verify(test_module, log);
    EXPECT_EQ(found.found, Found::hash_differs);
    EXPECT_GE(found.at, chunk.first);
    EXPECT_LE(found.at, chunk.first + 2 * test_module.info->tick_rate_hz);
    EXPECT_NE(found.expected, found.simulated);
    EXPECT_TRUE(verify(test_module, other).is_equal());
}

TEST(Verify, a_keyframe_that_disagrees_with_the_log_is_named) {
    LogFile log = played(chunk_ticks() * 9);
    ASSERT_EQ(log.keyframes.size(), 2u);
    log.keyframes[1].bytes.back() ^= std::byte{1};
    const Verification found = verify(test_module, log);
    EXPECT_EQ(found.found, Found::keyframe_differs);
    EXPECT_EQ(found.at, log.keyframes[1].tick);
}

TEST(Verify, what_it_cannot_begin_with_it_says) {
    LogFile log = played(10);
    log.keyframes.clear();
    EXPECT_EQ(verify(test_module, log).found, Found::no_keyframe);
    log = played(10);
    log.keyframes[0].bytes.resize(1);
    EXPECT_EQ(verify(test_module, log).found, Found::keyframe_unreadable);
    log = played(10);
    log.header.rules_version += 1;
    EXPECT_EQ(verify(test_module, log).found, Found::other_rules);
    log = played(10);
    log.header.game = "chess";
    EXPECT_EQ(verify(test_module, log).found, Found::other_rules);
}

TEST(Verify, entries_that_are_none_of_the_game_are_named) {
    LogFile log = played(chunk_ticks());
    // A body that says it has commands and ends there.
    log.chunks[0].bytes = {std::byte{1}, std::byte{1}};
    log.chunks[0].count = 1;
    const Verification found = verify(test_module, log);
    EXPECT_EQ(found.found, Found::entry_unreadable);
    EXPECT_EQ(found.at, log.header.first);
}

}  // namespace
}  // namespace gs::netcode
