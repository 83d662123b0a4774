// What happens: beams, rockets and their trails, explosions, sparks, rings where somebody comes or goes. All
// of it is a function of how long ago an event was.
#include "games/arena/draw.h"

#include <algorithm>

namespace gs::arena {
namespace {

using game::DrawList;
using game::Event;
using game::Shape;

float left_of(float age_s, float length_s) { return std::clamp(1 - age_s / length_s, 0.F, 1.F); }
/// Fast at first, then slow.
float grown(float age_s, float length_s) {
    const float left = left_of(age_s, length_s);
    return 1 - left * left * left;
}

std::uint32_t number_of(const Event& event) {
    return static_cast<std::uint32_t>(static_cast<int>(event.at.x * 37 + event.at.y * 101)) * 16U +
           event.seat.value;
}

/// Specks that fly apart and fall behind.
void burst(DrawList& list, const Event& event, float age_s, int count, float reach, Colour colour) {
    const float left = left_of(age_s, 0.8F);
    for (int index = 0; index < count; ++index) {
        const auto id = number_of(event) + static_cast<std::uint32_t>(index) * 7;
        const Vec2 out =
            on_circle(static_cast<float>(index) / static_cast<float>(count) + chance_of(id) * 0.1F);
        const float far = reach * (0.4F + 0.6F * chance_of(id + 3)) * grown(age_s, 0.8F);
        const float size = 0.06F + 0.1F * chance_of(id + 5);
        list.disc(event.at + out * far, size * (0.3F + 0.7F * left), faded(colour, left));
    }
}

void draw_beam(DrawList& list, const Event& event, float age_s) {
    const float left = left_of(age_s, 0.75F);
    if (left <= 0) return;
    const Colour colour = colour_of(event.seat.value);
    const Vec2 way = event.to - event.at;
    const float size = length(way);
    const Vec2 direction = normalized(way, {1, 0});
    const Vec2 side = {0 - direction.y, direction.x};
    list.line(event.at, event.to, 0.55F * left, faded(colour, 0.22F * left));
    list.line(event.at, event.to, 0.22F * left, faded(colour, 0.75F * left));
    const float flash = left_of(age_s, 0.2F);
    if (flash > 0) list.line(event.at, event.to, 0.12F * flash + 0.03F, rgb(0xffffff, 0.95F * flash));
    // A spiral that widens and fades.
    constexpr float step = 0.42F;
    for (float along = 0.3F; along < size; along += step) {
        const float swing = sine(along * 0.29F) * (0.1F + 0.5F * grown(age_s, 0.75F));
        list.disc(event.at + direction * along + side * swing, 0.05F,
                  faded(game::mix(colour, paper, 0.4F), left * 0.8F));
    }
    soft(list, event.at, 1.3F, faded(paper, 0.8F * flash));
    soft(list, event.to, 1.1F, faded(colour, 0.9F * flash));
    Event end = event;
    end.at = event.to;
    if (age_s < 0.4F) burst(list, end, age_s * 2, 7, 1.1F, game::mix(colour, paper, 0.5F));
}

void draw_explosion(DrawList& list, const Event& event, float age_s) {
    const float left = left_of(age_s, 0.6F);
    if (left <= 0) return;
    const float size = grown(age_s, 0.6F);
    soft(list, event.at, Rocket::splash * 1.7F, rgb(0xffb04a, 0.75F * left * left));
    list.ring(event.at, Rocket::splash * (0.25F + 0.75F * size), 0.06F + 0.3F * left * left,
              rgb(0xffe2b0, 0.85F * left));
    // A ball of fire of some discs that cool down and drift apart.
    for (std::uint32_t index = 0; index < 7; ++index) {
        const float luck = chance_of(number_of(event) + index);
        const Vec2 out =
            on_circle(static_cast<float>(index) / 7 + luck * 0.1F) * (0.9F * size * (0.6F + luck));
        const Colour hot = game::mix(rgb(0xff6a1e), rgb(0xfff0b8), left * left);
        const Colour cold = rgb(0x1a1d1b);
        list.disc(event.at + out, (0.42F + 0.3F * luck) * (0.4F + left * 0.7F),
                  faded(game::mix(cold, hot, left), 0.9F * left * (0.3F + 0.7F * left)));
    }
    const float flash = left_of(age_s, 0.12F);
    if (flash > 0) list.disc(event.at, 0.5F + 0.9F * (1 - flash), rgb(0xffffff, flash));
    burst(list, event, age_s, 10, 2.6F, rgb(0xffc36b));
}

void draw_frag(DrawList& list, const Event& event, float age_s) {
    const float left = left_of(age_s, 1);
    if (left <= 0) return;
    const Colour colour = colour_of(event.other == no_seat ? event.seat.value : event.other.value);
    list.ring(event.at, 0.5F + 2.1F * grown(age_s, 1), 0.05F + 0.2F * left, faded(colour, left));
    soft(list, event.at, 2.4F, faded(colour, 0.8F * left * left));
    burst(list, event, age_s, 16, 2.8F, game::mix(colour, paper, 0.25F));
}

void draw_spawn(DrawList& list, const Event& event, float age_s) {
    const float left = left_of(age_s, 0.7F);
    if (left <= 0) return;
    const Colour colour = colour_of(event.seat.value);
    list.shape(Shape::shadow, event.at - Vec2{0, 1.6F}, {0.9F * left, 3.2F}, faded(paper, 0.55F * left));
    for (const float late : {0.F, 0.12F}) {
        const float share = grown(std::max(age_s - late, 0.F), 0.6F);
        list.ring(event.at, 2.4F - 1.7F * share, 0.09F, faded(colour, left));
    }
}

void draw_taken(DrawList& list, const Event& event, float age_s) {
    const float left = left_of(age_s, 0.5F);
    if (left <= 0) return;
    const auto kind = static_cast<map::Pickup::Kind>(event.detail);
    const Colour colour = kind == map::Pickup::Kind::health   ? health_colour
                          : kind == map::Pickup::Kind::shield ? shield_colour
                                                              : flood;
    list.ring(event.at, 0.6F + 1.2F * grown(age_s, 0.5F), 0.12F * left + 0.02F, faded(colour, left));
    soft(list, event.at, 2, faded(colour, 0.6F * left));
    burst(list, event, age_s * 1.5F, 8, 1.5F, colour);
}

/// Four strokes around whom one has hit.
void draw_hit_mark(DrawList& list, const Event& event, float age_s) {
    const float left = left_of(age_s, 0.3F);
    if (left <= 0) return;
    for (const float turns : {0.125F, 0.375F, 0.625F, 0.875F}) {
        const Vec2 out = on_circle(turns);
        const float far = 0.75F + 0.15F * left;
        list.line(event.at + out * far, event.at + out * (far + 0.35F), 0.1F, rgb(0xffffff, left));
    }
}

/// Red from the edges of the picture: one is hurt.
void draw_pain(DrawList& list, float strength) {
    if (strength <= 0) return;
    const float reach = list.camera.height / 2;
    // As wide as any window; what is outside of it costs nothing.
    for (const float side : {-1.F, 1.F}) {
        list.shape(Shape::shadow, list.camera.centre + Vec2{0, side * reach * 1.15F},
                   {reach * 2.6F, reach * 0.75F}, rgb(0xff3b2e, 0.6F * strength));
    }
}

void draw_rocket(DrawList& list, Vec2 at, const Rocket& rocket, std::size_t owner) {
    const Vec2 direction = unit_vector(rocket.aim);
    const Colour colour = colour_of(owner);
    const float flown =
        std::min(static_cast<float>(Rocket::ticks_max - rocket.ticks_left) * tick_s * Rocket::speed, 3.F);
    // Smoke, then fire, then the thing itself.
    for (int puff = 8; puff > 0; --puff) {
        const float back = 0.4F * static_cast<float>(puff);
        if (back > flown) continue;
        const float share = static_cast<float>(puff) / 8;
        list.disc(at - direction * back, 0.1F + 0.16F * share,
                  faded(game::mix(rgb(0xffb45e), rgb(0x6b736f), share), 0.5F * (1 - share) + 0.06F));
    }
    soft(list, at, 1.5F, faded(rgb(0xffb04a), 0.6F));
    list.line(at - direction * 0.42F, at - direction * 0.2F, 0.24F, rgb(0xfff0b8));
    list.line(at - direction * 0.22F, at + direction * 0.24F, 0.3F, rgb(0x07110e));
    list.line(at - direction * 0.2F, at + direction * 0.22F, 0.19F, colour);
    list.disc(at + direction * 0.22F, 0.09F, paper);
}

}  // namespace

void draw_rockets(DrawList& list, const Frame& frame) {
    for (std::size_t index = 0; index < frame.after.rockets.size(); ++index) {
        const Rocket& after = frame.after.rockets[index];
        const Rocket& before = frame.before.rockets[index];
        if (!after.flies()) continue;
        const bool is_same = before.flies() && before.serial == after.serial;
        const Vec2 at = is_same ? between(before.at, after.at, frame.fraction) : after.at;
        draw_rocket(list, at, after, index / rockets_per_seat);
    }
}

void draw_low_effects(DrawList& list, const Frame& frame) {
    for (const game::ShownEvent& shown : frame.recent) {
        const Event& event = shown.event;
        switch (static_cast<Happening>(event.kind)) {
            case Happening::exploded:
                // Soot that stays for a while.
                soft(list, event.at, 1.7F, rgb(0x050807, 0.7F * left_of(shown.age_s, 2)));
                break;
            case Happening::spawned:
                draw_spawn(list, event, shown.age_s);
                break;
            case Happening::picked_up:
                draw_taken(list, event, shown.age_s);
                break;
            default:
                break;
        }
    }
}

void draw_high_effects(DrawList& list, const Frame& frame) {
    float pain = 0;
    for (const game::ShownEvent& shown : frame.recent) {
        const Event& event = shown.event;
        const bool is_own = frame.own != no_seat && event.seat == frame.own;
        const bool is_to_own = frame.own != no_seat && event.other == frame.own;
        switch (static_cast<Happening>(event.kind)) {
            case Happening::rail_fired:
                draw_beam(list, event, shown.age_s);
                break;
            case Happening::rocket_launched:
                soft(list, event.at, 1.1F, rgb(0xffe2a0, left_of(shown.age_s, 0.12F)));
                break;
            case Happening::exploded:
                draw_explosion(list, event, shown.age_s);
                break;
            case Happening::railed:
            case Happening::blasted:
            case Happening::fragged_self:
            case Happening::sparred:
                draw_frag(list, event, shown.age_s);
                break;
            case Happening::rail_hit:
            case Happening::rocket_hit:
                if (is_own) draw_hit_mark(list, event, shown.age_s);
                if (is_to_own) pain = std::max(pain, left_of(shown.age_s, 0.45F));
                break;
            case Happening::hurt_self:
                if (is_own) pain = std::max(pain, 0.6F * left_of(shown.age_s, 0.45F));
                break;
            default:
                break;
        }
    }
    draw_pain(list, pain);
}

}  // namespace gs::arena
