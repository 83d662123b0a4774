// Who plays: figures with emblem and weapon, names, and around the own one what one has to know.
#include "games/arena/draw.h"

#include <algorithm>

namespace gs::arena {
namespace {

using game::DrawList;
using game::Shape;

constexpr Colour ink = rgb(0x07110e);

/// Part of a circle, `share` of the turns from `from` to `to`: drawn with short lines.
void arc(DrawList& list, Vec2 at, float radius, float width, float from, float to, Colour colour) {
    constexpr float pieces_per_turn = 36;
    const int pieces = 1 + static_cast<int>(std::max(to - from, from - to) * pieces_per_turn);
    Vec2 last = at + on_circle(from) * radius;
    for (int piece = 1; piece <= pieces; ++piece) {
        const Vec2 next =
            at + on_circle(mix(from, to, static_cast<float>(piece) / static_cast<float>(pieces))) * radius;
        list.line(last, next, width, colour);
        last = next;
    }
}

/// A gauge along an arc: what is missing stays as a groove.
void gauge(DrawList& list, Vec2 at, float radius, float from, float to, float share, Colour colour) {
    arc(list, at, radius, 0.15F, from, to, rgb(0x0b1814, 0.82F));
    if (share > 0) arc(list, at, radius, 0.1F, from, mix(from, to, std::min(share, 1.F)), colour);
}

/// Not only the colour tells who it is.
void draw_emblem(DrawList& list, std::size_t seat, Vec2 at, Colour colour) {
    switch (seat) {
        case 0:
            return list.disc(at, 0.14F, colour);
        case 1:
            return list.box(at, {0.13F, 0.13F}, colour, 0.02F);
        case 2:
            return list.ring(at, 0.18F, 0.07F, colour);
        case 3:
            return list.shape(Shape::star, at, {0.2F, 0.2F}, colour);
        case 4:
            return list.shape(Shape::heart, at, {0.17F, 0.17F}, colour);
        case 5:
            return list.box(at, {0.06F, 0.19F}, colour, 0.03F);
        case 6:
            list.box(at, {0.19F, 0.06F}, colour, 0.03F);
            return list.box(at, {0.06F, 0.19F}, colour, 0.03F);
        default:
            list.disc(at - Vec2{0.11F, 0}, 0.08F, colour);
            return list.disc(at + Vec2{0.11F, 0}, 0.08F, colour);
    }
}

void draw_weapon(DrawList& list, const Figure& figure) {
    const Vec2 side = {0 - figure.ahead.y, figure.ahead.x};
    const Vec2 from = figure.at + figure.ahead * 0.2F;
    // The rail on the right, thin, and the launcher on the left, thick; the rail glows when it is ready.
    const Vec2 rail = from + side * 0.26F;
    list.line(rail, rail + figure.ahead * 0.62F, 0.19F, ink);
    const bool is_ready = figure.fighter->rail_wait == 0;
    list.line(rail, rail + figure.ahead * 0.6F, 0.09F, is_ready ? rgb(0xfff2c4) : rgb(0x6f8a80));
    const Vec2 tube = from - side * 0.24F;
    list.line(tube, tube + figure.ahead * 0.42F, 0.3F, ink);
    list.line(tube, tube + figure.ahead * 0.4F, 0.18F, rgb(0x93a9a0));
}

}  // namespace

void draw_figure(DrawList& list, const Figure& figure, const Frame& frame) {
    const Fighter& fighter = *figure.fighter;
    const Vec2 at = figure.at;
    const float beat = sine(frame.seconds * 2);
    Colour body = colour_of(figure.seat);
    if (fighter.presence == Presence::dropped) body = game::mix(body, rgb(0x55625d), 0.7F);
    soft(list, at + Vec2{0.16F, 0.26F}, 0.86F, rgb(0x000000, 0.75F));
    if (fighter.quick_ticks > 0) {
        soft(list, at - fighter.velocity * 0.05F, 1.35F + 0.1F * beat, faded(flood, 0.65F));
        soft(list, at - fighter.velocity * 0.1F, 0.9F, faded(flood, 0.4F));
    }
    soft(list, at, 1.5F, faded(body, figure.is_own ? 0.35F : 0.22F));
    draw_weapon(list, figure);
    list.disc(at, Fighter::radius + 0.07F, figure.is_own ? paper : ink);
    list.disc(at, Fighter::radius, figure.is_own ? ink : game::mix(body, ink, 0.35F));
    list.disc(at, Fighter::radius - 0.06F, game::mix(body, ink, 0.25F));
    list.disc(at - Vec2{0.05F, 0.08F}, Fighter::radius - 0.13F, body);
    list.disc(at - Vec2{0.12F, 0.17F}, 0.17F, game::mix(body, paper, 0.55F));
    draw_emblem(list, figure.seat, at, game::mix(body, ink, 0.85F));
    if (figure.hurt > 0) list.disc(at, Fighter::radius, rgb(0xffffff, figure.hurt * 0.85F));
    if (fighter.shield > 0) {
        const float strength = static_cast<float>(fighter.shield) / Fighter::shield_max;
        list.ring(at, 0.72F, 0.06F + 0.06F * strength, faded(shield_colour, 0.45F + 0.5F * strength));
    }
    if (fighter.protected_ticks > 0) {
        const float left = std::min(static_cast<float>(fighter.protected_ticks) / 20, 1.F);
        list.ring(at, 0.85F + 0.06F * beat, 0.07F, faded(paper, 0.75F * left));
    }
}

void draw_name(DrawList& list, const Figure& figure) {
    const Fighter& fighter = *figure.fighter;
    const float size = std::clamp(list.camera.height * 0.0165F, 0.28F, 0.46F);
    const Vec2 at = figure.at - Vec2{0, 0.98F + size};
    list.label(seat_of(figure.seat), at, size,
               figure.is_own ? paper : game::mix(colour_of(figure.seat), paper, 0.45F));
    if (figure.leads) list.shape(Shape::star, at - Vec2{0, size + 0.24F}, {0.25F, 0.25F}, flood);
    if (figure.is_own) return;
    // How much is left of others, for those who aim and those who watch.
    const float share = static_cast<float>(fighter.health) / Fighter::health_max;
    const Vec2 left = figure.at + Vec2{-0.5F, 0.84F};
    list.line(left, left + Vec2{1, 0}, 0.17F, rgb(0x07110e, 0.7F));
    const Colour colour = share > 0.6F ? health_colour : share > 0.3F ? flood : rgb(0xff5d4d);
    if (share > 0) list.line(left, left + Vec2{share, 0}, 0.1F, colour);
}

void draw_aim(DrawList& list, const Figure& figure) {
    const float reach = std::min(map::free_length(figure.at, figure.ahead, 30), 30.F);
    const bool is_ready = figure.fighter->rail_wait == 0;
    // Dots that fade out: where the rail would go.
    for (float along = 1.5F; along < reach; along += 0.75F) {
        const float alpha = (is_ready ? 0.7F : 0.2F) * (1 - along / 34);
        list.disc(figure.at + figure.ahead * along, 0.06F, faded(is_ready ? flood : paper, alpha));
    }
    list.ring(figure.at + figure.ahead * reach, 0.16F, 0.05F, faded(flood, is_ready ? 0.8F : 0.25F));
}

void draw_gauges(DrawList& list, const Figure& figure) {
    const Fighter& fighter = *figure.fighter;
    if (!fighter.is_alive()) {
        const float share = 1 - static_cast<float>(fighter.respawn_ticks) / Fighter::respawn_ticks_max;
        arc(list, figure.at, 0.9F, 0.2F, -0.25F, 0.75F, rgb(0x07110e, 0.7F));
        if (share > 0) arc(list, figure.at, 0.9F, 0.12F, -0.25F, share - 0.25F, paper);
        draw_emblem(list, figure.seat, figure.at, faded(colour_of(figure.seat), 0.8F));
        return;
    }
    const float health = static_cast<float>(fighter.health) / Fighter::health_max;
    const Colour colour = health > 0.6F ? health_colour : health > 0.3F ? flood : rgb(0xff5d4d);
    constexpr float inner = 1.06F;
    constexpr float outer = 1.26F;
    // On the left what one has, on the right what is ready; both fill from below.
    gauge(list, figure.at, inner, 0.36F, 0.64F, health, colour);
    if (fighter.shield > 0) {
        const float shield = static_cast<float>(fighter.shield) / Fighter::shield_max;
        gauge(list, figure.at, outer, 0.36F, 0.64F, shield, shield_colour);
    }
    const float rail = 1 - static_cast<float>(fighter.rail_wait) / Fighter::rail_ticks;
    const float rocket = 1 - static_cast<float>(fighter.rocket_wait) / Fighter::rocket_ticks;
    gauge(list, figure.at, inner, 0.14F, -0.14F, rail, rail < 1 ? rgb(0xb9c7c0) : flood);
    gauge(list, figure.at, outer, 0.14F, -0.14F, rocket, rocket < 1 ? rgb(0xb9c7c0) : rgb(0xff8a4a));
}

}  // namespace gs::arena
