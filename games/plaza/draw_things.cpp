// What stands on the square: fountain, trees, lamps, beds, benches, the ice-cream cart, tables.
#include "games/plaza/draw.h"

namespace gs::plaza {
namespace {

constexpr Colour shade = rgb(0x2a1d10, 0.5F);
constexpr Colour iron = rgb(0x2f3a3a);
constexpr Colour wood = rgb(0x9a6a3f);

/// Drops that fly in bows from the bowl into the basin.
void draw_jets(Pen& pen, Vec2 from) {
    for (std::uint32_t jet = 0; jet < 8; ++jet) {
        const Vec2 out = on_circle((static_cast<float>(jet) + 0.5F) / 8);
        for (std::uint32_t drop = 0; drop < 2; ++drop) {
            const float share =
                part_of_one(pen.seconds() * 0.9F + static_cast<float>(drop) / 2 + chance_of(jet) * 0.3F);
            const float height = 1.1F * (1 - share) + 2.6F * share * (1 - share);
            const Vec2 at = from + Vec2{out.x * 1.5F, out.y * 1.2F} * share - Vec2{0, height};
            pen.disc(at, 0.1F - share * 0.03F, rgb(0xf2fcff, 0.85F));
        }
    }
}

void draw_fountain(Pen& pen, Vec2 at) {
    pen.soft(at + Vec2{0.35F, 0.35F}, {3.3F, 3.1F}, shade);
    pen.disc(at + Vec2{0, 0.22F}, 2.42F, rgb(0x9d8a69));
    pen.disc(at, 2.42F, rgb(0xd9c8a5));
    pen.ring(at, 2.42F, 0.1F, rgb(0xf3e7cb));
    pen.disc(at, 2.02F, rgb(0x8f7d5d));
    pen.disc(at + Vec2{0, 0.08F}, 1.95F, rgb(0x2f8aa3));
    pen.disc(at + Vec2{-0.1F, 0.0F}, 1.6F, rgb(0x49a7bd, 0.6F));
    for (int index = 0; index < 4; ++index) {
        const float share = part_of_one(pen.seconds() * 0.22F + static_cast<float>(index) / 4);
        pen.ring(at + Vec2{0, 0.08F}, 0.75F + 1.15F * share, 0.07F, rgb(0xe6fbff, 0.7F * (1 - share)));
    }
    for (std::uint32_t glint = 0; glint < 4; ++glint) {
        const Vec2 place =
            on_circle(chance_of(glint + 40) + pen.seconds() * 0.008F) * (1 + chance_of(glint) * 0.7F);
        const float shine = sine(pen.seconds() * 0.5F + chance_of(glint + 9));
        if (shine > 0) pen.ellipse(at + place, {0.16F, 0.04F}, rgb(0xffffff, 0.7F * shine));
    }
    // The column and its bowl.
    pen.soft(at + Vec2{0.1F, 0.15F}, {0.9F, 0.6F}, rgb(0x0d3a48, 0.6F));
    pen.box(at - Vec2{0, 0.35F}, {0.26F, 0.55F}, rgb(0xb9a684), 0.15F);
    pen.box(at - Vec2{0.08F, 0.35F}, {0.09F, 0.5F}, rgb(0xe3d5b5), 0.08F);
    pen.ellipse(at - Vec2{0, 0.86F}, {0.85F, 0.42F}, rgb(0xa8946f));
    pen.ellipse(at - Vec2{0, 0.95F}, {0.85F, 0.42F}, rgb(0xe3d5b5));
    pen.ellipse(at - Vec2{0, 0.95F}, {0.7F, 0.32F}, rgb(0x5bb4c8));
    const float rise = 0.06F * sine(pen.seconds() * 1.3F);
    pen.line(at - Vec2{0, 1}, at - Vec2{0, 1.75F + rise}, 0.16F, rgb(0xdff6fb, 0.9F));
    pen.disc(at - Vec2{0, 1.78F + rise}, 0.16F, rgb(0xffffff, 0.9F));
    draw_jets(pen, at);
}

void draw_tree(Pen& pen, Vec2 at, float cover) {
    const auto number = static_cast<std::uint32_t>(at.x * 10 + 400);
    const float own = chance_of(number);
    const Vec2 sway = Vec2{0.07F, 0.02F} * sine(pen.seconds() * 0.16F + own);
    pen.soft(at + Vec2{0.6F, 0.25F}, {2, 1.25F}, rgb(0x2a1d10, 0.6F));
    if (!pen.is_far()) pen.ring(at, 0.75F, 0.09F, rgb(0x8a7350));
    pen.disc(at, 0.66F, rgb(0x6b563c));
    pen.line(at, at + Vec2{0, -1.6F}, 0.36F, rgb(0x6d4a30));
    if (!pen.is_far()) pen.line(at + Vec2{-0.07F, 0}, at + Vec2{-0.07F, -1.5F}, 0.1F, rgb(0x8d6644));
    const Colour leaves = faded(mix(rgb(0x4f8440), rgb(0x7c9440), own), 0.3F + 0.7F * cover);
    const auto tone = [leaves](std::uint32_t code, float share) {
        return mix(leaves, faded(rgb(code), static_cast<float>(leaves.a) / 255), share);
    };
    const Vec2 crown = at + Vec2{0, -2.3F} + sway;
    pen.disc(crown + Vec2{0.25F, 0.35F}, 1.16F, tone(0x17301c, 0.5F));
    pen.disc(crown + Vec2{-0.6F, 0.2F}, 0.86F, tone(0x17301c, 0.25F));
    pen.disc(crown + Vec2{0.62F, 0.05F}, 0.84F, tone(0x17301c, 0.2F));
    pen.disc(crown + Vec2{0, -0.45F}, 0.98F, leaves);
    pen.disc(crown + Vec2{-0.3F, -0.55F} + sway, 0.6F, tone(0xd7e07a, 0.35F));
    pen.disc(crown + Vec2{-0.4F, -0.7F} + sway, 0.3F, tone(0xf1f0a0, 0.5F));
}

void draw_lamp(Pen& pen, Vec2 at) {
    pen.soft(at, {2.6F, 1.9F}, rgb(0xffe08a, 0.3F));
    pen.soft(at + Vec2{0.15F, 0.05F}, {0.5F, 0.25F}, shade);
    pen.ellipse(at, {0.22F, 0.14F}, iron);
    pen.line(at, at - Vec2{0, 2.1F}, 0.12F, iron);
    pen.soft(at - Vec2{0, 2.3F}, {0.9F, 0.9F}, rgb(0xffd873, 0.55F));
    pen.box(at - Vec2{0, 2.3F}, {0.19F, 0.25F}, rgb(0xfff2c0), 0.08F);
    pen.box(at - Vec2{0, 2.6F}, {0.25F, 0.07F}, iron, 0.06F);
}

void draw_bed(Pen& pen, Vec2 at) {
    pen.soft(at + Vec2{0.2F, 0.2F}, {2.3F, 2.1F}, shade);
    pen.disc(at + Vec2{0, 0.12F}, 1.7F, rgb(0x9d8a69));
    pen.disc(at, 1.7F, rgb(0xd9c8a5));
    pen.disc(at, 1.42F, rgb(0x4c6b34));
    constexpr std::array<Colour, 4> petals = {rgb(0xf4efe2), rgb(0xe2557a), rgb(0xf2b705), rgb(0x9a76c9)};
    const auto number = static_cast<std::uint32_t>(at.x + at.y * 3 + 200);
    pen.disc(at - Vec2{0.2F, 0.2F}, 1.05F, rgb(0x5f8a3c));
    for (std::uint32_t flower = 0; flower < (pen.is_far() ? 7U : 10U); ++flower) {
        const float far = 0.3F + 0.85F * chance_of(number + flower);
        const Vec2 place = on_circle(static_cast<float>(flower) * 0.381966F) * far;
        const Vec2 sway = {0.03F * sine(pen.seconds() * 0.3F + far), 0};
        pen.disc(at + place + sway, 0.12F + 0.07F * chance_of(number + flower + 30),
                 petals[(flower + number) % petals.size()]);
    }
}

void draw_bench(Pen& pen, const Solid& bench) {
    const Vec2 at = mix(bench.from, bench.to, 0.5F);
    const float half = (bench.to.x - bench.from.x) / 2 + 0.4F;
    const float back = at.y < 0 ? -0.45F : 0.3F;
    pen.soft(at + Vec2{0.15F, 0.2F}, {half * 1.25F, 0.7F}, shade);
    for (const float leg : {-0.8F, 0.8F})
        pen.box(at + Vec2{half * leg, 0.1F}, {0.08F, 0.3F}, iron, 0.04F);
    pen.box(at + Vec2{0, -0.08F}, {half, 0.12F}, wood, 0.06F);
    pen.box(at + Vec2{0, 0.14F}, {half, 0.1F}, mix(wood, iron, 0.15F), 0.06F);
    pen.box(at + Vec2{0, back}, {half, 0.13F}, mix(wood, rgb(0xffe0b0), 0.2F), 0.07F);
}

void draw_parasol(Pen& pen, Vec2 at, float radius, Colour colour) {
    pen.ellipse(at + Vec2{0, 0.12F}, {radius, radius * 0.55F}, mix(colour, rgb(0x2a1d10), 0.35F));
    pen.ellipse(at, {radius, radius * 0.55F}, colour);
    constexpr Colour light = rgb(0xfff6e3);
    for (const float turns : {0.06F, 0.19F, 0.31F, 0.44F}) {
        const Vec2 out = on_circle(turns);
        const Vec2 tip = {out.x * radius * 0.84F, out.y * radius * 0.46F};
        pen.line(at - tip, at + tip, 0.17F, faded(light, 0.92F));
    }
    pen.disc(at - Vec2{0, 0.06F}, 0.11F, light);
}

void draw_cart(Pen& pen, const Solid& cart) {
    const Vec2 at = mix(cart.from, cart.to, 0.5F);
    pen.soft(at + Vec2{0.2F, 0.2F}, {1.9F, 1}, shade);
    for (const float wheel : {-0.8F, 0.8F}) {
        pen.disc(at + Vec2{wheel, 0.2F}, 0.36F, iron);
        pen.disc(at + Vec2{wheel, 0.2F}, 0.24F, rgb(0xc9b48a));
    }
    pen.box(at - Vec2{0, 0.35F}, {1.3F, 0.5F}, rgb(0xfbf1de), 0.12F);
    pen.box(at - Vec2{0, 0.2F}, {1.3F, 0.14F}, rgb(0xe58ba0));
    pen.box(at - Vec2{0, 0.85F}, {1.35F, 0.12F}, rgb(0x8c6b4c), 0.06F);
    for (const float x : {-0.75F, -0.25F, 0.25F}) {
        const Colour scoop = x < -0.5F ? rgb(0xf3b6c3) : x < 0 ? rgb(0xfff0c9) : rgb(0x8a5a3c);
        pen.disc(at + Vec2{x, -1.02F}, 0.2F, scoop);
    }
    pen.line(at + Vec2{0.9F, -0.8F}, at + Vec2{0.9F, -2.2F}, 0.09F, iron);
    draw_parasol(pen, at + Vec2{0.6F, -2.2F}, 1.25F, rgb(0xd9485f));
}

void draw_table(Pen& pen, Vec2 at) {
    pen.soft(at + Vec2{0.35F, 0.25F}, {1.7F, 1.1F}, shade);
    for (const float side : {-1.F, 1.F}) {
        pen.box(at + Vec2{side * 0.72F, -0.05F}, {0.2F, 0.2F}, rgb(0x6e7f78), 0.08F);
    }
    pen.line(at, at - Vec2{0, 1.9F}, 0.1F, iron);
    pen.ellipse(at - Vec2{0, 0.42F}, {0.68F, 0.4F}, rgb(0xb9a684));
    pen.ellipse(at - Vec2{0, 0.5F}, {0.68F, 0.4F}, rgb(0xfaf3e3));
    pen.disc(at + Vec2{-0.25F, -0.5F}, 0.1F, rgb(0x8a5a3c));
    pen.disc(at + Vec2{0.3F, -0.42F}, 0.1F, rgb(0xd9902f));
    draw_parasol(pen, at - Vec2{0, 1.95F}, 1.2F, rgb(0x2f7d8f));
}

void draw_post(Pen& pen, Vec2 at) {
    const Colour team = at.x < 0 ? rgb(0x0072b2) : rgb(0xd55e00);
    pen.soft(at + Vec2{0.2F, 0.1F}, {0.7F, 0.4F}, shade);
    pen.line(at, at - Vec2{0, 1.5F}, 0.46F, rgb(0xfaf3e3));
    pen.line(at - Vec2{0, 0.45F}, at - Vec2{0, 0.75F}, 0.46F, team);
    pen.line(at - Vec2{0, 1.5F}, at - Vec2{0, 2.5F}, 0.07F, iron);
    const Vec2 wind = on_circle(0.03F * sine(pen.seconds() * 0.7F + at.y));
    const Vec2 out = at.x < 0 ? wind : Vec2{0 - wind.x, wind.y};
    pen.tilted_box(at - Vec2{0, 2.28F} + out * 0.42F, {0.42F, 0.2F}, team, 0.05F, out);
}

}  // namespace

void draw_solid(Pen& pen, const Solid& solid, float cover) {
    if (!pen.sees(solid.from, {4, 4}) && !pen.sees(solid.to, {4, 4})) return;
    switch (solid.kind) {
        case Solid::Kind::fountain:
            return draw_fountain(pen, solid.from);
        case Solid::Kind::post:
            return draw_post(pen, solid.from);
        case Solid::Kind::tree:
            return draw_tree(pen, solid.from, cover);
        case Solid::Kind::lamp:
            return draw_lamp(pen, solid.from);
        case Solid::Kind::bed:
            return draw_bed(pen, solid.from);
        case Solid::Kind::bench:
            return draw_bench(pen, solid);
        case Solid::Kind::cart:
            return draw_cart(pen, solid);
        case Solid::Kind::table:
            return draw_table(pen, solid.from);
    }
}

void draw_strings(Pen& pen) {
    constexpr Vec2 ends[3][2] = {
        {{-4.5F, -14.8F}, {-6.2F, -7}}, {{-6.2F, -7}, {6.2F, -7}}, {{6.2F, -7}, {4.5F, -14.8F}}};
    constexpr int bulbs = 7;
    for (const auto& [from, to] : ends) {
        Vec2 before = from;
        for (int index = 1; index <= bulbs; ++index) {
            const float share = static_cast<float>(index) / bulbs;
            const Vec2 at = mix(from, to, share) + Vec2{0, 4 * 0.9F * share * (1 - share)};
            pen.line(before, at, 0.035F, rgb(0x2f3a3a, 0.7F));
            before = at;
            if (index == bulbs) continue;
            const float glow = 0.75F + 0.25F * sine(pen.seconds() * 0.4F + share * 3);
            if (!pen.is_far()) pen.soft(at + Vec2{0, 0.1F}, {0.42F, 0.42F}, rgb(0xffd873, 0.6F * glow));
            pen.disc(at + Vec2{0, 0.1F}, 0.09F, mix(rgb(0xf2b705), rgb(0xfff6d0), glow));
        }
    }
}

}  // namespace gs::plaza
