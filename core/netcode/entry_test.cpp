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

/// A body by hand, bit by bit.
class Body {
  public:
    Body() : writer_(bytes_) {}

    Body& bits(std::uint64_t value, unsigned count) {
        static_cast<void>(writer_.put(value, count));
        return *this;
    }
    /// The bit that says that there are none.
    Body& no_commands() { return bits(0, 1); }
    struct Event {
        unsigned seat;
        unsigned kind;
    };
    /// All of them; 0 is no random and no hash, but with `always` they are written.
    enum class Form : std::uint8_t { shortest, always };
    Body& commands(const std::vector<Event>& events, std::uint64_t random = 0, std::uint64_t hash = 0,
                   Form form = Form::shortest) {
        bits(1, 1).bits(0, 2).bits(events.size(), 6);
        for (const Event event : events)
            bits(event.seat, 8).bits(event.kind, 3);
        for (const std::uint64_t value : {random, hash}) {
            const bool there = value != 0 || form == Form::always;
            bits(there ? 1 : 0, 1);
            if (there) bits(value, 64);
        }
        return *this;
    }
    /// One bit (0: only held and presses follow), 8 bits held, 8 bits presses.
    Body& input(std::uint32_t passed_over, unsigned held, unsigned presses) {
        static_cast<void>(writer_.gamma(passed_over));
        return bits(0, 1).bits(held, 8).bits(presses, 8);
    }
    [[nodiscard]] ByteView bytes() const { return writer_.written(); }
    [[nodiscard]] bool is_read(const game::Module& module = test_module) const {
        game::InputVector inputs(module);
        TickCommands commands;
        return read_entry(module, bytes(), inputs, commands);
    }

  private:
    std::array<std::byte, 512> bytes_ = {};
    wire::BitWriter writer_;
};

constexpr std::uint64_t some_bits = 0x0807060504030201;
using Added = EntryWriter::Added;

TEST(Entry, a_quiet_tick_is_one_byte) {
    EntryWriter writer(test_module);
    writer.begin({});
    const ByteView entry = writer.finish(std::nullopt);
    ASSERT_EQ(entry.size(), 1u);
    EXPECT_EQ(entry[0], std::byte{0});
    EXPECT_TRUE(body_of(entry).empty());
}

TEST(Entry, what_repeats_itself_is_quiet) {
    EntryWriter writer(test_module);
    writer.begin({});
    const Input held = {.aim = 5, .held = 3};
    EXPECT_EQ(writer.add_input(Seat{2}, &held, &held), Added::yes);
    EXPECT_EQ(writer.finish(std::nullopt).size(), 1u);
}

TEST(Entry, everything_comes_back_as_written) {
    EntryWriter writer(test_module);
    TickCommands written = {.begins = true, .start_asked = true, .events = {}, .random = 0xfedcba9876543210};
    written.events.push_back({.seat = Seat{7}, .kind = Kind::left});
    written.events.push_back({.seat = Seat{7}, .kind = Kind::joined});
    written.events.push_back({.seat = Seat{0}, .kind = Kind::dropped});
    written.events.push_back({.seat = Seat{0}, .kind = Kind::returned});
    writer.begin(written);
    const Input walking = {.aim = 1, .move_x = 9};
    const Input pressed = {.aim = 1, .move_x = 9, .presses = 2};
    ASSERT_EQ(writer.add_input(Seat{0}, &pressed, &neutral), Added::yes);
    ASSERT_EQ(writer.add_input(Seat{7}, &walking, &neutral), Added::yes);

    game::InputVector inputs(test_module);
    inputs.set(Seat{3}, &pressed);
    TickCommands commands;
    ASSERT_TRUE(read_entry(test_module, body_of(writer.finish(0x0123456789abcdef)), inputs, commands));
    EXPECT_TRUE(commands.begins);
    EXPECT_TRUE(commands.start_asked);
    ASSERT_EQ(commands.events.size(), 4u);
    EXPECT_EQ(commands.events[0].kind, Kind::left);
    EXPECT_EQ(commands.events[1].kind, Kind::joined);
    EXPECT_EQ(commands.events[2].seat, Seat{0});
    EXPECT_EQ(commands.events[3].kind, Kind::returned);
    EXPECT_EQ(commands.random, 0xfedcba9876543210);
    EXPECT_EQ(commands.hash, 0x0123456789abcdef);
    EXPECT_TRUE(test_module.same(inputs.at(Seat{0}), &pressed));
    EXPECT_TRUE(test_module.same(inputs.at(Seat{7}), &walking));
    EXPECT_TRUE(test_module.same(inputs.at(Seat{3}), &neutral)) << "a match begins with neutral inputs";
}

