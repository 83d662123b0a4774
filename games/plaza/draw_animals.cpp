// What moves and is not a person: pigeons and the ball.
#include "games/plaza/draw.h"

#include <algorithm>

namespace gs::plaza {
namespace {

constexpr Colour shade = rgb(0x2a1d10, 0.5F);

/// A pigeon rises in its first half second and sinks before it lands.
float flight_height(const Pigeon& pigeon, Vec2 at) {
    if (pigeon.mood != Pigeon::Mood::flies) return 0;
    const float rising = static_cast<float>(pigeon.wait_ticks) / 30;
    const float sinking = length(pigeon.goal - at) / 3;
    const float share = std::clamp(std::min(rising, sinking), 0.F, 1.F);
    return 2.2F * share * (2 - share);
}

void draw_flying(Pen& pen, Vec2 body, Vec2 ahead, float time, Colour feathers) {
    const float flap = sine(time * 5);
    const Vec2 side = {0 - ahead.y, ahead.x};
    for (const float wing : {-1.F, 1.F}) {
        const Vec2 out = normalized(side * wing + Vec2{0, -0.7F * flap} - ahead * 0.25F, side);
        pen.ellipse(body + out * 0.22F, {0.26F, 0.1F}, mix(feathers, rgb(0xf2f2f2), 0.4F), out);
    }
    pen.ellipse(body - ahead * 0.04F, {0.24F, 0.11F}, feathers, ahead);
    pen.disc(body + ahead * 0.22F, 0.075F, mix(feathers, rgb(0x2f5d50), 0.5F));
}

}  // namespace

void draw_pigeon(Pen& pen, const Pigeon& pigeon, Vec2 at, std::size_t index) {
    const auto number = static_cast<std::uint32_t>(index);
    const float own = chance_of(number + 900);
    const float time = pen.seconds() + own * 7;
    const Colour feathers = own < 0.2F   ? rgb(0xe9e6df)
                            : own < 0.4F ? rgb(0x7d6b5d)
                                         : mix(rgb(0x6d7683), rgb(0x98a0a8), own);
    const Vec2 ahead = normalized(pigeon.goal - at, on_circle(own * 3));
    const float height = flight_height(pigeon, at);
    pen.soft(at + Vec2{0.08F + height * 0.2F, 0.05F + height * 0.1F}, {0.34F, 0.2F},
             faded(shade, 1 - height * 0.2F));
    const Vec2 body = at - Vec2{0, 0.14F + height};
    if (height > 0) return draw_flying(pen, body, ahead, time, feathers);

    const float side = ahead.x < 0 ? -1.F : 1.F;
    const bool walks = pigeon.mood == Pigeon::Mood::strolls;
    // It pecks twice and looks up; walking, it nods.
    const float phase = part_of_one(time * 0.45F);
    const float peck = !walks && phase < 0.4F ? std::max(0.F, sine(phase * 5)) : 0;
    const float nod = walks ? 0.03F * sine(time * 2.5F) : 0;
    pen.line(body + Vec2{-0.26F * side, 0.02F}, body, 0.09F, mix(feathers, rgb(0x30343c), 0.4F));
    pen.ellipse(body, {0.2F, 0.135F}, feathers);
    if (!pen.is_far())
        pen.ellipse(body + Vec2{-0.05F * side, 0.01F}, {0.13F, 0.075F}, mix(feathers, rgb(0xffffff), 0.3F));
    const Vec2 head = body + Vec2{(0.17F + nod + peck * 0.09F) * side, -0.13F + peck * 0.22F};
    if (!pen.is_far()) pen.line(head, head + Vec2{0.1F * side, 0.02F + peck * 0.05F}, 0.035F, rgb(0xd9a441));
    pen.disc(head, 0.085F, mix(feathers, rgb(0x2f5d50), 0.5F));
}

void draw_ball(Pen& pen, Vec2 at) {
    const float r = Ball::radius;
    if (!pen.sees(at, {1, 1})) return;
    pen.soft(at + Vec2{0.14F, 0.28F}, {r * 1.35F, r * 0.85F}, rgb(0x2a1d10, 0.6F));
    pen.disc(at, r, rgb(0x3a332c));
    pen.disc(at, r - 0.035F, rgb(0xfbf7ee));
    // Six spots on a sphere that has rolled as far as it is away from the middle.
    const Vec2 across = on_circle(at.x / (r * 6.2831853F));
    const Vec2 down = on_circle(at.y / (r * 6.2831853F));
    struct Spot {
        float x, y, z;
    };
    constexpr Spot spots[] = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    for (const Spot& spot : spots) {
        const float x = spot.x * across.x + spot.z * across.y;
        const float z = spot.z * across.x - spot.x * across.y;
        const Vec2 seen = {x, spot.y * down.x + z * down.y};
        const float front = z * down.x - spot.y * down.y;
        if (front < 0.1F) continue;
        // Towards the edge a spot is seen from the side.
        const Vec2 outwards = normalized(seen, {1, 0});
        pen.ellipse(at + seen * (r * 0.8F), {r * 0.34F * (0.25F + 0.75F * front), r * 0.34F}, rgb(0x2c3440),
                    outwards);
    }
    pen.soft(at + Vec2{0.1F, 0.13F}, {r * 0.95F, r * 0.9F}, rgb(0x4a3a28, 0.28F));
    pen.ellipse(at + Vec2{-0.15F, -0.18F}, {0.12F, 0.08F}, rgb(0xffffff, 0.85F), {0.8F, -0.6F});
}

void draw_cheer(Pen& pen, const Ball& ball) {
    if (ball.goal_ticks == 0) return;
    const float age = 1 - static_cast<float>(ball.goal_ticks) / Ball::goal_ticks_max;
    const float side = ball.at.x < 0 ? 1.F : -1.F;
    constexpr std::array<Colour, 5> paper = {rgb(0xf2b705), rgb(0xd55e00), rgb(0x56b4e9), rgb(0x009e73),
                                             rgb(0xcc79a7)};
    for (std::uint32_t index = 0; index < 40; ++index) {
        const float way = chance_of(index);
        const float speed = 2 + 5 * chance_of(index + 100);
        const Vec2 thrown = {side * speed * age * (1.6F - age * 0.6F) - side * 0.5F,
                             (way - 0.5F) * 7 * age - 3 * age * (1 - age) + age * age * 1.2F};
        const Vec2 at = Vec2{side * -square_half.x, 0} + thrown;
        pen.tilted_box(at, {0.11F, 0.07F}, faded(paper[index % paper.size()], std::min(1.F, (1 - age) * 3)),
                       0.02F, on_circle(way * 3 + age * 2 * speed * 0.3F));
    }
}

}  // namespace gs::plaza
