// The computer's hands: a function of the state alone, so that everybody computes the same. It reads the ball
// like a person: late, and the faster the ball the worse; once per hit it is wrong by some length, and stays
// so.
#include "games/pong/pong.h"

#include <algorithm>

namespace gs::pong {
namespace {

/// Heights a tick: slower than a paddle can be, and a stroll.
constexpr float hurry = 0.17F;
constexpr float stroll = 0.1F;

/// Evenly −1 … 1; the same for the same hit, whoever asks and however often.
float whim(const State& state, Seat seat, std::uint32_t which) {
    std::uint64_t mixed = state.luck ^ (std::uint64_t{state.rally} << 32 | seat.value << 8 | which);
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return static_cast<float>(mixed >> 40) * (2.F / (1 << 24)) - 1;
}

/// Where the ball will be when it has gone `way` further in x; walls included.
float height_after(const Ball& ball, float way) {
    constexpr float limit = court_half.y - Ball::radius;
    const float speed = std::max(ball.velocity.x < 0 ? -ball.velocity.x : ball.velocity.x, 1.F);
    float height = std::clamp(ball.at.y + ball.velocity.y * (way / speed), -40.F, 40.F);
    // At most the whole court at the steepest angle: a few bounces.
    for (int bounces = 0; bounces < 4 && (height > limit || height < -limit); ++bounces)
        height = (height > 0 ? 2 : -2) * limit - height;
    return height;
}

Input towards(const Paddle& paddle, float height, float pace) {
    const float way = height - paddle.at.y;
    // Hands do not tremble.
    if (way < 0.15F && way > -0.15F) return {};
    return {.kind = Input::go_to, .place = place_of(paddle.at.y + std::clamp(way, -pace, pace))};
}

}  // namespace

Input Pong::computer(const State& state, Seat seat) {
    if (seat.value >= seats) return {};
    const Paddle& paddle = state.paddles[seat.value];
    const Ball& ball = state.ball;
    const float side = seat.value == 0 ? -1.F : 1.F;
    const bool is_coming = ball.velocity.x * side > 0;
    const float way = Paddle::x - ball.at.x * side;
    if (!is_coming || way < 0) return towards(paddle, ball.at.y * 0.3F, stroll);

    // Until the ball is over the net, more or less, its height is all that counts.
    const float sees_at = 13 + whim(state, seat, 1) * 3;
    if (way > sees_at) return towards(paddle, ball.at.y * 0.6F, stroll);

    // Two whims: small mistakes are more likely than large ones.
    const float speed = length(ball.velocity);
    const float mistake = (whim(state, seat, 2) + whim(state, seat, 3)) / 2;
    const float width = 1.3F + (speed - Ball::serve_speed) * 0.2F;
    const float aim = whim(state, seat, 4) * 0.75F;
    return towards(paddle, height_after(ball, way) + aim + mistake * width, hurry);
}

}  // namespace gs::pong