TEST(Entry, what_is_not_written_is_repeated) {
    EntryWriter writer(test_module);
    writer.begin({});
    const Input walking = {.aim = 1, .move_x = 9};
    const Input pressed = {.aim = 1, .move_x = 9, .presses = 2};
    ASSERT_EQ(writer.add_input(Seat{1}, &pressed, &walking), Added::yes);
    game::InputVector inputs(test_module);
    inputs.set(Seat{1}, &pressed);
    inputs.set(Seat{3}, &pressed);
    TickCommands commands;
    ASSERT_TRUE(read_entry(test_module, body_of(writer.finish(std::nullopt)), inputs, commands));
    EXPECT_TRUE(test_module.same(inputs.at(Seat{1}), &pressed));
    EXPECT_TRUE(test_module.same(inputs.at(Seat{3}), &walking));
    EXPECT_TRUE(test_module.same(inputs.at(Seat{0}), &neutral));
}

TEST(Entry, nothing_of_the_tick_before_stays) {
    EntryWriter writer(test_module);
    TickCommands first = {.begins = true, .start_asked = true, .events = {}, .random = 3};
    first.events.push_back({.seat = Seat{1}, .kind = Kind::joined});
    writer.begin(first);
    game::InputVector inputs(test_module);
    TickCommands commands;
    ASSERT_TRUE(read_entry(test_module, body_of(writer.finish(9)), inputs, commands));
    TickCommands second;
    second.events.push_back({.seat = Seat{2}, .kind = Kind::joined});
    writer.begin(second);
    ASSERT_TRUE(read_entry(test_module, body_of(writer.finish(std::nullopt)), inputs, commands));
    ASSERT_EQ(commands.events.size(), 1u);
    EXPECT_EQ(commands.events[0].seat, Seat{2});
    EXPECT_FALSE(commands.begins);
    EXPECT_FALSE(commands.start_asked);
    EXPECT_EQ(commands.random, 0u);
    EXPECT_FALSE(commands.hash.has_value());
}

TickCommands any_commands(base::Rng& rng) {
    TickCommands commands = {.begins = rng.chance(20), .start_asked = rng.chance(50), .events = {}};
    for (std::uint64_t events = rng.below(4); events > 0; --events) {
        commands.events.push_back({.seat = Seat{static_cast<std::uint8_t>(rng.below(8))},
                                   .kind = static_cast<Kind>(1 + rng.below(4))});
    }
    if (rng.chance(500)) commands.random = rng.next();
    return commands;
}

TEST(Entry, equal_ticks_have_equal_bytes) {
    // Read and written again, a random tick has the bytes it had: there is one form only.
    base::Rng rng(7);
    EntryWriter writer(test_module);
    EntryWriter again(test_module);
    game::InputVector before(test_module);
    for (int round = 0; round < 500; ++round) {
        const TickCommands written = rng.chance(500) ? any_commands(rng) : TickCommands{};
        game::InputVector repeated(test_module);
        if (!written.begins) repeated.copy_from(before);
        repeated.repeat();
        writer.begin(written);
        for (std::uint8_t seat = 0; seat < 8; ++seat) {
            const Input input =
                game::TestGame::sanitise({.aim = static_cast<std::int64_t>(rng.below(3)),
                                          .move_x = static_cast<std::int16_t>(rng.below(2)),
                                          .held = static_cast<std::uint8_t>(rng.below(2)),
                                          .presses = static_cast<std::uint8_t>(rng.below(2))});
            ASSERT_EQ(writer.add_input(Seat{seat}, &input, repeated.at(Seat{seat})), Added::yes);
        }
        const auto hash = rng.chance(300) ? std::optional(rng.next()) : std::nullopt;
        const ByteView entry = writer.finish(hash);

        game::InputVector inputs(test_module);
        inputs.copy_from(before);
        TickCommands commands;
        ASSERT_TRUE(read_entry(test_module, body_of(entry), inputs, commands)) << "round " << round;
        EXPECT_EQ(commands.hash, hash);
        again.begin(commands);
        for (std::uint8_t seat = 0; seat < 8; ++seat)
            ASSERT_EQ(again.add_input(Seat{seat}, inputs.at(Seat{seat}), repeated.at(Seat{seat})),
                      Added::yes);
        ASSERT_TRUE(std::ranges::equal(again.finish(commands.hash), entry)) << "round " << round;
        before.copy_from(inputs);
    }
}

TEST(Entry, two_of_eight_that_press_take_six_bytes) {
    // Of each 17 bits of the test game, one for who it is, and one that there are no commands.
    EntryWriter writer(test_module);
    writer.begin({});
    const Input pressed = {.presses = 1};
    ASSERT_EQ(writer.add_input(Seat{0}, &pressed, &neutral), Added::yes);
    ASSERT_EQ(writer.add_input(Seat{1}, &pressed, &neutral), Added::yes);
    EXPECT_EQ(writer.finish(std::nullopt).size(), 1u + (1 + 2 * (1 + 17) + 7) / 8);
}

TEST(Entry, refuses_what_changes_nothing) {
    EXPECT_TRUE(Body().no_commands().input(1, 1, 0).is_read());
    EXPECT_FALSE(Body().no_commands().input(1, 0, 0).is_read()) << "an input that is repeated anyway";
    EXPECT_FALSE(Body().no_commands().is_read()) << "an empty body says so";
    EXPECT_FALSE(Body().commands({}).is_read());
    EXPECT_TRUE(Body().commands({}, some_bits).is_read());
    EXPECT_TRUE(Body().commands({}, 0, some_bits).is_read());
    EXPECT_FALSE(Body().commands({}, 0, some_bits, Body::Form::always).is_read()) << "random bits of 0";
}

