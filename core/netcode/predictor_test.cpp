#include "core/netcode/predictor.h"

#include "core/base/rng.h"
#include "core/game/test_game.h"

#include <gtest/gtest.h>

#include <map>

namespace gs::netcode {
namespace {

using game::test_module;
using Input = game::TestGame::Input;
using Kind = game::SeatEvent::Kind;

constexpr Seat own = {2};
constexpr Seat other = {4};

/// A server that steps, and a client's predictor beside it.
struct PredictorRig {
    explicit PredictorRig(std::uint32_t ticks_max = prediction_ticks_max)
        : predictor(test_module, ticks_max) {
        TickCommands joins;
        joins.events.push_back({.seat = own, .kind = Kind::joined});
        joins.events.push_back({.seat = other, .kind = Kind::joined});
        tick(joins);
    }

    Predictor predictor;
    game::StateBuffer truth{test_module};
    game::StateBuffer confirmed{test_module};
    game::InputVector inputs{test_module};
    Tick next;
    std::map<std::uint32_t, Input> own_inputs;
    Input others = {};
    std::uint32_t right = 0;

    /// The tick of the server, which the client hears of at once.
    void tick(const TickCommands& commands = {}) {
        inputs.repeat();
        const auto found = own_inputs.find(next.value);
        if (found != own_inputs.end()) inputs.set(own, &found->second);
        inputs.set(other, &others);
        const game::RawTurn turn = {.tick = next,
                                    .inputs = inputs.data(),
                                    .events = {commands.events.begin(), commands.events.size()},
                                    .random = commands.random};
        static_cast<void>(test_module.step(truth.data(), turn));
        if (predictor.confirm(next, inputs, commands, confirmed)) {
            ++right;
        } else {
            static_cast<void>(test_module.step(confirmed.data(), turn));
        }
        ++next;
    }
    Tick predict(std::uint32_t ahead) {
        return predictor.predict(
            {.state = confirmed, .inputs = inputs, .next = next, .end = next + ahead, .own = own},
            [](const void* context, Tick tick) -> const void* {
                const auto& made = static_cast<const PredictorRig*>(context)->own_inputs;
                const auto found = made.find(tick.value);
                return found == made.end() ? nullptr : &found->second;
            },
            this);
    }
    static std::uint64_t hash_of_state(const game::StateBuffer& state) {
        std::vector<std::byte> scratch(game::state_bytes_max);
        return state.hash(scratch);
    }
    [[nodiscard]] bool is_true() const { return hash_of_state(confirmed) == hash_of_state(truth); }
    const game::TestGame::SeatState& seat(Tick after, Seat of) {
        return static_cast<const game::TestGame::State*>(predictor.after(after).data())->seat[of.value];
    }
};

TEST(Predictor, what_was_guessed_right_needs_no_step) {
    PredictorRig rig;
    rig.own_inputs[3] = {.move_x = 100, .presses = 1};
    rig.predict(10);
    for (int tick = 0; tick < 10; ++tick)
        rig.tick();
    EXPECT_EQ(rig.right, 10u);
    EXPECT_TRUE(rig.is_true());
}

TEST(Predictor, own_inputs_count_before_the_server_has_seen_them) {
    PredictorRig rig;
    rig.own_inputs[5] = {.presses = 1};
    rig.predict(10);
    EXPECT_EQ(rig.seat(Tick{4}, own).presses, 0u);
    EXPECT_EQ(rig.seat(Tick{5}, own).presses, 1u);
    EXPECT_EQ(rig.predictor.events_of(Tick{5}).events().size(), 1u);
    EXPECT_EQ(rig.predictor.events_of(Tick{6}).events().size(), 0u);
}

TEST(Predictor, others_go_on_with_what_they_hold) {
    PredictorRig rig;
    rig.others = {.move_x = 1000, .presses = 1};
    rig.tick();
    rig.predict(5);
    EXPECT_EQ(rig.seat(rig.next + 4, other).presses, 1u) << "a press is not repeated";
    EXPECT_GT(rig.seat(rig.next + 4, other).at.x, rig.seat(rig.next, other).at.x) << "what is held is";
}

TEST(Predictor, only_what_comes_after_a_wrong_guess_is_made_again) {
    PredictorRig rig;
    rig.predict(10);
    rig.tick();
    EXPECT_EQ(rig.predict(10), Tick{11});
    EXPECT_EQ(rig.predictor.remade(), 0u);
    rig.others.move_y = 5;
    const Tick wrong = rig.next;
    rig.tick();
    EXPECT_EQ(rig.predictor.end(), rig.next);
    EXPECT_EQ(rig.predict(10), wrong + 1);
    EXPECT_EQ(rig.predictor.remade(), 9u) << "and one more was made for the first time";
    EXPECT_EQ(rig.right, 1u);
}

TEST(Predictor, nobody_foresees_who_comes_and_random_bits) {
    PredictorRig rig;
    rig.predict(10);
    rig.tick({.random = 77});
    EXPECT_EQ(rig.right, 0u);
    rig.predict(10);
    TickCommands leaves;
    leaves.events.push_back({.seat = other, .kind = Kind::dropped});
    rig.tick(leaves);
    EXPECT_EQ(rig.right, 0u);
    EXPECT_TRUE(rig.is_true());
}

TEST(Predictor, goes_ahead_as_far_as_it_may_and_waits_there) {
    PredictorRig rig(8);
    rig.predict(1000);
    EXPECT_EQ(rig.predictor.end(), rig.next + 8);
    for (int tick = 0; tick < 20; ++tick)
        rig.tick();
    EXPECT_EQ(rig.right, 8u);
    rig.predict(1000);
    EXPECT_EQ(rig.predictor.end(), rig.next + 8);
    EXPECT_TRUE(rig.is_true());
}

TEST(Predictor, forgets_when_it_is_told_to) {
    PredictorRig rig;
    rig.predict(10);
    rig.predictor.reset();
    rig.tick();
    EXPECT_EQ(rig.right, 0u);
    EXPECT_TRUE(rig.is_true());
}

TEST(Predictor, whatever_is_guessed_the_truth_comes_out) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        base::Rng rng(seed);
        PredictorRig rig;
        for (int round = 0; round < 300; ++round) {
            rig.predict(static_cast<std::uint32_t>(rng.below(60)));
            for (std::uint64_t ticks = rng.below(5); ticks > 0; --ticks) {
                if (rng.chance(100)) rig.others.move_x = static_cast<std::int16_t>(rng.below(30'000));
                rig.others.presses = rng.chance(50) ? 1 : 0;
                TickCommands commands;
                if (rng.chance(20)) commands.random = rng.next();
                // Own inputs that came late count in another tick than the one they were made for.
                if (rng.chance(100))
                    rig.own_inputs[rig.next.value] = {.held = static_cast<std::uint8_t>(rng.below(4))};
                rig.tick(commands);
            }
            rig.own_inputs[rig.next.value + 20 + static_cast<std::uint32_t>(round)] = {
                .move_x = static_cast<std::int16_t>(rng.below(30'000)), .presses = 1};
            ASSERT_TRUE(rig.is_true()) << "seed " << seed << " round " << round;
        }
        EXPECT_GT(rig.right, 50u) << "seed " << seed;
    }
}

}  // namespace
}  // namespace gs::netcode
