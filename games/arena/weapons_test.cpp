#include "games/arena/test_arena.h"

namespace gs::arena {
namespace {

/// An open lane along the upper wall of the left half.
constexpr Vec2 left = {-14, -3.6F};
constexpr Vec2 right = {-8, -3.6F};

TEST(ArenaRail, hits_at_once_and_hurts) {
    TestArena arena;
    arena.people(2);
    arena.place(0, left);
    arena.place(1, right);
    arena.aim_at(0, right);
    arena.press(0, Input::rail);
    arena.step();
    EXPECT_EQ(arena.state.fighters[1].health, 40);
    const game::Event* const fired = arena.found(Happening::rail_fired);
    ASSERT_NE(fired, nullptr);
    EXPECT_EQ(fired->value, 1);
    EXPECT_NEAR(fired->to.x, right.x - Fighter::radius, 0.01F);
    ASSERT_NE(arena.found(Happening::rail_hit), nullptr);
    EXPECT_EQ(arena.found(Happening::rail_hit)->other, seat_of(1));
    EXPECT_EQ(arena.found(Happening::rail_hit)->value, 60);
}

TEST(ArenaRail, is_stopped_by_walls_and_the_first_body) {
    TestArena arena;
    arena.people(3);
    arena.place(0, {-13.5F, 0});
    arena.place(1, {-8, 0});  // behind a wall
    arena.aim_at(0, {-8, 0});
    arena.press(0, Input::rail);
    arena.step();
    EXPECT_EQ(arena.state.fighters[1].health, 100);
    EXPECT_NEAR(arena.found(Happening::rail_fired)->to.x, -11.7F, 0.01F);

    arena.place(0, left);
    arena.place(1, right);
    arena.place(2, mix(left, right, 0.5F));
    arena.aim_at(0, right);
    arena.press(0, Input::rail);
    arena.step();
    EXPECT_EQ(arena.state.fighters[1].health, 100);
    EXPECT_EQ(arena.state.fighters[2].health, 40);
}

TEST(ArenaRail, waits_between_shots_however_often_one_presses) {
    TestArena arena;
    arena.people(2);
    arena.place(0, left);
    arena.place(1, {5, 5});
    int shots = 0;
    for (int tick = 0; tick < 2 * Fighter::rail_ticks; ++tick) {
        arena.press(0, Input::rail);
        arena.step();
        shots += arena.count(Happening::rail_fired);
    }
    EXPECT_EQ(shots, 2);
}

TEST(ArenaRail, two_may_hit_each_other_in_the_same_tick) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.place(0, left).health = 1;
    arena.place(1, right).health = 1;
    arena.aim_at(0, right);
    arena.aim_at(1, left);
    arena.press(0, Input::rail);
    arena.press(1, Input::rail);
    arena.step();
    EXPECT_FALSE(arena.state.fighters[0].is_alive());
    EXPECT_FALSE(arena.state.fighters[1].is_alive());
    EXPECT_EQ(arena.state.fighters[0].frags, 1);
    EXPECT_EQ(arena.state.fighters[1].frags, 1);
}

TEST(ArenaRail, shields_take_the_hit_first) {
    TestArena arena;
    arena.people(2);
    arena.place(0, left);
    arena.place(1, right).shield = 50;
    arena.aim_at(0, right);
    arena.press(0, Input::rail);
    arena.step();
    EXPECT_EQ(arena.state.fighters[1].shield, 0);
    EXPECT_EQ(arena.state.fighters[1].health, 90);
}

// ---- Lag compensation (docs/protocol.md)

/// Seat 1 walks down past seat 0, who aims at where it was `age` ticks before the step's state and fires with
/// `claimed`.
struct LateShot {
    TestArena arena;
    Vec2 was_at = {};

