#include "games/pong/pong.h"

#include "core/game/test_kit.h"
#include "games/pong/module.h"
#include "games/pong/test_court.h"

namespace gs::pong {
namespace {

GS_TEST_GAME(Pong, pong::module());

using game::Controls;
using game::Phase;
using Kind = game::SeatEvent::Kind;

constexpr Input up = {.kind = Input::up};

TEST(PongMatch, waits_for_two_counts_down_and_begins) {
    TestCourt court;
    court.start_asked = true;
    court.happens(0, Kind::joined);
    court.step(10);
    EXPECT_EQ(court.state.flow.phase, Phase::waiting);
    court.happens(1, Kind::computer_joined);
    court.step();
    EXPECT_EQ(court.state.flow.phase, Phase::countdown);
    EXPECT_EQ(court.last(Happened::counted).value, 3);
    court.step(3 * tick_rate_hz - 1);
    EXPECT_EQ(court.count(Happened::counted), 3U);
    EXPECT_EQ(court.last(Happened::counted).value, 1);
    EXPECT_EQ(court.count(Happened::served), 0U) << "the ball waits, too";
    court.step();
    EXPECT_EQ(court.state.flow.phase, Phase::playing);
    EXPECT_EQ(court.count(Happened::began), 1U);
    court.step(60);
    EXPECT_EQ(court.count(Happened::served), 1U);
}

TEST(PongMatch, who_has_five_points_has_won) {
    TestCourt court;
    court.begin_match();
    court.state.paddles[1].points = 3;
    for (int point = 1; point <= 5; ++point) {
        ASSERT_TRUE(court.state.flow.is_playing());
        court.launch({20, 0}, 6);
        court.step(60);
        EXPECT_EQ(court.state.paddles[0].points, point);
    }
    EXPECT_EQ(court.state.flow.phase, Phase::result);
    EXPECT_EQ(court.state.flow.winner, Seat{0});
    EXPECT_EQ(court.last(Happened::won).value, 3) << "5 to 3";
    game::Standing standing;
    Pong::standing(court.state, standing);
    EXPECT_EQ(standing.seats[0].score, 5);
    EXPECT_EQ(standing.seats[1].score, 3);
    court.happens(1, Kind::left);
    court.step(600);
    Pong::standing(court.state, standing);
    EXPECT_EQ(standing.seats[1].score, 3) << "a result stays, whoever leaves";
    EXPECT_EQ(standing.winner, Seat{0});
}

TEST(PongMatch, who_leaves_has_lost) {
    TestCourt court;
    court.begin_match();
    court.state.paddles[0].points = 4;
    court.happens(0, Kind::left);
    court.step();
    EXPECT_EQ(court.state.flow.winner, Seat{1});
    EXPECT_EQ(court.count(Happened::forfeited), 1U);
    EXPECT_EQ(court.last(Happened::forfeited).other, Seat{0});
}

TEST(PongMatch, who_is_dropped_stands_still_and_can_return) {
    TestCourt court;
    court.begin_match();
    court.inputs[0] = up;
    court.happens(0, Kind::dropped);
    court.step(30);
    EXPECT_TRUE(court.state.flow.is_playing());
    EXPECT_EQ(court.state.paddles[0].at.y, 0);
    court.happens(0, Kind::returned);
    court.step(10);
    EXPECT_LT(court.state.paddles[0].at.y, -1);
}

TEST(PongMatch, people_can_try_their_paddles_while_they_wait) {
    TestCourt court;
    court.happens(0, Kind::joined);
    court.inputs[0] = up;
    court.step(3600);
    EXPECT_EQ(court.state.paddles[0].at.y, -Paddle::reach);
    EXPECT_GT(court.count(Happened::bounced), 10U);
    EXPECT_EQ(court.count(Happened::scored) + court.count(Happened::returned), 0U) << "nothing counts yet";
}

TEST(PongMatch, events_of_seats_that_do_not_exist_change_nothing) {
    TestCourt court;
    court.happens(2, Kind::joined);
    court.happens(255, Kind::left);
    court.step();
    EXPECT_EQ(court.state.present(), 0U);
}

TEST(PongBall, comes_back_faster_from_a_paddle) {
    TestCourt court;
    court.begin_match();
    court.launch({12, 0});
    court.step(60);
    EXPECT_NEAR(court.state.ball.velocity.x, -12 * Ball::speed_up, 0.01F);
    EXPECT_EQ(court.last(Happened::returned).seat, Seat{1});
    EXPECT_EQ(court.last(Happened::returned).value, 46) << "km/h";
    EXPECT_EQ(court.state.rally, 1);
}

TEST(PongBall, leaves_steeply_where_the_edge_of_a_paddle_hit_it) {
    for (const float offset : {-1.5F, -0.7F, 0.7F, 1.5F}) {
        TestCourt court;
        court.begin_match();
        court.launch({-12, 0}, offset);
        court.step(60);
        const Vec2 velocity = court.state.ball.velocity;
        ASSERT_GT(velocity.x, 0);
        EXPECT_EQ(velocity.y > 0, offset > 0);
        EXPECT_EQ((velocity.y > 0 ? velocity.y : -velocity.y) > 0.7F * velocity.x, offset * offset > 1);
    }
}

TEST(PongBall, is_never_too_fast_for_a_paddle) {
    TestCourt court;
    court.begin_match();
    court.state.rally = 8;
    for (int flight = 0; flight < 60; ++flight) {
        court.launch({flight % 2 == 0 ? Ball::speed_max : -Ball::speed_max, 0},
                     0.02F * static_cast<float>(flight));
        court.events.clear();
        court.step(40);
        ASSERT_EQ(court.count(Happened::returned), 1U);
        ASSERT_LE(length(court.state.ball.velocity), Ball::speed_max * 1.001F);
    }
}

TEST(PongBall, bounces_off_the_walls_at_the_same_angle) {
    TestCourt court;
    court.begin_match();
    court.launch({6, -12}, -5);
    court.step(30);
    EXPECT_EQ(court.state.ball.velocity, (Vec2{6, 12}));
    EXPECT_EQ(court.count(Happened::bounced), 1U);
    EXPECT_FLOAT_EQ(court.last(Happened::bounced).at.y, -court_half.y);
}

TEST(PongBall, is_served_towards_who_lost_the_point_after_a_pause) {
    for (const float side : {-1.F, 1.F}) {
        TestCourt court;
        court.begin_match();
        court.launch({side * 20, 0}, 6);
        while (court.count(Happened::scored) == 0)
            court.step();
        EXPECT_EQ(court.last(Happened::scored).other, Seat{side < 0 ? std::uint8_t{0} : std::uint8_t{1}});
        court.events.clear();
        court.step(60);
        EXPECT_EQ(court.count(Happened::served), 0U);
        court.step(20);
        EXPECT_EQ(court.count(Happened::served), 1U);
        EXPECT_GT(court.state.ball.velocity.x * side, 0);
    }
}

TEST(PongBall, reports_the_tenth_hit_of_a_rally) {
    TestCourt court;
    court.begin_match();
    court.state.rally = 9;
    court.launch({20, 0});
    court.step(60);
    EXPECT_EQ(court.last(Happened::rallied).value, 10);
}

TEST(PongHands, keys_move_and_a_finger_says_where_to) {
    const State shown = {};
    EXPECT_EQ(Pong::from_controls({.move = {0, -1}}, shown, {0}), up);
    EXPECT_EQ(Pong::from_controls({.move = {1, 0}}, shown, {0}), Input{});
    const Input pointed = Pong::from_controls({.held = Controls::pointer, .pointer_at = {3, 2}}, shown, {0});
    EXPECT_EQ(pointed.kind, Input::go_to);
    EXPECT_NEAR(height_of(pointed.place), 2, 0.05F);
}

TEST(PongHands, a_finger_beyond_the_court_means_its_edge) {
    EXPECT_EQ(place_of(-1e30F), 0);
    EXPECT_EQ(place_of(__builtin_nanf("")), 0);
    EXPECT_EQ(place_of(1e30F), Input::place_max);
    for (std::uint8_t place = 0; place <= Input::place_max; ++place)
        EXPECT_EQ(place_of(height_of(place)), place);
}

TEST(PongHands, a_paddle_goes_where_the_finger_is_and_stays) {
    TestCourt court;
    court.happens(0, Kind::joined);
    court.inputs[0] = {.kind = Input::go_to, .place = 100};
    court.step(60);
    EXPECT_NEAR(court.state.paddles[0].at.y, height_of(100), 0.001F);
    EXPECT_NEAR(court.state.paddles[0].speed, 0, 0.01F);
}

TEST(PongInput, is_two_bits_for_keys_and_few_for_a_finger) {
    const auto bits = [](Input input, Input before) {
        std::array<std::byte, 16> room = {};
        wire::BitWriter writer(room);
        EXPECT_TRUE(Pong::serialize_input(writer, input, before));
        return writer.bit_count();
    };
    EXPECT_EQ(bits(up, {}), 2U);
    EXPECT_EQ(bits({.kind = Input::go_to, .place = 61}, {.kind = Input::go_to, .place = 60}), 5U);
    EXPECT_LE(bits({.kind = Input::go_to, .place = 127}, {}), 2U + 15U);
}

TEST(PongInput, a_place_outside_the_court_is_refused) {
    std::array<std::byte, 16> room = {};
    wire::BitWriter writer(room);
    ASSERT_TRUE(writer.put(Input::go_to, 2) && writer.signed_gamma(INT32_MAX - 1));
    wire::BitReader reader(writer.written());
    Input input;
    EXPECT_FALSE(Pong::serialize_input(reader, input, {.kind = Input::go_to, .place = 127}));
}

TEST(PongComputer, beats_who_does_nothing_and_is_beaten_by_who_never_misses) {
    TestCourt idle;
    idle.happens(1, Kind::joined);
    idle.happens(0, Kind::computer_joined);
    idle.start_asked = true;
    idle.step(60 * 120);
    EXPECT_EQ(idle.state.flow.winner, Seat{0});

    TestCourt perfect;
    perfect.happens(0, Kind::joined);
    perfect.happens(1, Kind::computer_joined);
    perfect.start_asked = true;
    for (int tick = 0; tick < 60 * 600 && perfect.state.flow.phase != Phase::result; ++tick) {
        const Ball& ball = perfect.state.ball;
        perfect.inputs[0] = {.kind = Input::go_to, .place = place_of(ball.at.y + 0.9F)};
        perfect.step();
    }
    EXPECT_EQ(perfect.state.flow.winner, Seat{0});
    EXPECT_GT(perfect.count(Happened::returned), 20U) << "it plays";
}

TEST(PongComputer, plays_rallies_worth_watching) {
    TestCourt court;
    court.happens(0, Kind::computer_joined);
    court.happens(1, Kind::computer_joined);
    court.start_asked = true;
    court.step(60 * 180);
    int hits = 0;
    for (const game::Event& event : court.events)
        hits += event.kind == Happened::scored ? event.value : 0;
    const auto rallies = static_cast<int>(court.count(Happened::scored));
    ASSERT_GE(rallies, 5);
    EXPECT_GE(hits, 4 * rallies);
    EXPECT_LE(hits, 20 * rallies);
}

}  // namespace
}  // namespace gs::pong
