// People: a figure of a few soft shapes, told apart by colour, scarf, hat, and the name.
#include "games/plaza/draw.h"

#include <algorithm>

namespace gs::plaza {
namespace {

/// Okabe and Ito's palette: told apart by colour-blind eyes, too. Its black is a dark slate here.
constexpr std::array<Colour, 8> coats = {rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73), rgb(0xcc79a7),
                                         rgb(0xe69f00), rgb(0x56b4e9), rgb(0xf0e442), rgb(0x3d4252)};
constexpr std::array<Colour, 5> scarves = {rgb(0xfff6e0), rgb(0xf0e442), rgb(0xb3282d), rgb(0x27314f),
                                           rgb(0x2f7d5b)};
constexpr std::array<Colour, 6> skins = {rgb(0xf3cfae), rgb(0x966241), rgb(0xdca878),
                                         rgb(0xfadfc7), rgb(0x774a32), rgb(0xb97f56)};
constexpr std::array<Colour, 6> hairs = {rgb(0x2b211c), rgb(0x6b3f22), rgb(0xc99a4b),
                                         rgb(0x1c1c24), rgb(0x8f2f1c), rgb(0xb9b2a8)};
constexpr Colour ink = rgb(0x1d1a20);
constexpr Colour paper = rgb(0xfffdf6);

/// With the coat's colour these are 8 · 5 · 5 looks: one for each seat.
enum class Hat : std::uint8_t { none, bobble, cap, brim, bun };

struct Look {
    Colour coat, scarf, skin, hair, hat_colour;
    Hat hat;
};

Look look_of(const Figure& figure) {
    const std::size_t seat = figure.seat.value;
    const std::uint32_t any = figure.seat.value;
    Look look = {.coat = coats[seat % 8],
                 .scarf = scarves[(seat / 8 + seat) % 5],
                 .skin = skins[static_cast<std::size_t>(chance_of(any) * 6)],
                 .hair = hairs[static_cast<std::size_t>(chance_of(any + 500) * 6)],
                 .hat_colour = scarves[(seat / 8 + seat) % 5],
                 .hat = static_cast<Hat>((seat / 40 + seat) % 5)};
    if (figure.walker->presence == Presence::dozing) {
        constexpr Colour grey = rgb(0x9a9a98);
        for (Colour* colour : {&look.coat, &look.scarf, &look.skin, &look.hair, &look.hat_colour}) {
            *colour = mix(*colour, grey, 0.72F);
        }
    }
    return look;
}

/// How high the feet are above the ground.
float height_of(const Figure& figure) {
    const Walker& walker = *figure.walker;
    if (!walker.is_in_the_air()) return 0;
    constexpr float air_ticks = Walker::hop_ticks_max - Walker::hop_rest_ticks;
    const float left = static_cast<float>(walker.hop_ticks - Walker::hop_rest_ticks) + figure.ticks;
    const float share = std::clamp(left / air_ticks, 0.F, 1.F);
    return 4 * 0.75F * share * (1 - share);
}

/// 0 … 1 while somebody appears, a bit more before it settles.
float arrival_of(const Figure& figure) {
    const float left = static_cast<float>(figure.walker->arrival_ticks) / Walker::arrival_ticks_max;
    const float share = 1 - left;
    return share * (1 + 1.2F * left * share);
}

struct Pose {
    Vec2 at = {};  // of the feet
    float size = 1;
    Vec2 ahead = {};  // where the face looks
    float step = 0;   // −1 … 1: which foot is in front
    float lift = 0;   // of the body, while a step is made
    bool faces_us = true;