    LateShot(std::uint8_t age, std::uint8_t claimed) {
        arena.people(2);
        arena.place(0, {-14, 0});
        arena.place(1, {-19, -4});
        arena.inputs[1].move = 5;  // down
        std::vector<Vec2> places;
        for (int tick = 0; tick < 40; ++tick) {
            arena.step();
            places.push_back(arena.state.fighters[1].at);
        }
        was_at = places[places.size() - 1 - age];
        arena.aim_at(0, was_at);
        arena.press(0, Input::rail, claimed);
        arena.step();
    }
    [[nodiscard]] bool has_hit() const { return arena.found(Happening::rail_hit) != nullptr; }
};

TEST(ArenaLag, a_shot_without_age_hits_where_others_are) {
    EXPECT_TRUE(LateShot(0, 0).has_hit());
    EXPECT_FALSE(LateShot(9, 0).has_hit()) << "aimed at where it was: behind it";
}

TEST(ArenaLag, a_shot_hits_what_the_shooter_saw_at_nine_ticks_and_more) {
    for (const std::uint8_t age : {9, 12, 14}) {
        EXPECT_TRUE(LateShot(age, age).has_hit()) << +age;
        EXPECT_FALSE(LateShot(0, age).has_hit()) << "where it is now nobody saw it: " << +age;
    }
}

TEST(ArenaLag, ages_are_cut_at_the_cap) {
    EXPECT_TRUE(LateShot(game::view_age_max, game::view_age_max).has_hit());
    // 400 ms late: the shot is tested at the cap, three bodies from what was aimed at.
    EXPECT_FALSE(LateShot(24, 24).has_hit());
    EXPECT_TRUE(LateShot(game::view_age_max, 200).has_hit()) << "a larger claim is the cap";
}

TEST(ArenaLag, a_stick_is_helped_to_what_is_seen_and_its_shot_hits) {
    TestArena arena;
    arena.people(2);
    arena.place(0, {-14, 0});
    arena.place(1, {-19, -4});
    arena.inputs[1].move = 5;
    arena.step(40);
    constexpr std::uint8_t age = 9;
    const Vec2 seen = arena.state.past.at(1, age - 1);
    const Vec2 nearly = unit_vector(turned(angle_of(seen - arena.state.fighters[0].at), 6));
    arena.inputs[0] =
        Arena::from_controls({.held = game::Controls::action_1, .aim = nearly * 0.8F, .view_age_ticks = age},
                             arena.state, seat_of(0));
    EXPECT_EQ(arena.inputs[0].aim, angle_of(seen - arena.state.fighters[0].at));
    arena.step();
    EXPECT_NE(arena.found(Happening::rail_hit), nullptr);
}

TEST(ArenaLag, who_appears_was_never_seen_where_it_was_before) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.place(0, left);
    arena.place(1, right).health = 1;
    arena.aim_at(0, right);
    arena.press(0, Input::rail);
    arena.step(Fighter::respawn_ticks_max + 1);
    arena.state.fighters[1].protected_ticks = 0;
    arena.state.fighters[0].rail_wait = 0;
    arena.press(0, Input::rail, game::view_age_max);
    arena.step();
    EXPECT_EQ(arena.count(Happening::rail_fired), 1);
    EXPECT_FALSE(arena.found(Happening::rail_hit) != nullptr);
}

TEST(ArenaLag, walls_are_where_they_are) {
    TestArena arena;
    arena.people(2);
    arena.place(0, {-14, 0});
    arena.place(1, {-8, 0});
    arena.aim_at(0, {-8, 0});
    arena.press(0, Input::rail, 12);
    arena.step();
    EXPECT_EQ(arena.count(Happening::rail_fired), 1);
    EXPECT_EQ(arena.found(Happening::rail_hit), nullptr);
}

// ---- Rockets

