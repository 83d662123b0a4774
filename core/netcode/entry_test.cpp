#include "core/netcode/entry.h"

#include "core/base/rng.h"
#include "core/game/test_game.h"
#include "core/netcode/input_queue.h"
#include "core/wire/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::netcode {
namespace {

using game::crowd_module;
using game::test_module;
using Added = EntryWriter::Added;
using Input = game::TestGame::Input;
using Kind = game::SeatEvent::Kind;

constexpr Input neutral = {};

/// The body of `entry`, which has to be one whole entry.
ByteView body_of(ByteView entry) {
    ByteView rest = entry;
    const auto body = take_entry(rest);
    EXPECT_TRUE(body.has_value());
    EXPECT_TRUE(rest.empty());
    return body.value_or(ByteView{});
}

/// Commands as bytes, by hand.
class Body {
  public:
    Body& command(unsigned seat, CommandKind kind, std::string_view payload = {}) {
        const unsigned head = seat << 3 | static_cast<unsigned>(kind);
        if (head < 0x80) {
            bytes_ += static_cast<char>(head);
        } else {
            bytes_ += static_cast<char>(head | 0x80);
            bytes_ += static_cast<char>(head >> 7);
        }
        bytes_ += payload;
        return *this;
    }
    /// One bit (0: only held and presses follow), 8 bits held, 8 bits presses.
    Body& input(unsigned seat, unsigned held, unsigned presses, unsigned padding = 0) {
        const unsigned bits = held << 1 | presses << 9 | padding << 17;
        const char payload[] = {static_cast<char>(bits), static_cast<char>(bits >> 8),
                                static_cast<char>(bits >> 16)};
        return command(seat, CommandKind::input, {payload, 3});
    }
    [[nodiscard]] bool is_read() const {
        game::InputVector inputs(test_module);
        TickCommands commands;
        return read_entry(test_module, bytes_of(bytes_), inputs, commands);
    }

