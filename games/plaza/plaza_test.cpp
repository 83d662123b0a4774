#include "games/plaza/plaza.h"

#include "games/plaza/square.h"
#include "games/plaza/test_square.h"

#include <algorithm>

namespace gs::plaza {
namespace {

using Kind = game::SeatEvent::Kind;

constexpr Input run_right = {.direction = 0, .pace = 3};
constexpr Input run_left = {.direction = 20, .pace = 3};

float distance_to(const Solid& solid, Vec2 point) {
    const Vec2 along = solid.to - solid.from;
    const float size = length_squared(along);
    const float share = size > 0 ? std::clamp(dot(point - solid.from, along) / size, 0.F, 1.F) : 0;
    return length(point - (solid.from + along * share));
}

TEST(PlazaDirections, are_unit_vectors_all_around) {
    Vec2 sum = {};
    for (std::uint8_t direction = 0; direction < directions; ++direction) {
        EXPECT_NEAR(length(unit_vector(direction)), 1, 1e-6);
        EXPECT_EQ(direction_of(unit_vector(direction)), direction);
        sum += unit_vector(direction);
    }
    EXPECT_NEAR(length(sum), 0, 1e-5);
    EXPECT_EQ(unit_vector(10), (Vec2{0, 1}));
}

TEST(PlazaWalkers, reach_their_top_speed_and_stop) {
    TestSquare square;
    square.people(1);
    Walker& walker = square.state.walkers[0];
    walker.at = {-10, 0};
    square.inputs[0] = run_right;
    square.step(30);
    EXPECT_NEAR(walker.velocity.x, 5.6F, 0.01F);
    square.inputs[0] = {};
    square.step(30);
    EXPECT_EQ(length(walker.velocity), 0);
}

TEST(PlazaWalkers, stop_at_the_wall_and_at_the_fountain) {
    TestSquare square;
    square.people(2);
    square.state.walkers[0].at = {17, 0};
    square.state.walkers[1].at = {-6.5F, 0.1F};
    square.inputs[0] = square.inputs[1] = run_right;
    square.step(50);
    EXPECT_FLOAT_EQ(square.state.walkers[0].at.x, 20 - Walker::radius);
    EXPECT_NEAR(square.state.walkers[1].at.x, -2.8F, 0.15F);
    square.step(600);
    EXPECT_GT(square.state.walkers[1].at.x, 10) << "slides around the fountain and goes on";
}

TEST(PlazaWalkers, who_overlap_move_apart) {
    TestSquare square;
    square.people(20);
    for (std::uint8_t seat = 0; seat < 20; ++seat)
        square.state.walkers[seat].at = {0, 7};
    square.step(120);
    for (std::size_t seat = 0; seat < 20; ++seat) {
        for (std::size_t other = 0; other < seat; ++other) {
            const Vec2 away = square.state.walkers[seat].at - square.state.walkers[other].at;
            EXPECT_GT(length(away), 2 * Walker::radius - 0.02F) << seat << " and " << other;
        }
    }
}

TEST(PlazaWalkers, who_run_into_each_other_do_not_swap_places) {
    TestSquare square;
    square.people(2);
    square.state.walkers[0].at = {-3, 7};
    square.state.walkers[1].at = {3, 7};
    square.inputs[0] = run_right;
    square.inputs[1] = run_left;
    square.step(120);
    EXPECT_LT(square.state.walkers[0].at.x, square.state.walkers[1].at.x);
}

TEST(PlazaWalkers, hop_over_others) {
    TestSquare square;
    square.people(2);
    square.state.walkers[0].at = {-2, 7};
    square.state.walkers[1].at = {-0.5F, 7};
    square.inputs[0] = {.direction = 0, .pace = 3, .pressed = Input::hop};
    square.step(30);
    EXPECT_GT(square.state.walkers[0].at.x, square.state.walkers[1].at.x);
    EXPECT_NEAR(square.state.walkers[1].at.x, -0.5F, 0.1F);
}

TEST(PlazaWalkers, show_an_emote_for_two_seconds) {
    TestSquare square;
    square.people(1);
    square.inputs[0].pressed = Input::heart;
    square.step(119);
    EXPECT_EQ(square.state.walkers[0].emote, Emote::heart);
    square.step(2);
    EXPECT_EQ(square.state.walkers[0].emote, Emote::none);
}

TEST(PlazaSeats, join_doze_return_and_leave) {
    TestSquare square;
    square.happens(3, Kind::joined);
    square.step();
    const Walker& walker = square.state.walkers[3];
    EXPECT_EQ(walker.presence, Presence::here);
    EXPECT_EQ(walker.emote, Emote::wave) << "who comes in waves";
    square.inputs[3] = run_right;
    square.step(20);
    square.happens(3, Kind::dropped);
    square.step(30);
    const Vec2 at = walker.at;
    EXPECT_EQ(walker.presence, Presence::dozing);
    square.step(10);
    EXPECT_EQ(walker.at, at) << "stands still, whatever the input says";
    square.happens(3, Kind::returned);
    square.step();
    EXPECT_EQ(walker.presence, Presence::here);
    square.happens(3, Kind::left);
    square.step();
    EXPECT_EQ(walker.presence, Presence::away);
}

TEST(PlazaSeats, nobody_comes_in_on_top_of_others_while_there_is_room) {
    TestSquare square;
    for (std::uint8_t seat = 0; seat < 20; ++seat)
        square.happens(seat, Kind::joined);
    square.step();
    for (std::size_t seat = 0; seat < 20; ++seat) {
        for (std::size_t other = 0; other < seat; ++other) {
            const Vec2 away = square.state.walkers[seat].at - square.state.walkers[other].at;
            EXPECT_GE(length(away), 2 * Walker::radius);
        }
    }
}

TEST(PlazaSeats, every_one_comes_in_where_nothing_stands_and_can_walk_in_every_direction) {
    for (std::size_t index = 0; index < seats; ++index) {
        const auto seat = static_cast<std::uint8_t>(index);
        for (std::uint8_t direction = 0; direction < directions; direction += directions / 4) {
            TestSquare square;
            square.happens(seat, Kind::joined);
            square.step();
            const Vec2 start = square.state.walkers[seat].at;
            EXPECT_GT(length(start - square.state.ball.at), Walker::radius + Ball::radius)
                << "seat " << index;
            for (const Solid& solid : solids) {
                ASSERT_GT(distance_to(solid, start), solid.radius + Walker::radius)
                    << "seat " << index << " touches something at " << solid.from.x << ", " << solid.from.y;
            }
            square.inputs[seat] = {.direction = direction, .pace = 3};
            square.step(20);
            const Vec2 way = square.state.walkers[seat].at - start;
            // Down, right and left: as far as everywhere. Up is the fountain, which they slide around.
            EXPECT_GT(dot(way, unit_vector(direction)), direction == 30 ? 0.2F : 1)
                << "seat " << index << " towards " << int{direction};
        }
    }
}

TEST(PlazaSeats, a_full_square_comes_in_without_touching_what_stands_there) {
    TestSquare square;
    for (std::size_t index = 0; index < seats; ++index)
        square.happens(static_cast<std::uint8_t>(index), Kind::joined);
    square.step();
    for (const Walker& walker : square.state.walkers) {
        for (const Solid& solid : solids)
            EXPECT_GT(distance_to(solid, walker.at), solid.radius + Walker::radius - 0.001F);
    }
}

TEST(PlazaSeats, events_of_seats_that_do_not_exist_change_nothing) {
    TestSquare square;
    square.happens(200, Kind::joined);
    square.happens(255, Kind::joined);
    square.happens(7, Kind::returned);
    square.happens(8, Kind::dropped);
    square.step();
    for (const Walker& walker : square.state.walkers)
        EXPECT_FALSE(walker.is_present());
}

TEST(PlazaBall, is_pushed_and_comes_to_rest) {
    TestSquare square;
    square.people(1);
    square.state.walkers[0].at = {-4, 7};
    square.state.ball = {.at = {-2, 7}};
    square.inputs[0] = run_right;
    square.step(25);
    EXPECT_GT(square.state.ball.velocity.x, 5.6F) << "faster than who kicked it";
    square.inputs[0] = {};
    square.step(1200);
    EXPECT_EQ(length(square.state.ball.velocity), 0);
}

TEST(PlazaBall, a_bounce_turns_it_and_never_makes_it_faster) {
    TestSquare square;
    square.state.ball = {.at = {0, 11}, .velocity = {3, 12}};
    float speed = length(square.state.ball.velocity);
    for (int tick = 0; tick < 300; ++tick) {
        square.step();
        EXPECT_LE(length(square.state.ball.velocity), speed + 1e-4F);
        speed = length(square.state.ball.velocity);
    }
    EXPECT_GT(square.state.ball.at.x, 1) << "keeps its way along the wall";
    EXPECT_LT(square.state.ball.at.y, 11) << "came back from the wall";
}

TEST(PlazaBall, stays_inside_whatever_hits_it) {
    base::Rng rng(11);
    TestSquare square;
    square.people(40);
    for (int tick = 0; tick < 6000; ++tick) {
        square.press_anything(rng);
        if (tick % 100 == 0) {
            const auto any = [&] { return static_cast<float>(rng.below(2000)) * 0.1F - 100; };
            const float x = any();
            square.state.ball.velocity = {x, any()};
        }
        square.step();
        const Ball& ball = square.state.ball;
        ASSERT_LE(length(ball.velocity), Ball::speed_max * 1.001F);
        const bool is_in_gate = std::max(ball.at.x, -ball.at.x) <= 20 + gate_depth - Ball::radius + 0.001F &&
                                std::max(ball.at.y, -ball.at.y) <= gate_half;
        ASSERT_TRUE(is_inside_square(ball.at) || is_in_gate) << ball.at.x << ", " << ball.at.y;
    }
}

TEST(PlazaBall, counts_a_goal_once_and_rolls_out_again) {
    TestSquare square;
    square.state.ball = {.at = {17, 0.3F}, .velocity = {12, 0}};
    square.step(60);
    EXPECT_EQ(square.state.goals_right, 1);
    EXPECT_GT(square.state.ball.goal_ticks, 0);
    square.step(300);
    EXPECT_EQ(square.state.goals_right, 1);
    EXPECT_EQ(square.state.goals_left, 0);
    EXPECT_LT(square.state.ball.at.x, 20 - Ball::radius);
}

TEST(PlazaBall, goals_are_forgotten_when_the_last_one_leaves) {
    TestSquare square;
    square.people(1);
    square.state.goals_left = 5;
    square.happens(0, Kind::left);
    square.step();
    EXPECT_EQ(square.state.goals_left, 0);
}

TEST(PlazaPigeons, fly_up_when_somebody_comes_and_land_elsewhere) {
    TestSquare square;
    square.people(1);
    Pigeon& pigeon = square.state.pigeons[0];
    pigeon = {.at = {-10, 2}, .goal = {-10, 2}, .wait_ticks = 500};
    square.state.walkers[0].at = {-11, 2};
    square.step(5);
    EXPECT_EQ(pigeon.mood, Pigeon::Mood::flies);
    square.step(400);
    EXPECT_GT(length(pigeon.at - Vec2{-10, 2}), 2);
}

TEST(PlazaPigeons, move_about_when_nobody_is_there) {
    TestSquare square;
    const State before = square.state;
    int flights = 0;
    for (int second = 0; second < 120; ++second) {
        square.step(60);
        for (const Pigeon& pigeon : square.state.pigeons) {
            flights += pigeon.mood == Pigeon::Mood::flies ? 1 : 0;
            ASSERT_TRUE(is_inside_square(pigeon.at));
        }
    }
    EXPECT_GT(flights, 5);
    for (std::size_t index = 0; index < before.pigeons.size(); ++index) {
        EXPECT_NE(square.state.pigeons[index].at, before.pigeons[index].at) << index;
    }
}

TEST(Plaza, two_hundred_walk_at_random_and_nobody_leaves_or_ends_inside_a_thing) {
    base::Rng rng(5);
    TestSquare square;
    square.people(200);
    for (int tick = 0; tick < 10000; ++tick) {
        square.press_anything(rng);
        square.step();
        if (HasFatalFailure()) return;
        if (tick % 10 != 0) continue;
        for (const Walker& walker : square.state.walkers) {
            ASSERT_TRUE(is_inside_square(walker.at));
            for (const Solid& solid : solids) {
                ASSERT_GT(distance_to(solid, walker.at), solid.radius + Walker::radius - 0.05F)
                    << walker.at.x << ", " << walker.at.y << " at tick " << tick;
            }
        }
    }
}

TEST(Plaza, everybody_running_into_one_corner_stays_inside) {
    TestSquare square;
    square.people(200);
    for (Input& input : square.inputs)
        input = {.direction = 5, .pace = 3};
    square.step(1200);
    for (const Walker& walker : square.state.walkers) {
        EXPECT_TRUE(is_inside_square(walker.at));
        for (const Solid& solid : solids) {
            EXPECT_GT(distance_to(solid, walker.at), solid.radius + Walker::radius - 0.05F);
        }
    }
}

TEST(PlazaInput, sanitise_allows_every_pattern_of_bits_only_what_the_rules_know) {
    for (unsigned direction = 0; direction < 256; ++direction) {
        for (unsigned pace = 0; pace < 256; ++pace) {
            for (const unsigned pressed : {0U, 1U, 31U, 32U, 255U}) {
                const Input input =
                    Plaza::sanitise({static_cast<std::uint8_t>(direction), static_cast<std::uint8_t>(pace),
                                     static_cast<std::uint8_t>(pressed)});
                ASSERT_LT(input.direction, directions);
                ASSERT_LE(input.pace, Input::pace_max);
                ASSERT_EQ(input.pressed & ~Input::every_press, 0);
                ASSERT_TRUE(input.pace > 0 || input.direction == 0);
                ASSERT_EQ(Plaza::sanitise(input), input) << "once is enough";
            }
        }
    }
}

TEST(PlazaInput, merge_loses_no_press_and_repeat_presses_nothing) {
    const Input older = {.direction = 3, .pace = 1, .pressed = Input::hop | Input::wave};
    const Input newer = {.direction = 8, .pace = 2, .pressed = Input::star};
    const Input merged = Plaza::merge(older, newer);
    EXPECT_EQ(merged.direction, 8);
    EXPECT_EQ(merged.pace, 2);
    EXPECT_EQ(merged.pressed, Input::hop | Input::wave | Input::star);
    EXPECT_EQ(Plaza::repeat(merged), (Input{.direction = 8, .pace = 2}));
    EXPECT_EQ(Plaza::repeat(Plaza::repeat(merged)), Plaza::repeat(merged));
}

TEST(PlazaControls, keys_and_stick_walk) {
    const State shown = {};
    const auto input = [&](Vec2 move) { return Plaza::from_controls({.move = move}, shown, {0}); };
    EXPECT_EQ(input({}), Input{});
    EXPECT_EQ(input({1, 0}), (Input{.direction = 0, .pace = 3}));
    EXPECT_EQ(input({0, -0.6F}), (Input{.direction = 30, .pace = 2}));
    EXPECT_EQ(input({-0.3F, 0}), (Input{.direction = 20, .pace = 1}));
    const float nan = __builtin_nanf("");
    EXPECT_EQ(input({nan, nan}), Input{});
}

TEST(PlazaControls, a_held_pointer_is_walked_to) {
    TestSquare square;
    square.people(1);
    square.state.walkers[0].at = {-10, -5};
    const Vec2 there = {-4, 5};
    for (int tick = 0; tick < 300; ++tick) {
        square.inputs[0] =
            Plaza::from_controls({.held = game::Controls::pointer, .pointer_at = there}, square.state, {0});
        square.step();
    }
    EXPECT_LT(length(square.state.walkers[0].at - there), 0.6F);
    EXPECT_EQ(square.inputs[0].pace, 0) << "and stands there";
}

TEST(PlazaControls, buttons_are_emotes_and_the_hop) {
    const Input input = Plaza::from_controls({.pressed = game::Controls::action_2 | game::Controls::action_5},
                                             State{}, no_seat);
    EXPECT_EQ(input.pressed, Input::heart | Input::hop);
}

}  // namespace
}  // namespace gs::plaza