TEST(ArenaRocket, flies_hits_and_throws) {
    TestArena arena;
    arena.people(2);
    arena.place(0, left);
    arena.place(1, right);
    arena.aim_at(0, right);
    arena.press(0, Input::rocket);
    arena.step();
    EXPECT_EQ(arena.count(Happening::rocket_launched), 1);
    EXPECT_EQ(arena.state.fighters[1].health, 100);
    int ticks = 0;
    while (arena.found(Happening::exploded) == nullptr && ticks < 60) {
        arena.step();
        ++ticks;
    }
    EXPECT_NEAR(ticks, 16, 2) << "4.6 units at 17 a second";
    EXPECT_LT(arena.state.fighters[1].health, 50);
    EXPECT_GT(arena.state.fighters[1].velocity.x, 8);
    EXPECT_FALSE(arena.state.rockets[0].flies());
}

TEST(ArenaRocket, splash_grows_less_with_distance_and_stops_at_walls) {
    const auto health_at = [](Vec2 victim, Vec2 from, Vec2 target) {
        TestArena arena;
        arena.people(2);
        arena.place(0, from);
        arena.place(1, victim);
        arena.aim_at(0, target);
        arena.press(0, Input::rocket);
        arena.step(90);
        return arena.state.fighters[1].health;
    };
    // Against the outer wall, the victim along it.
    const int near = health_at({-19.4F, -1.4F}, {-14, 0}, {-21, 0});
    const int far = health_at({-19.4F, -2.6F}, {-14, 0}, {-21, 0});
    EXPECT_LT(near, far);
    EXPECT_LT(far, 100);
    EXPECT_EQ(health_at({-10, 0}, {-15, 0}, {-11, 0}), 100) << "behind the wall";
}

TEST(ArenaRocket, throws_its_owner_far_for_less_damage) {
    TestArena arena;
    arena.people(1);
    arena.place(0, {-15, -11.3F});
    arena.aim_at(0, {-15, -12});  // into the wall beside
    arena.press(0, Input::rocket);
    arena.step(3);
    const Fighter& fighter = arena.state.fighters[0];
    EXPECT_GT(fighter.velocity.y, 13);
    EXPECT_GT(fighter.health, 60);
    EXPECT_LT(fighter.health, 100);
    EXPECT_EQ(arena.count(Happening::hurt_self), 1);
    const float walked = 12 * 7.6F * tick_s;
    arena.step(12);
    EXPECT_GT(fighter.at.y + 11.3F, walked * 1.5F) << "farther than one walks";
}

TEST(ArenaRocket, costs_a_frag_to_who_dies_of_their_own) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.place(0, {-15, -11.3F}).health = 5;
    arena.aim_at(0, {-15, -12});
    arena.press(0, Input::rocket);
    arena.step(3);
    EXPECT_EQ(arena.count(Happening::fragged_self), 1);
    EXPECT_EQ(arena.state.fighters[0].frags, -1);
}

TEST(ArenaRocket, still_scores_when_its_owner_is_out) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.place(0, left);
    arena.place(1, right).health = 20;
    arena.aim_at(0, right);
    arena.press(0, Input::rocket);
    arena.step();
    arena.state.fighters[0].respawn_ticks = 100;
    arena.step(30);
    EXPECT_EQ(arena.state.fighters[0].frags, 1);
}

TEST(ArenaRocket, never_leaves_the_arena_wherever_it_is_launched) {
    base::Rng rng(12);
    TestArena arena;
    arena.people(8);
    for (int tick = 0; tick < 3000; ++tick) {
        for (Input& input : arena.inputs) {
            input.aim = static_cast<Angle>(rng.below(angles));
            input.move = static_cast<std::uint8_t>(rng.below(17));
            input.pressed = Input::rocket;
        }
        arena.step();
        for (const Rocket& rocket : arena.state.rockets) {
            if (!rocket.flies()) continue;
            ASSERT_LE(std::max(rocket.at.x, -rocket.at.x), map::half.x);
            ASSERT_LE(std::max(rocket.at.y, -rocket.at.y), map::half.y);
        }
    }
}

}  // namespace
}  // namespace gs::arena
