// What lies and stands around the square: paving, chalk lines, gates, houses with the board, hedges.
#include "games/plaza/draw.h"

namespace gs::plaza {
namespace {

constexpr Colour stone = rgb(0xe2d0ae);
constexpr Colour stone_dark = rgb(0xcdb78f);
constexpr Colour chalk = rgb(0xfff8e6, 0.5F);
constexpr Colour blue = rgb(0x0072b2);
constexpr Colour vermillion = rgb(0xd55e00);
constexpr Colour night = rgb(0x2a1d10);

void draw_paving(Pen& pen) {
    pen.box({0, 0.2F}, {square_half.x + 0.5F, square_half.y + 0.6F}, stone, 0.4F);
    // Single slabs, lighter and darker; then the joints of rows that are laid 2 wide.
    for (std::uint32_t index = 0; index < 34; ++index) {
        const float column = static_cast<float>(static_cast<int>(chance_of(index) * 20));
        const float row = static_cast<float>(static_cast<int>(chance_of(index + 60) * 12));
        const Colour tone = chance_of(index + 120) < 0.5F ? rgb(0xd6bf95, 0.5F) : rgb(0xf0e2c6, 0.6F);
        pen.box({column * 2 - 19, row * 2 - 11}, {0.96F, 0.96F}, tone, 0.08F);
    }
    for (int column = -9; column <= 9; ++column) {
        pen.box({static_cast<float>(column) * 2, 0}, {0.03F, square_half.y}, rgb(0xb99f74, 0.35F));
    }
    for (int row = -5; row <= 5; ++row) {
        pen.box({0, static_cast<float>(row) * 2}, {square_half.x, 0.03F}, rgb(0xb99f74, 0.35F));
    }
}

/// A round of setts around the fountain, and the chalk lines of the game that people play here.
void draw_rounds(Pen& pen) {
    pen.disc({0, 0}, 4.7F, rgb(0xcdb48a));
    pen.disc({0, 0}, 4.5F, rgb(0xdcc69e));
    pen.ring({0, 0}, 3.9F, 0.08F, rgb(0xb99f74, 0.55F));
    pen.ring({0, 0}, 3.3F, 0.08F, rgb(0xb99f74, 0.55F));
    for (int spoke = 0; spoke < 16; ++spoke) {
        const Vec2 out = on_circle(static_cast<float>(spoke) / 16);
        pen.line(out * 3.3F, out * 4.5F, 0.05F, rgb(0xb99f74, 0.5F));
    }
    pen.ring({0, 0}, 6.4F, 0.09F, chalk);
    pen.box({0, -9.2F}, {0.045F, 2.8F}, chalk);
    pen.box({0, 9.2F}, {0.045F, 2.8F}, chalk);
    for (const float side : {-1.F, 1.F}) {
        const Colour team = faded(side < 0 ? blue : vermillion, 0.55F);
        pen.box({side * 16.8F, 0}, {0.06F, 4}, team);
        pen.box({side * 18.4F, -4}, {1.6F, 0.06F}, team);
        pen.box({side * 18.4F, 4}, {1.6F, 0.06F}, team);
    }
}

void draw_gate(Pen& pen, float side, Colour team) {
    const Vec2 middle = {side * (square_half.x + gate_depth / 2), 0};
    pen.box(middle, {gate_depth / 2 + 0.05F, gate_half}, mix(team, stone_dark, 0.62F), 0.2F);
    pen.box({side * square_half.x, 0}, {0.07F, gate_half}, faded(team, 0.9F));
    pen.soft(middle + Vec2{side * 0.4F, 0}, {gate_depth * 0.8F, gate_half * 1.1F}, faded(night, 0.35F));
    constexpr Colour cord = rgb(0xfffaf0, 0.42F);
    for (int string = 0; string < 4; ++string) {
        const float x = side * (square_half.x + 0.3F + static_cast<float>(string) * 0.45F);
        pen.line({x, -gate_half}, {x, gate_half}, 0.04F, cord);
    }
    for (int string = -4; string <= 4; ++string) {
        const float y = static_cast<float>(string) * 0.52F;
        pen.line({side * square_half.x, y}, {side * (square_half.x + gate_depth), y}, 0.04F, cord);
    }
}

struct House {
    float left, right;
    Colour wall, awning;
};
constexpr std::array<House, 8> houses = {{
    {-28.6F, -22.8F, rgb(0xd8c2a0), rgb(0x7a4f7d)},
    {-22.8F, -17, rgb(0xc98a6b), rgb(0x2f6f73)},
    {-17, -10.8F, rgb(0xe6c48c), rgb(0xb3423a)},
    {-10.8F, -4.6F, rgb(0x9fb08f), rgb(0xd9902f)},
    {4.6F, 10.4F, rgb(0xd8a3a0), rgb(0x3c5f94)},
    {10.4F, 16.6F, rgb(0x93aab5), rgb(0xc0603b)},
    {16.6F, 22.8F, rgb(0xdfb06f), rgb(0x4d7a4b)},
    {22.8F, 28.6F, rgb(0xb98f86), rgb(0x2f5d73)},
}};
constexpr float house_top = -15.8F;
constexpr float house_foot = -12.1F;

void draw_window(Pen& pen, Vec2 at, std::uint32_t number) {
    // Somebody is at home here and there, and goes from room to room.
    const bool is_lit = part_of_one(pen.seconds() * 0.01F + chance_of(number)) < 0.55F;
    pen.box(at, {0.5F, 0.58F}, rgb(0xfaf0da), 0.08F);
    pen.box(at, {0.4F, 0.48F}, is_lit ? rgb(0xffd98a) : rgb(0x53687a), 0.04F);
    if (pen.is_far()) return;
    pen.box(at, {0.035F, 0.48F}, rgb(0xfaf0da));
    pen.box(at + Vec2{0, 0.62F}, {0.62F, 0.1F}, mix(rgb(0x4f8440), rgb(0xe2557a), chance_of(number + 70)),
            0.1F);
}

void draw_house(Pen& pen, const House& house, std::uint32_t number) {
    const float middle = (house.left + house.right) / 2;
    const float half = (house.right - house.left) / 2;
    const Colour dark = mix(house.wall, night, 0.35F);
    pen.box({middle, (house_top + house_foot) / 2}, {half, (house_foot - house_top) / 2}, house.wall);
    pen.box({middle, house_foot - 0.2F}, {half, 0.2F}, dark);
    pen.box({middle, house_top + 0.25F}, {half, 0.3F}, mix(rgb(0x8d4a38), dark, 0.25F));
    for (std::uint32_t window = 0; window < 3; ++window) {
        const float x = middle + (static_cast<float>(window) - 1) * half * 0.6F;
        draw_window(pen, {x, -14.62F}, number * 8 + window);
    }
    // A shop: window, door, and an awning with stripes.
    const float side = number % 2 == 0 ? 1.F : -1.F;
    const float shop = middle - side * half * 0.25F;
    pen.box({shop, -12.75F}, {half * 0.52F, 0.5F}, rgb(0xffe2a3), 0.06F);
    pen.box({middle + side * half * 0.62F, -12.85F}, {0.48F, 0.75F}, mix(house.awning, night, 0.35F), 0.12F);
    if (!pen.is_far()) pen.disc({middle + side * half * 0.62F + 0.3F, -12.8F}, 0.06F, rgb(0xf0c75e));
    pen.box({shop, -13.32F}, {half * 0.58F, 0.3F}, house.awning, 0.08F);
    for (int stripe = -2; stripe <= 2; ++stripe) {
        const float x = shop + static_cast<float>(stripe) * half * 0.23F;
        pen.box({x, -13.32F}, {half * 0.058F, 0.3F}, rgb(0xfff6e3, 0.92F), 0.05F);
    }
}

/// The seven lines of a digit as bits: top, upper right, lower right, bottom, lower left, upper left, middle.
constexpr std::array<std::uint8_t, 10> digits = {0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f};

void draw_digit(Pen& pen, Vec2 at, unsigned digit, Colour colour) {
    constexpr float w = 0.26F;
    constexpr float h = 0.4F;
    constexpr Vec2 lines[7][2] = {
        {{-w, -2 * h}, {w, -2 * h}}, {{w, -2 * h}, {w, 0}},   {{w, 0}, {w, 2 * h}}, {{-w, 2 * h}, {w, 2 * h}},
        {{-w, 0}, {-w, 2 * h}},      {{-w, -2 * h}, {-w, 0}}, {{-w, 0}, {w, 0}}};
    for (unsigned line = 0; line < 7; ++line) {
        if ((digits[digit % 10] >> line & 1) != 0)
            pen.line(at + lines[line][0], at + lines[line][1], 0.15F, colour);
    }
}

void draw_number(Pen& pen, Vec2 at, unsigned number, Colour colour) {
    if (number < 10) return draw_digit(pen, at, number, colour);
    draw_digit(pen, at - Vec2{0.42F, 0}, number / 10, colour);
    draw_digit(pen, at + Vec2{0.42F, 0}, number, colour);
}

void draw_town_hall(Pen& pen, const State& state) {
    pen.box({0, -13.95F}, {4.58F, 1.85F}, rgb(0xefe0c0));
    pen.box({0, house_foot - 0.2F}, {4.58F, 0.2F}, rgb(0xb39a72));
    for (const float x : {-4.2F, -3.F, 3.F, 4.2F}) {
        pen.box({x, -13.9F}, {0.2F, 1.75F}, rgb(0xfff6e2), 0.06F);
    }
    pen.box({0, house_top + 0.22F}, {4.6F, 0.26F}, rgb(0x6e7f78));
    pen.box({0, -13.85F}, {2.6F, 1.32F}, rgb(0x7a5a3a), 0.2F);
    pen.box({0, -13.85F}, {2.46F, 1.18F}, rgb(0x13211c), 0.14F);
    const bool cheers = state.ball.goal_ticks % 20 > 9;
    const Colour lit = rgb(0xffd23f);
    draw_number(pen, {-1.35F, -13.85F}, state.goals_left,
                cheers && state.ball.at.x < 0 ? rgb(0xffffff) : lit);
    draw_number(pen, {1.35F, -13.85F}, state.goals_right,
                cheers && state.ball.at.x > 0 ? rgb(0xffffff) : lit);
    pen.disc({0, -14.1F}, 0.11F, faded(lit, 0.8F));
    pen.disc({0, -13.6F}, 0.11F, faded(lit, 0.8F));
    pen.box({-1.35F, -12.82F}, {0.6F, 0.06F}, rgb(0x3f9fd8), 0.06F);
    pen.box({1.35F, -12.82F}, {0.6F, 0.06F}, rgb(0xff7a1a), 0.06F);
    pen.box({-3.6F, -12.9F}, {0.36F, 0.8F}, rgb(0x5d4632), 0.3F);
    pen.box({3.6F, -12.9F}, {0.36F, 0.8F}, rgb(0x5d4632), 0.3F);
}

/// A wall with bushes behind it, from `from` to `to`.
void draw_hedge(Pen& pen, Vec2 from, Vec2 to, Vec2 outwards, std::uint32_t number) {
    const Vec2 along = to - from;
    const float size = length(along);
    pen.line(from + outwards * 1.35F, to + outwards * 1.35F, 1.9F, rgb(0x38572f));
    const int bushes = static_cast<int>(size / 1.9F);
    for (int index = 0; index <= bushes; ++index) {
        const auto key = static_cast<std::uint32_t>(index) + number * 40;
        const Vec2 at = from + along * (static_cast<float>(index) / static_cast<float>(bushes)) +
                        outwards * (1 + chance_of(key) * 0.6F);
        const Colour leaves = mix(rgb(0x43682f), rgb(0x6f9446), chance_of(key + 7));
        pen.disc(at, 0.78F + chance_of(key + 3) * 0.3F, leaves);
    }
    const Vec2 edge = outwards * 0.28F;
    pen.line(from + edge, to + edge, 0.6F, rgb(0x9c8760));
    pen.line(from + edge - Vec2{0, 0.08F}, to + edge - Vec2{0, 0.08F}, 0.44F, rgb(0xc9b48a));
}

/// A warm evening: the sun stands low in the west.
void draw_light(Pen& pen) {
    pen.soft({-9, -5}, {24, 17}, rgb(0xfff0c8, 0.45F));
    for (const float side : {-1.F, 1.F})
        pen.soft({side * 22, 13}, {16, 9}, faded(night, 0.3F));
}

/// The park beside the square, behind the hedge.
void draw_park(Pen& pen, float side, std::uint32_t number) {
    for (std::uint32_t tree = 0; tree < 5; ++tree) {
        const float own = chance_of(number * 9 + tree);
        const Vec2 at = {side * (24.2F + own * 1.2F), -9.5F + static_cast<float>(tree) * 4.8F};
        pen.soft(at + Vec2{0.5F, 0.5F}, {2.1F, 2}, faded(night, 0.5F));
        pen.disc(at, 1.3F + own * 0.3F, mix(rgb(0x3f6a35), rgb(0x5f8a3c), own));
        pen.disc(at - Vec2{0.35F, 0.4F}, 0.8F, mix(rgb(0x5f8a3c), rgb(0x9db457), own));
    }
}

}  // namespace

void draw_ground(Pen& pen) {
    draw_paving(pen);
    draw_rounds(pen);
    draw_light(pen);
    draw_gate(pen, -1, blue);
    draw_gate(pen, 1, vermillion);
    for (const float side : {-1.F, 1.F}) {
        const auto number = static_cast<std::uint32_t>(side + 1) * 2;
        draw_park(pen, side, number);
        const float x = side * square_half.x;
        draw_hedge(pen, {x, -12}, {x, -gate_half - 0.3F}, {side, 0}, number);
        draw_hedge(pen, {x, gate_half + 0.3F}, {x, 12}, {side, 0}, number + 1);
    }
}

void draw_houses(Pen& pen, const State& state) {
    for (std::size_t index = 0; index < houses.size(); ++index) {
        draw_house(pen, houses[index], static_cast<std::uint32_t>(index));
    }
    draw_town_hall(pen, state);
    pen.soft({0, house_foot}, {27, 1.3F}, faded(night, 0.4F));
}

void draw_hedges(Pen& pen) { draw_hedge(pen, {-26, 12}, {26, 12}, {0, 1}, 8); }

}  // namespace gs::plaza
