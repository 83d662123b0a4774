// What a tick takes from the heap once a match is under way: nothing, except where a chunk begins.
#include "core/base/allocation_count.h"
#include "core/base/rng.h"
#include "core/game/test_game.h"
#include "core/netcode/entry.h"
#include "core/netcode/input_queue.h"
#include "core/netcode/match_log.h"
#include "core/netcode/tick_packet.h"

#include <gtest/gtest.h>

namespace gs::netcode {
namespace {

using base::heap_use;
using game::crowd_module;
using Input = game::CrowdGame::Input;

TEST(Allocations, a_tick_within_a_chunk_takes_nothing_from_the_heap) {
    MatchLog log({.game = "test", .match = "m", .rules_version = 1, .tick_rate_hz = 60});
    base::Rng rng(1);
    const std::uint8_t seats = crowd_module.info->seats_max;
    std::vector<InputQueue> queues(seats, InputQueue(crowd_module));
    game::StateBuffer state(crowd_module);
    game::InputVector inputs(crowd_module);
    game::InputVector replayed(crowd_module);
    game::InputVector repeated(crowd_module);
    EntryWriter writer(crowd_module);
    TickCommands commands;
    InputPacket packet;
    std::uint64_t within = 0;
    std::uint64_t at_begin = 0;
    std::uint32_t chunks_begun = 0;
    for (int tick = 0; tick < 60 * 50; ++tick) {
        const std::uint64_t before = heap_use().allocations;
        const bool begins = log.chunks().empty() || log.chunks().back().count == log.chunk_ticks();
        writer.begin({});
        repeated.copy_from(inputs);
        repeated.repeat();
        for (std::uint8_t seat = 0; seat < seats; ++seat) {
            if (rng.chance(100)) {
                const Input input = {.held = static_cast<std::uint8_t>(rng.below(2)), .presses = 1};
                packet.first_input = log.next();
                packet.count = 1;
                std::memcpy(packet.inputs[0].bytes, &input, sizeof(input));
                queues[seat].receive(packet, log.next(), 0);
            }
            game::InputBuffer16 input;
            queues[seat].take(log.next(), repeated.at(Seat{seat}), input.bytes);
            ASSERT_EQ(writer.add_input(Seat{seat}, input.bytes, repeated.at(Seat{seat})),
                      EntryWriter::Added::yes);
            inputs.set(Seat{seat}, input.bytes);
        }
        static_cast<void>(crowd_module.step(
            state.data(), {.tick = log.next(), .inputs = inputs.data(), .events = {}, .random = 0}));
        const ByteView entry = writer.finish(std::nullopt);
        log.append(entry);
        TickHeadBytes head;
        const auto slice = log.recent(log.next() - 1, 4, 900);
        static_cast<void>(write_tick_head({.first = log.next() - 1, .count = slice.count}, head));
        ByteView rest = slice.bytes;
        const auto body = take_entry(rest);
        ASSERT_TRUE(body && read_entry(crowd_module, *body, replayed, commands));
        // The first chunks are guesses.
        if (log.chunks().size() <= 2) continue;
        const std::uint64_t used = heap_use().allocations - before;
        (begins ? at_begin : within) += used;
        chunks_begun += begins ? 1 : 0;
    }
    EXPECT_EQ(within, 0u);
    EXPECT_GT(chunks_begun, 20u);
    EXPECT_GE(at_begin, chunks_begun) << "the bytes of each chunk";
    EXPECT_LE(at_begin, chunks_begun + 1) << "and once the list of them";
}

TEST(Allocations, a_new_log_takes_little) {
    const std::size_t before = heap_use().live_bytes;
    const MatchLog log({.game = "test", .match = "m", .rules_version = 1, .tick_rate_hz = 60});
    EXPECT_LE(heap_use().live_bytes - before, 12u * 1024);
}

}  // namespace
}  // namespace gs::netcode
