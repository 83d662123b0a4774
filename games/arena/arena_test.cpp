#include "games/arena/arena.h"

#include "games/arena/test_arena.h"

namespace gs::arena {
namespace {

using game::Phase;
using Kind = game::SeatEvent::Kind;

TEST(Arena, waits_until_somebody_asks_and_two_are_there) {
    TestArena arena;
    arena.people(1);
    arena.step(60);
    EXPECT_EQ(arena.state.flow.phase, Phase::waiting);
    arena.happens(1, Kind::joined);
    arena.step(60);
    EXPECT_EQ(arena.state.flow.phase, Phase::waiting);
    arena.begin_play();
    EXPECT_EQ(arena.state.flow.ticks_left, match_rules.playing_ticks);
}

TEST(Arena, counts_down_and_says_go) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    EXPECT_EQ(arena.count(Happening::began), 1);
    EXPECT_EQ(arena.count(Happening::counted), 2);  // three was said when it began
}

TEST(Arena, holds_everybody_at_a_spawn_of_their_own_while_it_counts) {
    TestArena arena;
    arena.people(8);
    for (Input& input : arena.inputs)
        input.move = 1;
    arena.begin_play();
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Fighter& fighter = arena.state.fighters[seat];
        const auto own = [&](Vec2 at) { return length(fighter.at - at) < 0.2F; };
        EXPECT_TRUE(std::ranges::any_of(map::spawns, own)) << seat;
        for (std::size_t other = 0; other < seat; ++other)
            EXPECT_GT(length(fighter.at - arena.state.fighters[other].at), 5);
        EXPECT_EQ(fighter.protected_ticks, 0);
    }
}

TEST(Arena, walks_in_sixteen_directions_at_one_speed) {
    for (std::uint8_t move = 1; move <= Input::move_max; ++move) {
        TestArena arena;
        arena.people(1);
        arena.place(0, {-7.5F, -2.5F});
        arena.inputs[0].move = move;
        arena.step(12);
        const Fighter& fighter = arena.state.fighters[0];
        EXPECT_NEAR(length(fighter.velocity), 7.6F, 0.05F) << +move;
        arena.inputs[0].move = 0;
        arena.step(10);
        EXPECT_LT(length(fighter.velocity), 0.01F) << "and stops soon";
    }
}

TEST(Arena, nobody_walks_through_walls_or_others) {
    TestArena arena;
    arena.people(2);
    arena.place(0, {-13, 0});
    arena.place(1, {-13, 5});
    arena.inputs[0].move = 1;  // to the right, where a wall is
    arena.step(60);
    EXPECT_NEAR(arena.state.fighters[0].at.x, -11.2F - 0.5F - Fighter::radius, 0.01F);
    arena.place(0, {-14, 5.6F});
    arena.place(1, {-13, 5.6F});
    arena.step(60);
    EXPECT_GT(length(arena.state.fighters[0].at - arena.state.fighters[1].at), 0.93F);
}

TEST(Arena, warm_up_frags_count_for_nothing) {
    TestArena arena;
    arena.people(2);
    arena.place(0, {-8, -3.6F});
    arena.place(1, {-6, -3.6F}).health = 10;
    arena.aim_at(0, {-6, -3.6F});
    arena.press(0, Input::rail);
    arena.step();
    EXPECT_EQ(arena.count(Happening::sparred), 1);
    EXPECT_EQ(arena.state.fighters[0].frags, 0);
    EXPECT_FALSE(arena.state.fighters[1].is_alive());
}

TEST(Arena, who_is_fragged_comes_back_after_two_seconds_far_from_others) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.place(0, {-8, -3.6F});
    arena.place(1, {-6, -3.6F}).health = 1;
    arena.aim_at(0, {-6, -3.6F});
    arena.press(0, Input::rail);
    arena.step();
    ASSERT_FALSE(arena.state.fighters[1].is_alive());
    arena.step(Fighter::respawn_ticks_max - 2);
    EXPECT_FALSE(arena.state.fighters[1].is_alive());
    arena.step(1);
    const Fighter& back = arena.state.fighters[1];
    EXPECT_TRUE(back.is_alive());
    EXPECT_EQ(back.health, Fighter::health_max);
    EXPECT_EQ(back.at, map::spawns[1]) << "the corner across";
    EXPECT_EQ(arena.count(Happening::spawned), 1);
}

TEST(Arena, who_came_back_is_protected_until_the_first_shot) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.place(0, {-8, -3.6F});
    arena.place(1, {-6, -3.6F}).protected_ticks = 40;
    arena.aim_at(0, {-6, -3.6F});
    arena.press(0, Input::rail);
    arena.step();
    EXPECT_EQ(arena.state.fighters[1].health, Fighter::health_max);
    arena.press(1, Input::rail);
    arena.step();
    EXPECT_EQ(arena.state.fighters[1].protected_ticks, 0);
}

