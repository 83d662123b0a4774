#include "games/arena/test_arena.h"

#include <cstdio>

namespace gs::arena {
namespace {

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

}  // namespace
}  // namespace gs::arena