    [[nodiscard]] Vec2 up(float height, float aside = 0) const {
        return at + Vec2{aside * size, -height * size};
    }
};

Pose pose_of(const Pen& pen, const Figure& figure) {
    const Walker& walker = *figure.walker;
    Pose pose;
    pose.size = arrival_of(figure);
    pose.at = figure.at - Vec2{0, height_of(figure)};
    pose.ahead = unit_vector(walker.direction);
    pose.faces_us = pose.ahead.y > -0.5F;
    const float speed = length(walker.velocity);
    const float own_time = pen.seconds() + chance_of(figure.seat.value) * 10;
    if (speed > 0.3F && !walker.is_in_the_air()) {
        pose.step = sine(own_time * (1.2F + speed * 0.22F)) * std::min(1.F, speed / 3);
        pose.lift = 0.05F * (1 - pose.step * pose.step) * std::min(1.F, speed / 3);
    } else {
        pose.lift = 0.012F * sine(own_time * 0.35F);  // breath
    }
    return pose;
}

void draw_hat(Pen& pen, const Pose& pose, const Look& look, Vec2 head) {
    const float size = pose.size;
    const Colour light = mix(look.hat_colour, paper, 0.35F);
    switch (look.hat) {
        case Hat::none:
            return;
        case Hat::bobble:
            pen.box(head - Vec2{0, 0.16F * size}, Vec2{0.26F, 0.12F} * size, look.hat_colour, 0.11F * size);
            pen.disc(head - Vec2{0, 0.31F * size}, 0.09F * size, light);
            return;
        case Hat::cap:
            pen.ellipse(head - Vec2{0, 0.16F * size}, Vec2{0.25F, 0.14F} * size, look.hat_colour);
            pen.ellipse(head + Vec2{pose.ahead.x * 0.2F, -0.1F + pose.ahead.y * 0.07F} * size,
                        Vec2{0.17F, 0.06F} * size, mix(look.hat_colour, ink, 0.25F));
            return;
        case Hat::brim:
            pen.ellipse(head - Vec2{0, 0.12F * size}, Vec2{0.38F, 0.11F} * size, look.hat_colour);
            pen.box(head - Vec2{0, 0.22F * size}, Vec2{0.19F, 0.12F} * size, light, 0.08F * size);
            return;
        case Hat::bun:
            pen.disc(head - Vec2{0, 0.28F * size}, 0.13F * size, look.hair);
            return;
    }
}

void draw_head(Pen& pen, const Figure& figure, const Pose& pose, const Look& look) {
    const float size = pose.size;
    const Vec2 head = pose.up(1.08F + pose.lift, pose.ahead.x * 0.05F);
    pen.disc(head - Vec2{pose.ahead.x * 0.04F, 0.03F} * size, 0.285F * size, look.hair);
    if (pose.faces_us) {
        const Vec2 face = head + Vec2{pose.ahead.x * 0.06F, 0.05F + pose.ahead.y * 0.02F} * size;
        pen.ellipse(face, Vec2{0.235F, 0.22F} * size, look.skin);
        if (figure.is_detailed) {
            const bool sleeps = figure.walker->presence == Presence::dozing;
            const bool blinks = part_of_one(pen.seconds() * 0.23F + chance_of(figure.seat.value)) < 0.03F;
            const float open = sleeps || blinks ? 0.012F : 0.042F;
            const Vec2 gaze = face + Vec2{pose.ahead.x * 0.09F, 0.01F + pose.ahead.y * 0.02F} * size;
            for (const float side : {-0.085F, 0.085F}) {
                pen.ellipse(gaze + Vec2{side * size, 0}, Vec2{0.034F, open} * size, ink);
            }
        }
    }
    draw_hat(pen, pose, look, head);
}

void draw_hands(Pen& pen, const Figure& figure, const Pose& pose, const Look& look) {
    const bool waves = figure.walker->emote == Emote::wave;
    for (const float side : {-1.F, 1.F}) {
        const bool is_up = (waves && side > 0) || figure.walker->is_in_the_air();
        const float swing = pose.step * side * 0.12F;
        Vec2 hand = pose.up(0.42F + pose.lift - swing * pose.ahead.y, side * 0.31F + swing * pose.ahead.x);
        if (is_up) {
            const float shake = waves ? sine(pen.seconds() * 2.2F) * 0.09F : 0;
            hand = pose.up(1.08F, side * 0.44F + shake);
        }
        const Vec2 shoulder = pose.up(0.72F + pose.lift, side * 0.23F);
        pen.line(shoulder, hand, 0.17F * pose.size, mix(look.coat, ink, 0.16F));
        pen.disc(hand, 0.085F * pose.size, look.skin);
    }
}

void draw_body(Pen& pen, const Figure& figure, const Pose& pose, const Look& look) {
    const float size = pose.size;
    for (const float side : {-1.F, 1.F}) {
        const Vec2 foot = pose.at + Vec2{side * 0.12F + pose.ahead.x * pose.step * side * 0.16F,
                                         -0.04F + pose.ahead.y * pose.step * side * 0.1F} *
                                        size;
        pen.ellipse(foot, Vec2{0.125F, 0.09F} * size, mix(ink, look.coat, 0.18F));
    }
    if (figure.is_detailed) draw_hands(pen, figure, pose, look);
    // The coat leans the way it goes.
    const Vec2 lean = normalized(Vec2{figure.walker->velocity.x * 0.022F, -1}, {0, -1});
    const Vec2 middle = pose.up(0.5F + pose.lift);
    pen.tilted_box(middle, Vec2{0.38F, 0.29F} * size, look.coat, 0.24F * size, lean);
    pen.tilted_box(middle + Vec2{-0.1F, -0.02F} * size, Vec2{0.26F, 0.07F} * size,
                   faded(mix(look.coat, paper, 0.5F), 0.45F), 0.07F * size, lean);
    pen.box(pose.up(0.83F + pose.lift, pose.ahead.x * 0.03F), Vec2{0.22F, 0.075F} * size, look.scarf,
            0.07F * size);
}

/// How large a bubble is: it pops up and shrinks away.
float bubble_size(const Figure& figure) {
    const float left = static_cast<float>(figure.walker->emote_ticks) + figure.ticks;
    const float age = static_cast<float>(Walker::emote_ticks_max) - left;
    const float grown = std::clamp(age / 9, 0.F, 1.F);
    return std::min(grown * (1 + 1.4F * (1 - grown)), std::clamp(left / 7, 0.F, 1.F));
}

void draw_laugh(Pen& pen, Vec2 at, float size) {
    pen.disc(at, 0.3F * size, rgb(0xf5c542));
    for (const float side : {-0.11F, 0.11F}) {
        pen.ellipse(at + Vec2{side, -0.07F} * size, Vec2{0.04F, 0.06F} * size, ink);
    }
    pen.ellipse(at + Vec2{0, 0.1F} * size, Vec2{0.16F, 0.1F} * size, rgb(0x6d2418));
    pen.box(at + Vec2{0, 0.03F} * size, Vec2{0.17F, 0.04F} * size, rgb(0xf5c542));
}

void draw_wave(Pen& pen, Vec2 at, float size) {
    const Vec2 up = on_circle(-0.25F + 0.06F * sine(pen.seconds() * 1.8F));
    const Vec2 side = {0 - up.y, up.x};
    const Vec2 palm = at - up * (0.08F * size);
    constexpr Colour skin = rgb(0xe0a066);
    for (const float finger : {-0.12F, -0.04F, 0.04F, 0.12F}) {
        pen.line(palm + side * (finger * size), palm + (side * (finger * 1.5F) + up * 0.27F) * size,
                 0.075F * size, skin);
    }
    pen.line(palm, palm + (side * -0.24F + up * 0.06F) * size, 0.08F * size, skin);
    pen.disc(palm, 0.16F * size, skin);
}

void draw_bubble(Pen& pen, const Figure& figure, Vec2 head) {
    const float size = bubble_size(figure) * 1.15F;
    const Vec2 at = head - Vec2{0, 0.75F * size + 0.03F * sine(pen.seconds() * 0.8F)};
    pen.soft(at + Vec2{0.04F, 0.1F}, Vec2{0.62F, 0.56F} * size, rgb(0x2a1d10, 0.4F));
    pen.disc(at + Vec2{0.1F, 0.5F} * size, 0.1F * size, paper);
    pen.disc(at, 0.46F * size, paper);
    switch (figure.walker->emote) {
        case Emote::none:
            return;
        case Emote::wave:
            return draw_wave(pen, at + Vec2{0, 0.04F}, size);
        case Emote::heart: {
            const float beat = 1 + 0.08F * sine(pen.seconds() * 1.6F);
            const Vec2 half = Vec2{0.3F, 0.3F} * (size * beat);
            return pen.shape(game::Shape::heart, at + Vec2{0, 0.02F}, half, rgb(0xd6293e));
        }
        case Emote::star:
            return pen.shape(game::Shape::star, at, Vec2{0.34F, 0.34F} * size, rgb(0xf2b705),
                             on_circle(0.03F * sine(pen.seconds())));
        case Emote::laugh:
            return draw_laugh(pen, at, size);
    }
}

/// Z z z.
void draw_sleep(Pen& pen, Vec2 head) {
    for (const float offset : {0.F, 0.5F}) {
        const float share = part_of_one(pen.seconds() * 0.3F + offset);
        const Vec2 at = head + Vec2{0.3F + share * 0.25F, -0.1F - share * 0.6F};
        const float half = 0.06F + share * 0.06F;
        const Colour colour = faded(paper, 1 - share);
        pen.line(at + Vec2{-half, -half}, at + Vec2{half, -half}, 0.045F, colour);
        pen.line(at + Vec2{half, -half}, at + Vec2{-half, half}, 0.045F, colour);
        pen.line(at + Vec2{-half, half}, at + Vec2{half, half}, 0.045F, colour);
    }
}

}  // namespace