TEST(Arena, enough_frags_win) {
    TestArena arena;
    arena.people(3);
    arena.begin_play();
    arena.state.fighters[2].frags = frags_to_win - 1;
    arena.place(2, {-8, -3.6F});
    arena.place(1, {-6, -3.6F}).health = 1;
    arena.aim_at(2, {-6, -3.6F});
    arena.press(2, Input::rail);
    arena.step();
    EXPECT_EQ(arena.state.flow.phase, Phase::result);
    EXPECT_EQ(arena.state.flow.winner, seat_of(2));
    ASSERT_NE(arena.found(Happening::won), nullptr);
    EXPECT_EQ(arena.found(Happening::won)->seat, seat_of(2));
    game::Standing standing;
    Arena::standing(arena.state, standing);
    EXPECT_EQ(standing.winner, seat_of(2));
    EXPECT_EQ(standing.seats[2].score, frags_to_win);
    EXPECT_FALSE(standing.seats[3].taken);
}

TEST(Arena, when_the_time_is_up_the_leader_wins) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.state.fighters[1].frags = 1;
    arena.state.flow.ticks_left = 1;
    arena.step();
    EXPECT_EQ(arena.state.flow.phase, Phase::result);
    EXPECT_EQ(arena.state.flow.winner, seat_of(1));
}

TEST(Arena, a_tie_goes_to_sudden_death_and_then_is_a_draw) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.state.flow.ticks_left = 1;
    arena.step();
    EXPECT_EQ(arena.count(Happening::sudden_death), 1);
    EXPECT_TRUE(arena.state.flow.is_playing());
    game::Standing standing;
    Arena::standing(arena.state, standing);
    EXPECT_GT(standing.ticks_left, 0U);
    arena.step(sudden_death_ticks_max - 1);
    EXPECT_TRUE(arena.state.flow.is_playing());
    arena.step();
    EXPECT_EQ(arena.state.flow.phase, Phase::result);
    EXPECT_EQ(arena.state.flow.winner, no_seat);
    EXPECT_EQ(arena.count(Happening::drawn), 1);
}

TEST(Arena, the_next_frag_decides_sudden_death) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.state.flow.ticks_left = 1;
    arena.step(10);
    arena.place(0, {-8, -3.6F});
    arena.place(1, {-6, -3.6F}).health = 1;
    arena.aim_at(0, {-6, -3.6F});
    arena.press(0, Input::rail);
    arena.step(2);
    EXPECT_EQ(arena.state.flow.winner, seat_of(0));
}

TEST(Arena, who_is_left_alone_wins) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.state.fighters[1].frags = 5;
    arena.happens(1, Kind::left);
    arena.step();
    EXPECT_EQ(arena.state.flow.phase, Phase::result);
    EXPECT_EQ(arena.state.flow.winner, seat_of(0));
}

TEST(Arena, a_countdown_stops_when_one_leaves) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    TestArena other;
    other.people(2);
    other.state.flow = {.phase = Phase::countdown, .ticks_left = 100};
    other.happens(0, Kind::left);
    other.step();
    EXPECT_EQ(other.state.flow.phase, Phase::waiting);
}

TEST(Arena, a_dropped_seat_keeps_its_frags_and_does_not_come_back_to_be_shot) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.state.fighters[1].frags = 4;
    arena.state.fighters[1].respawn_ticks = 10;
    arena.happens(1, Kind::dropped);
    arena.step(300);
    EXPECT_FALSE(arena.state.fighters[1].is_alive());
    EXPECT_TRUE(arena.state.flow.is_playing()) << "the seat is held";
    arena.happens(1, Kind::returned);
    arena.step(2);
    EXPECT_TRUE(arena.state.fighters[1].is_alive());
    EXPECT_EQ(arena.state.fighters[1].frags, 4);
}

TEST(Arena, who_comes_late_plays_at_once_with_nothing) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.happens(5, Kind::joined);
    arena.step();
    EXPECT_TRUE(arena.state.fighters[5].is_alive());
    EXPECT_GT(arena.state.fighters[5].protected_ticks, 0);
    EXPECT_EQ(arena.state.fighters[5].frags, 0);
}