TEST(Entry, refuses_seats_and_kinds_that_do_not_exist) {
    EXPECT_TRUE(Body().commands({{7, 1}}).is_read());
    EXPECT_FALSE(Body().commands({{8, 1}}).is_read());
    EXPECT_FALSE(Body().commands({{255, 3}}).is_read());
    EXPECT_TRUE(Body().commands({{1, 4}}).is_read());
    EXPECT_FALSE(Body().commands({{1, 0}}).is_read());
    EXPECT_FALSE(Body().commands({{1, 5}}).is_read()) << "the test game has no computers";
    EXPECT_FALSE(Body().commands({{1, 7}}).is_read());
    EXPECT_TRUE(Body().no_commands().input(7, 1, 0).is_read());
    EXPECT_FALSE(Body().no_commands().input(8, 1, 0).is_read());
    EXPECT_TRUE(Body().no_commands().input(6, 1, 0).input(0, 1, 0).is_read());
    EXPECT_FALSE(Body().no_commands().input(6, 1, 0).input(1, 1, 0).is_read());
    EXPECT_FALSE(Body().no_commands().input(3, 1, 0).input(0xffff'fff0, 1, 0).is_read());
}

TEST(Entry, refuses_what_is_cut) {
    Body body;
    body.commands({{1, 1}, {2, 1}}, some_bits, some_bits).input(0, 1, 1);
    ASSERT_TRUE(body.is_read());
    for (std::size_t size = 1; size < body.bytes().size(); ++size) {
        game::InputVector inputs(test_module);
        TickCommands commands;
        const ByteView cut = body.bytes().first(size);
        // Where only the input is cut off, what is left may be a tick of its own.
        if (size * 8 < 1 + 2 + 6 + 2 * 11 + 2 * 65) {
            EXPECT_FALSE(read_entry(test_module, cut, inputs, commands)) << size;
        }
    }
    EXPECT_FALSE(Body().no_commands().bits(1, 1).is_read()) << "an input without its bits";
}

TEST(Entry, refuses_what_is_not_padded_with_0) {
    EXPECT_TRUE(Body().no_commands().input(0, 1, 1).is_read());
    EXPECT_TRUE(Body().no_commands().input(0, 1, 1).bits(0, 5).is_read());
    EXPECT_FALSE(Body().no_commands().input(0, 1, 1).bits(1 << 4, 5).is_read());
    EXPECT_FALSE(Body().no_commands().input(0, 1, 1).bits(0, 6).is_read()) << "a byte that nothing needs";
    EXPECT_FALSE(Body().no_commands().input(0, 1, 1).bits(0, 5 + 8).is_read());
}

TEST(Entry, refuses_more_events_than_a_tick_has) {
    std::vector<Body::Event> events(events_per_tick_max, {.seat = 1, .kind = 1});
    EXPECT_TRUE(Body().commands(events).is_read());
    events.push_back({.seat = 1, .kind = 2});
    EXPECT_FALSE(Body().commands(events).is_read());
    EXPECT_FALSE(game::take_check_failure()) << "hostile bytes are no failure of a game";
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
        writer.begin({});
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
        const ByteView entry = writer.finish(tick.value % 60 == 0 ? std::optional(rng.next()) : std::nullopt);
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
        writer.begin(rng.chance(500) ? any_commands(rng) : TickCommands{});
        Added added = Added::yes;
        for (std::uint8_t seat = 0; seat < 200 && added == Added::yes; ++seat) {
            const Input input = rng.chance(500) ? longest(rng) : Input{.held = 1};
            added = writer.add_input(Seat{seat}, &input, &neutral);
        }
        EXPECT_EQ(added, Added::no_room);
        const ByteView entry = writer.finish(rng.next());
        EXPECT_LE(entry.size(), entry_bytes_max);
        game::InputVector inputs(crowd_module);
        TickCommands commands;
        EXPECT_TRUE(read_entry(crowd_module, body_of(entry), inputs, commands));
    }
}

TEST(Entry, an_input_that_cannot_be_written_is_impossible_and_leaves_nothing) {
    static constexpr game::Module broken = [] {
        game::Module module = test_module;
        module.write_input = [](wire::BitWriter& writer, const void*, const void*) {
            return writer.bits(std::uint64_t{0}, 64) && writer.bits(std::uint64_t{0}, 64) &&
                   writer.boolean(true);
        };
        return module;
    }();
    EntryWriter writer(broken);
    writer.begin({});
    const Input pressed = {.presses = 1};
    EXPECT_EQ(writer.add_input(Seat{0}, &pressed, &neutral), Added::impossible);
    EXPECT_EQ(writer.finish(std::nullopt).size(), 1u);
}

}  // namespace
}  // namespace gs::netcode