void draw_figure(Pen& pen, const Figure& figure) {
    if (!pen.sees(figure.at, {1, 2})) return;
    const Pose pose = pose_of(pen, figure);
    const Look look = look_of(figure);
    const float in_air = height_of(figure);
    const float spread = pose.size * (1 - in_air * 0.35F);
    if (figure.is_own) {
        pen.ellipse(figure.at, Vec2{0.56F, 0.4F} * pose.size, rgb(0xfff3c4, 0.55F));
        pen.ellipse(figure.at, Vec2{0.47F, 0.32F} * pose.size, rgb(0xd9c49c, 0.8F));
    }
    pen.soft(figure.at + Vec2{0.14F, 0.04F}, Vec2{0.68F, 0.4F} * spread, rgb(0x2a1d10, 0.55F));
    draw_body(pen, figure, pose, look);
    draw_head(pen, figure, pose, look);
}

void draw_name(Pen& pen, const Figure& figure) {
    const bool dozes = figure.walker->presence == Presence::dozing;
    const float half_height = pen.label_half_height();
    pen.label(figure.seat, figure.at + Vec2{0, 0.2F + half_height}, half_height,
              dozes           ? rgb(0xcfcdc6)
              : figure.is_own ? rgb(0xffe9a3)
                              : paper);
}

void draw_mood(Pen& pen, const Figure& figure) {
    if (!pen.sees(figure.at, {3, 3})) return;
    const Vec2 head = figure.at - Vec2{0, 1.3F + height_of(figure)};
    if (figure.walker->presence == Presence::dozing) return draw_sleep(pen, head);
    if (figure.walker->emote != Emote::none) draw_bubble(pen, figure, head);
}

}  // namespace gs::plaza