TEST(Arena, after_the_result_nobody_is_hurt) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    arena.state.fighters[0].frags = frags_to_win;
    arena.step();
    arena.place(0, {-8, -3.6F});
    arena.place(1, {-6, -3.6F});
    arena.aim_at(0, {-6, -3.6F});
    arena.press(0, Input::rail | Input::rocket);
    arena.step(60);
    EXPECT_EQ(arena.state.fighters[1].health, Fighter::health_max);
}

TEST(Arena, streaks_first_blood_and_leads_are_told_once) {
    TestArena arena;
    arena.people(2);
    arena.begin_play();
    std::array<int, happening_kinds> counts = {};
    for (int frag = 0; frag < 5; ++frag) {
        arena.place(0, {-8, -3.6F}).streak = static_cast<std::uint8_t>(frag);
        arena.place(1, {-6, -3.6F}).health = 1;
        arena.aim_at(0, {-6, -3.6F});
        arena.press(0, Input::rail);
        arena.step();
        for (const game::Event& event : arena.happened)
            ++counts[event.kind];
    }
    EXPECT_EQ(arena.state.fighters[0].frags, 5);
    EXPECT_EQ(counts[static_cast<std::size_t>(Happening::railed)], 5);
    EXPECT_EQ(counts[static_cast<std::size_t>(Happening::first_blood)], 1);
    EXPECT_EQ(counts[static_cast<std::size_t>(Happening::streak)], 2);  // 3 and 5
    EXPECT_EQ(counts[static_cast<std::size_t>(Happening::lead_taken)], 0) << "first blood was the lead";
    EXPECT_EQ(arena.state.leader, seat_of(0));
}

TEST(Arena, pickups_help_those_who_need_them_and_come_back) {
    TestArena arena;
    arena.people(1);
    const map::Pickup health = map::pickups[7];
    ASSERT_EQ(health.kind, map::Pickup::Kind::health);
    arena.place(0, health.at);
    arena.step(5);
    EXPECT_EQ(arena.count(Happening::picked_up), 0) << "there is no use for it";
    arena.state.fighters[0].health = 50;
    arena.step();
    EXPECT_EQ(arena.state.fighters[0].health, 90);
    arena.step(health.ticks());
    EXPECT_EQ(arena.state.fighters[0].health, 90);
    arena.step();
    EXPECT_EQ(arena.state.fighters[0].health, 100);

    arena.place(0, map::pickups[1].at);
    arena.step();
    EXPECT_EQ(arena.state.fighters[0].shield, 50);
    arena.place(0, map::pickups[0].at);
    arena.step();
    EXPECT_EQ(arena.state.fighters[0].quick_ticks, Fighter::quick_ticks_max);
    arena.state.fighters[0].rail_wait = 40;
    arena.step(20);
    EXPECT_EQ(arena.state.fighters[0].rail_wait, 0) << "twice as fast";
}

TEST(Arena, positions_name_living_fighters_and_each_rocket_anew) {
    TestArena arena;
    arena.people(3);
    arena.place(0, {-13, -3});
    arena.state.fighters[2].respawn_ticks = 50;
    arena.press(0, Input::rocket);
    arena.step();
    game::PositionList list;
    Arena::positions(arena.state, list);
    ASSERT_EQ(list.positions().size(), 3U);
    EXPECT_EQ(list.positions()[0].key, 0);
    EXPECT_EQ(list.positions()[1].key, 1);
    const std::uint16_t key = list.positions()[2].key;
    EXPECT_GE(key, 256);
    arena.state.rockets = {};
    arena.state.rockets[0].serial = 1;
    arena.state.fighters[0].rocket_wait = 0;
    arena.press(0, Input::rocket);
    arena.step();
    list.clear();
    Arena::positions(arena.state, list);
    EXPECT_NE(list.positions()[2].key, key);
}

TEST(Arena, inputs_are_bounded_merged_and_repeated) {
    const Input wild = {.aim = 65535, .move = 255, .pressed = 255, .view_age = 255, .unused = 9};
    const Input sane = Arena::sanitise(wild);
    EXPECT_LT(sane.aim, angles);
    EXPECT_LE(sane.move, Input::move_max);
    EXPECT_EQ(sane.pressed, Input::every_press);
    EXPECT_EQ(sane.view_age, game::view_age_max);
    EXPECT_EQ(sane.unused, 0);
    EXPECT_EQ(Arena::sanitise({.view_age = 9}).view_age, 0) << "there is no age without a shot";

    const Input shot = {.aim = 5, .move = 2, .pressed = Input::rail, .view_age = 7};
    const Input later = {.aim = 6, .move = 3, .pressed = Input::rocket};
    const Input merged = Arena::merge(shot, later);
    EXPECT_EQ(merged, (Input{.aim = 6, .move = 3, .pressed = Input::every_press, .view_age = 7}));
    EXPECT_EQ(Arena::merge(later, shot).aim, 5);
    EXPECT_EQ(Arena::repeat(merged), (Input{.aim = 6, .move = 3}));
}

