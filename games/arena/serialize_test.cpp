#include "core/game/golden_run.h"
#include "games/arena/module.h"
#include "games/arena/test_arena.h"

#include <fstream>
#include <iomanip>
#include <sstream>

namespace gs::arena {
namespace {

bool read(State& state, ByteView bytes) {
    wire::BitReader reader(bytes);
    return Arena::serialize(reader, state) && reader.at_end();
}

Input any_input(base::Rng& rng) {
    return Arena::sanitise({.aim = static_cast<Angle>(rng.next() >> 48),
                            .move = static_cast<std::uint8_t>(rng.below(17)),
                            .pressed = static_cast<std::uint8_t>(rng.below(4)),
                            .view_age = static_cast<std::uint8_t>(rng.below(20))});
}

TEST(ArenaSerialize, any_input_survives_the_network_at_any_bit) {
    base::Rng rng(5);
    for (int round = 0; round < 20'000; ++round) {
        const Input input = any_input(rng);
        const Input before = Arena::repeat(any_input(rng));
        std::byte room[8] = {};
        wire::BitWriter writer(room);
        const auto offset = static_cast<unsigned>(rng.below(8));
        ASSERT_TRUE(writer.put(0, offset) && Arena::serialize_input(writer, input, before));
        wire::BitReader reader(writer.written());
        std::uint8_t skipped = 0;
        Input back = any_input(rng);
        ASSERT_TRUE(reader.bits(skipped, offset) && Arena::serialize_input(reader, back, before));
        ASSERT_EQ(back, input);
        ASSERT_TRUE(reader.at_end());
    }
}

TEST(ArenaSerialize, small_turns_are_a_few_bits) {
    const auto bits = [](const Input& input) {
        std::byte room[8] = {};
        wire::BitWriter writer(room);
        EXPECT_TRUE(Arena::serialize_input(writer, input, Input{}));
        return writer.bit_count();
    };
    EXPECT_EQ(bits({.aim = 1}), 4U);
    EXPECT_EQ(bits({.aim = angles - 2}), 4U);
    EXPECT_EQ(bits({.aim = angles - 6}), 6U);
    EXPECT_EQ(bits({.move = 3}), 9U);
    EXPECT_EQ(bits({.pressed = Input::rocket}), 8U);
    EXPECT_EQ(bits({.pressed = Input::rail, .view_age = 9}), 12U);
    EXPECT_LE(bits({.aim = angles / 2, .move = 9, .pressed = 3, .view_age = 15}), 32U);
}

TEST(ArenaSerialize, inputs_of_any_bytes_are_refused_or_sane_and_have_one_form) {
    base::Rng rng(6);
    int accepted = 0;
    for (int round = 0; round < 50'000; ++round) {
        std::byte bytes[8];
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(rng.next() >> 56);
        const Input before = Arena::repeat(any_input(rng));
        wire::BitReader reader(bytes);
        Input input;
        if (!Arena::serialize_input(reader, input, before)) continue;
        ++accepted;
        ASSERT_EQ(Arena::sanitise(input), input);
        std::byte again[8] = {};
        wire::BitWriter writer(again);
        ASSERT_TRUE(Arena::serialize_input(writer, input, before));
        wire::BitReader one(bytes);
        wire::BitReader other(again);
        for (std::size_t bit = 0; bit < writer.bit_count(); ++bit) {
            bool a = false;
            bool b = false;
            ASSERT_TRUE(one.boolean(a) && other.boolean(b));
            ASSERT_EQ(a, b) << "another form of the same change";
        }
    }
    EXPECT_GT(accepted, 1000);
}

TEST(ArenaSerialize, a_state_goes_on_the_same_after_a_round_trip_at_any_moment) {
    base::Rng rng(3);
    TestArena arena;
    arena.people(4);
    for (std::size_t seat = 4; seat < 7; ++seat)
        arena.happens(seat, game::SeatEvent::Kind::computer_joined);
    arena.begin_play();
    TestArena copy = arena;
    for (int tick = 0; tick < 3000; ++tick) {
        arena.press_anything(rng);
        copy.inputs = arena.inputs;
        arena.step();
        copy.step();
        if (rng.below(20) != 0) continue;
        ASSERT_EQ(arena.bytes(), copy.bytes()) << "at tick " << tick;
        ASSERT_TRUE(read(copy.state, arena.bytes()));
    }
}

TEST(ArenaSerialize, states_are_small) {
    TestArena arena;
    EXPECT_LT(arena.bytes().size(), 700U);
    arena.computers(8);
    arena.begin_play();
    std::size_t largest = 0;
    for (int second = 0; second < 60; ++second) {
        arena.step(tick_rate_hz);
        largest = std::max(largest, arena.bytes().size());
    }
    std::printf("state: %zu bytes in memory, at most %zu serialized\n", sizeof(State), largest);
    EXPECT_LT(largest, 1400U);
}

TEST(ArenaSerialize, truncated_states_are_refused) {
    TestArena arena;
    arena.computers(5);
    arena.step(300);
    const std::vector<std::byte> bytes = arena.bytes();
    State state;
    EXPECT_TRUE(read(state, bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(read(state, ByteView(bytes).first(size))) << size;
}

TEST(ArenaSerialize, flipped_and_random_bytes_are_refused_or_can_be_stepped) {
    constexpr std::uint64_t seed = 9;
    base::Rng rng(seed);
    TestArena arena;
    arena.people(4);
    for (std::size_t seat = 4; seat < 8; ++seat)
        arena.happens(seat, game::SeatEvent::Kind::computer_joined);
    arena.begin_play();
    arena.step(400);
    const std::vector<std::byte> bytes = arena.bytes();
    int accepted = 0;
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::byte> damaged = bytes;
        if (round % 8 == 0) {
            for (std::byte& byte : damaged)
                byte = static_cast<std::byte>(rng.next() >> 56);
        }
        for (std::uint64_t flips = 1 + rng.below(4); flips > 0; --flips)
            damaged[rng.below(damaged.size())] ^= static_cast<std::byte>(1U << rng.below(8));
        TestArena other;
        if (!read(other.state, damaged)) continue;
        ++accepted;
        other.press_anything(rng);
        other.step(10);
        ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << ", round " << round;
        State again;
        ASSERT_TRUE(read(again, other.bytes())) << "seed " << seed << ", round " << round;
    }
    EXPECT_GT(accepted, 200);
}

TEST(ArenaSerialize, wrong_guesses_that_are_taken_back_leave_nothing) {
    // What a client does: it steps ahead with guesses, goes back, and steps what really happened.
    base::Rng rng(17);
    TestArena truth;
    truth.people(4);
    for (std::size_t seat = 4; seat < 8; ++seat)
        truth.happens(seat, game::SeatEvent::Kind::computer_joined);
    truth.begin_play();
    TestArena client = truth;
    for (int tick = 0; tick < 2000; ++tick) {
        if (rng.below(4) == 0) {
            TestArena guess = client;
            for (std::uint64_t ahead = 1 + rng.below(12); ahead > 0; --ahead) {
                guess.press_anything(rng);
                guess.step();
            }
        }
        truth.press_anything(rng);
        client.inputs = truth.inputs;
        truth.step();
        client.step();
        if (tick % 60 == 0) ASSERT_EQ(truth.bytes(), client.bytes());
    }
}

TEST(ArenaSerialize, hostile_inputs_break_no_check) {
    base::Rng rng(21);
    game::StateBuffer state(module());
    game::SelfPlay play(module(), 5);
    for (int tick = 0; tick < 6000; ++tick) {
        game::RawTurn turn = play.next();
        game::InputVector inputs(module());
        // Not even sanitised.
        for (std::size_t seat = 0; seat < seats; ++seat) {
            Input input = {.aim = static_cast<Angle>(rng.next() >> 48),
                           .move = static_cast<std::uint8_t>(rng.next() >> 56),
                           .pressed = static_cast<std::uint8_t>(rng.next() >> 56),
                           .view_age = static_cast<std::uint8_t>(rng.next() >> 56),
                           .unused = static_cast<std::uint8_t>(rng.next() >> 56)};
            inputs.set(seat_of(seat), &input);
        }
        turn.inputs = inputs.data();
        turn.start_asked = tick == 1000;
        const game::CheckFailure failure = module().step(state.data(), turn);
        ASSERT_FALSE(failure) << failure.why << " at tick " << tick;
    }
}

TEST(ArenaGolden, plays_the_same_game_as_every_other_build) {
    std::ifstream file(GS_GOLDEN_DIR "/arena.txt");
    ASSERT_TRUE(file.is_open());
    int runs = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::uint64_t seed = 0;
        std::uint32_t ticks = 0;
        std::string hash;
        words >> seed >> ticks >> hash;
        ++runs;
        const game::GoldenRun run = game::golden_run(module(), seed, ticks);
        EXPECT_FALSE(run.failure) << run.failure.why << " at tick " << run.ticks;
        std::ostringstream found;
        found << std::hex << std::setfill('0') << std::setw(16) << run.hash;
        EXPECT_EQ(found.str(), hash)
            << "seed " << seed << ", " << ticks
            << " ticks. When the rules were changed on purpose, write the new hash into "
               "tests/golden/arena.txt "
               "and raise rules_version; when not, find what this build computes differently.";
    }
    EXPECT_GE(runs, 3);
}

}  // namespace
}  // namespace gs::arena