  private:
    std::string bytes_;
};

constexpr std::string_view eight("\x01\x02\x03\x04\x05\x06\x07\x08");

TEST(Entry, a_quiet_tick_is_one_byte) {
    EntryWriter writer(test_module);
    writer.begin();
    const ByteView entry = writer.finish();
    ASSERT_EQ(entry.size(), 1u);
    EXPECT_EQ(entry[0], std::byte{0});
    EXPECT_TRUE(body_of(entry).empty());
}

TEST(Entry, what_repeats_itself_is_quiet) {
    EntryWriter writer(test_module);
    writer.begin();
    const Input held = {.aim = 5, .held = 3};
    EXPECT_EQ(writer.add_input(Seat{2}, &held, &held), Added::yes);
    EXPECT_TRUE(writer.add_random(0));
    EXPECT_EQ(writer.finish().size(), 1u);
}

TEST(Entry, everything_comes_back_as_written) {
    EntryWriter writer(test_module);
    writer.begin();
    const Input walking = {.aim = 1, .move_x = 9};
    const Input pressed = {.aim = 1, .move_x = 9, .presses = 2};
    ASSERT_TRUE(writer.add_event({.seat = Seat{7}, .kind = Kind::left}));
    ASSERT_TRUE(writer.add_event({.seat = Seat{7}, .kind = Kind::joined}));
    ASSERT_TRUE(writer.add_event({.seat = Seat{0}, .kind = Kind::dropped}));
    ASSERT_TRUE(writer.add_event({.seat = Seat{0}, .kind = Kind::returned}));
    ASSERT_TRUE(writer.add_random(0xfedcba9876543210));
    ASSERT_EQ(writer.add_input(Seat{0}, &pressed, &walking), Added::yes);
    ASSERT_EQ(writer.add_input(Seat{7}, &walking, &neutral), Added::yes);
    writer.add_hash(0x0123456789abcdef);

    game::InputVector inputs(test_module);
    inputs.set(Seat{0}, &walking);
    inputs.set(Seat{3}, &pressed);
    TickCommands commands;
    ASSERT_TRUE(read_entry(test_module, body_of(writer.finish()), inputs, commands));
    ASSERT_EQ(commands.events.size(), 4u);
    EXPECT_EQ(commands.events[0].kind, Kind::left);
    EXPECT_EQ(commands.events[1].kind, Kind::joined);
    EXPECT_EQ(commands.events[2].seat, Seat{0});
    EXPECT_EQ(commands.events[3].kind, Kind::returned);
    EXPECT_EQ(commands.random, 0xfedcba9876543210);
    EXPECT_EQ(commands.hash, 0x0123456789abcdef);
    EXPECT_TRUE(test_module.same(inputs.at(Seat{0}), &pressed));
    EXPECT_TRUE(test_module.same(inputs.at(Seat{7}), &walking));
    EXPECT_TRUE(test_module.same(inputs.at(Seat{3}), &walking)) << "what is not written is repeated";
    EXPECT_TRUE(test_module.same(inputs.at(Seat{1}), &neutral));
}

TEST(Entry, nothing_of_the_tick_before_stays) {
    EntryWriter writer(test_module);
    writer.begin();
    ASSERT_TRUE(writer.add_event({.seat = Seat{1}, .kind = Kind::joined}));
    ASSERT_TRUE(writer.add_random(3));
    writer.add_hash(9);
    game::InputVector inputs(test_module);
    TickCommands commands;
    ASSERT_TRUE(read_entry(test_module, body_of(writer.finish()), inputs, commands));
    writer.begin();
    ASSERT_TRUE(writer.add_event({.seat = Seat{2}, .kind = Kind::joined}));
    const ByteView entry = writer.finish();
    EXPECT_EQ(entry.size(), 2u);
    ASSERT_TRUE(read_entry(test_module, body_of(entry), inputs, commands));
    ASSERT_EQ(commands.events.size(), 1u);
    EXPECT_EQ(commands.events[0].seat, Seat{2});
    EXPECT_EQ(commands.random, 0u);
    EXPECT_FALSE(commands.hash.has_value());
}

TEST(Entry, equal_ticks_have_equal_bytes) {
    // Read and written again, a random tick has the bytes it had: there is one form only.
    base::Rng rng(7);
    EntryWriter writer(test_module);
    EntryWriter again(test_module);
    game::InputVector before(test_module);
    for (int round = 0; round < 500; ++round) {
        game::InputVector repeated(test_module);
        repeated.copy_from(before);
        repeated.repeat();
        writer.begin();
        for (std::uint64_t events = rng.below(4); events > 0; --events) {
            ASSERT_TRUE(writer.add_event({.seat = Seat{static_cast<std::uint8_t>(rng.below(8))},
                                          .kind = static_cast<Kind>(1 + rng.below(4))}));
        }
        ASSERT_TRUE(writer.add_random(rng.chance(500) ? rng.next() : 0));
        for (std::uint8_t seat = 0; seat < 8; ++seat) {
            const Input input =
                game::TestGame::sanitise({.aim = static_cast<std::int64_t>(rng.below(3)),
                                          .move_x = static_cast<std::int16_t>(rng.below(2)),
                                          .held = static_cast<std::uint8_t>(rng.below(2)),
                                          .presses = static_cast<std::uint8_t>(rng.below(2))});
            ASSERT_EQ(writer.add_input(Seat{seat}, &input, repeated.at(Seat{seat})), Added::yes);
        }
        if (rng.chance(300)) writer.add_hash(rng.next());
        const ByteView entry = writer.finish();

        game::InputVector inputs(test_module);
        inputs.copy_from(before);
        TickCommands commands;
        ASSERT_TRUE(read_entry(test_module, body_of(entry), inputs, commands)) << "round " << round;
        again.begin();
        for (const game::SeatEvent event : commands.events)
            ASSERT_TRUE(again.add_event(event));
        ASSERT_TRUE(again.add_random(commands.random));
        for (std::uint8_t seat = 0; seat < 8; ++seat)
            ASSERT_EQ(again.add_input(Seat{seat}, inputs.at(Seat{seat}), repeated.at(Seat{seat})),
                      Added::yes);
        if (commands.hash) again.add_hash(*commands.hash);
        ASSERT_TRUE(std::ranges::equal(again.finish(), entry)) << "round " << round;
        before.copy_from(inputs);
    }
}

TEST(Entry, refuses_commands_out_of_their_order) {
    EXPECT_TRUE(Body().input(1, 1, 0).input(2, 1, 0).is_read());
    EXPECT_FALSE(Body().input(2, 1, 0).input(1, 1, 0).is_read());
    EXPECT_FALSE(Body().input(1, 1, 0).command(1, CommandKind::joined).is_read());
    EXPECT_FALSE(Body().command(0, CommandKind::random, eight).command(1, CommandKind::joined).is_read());
    EXPECT_FALSE(Body().input(1, 1, 0).command(0, CommandKind::random, eight).is_read());
    EXPECT_TRUE(Body().command(0, CommandKind::hash, eight).is_read());
    EXPECT_FALSE(Body().command(0, CommandKind::hash, eight).input(1, 1, 0).is_read());
    EXPECT_FALSE(Body().command(0, CommandKind::hash, eight).command(1, CommandKind::joined).is_read());
}

TEST(Entry, refuses_commands_that_come_twice) {
    EXPECT_FALSE(Body().input(1, 1, 0).input(1, 2, 0).is_read());
    EXPECT_FALSE(
        Body().command(0, CommandKind::random, eight).command(0, CommandKind::random, eight).is_read());
    EXPECT_FALSE(Body().command(0, CommandKind::hash, eight).command(0, CommandKind::hash, eight).is_read());
}

TEST(Entry, refuses_commands_that_change_nothing) {
    EXPECT_FALSE(Body().input(1, 0, 0).is_read());
    EXPECT_FALSE(Body().command(0, CommandKind::random, std::string_view("\0\0\0\0\0\0\0\0", 8)).is_read());
}

TEST(Entry, refuses_seats_and_kinds_that_do_not_exist) {
    EXPECT_TRUE(Body().command(7, CommandKind::joined).is_read());
    EXPECT_FALSE(Body().command(8, CommandKind::joined).is_read());
    EXPECT_FALSE(Body().command(255, CommandKind::dropped).is_read());
    EXPECT_FALSE(Body().command(256 + 1, CommandKind::dropped).is_read());
    EXPECT_FALSE(Body().command(1, CommandKind::hash, eight).is_read());
    EXPECT_FALSE(Body().command(1, CommandKind::random, eight).is_read());
    EXPECT_FALSE(Body().command(1, static_cast<CommandKind>(7)).is_read());
}

TEST(Entry, refuses_what_is_cut_and_what_is_not_padded_with_0) {
    EXPECT_FALSE(Body().command(0, CommandKind::hash, eight.substr(1)).is_read());
    EXPECT_FALSE(Body().command(1, CommandKind::input, "\x02\x02").is_read());
    EXPECT_FALSE(Body().command(1, CommandKind::input).is_read());
    EXPECT_TRUE(Body().input(1, 1, 1).is_read());
    EXPECT_FALSE(Body().input(1, 1, 1, 1).is_read());
    EXPECT_FALSE(Body().input(1, 1, 1, 0x40).is_read());
}

TEST(Entry, refuses_more_events_than_a_tick_has) {
    Body body;
    for (std::size_t index = 0; index < events_per_tick_max; ++index)
        body.command(static_cast<unsigned>(index % 8), CommandKind::joined);
    EXPECT_TRUE(body.is_read());
    EXPECT_FALSE(body.command(0, CommandKind::left).is_read());
    EXPECT_FALSE(game::take_check_failure()) << "hostile bytes are no failure of a game";
}

TEST(Entry, the_writer_takes_no_more_events_than_the_reader) {
    EntryWriter writer(test_module);
    writer.begin();
    for (std::size_t index = 0; index < events_per_tick_max; ++index)
        EXPECT_TRUE(writer.add_event({.seat = Seat{1}, .kind = Kind::joined}));
    EXPECT_FALSE(writer.add_event({.seat = Seat{1}, .kind = Kind::joined}));
    game::InputVector inputs(test_module);
    TickCommands commands;
    EXPECT_TRUE(read_entry(test_module, body_of(writer.finish()), inputs, commands));
    EXPECT_EQ(commands.events.size(), events_per_tick_max);
}

TEST(Entry, take_entry_refuses_what_is_no_entry) {
    const auto refuses = [](std::string_view text) {
        ByteView bytes = bytes_of(text);
        return !take_entry(bytes) && bytes.size() == text.size();
    };
    EXPECT_TRUE(refuses(""));
    EXPECT_TRUE(refuses("\x01"));
    EXPECT_TRUE(refuses("\x80"));
    EXPECT_TRUE(refuses(std::string_view("\x80\x00", 2))) << "a length that is longer than it needs to be";
    EXPECT_TRUE(refuses("\x80\x80\x01"));
    EXPECT_FALSE(refuses(std::string_view("\x00", 1)));
    // The largest body is 958 bytes; with its length it is entry_bytes_max.
    std::string largest = "\xbe\x07" + std::string(958, 'x');
    EXPECT_EQ(largest.size(), entry_bytes_max);
    EXPECT_FALSE(refuses(largest));
    largest = "\xbf\x07" + std::string(959, 'x');
    EXPECT_TRUE(refuses(largest));
}

TEST(Entry, take_entry_goes_from_one_to_the_next) {
    const std::string text("\x00\x02xy\x00\x01z", 7);
    ByteView bytes = bytes_of(text);
    std::vector<std::string> bodies;
    while (const auto body = take_entry(bytes))
        bodies.emplace_back(text_of(*body));
    EXPECT_EQ(bodies, (std::vector<std::string>{"", "xy", "", "z"}));
    EXPECT_TRUE(bytes.empty());
}

/// An input whose change takes all the bytes that there are.
Input longest(base::Rng& rng) {
    return {.aim = game::TestGame::aim_max - static_cast<std::int64_t>(rng.below(1000)),
            .move_x = static_cast<std::int16_t>(rng.below(30'000)),
            .move_y = static_cast<std::int16_t>(rng.below(30'000)),
            .held = static_cast<std::uint8_t>(rng.below(0x80)),
            .presses = 1,
            .mark = static_cast<std::uint16_t>(rng.below(0x8000))};
}

TEST(Entry, two_hundred_longest_inputs_keep_the_bound_and_all_arrive) {
    // As a room does it: what does not fit is put back and merged into the next tick.
    base::Rng rng(3);
    const std::uint8_t seats = crowd_module.info->seats_max;
    std::vector<InputQueue> queues(seats, InputQueue(crowd_module));
    std::vector<unsigned> pressed(seats);
    game::InputVector server(crowd_module);
    game::InputVector client(crowd_module);
    EntryWriter writer(crowd_module);
    TickCommands commands;
    constexpr std::uint32_t ticks = 200;
    constexpr std::uint32_t quiet_from = 100;
    std::size_t largest = 0;
    std::uint8_t first = 0;
    for (Tick tick{0}; tick.value < ticks; ++tick) {
        writer.begin();
        game::InputVector repeated(crowd_module);
        repeated.copy_from(server);
        repeated.repeat();
        for (std::uint8_t seat = 0; seat < seats; ++seat) {
            if (tick.value < quiet_from) {
                InputPacket packet = {.first_input = tick, .count = 1, .inputs = {}};
                const Input input = longest(rng);
                std::memcpy(packet.inputs[0].bytes, &input, sizeof(input));
                queues[seat].receive(packet, tick, 0);
            }
            game::InputBuffer16 input;
            queues[seat].take(tick, repeated.at(Seat{seat}), input.bytes);
            // All get their turn: of the seats, always others are asked first.
            const bool has_turn = (seat + seats - first) % seats < 60;
            if (has_turn &&
                writer.add_input(Seat{seat}, input.bytes, repeated.at(Seat{seat})) == Added::yes) {
                server.set(Seat{seat}, input.bytes);
            } else {
                server.set(Seat{seat}, repeated.at(Seat{seat}));
                queues[seat].put_back(tick + 1, input.bytes);
            }
        }
        first = static_cast<std::uint8_t>((first + 50) % seats);
        if (tick.value % 60 == 0) writer.add_hash(rng.next());
        const ByteView entry = writer.finish();
        largest = std::max(largest, entry.size());
        ASSERT_LE(entry.size(), entry_bytes_max);
        ASSERT_TRUE(read_entry(crowd_module, body_of(entry), client, commands));
        for (std::uint8_t seat = 0; seat < seats; ++seat) {
            ASSERT_TRUE(crowd_module.same(client.at(Seat{seat}), server.at(Seat{seat})));
            pressed[seat] += static_cast<const Input*>(client.at(Seat{seat}))->presses;
        }
    }
    EXPECT_GT(largest, entry_bytes_max - game::input_wire_bytes_max - 16) << "the bound was not tried";
    for (std::uint8_t seat = 0; seat < seats; ++seat)
        EXPECT_EQ(pressed[seat], quiet_from) << "seat " << unsigned{seat};
}

TEST(Entry, there_is_always_room_for_the_hash) {
    base::Rng rng(5);
    EntryWriter writer(crowd_module);
    // Bodies of many sizes up to the bound.
    for (int round = 0; round < 200; ++round) {
        writer.begin();
        bool fits = true;
        for (std::uint8_t seat = 0; seat < 200 && fits; ++seat) {
            const Input input = rng.chance(500) ? longest(rng) : Input{.held = 1};
            fits = writer.add_input(Seat{seat}, &input, &neutral) == Added::yes;
        }
        EXPECT_FALSE(fits);
        writer.add_hash(rng.next());
        EXPECT_LE(writer.finish().size(), entry_bytes_max);
    }
}

}  // namespace
}  // namespace gs::netcode