TEST(Arena, hands_become_inputs) {
    using game::Controls;
    TestArena arena;
    arena.people(2);
    arena.place(0, {-8, -3.6F});
    arena.place(1, {-6, -3.6F});
    const auto of = [&](const Controls& controls) {
        return Arena::from_controls(controls, arena.state, seat_of(0));
    };
    const Input mouse = of({.held = Controls::pointer, .move = {0, 1}, .pointer_at = {-8, 5}});
    EXPECT_EQ(mouse.aim, angles / 4);
    EXPECT_EQ(mouse.move, 5);
    EXPECT_EQ(mouse.pressed, Input::rocket);
    const Input key = of({.held = Controls::action_5, .pointer_at = {5, -3.6F}, .view_age_ticks = 40});
    EXPECT_EQ(key.pressed, Input::rail);
    EXPECT_EQ(key.view_age, game::view_age_max);
    // A stick that points nearly at somebody points at them; at its rim it fires.
    const Input sticks = of({.move = {-1, 0}, .aim = {0.98F, 0.08F}});
    EXPECT_EQ(sticks.aim, 0);
    EXPECT_EQ(sticks.pressed, Input::rocket);
    EXPECT_EQ(of({.aim = {0.5F, 0}}).pressed, 0);
    // What is held fires when it is ready, once.
    arena.state.fighters[0].rail_wait = 30;
    EXPECT_EQ(of({.held = Controls::action_1}).pressed, 0);
    for (const float odd : {__builtin_inff(), __builtin_nanf(""), 1e30F, -1e30F}) {
        const Input input = of({.move = {odd, 1}, .pointer_at = {1, odd}, .aim = {odd, odd}});
        EXPECT_EQ(Arena::sanitise(input), input);
    }
    EXPECT_EQ(Arena::from_controls({.held = ~0U}, arena.state, no_seat), Input{});
}

TEST(Arena, angles_are_those_of_their_vectors) {
    for (int index = 0; index < angles; ++index) {
        const auto angle = static_cast<Angle>(index);
        EXPECT_NEAR(length(unit_vector(angle)), 1, 1e-6F);
        EXPECT_EQ(angle_of(unit_vector(angle) * 7), angle);
    }
    EXPECT_EQ(turn_between(510, 3), 5);
    EXPECT_EQ(turn_between(3, 510), -5);
    EXPECT_EQ(turned(3, -5), 510);
}

TEST(ArenaMap, everything_stands_where_there_is_room_and_has_its_mirror_image) {
    const auto is_free = [](Vec2 at) {
        Vec2 moved = at;
        Vec2 velocity = {};
        map::push_out(moved, velocity, Fighter::radius + 0.2F);
        return length(moved - at) < 1e-4F;
    };
    for (const Vec2 spawn : map::spawns)
        EXPECT_TRUE(is_free(spawn)) << spawn.x << ' ' << spawn.y;
    for (const map::Pickup& pickup : map::pickups) {
        EXPECT_TRUE(is_free(pickup.at)) << pickup.at.x << ' ' << pickup.at.y;
        EXPECT_TRUE(std::ranges::any_of(map::pickups, [&](const map::Pickup& other) {
            return other.kind == pickup.kind && other.at == Vec2{0 - pickup.at.x, 0 - pickup.at.y};
        }));
    }
}

TEST(ArenaMap, ways_lead_from_everywhere_to_everywhere) {
    base::Rng rng(4);
    const auto anywhere = [&rng] {
        Vec2 at = {static_cast<float>(rng.below(4000)) * 0.01F - 20,
                   static_cast<float>(rng.below(2200)) * 0.01F - 11};
        Vec2 velocity = {};
        for (int round = 0; round < 3; ++round)
            map::push_out(at, velocity, Fighter::radius);
        return at;
    };
    for (int round = 0; round < 300; ++round) {
        Vec2 at = anywhere();
        const Vec2 goal = anywhere();
        const Vec2 from = at;
        int ticks = 0;
        for (; ticks < 1200 && length(at - goal) > 0.3F; ++ticks) {
            at += clamped(map::next_on_way(at, goal) - at, 0.125F);
            Vec2 velocity = {};
            map::push_out(at, velocity, Fighter::radius);
        }
        EXPECT_LT(ticks, 600) << "from " << from.x << ", " << from.y << " to " << goal.x << ", " << goal.y;
    }
}

}  // namespace
}  // namespace gs::arena
