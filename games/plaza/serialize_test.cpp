#include "core/game/golden_run.h"
#include "games/plaza/module.h"
#include "games/plaza/square.h"
#include "games/plaza/test_square.h"

#include <fstream>
#include <iomanip>
#include <sstream>
#include <string>

namespace gs::plaza {
namespace {

bool read(State& state, ByteView from) {
    wire::BitReader reader(from);
    return Plaza::serialize(reader, state);
}

TEST(PlazaSerialize, inputs_come_back_in_one_or_two_bytes) {
    for (std::uint8_t direction = 0; direction < directions; ++direction) {
        for (std::uint8_t pace = 0; pace <= Input::pace_max; ++pace) {
            for (std::uint8_t pressed = 0; pressed <= Input::every_press; ++pressed) {
                const Input input = Plaza::sanitise({direction, pace, pressed});
                std::byte room[4];
                wire::BitWriter writer(room);
                ASSERT_TRUE(Plaza::serialize_input(writer, input, Input{}));
                ASSERT_EQ(writer.size(), pressed == 0 ? 1U : 2U);
                wire::BitReader reader(writer.written());
                Input back = {1, 1, 1};
                ASSERT_TRUE(Plaza::serialize_input(reader, back, Input{}));
                ASSERT_EQ(back, input);
            }
        }
    }
}

TEST(PlazaSerialize, inputs_of_any_bytes_are_refused_or_sane) {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const std::byte bytes[] = {static_cast<std::byte>(bits), static_cast<std::byte>(bits >> 8)};
        wire::BitReader reader(bytes);
        Input input;
        if (Plaza::serialize_input(reader, input, Input{})) {
            ASSERT_EQ(Plaza::sanitise(input), input);
        }
    }
}

TEST(PlazaSerialize, a_state_goes_on_the_same_after_a_round_trip_at_any_moment) {
    base::Rng rng(3);
    game::SelfPlay play(module(), 77);
    State state;
    Plaza::start(state);
    State copy = state;
    for (int tick = 0; tick < 4000; ++tick) {
        const game::RawTurn turn = play.next();
        static_cast<void>(module().step(&state, turn));
        static_cast<void>(module().step(&copy, turn));
        if (rng.below(20) != 0) continue;
        std::vector<std::byte> room(game::state_bytes_max);
        wire::BitWriter writer(room);
        ASSERT_TRUE(Plaza::serialize(writer, state));
        std::vector<std::byte> other_room(game::state_bytes_max);
        wire::BitWriter other(other_room);
        ASSERT_TRUE(Plaza::serialize(other, copy));
        ASSERT_EQ(hash_of(writer.written()), hash_of(other.written())) << "at tick " << tick;
        ASSERT_TRUE(read(copy, writer.written()));
    }
}

TEST(PlazaSerialize, an_empty_square_is_small_and_a_full_one_fits) {
    base::Rng rng(1);
    TestSquare square;
    EXPECT_LT(square.bytes().size(), 420U);
    square.people(200);
    for (int tick = 0; tick < 300; ++tick) {
        square.press_anything(rng);
        square.step();
    }
    EXPECT_LT(square.bytes().size(), 5000U);
}

TEST(PlazaSerialize, truncated_states_are_refused) {
    TestSquare square;
    square.people(9);
    const std::vector<std::byte> bytes = square.bytes();
    State state;
    EXPECT_TRUE(read(state, bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(read(state, ByteView(bytes).first(size))) << size;
    }
}

TEST(PlazaSerialize, flipped_and_random_bytes_are_refused_or_can_be_stepped) {
    constexpr std::uint64_t seed = 9;
    base::Rng rng(seed);
    TestSquare square;
    square.people(30);
    square.step(100);
    const std::vector<std::byte> bytes = square.bytes();
    int accepted = 0;
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::byte> damaged = bytes;
        if (round % 4 == 0) {
            for (std::byte& byte : damaged)
                byte = static_cast<std::byte>(rng.next() >> 56);
        }
        for (std::uint64_t flips = 1 + rng.below(4); flips > 0; --flips) {
            damaged[rng.below(damaged.size())] ^= static_cast<std::byte>(1 << rng.below(8));
        }
        TestSquare other;
        if (!read(other.state, damaged)) continue;
        ++accepted;
        other.press_anything(rng);
        other.step(10);
        ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << ", round " << round;
        // What the rules made of it is a state again.
        State again;
        ASSERT_TRUE(read(again, other.bytes())) << "seed " << seed << ", round " << round;
    }
    EXPECT_GT(accepted, 200);
}

TEST(PlazaGolden, plays_the_same_game_as_every_other_build) {
    std::ifstream file(GS_GOLDEN_DIR "/plaza.txt");
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
               "tests/golden/plaza.txt "
               "and raise rules_version; when not, find what this build computes differently.";
    }
    EXPECT_GE(runs, 3);
}

}  // namespace
}  // namespace gs::plaza
