// What the arena's inputs weigh in a log: the number that tick packets, chunks and replays are made of.
#include "core/netcode/entry.h"
#include "games/arena/module.h"
#include "games/arena/test_arena.h"

#include <cstdio>

namespace gs::arena {
namespace {

TEST(ArenaLog, eight_who_move_and_aim_every_tick_cost_few_bytes) {
    // Computers that press like people: their inputs go through the log.
    TestArena arena;
    arena.people(8);
    arena.begin_play();
    netcode::EntryWriter writer(module());
    game::InputVector replayed(module());
    std::array<Input, seats> last = {};
    std::size_t bytes = 0;
    long changes = 0;
    int ticks = 0;
    for (; ticks < 3600 && arena.state.flow.is_playing(); ++ticks) {
        writer.begin({});
        for (std::size_t seat = 0; seat < seats; ++seat) {
            Input input = Arena::computer(arena.state, seat_of(seat));
            if ((input.pressed & Input::rail) != 0) input.view_age = static_cast<std::uint8_t>(7 + seat % 3);
            const Input repeated = Arena::repeat(last[seat]);
            if (!(input == repeated)) ++changes;
            ASSERT_EQ(writer.add_input(seat_of(seat), &input, &repeated), netcode::EntryWriter::Added::yes);
            last[seat] = arena.inputs[seat] = input;
        }
        const ByteView entry = writer.finish(std::nullopt);
        bytes += entry.size();
        // And it reads back as what was written.
        ByteView rest = entry;
        const auto body = netcode::take_entry(rest);
        netcode::TickCommands commands;
        ASSERT_TRUE(body && netcode::read_entry(module(), *body, replayed, commands));
        for (std::size_t seat = 0; seat < seats; ++seat)
            ASSERT_TRUE(module().same(replayed.at(seat_of(seat)), &last[seat]));
        arena.step();
    }
    const double per_tick = static_cast<double>(bytes) / ticks;
    std::printf("log of 8 seats: %.2f bytes per tick, %.2f changes per tick, %d ticks\n", per_tick,
                static_cast<double>(changes) / ticks, ticks);
    EXPECT_GT(static_cast<double>(changes) / ticks, 5) << "nearly everybody changes something in every tick";
    EXPECT_LE(per_tick, 8.5);
}

}  // namespace
}  // namespace gs::arena
