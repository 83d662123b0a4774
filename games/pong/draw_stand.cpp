// The stand around the court: rows of seats, most of them taken, and the floodlights in its corners.
#include "games/pong/draw.h"

#include <algorithm>

namespace gs::pong {
namespace {

constexpr float seat_width = 0.92F;
constexpr float row_height = 1.02F;
constexpr Vec2 inner = {court_half.x + apron.x, court_half.y + apron.y};

/// Beyond the view in any window that the camera is made for.
constexpr float far = 45;
constexpr int rows_max = 60;
/// Further up it is too dark to see whether somebody sits there, and the list has an end.
constexpr int rows_with_people = 20;

/// One place in the stand: `index` is the same in every picture.
struct Place {
    Vec2 at;
    std::uint32_t index;
    float dark;  // 0 in the first row, towards 1 where the light does not reach
};

void draw_person(Pen& pen, const Scene& scene, const Place& place) {
    const float own = game::chance_of(place.index);
    // Who sits nearer to a side is for that side, mostly.
    const bool is_for_right = game::chance_of(place.index + 1000) < (place.at.x > 0 ? 0.75F : 0.25F);
    const float joy = scene.joy[is_for_right ? 1 : 0];
    const float beat = game::sine(pen.seconds() * (1.1F + own * 0.5F) + own * 7);
    const Vec2 hop = {0, -0.3F * joy * std::max(beat, 0.F)};
    constexpr std::uint32_t plain[] = {0x8d9a94, 0xb2673f, 0x5c7f66, 0xa9a08a, 0x6c6a8a, 0xa05a6a};
    const std::uint32_t choice = place.index * 7 % 6;
    const bool wears_colours = game::chance_of(place.index + 2000) < 0.42F;
    const Colour shirt = wears_colours ? team_colours[is_for_right ? 1 : 0] : rgb(plain[choice]);
    constexpr std::uint32_t skins[] = {0xf0c8a4, 0xd9a273, 0xa86f45, 0x7a4c30};
    const Colour skin = rgb(skins[place.index * 5 % 4]);
    const float dark = std::clamp(place.dark + 0.42F - 0.3F * scene.light, 0.F, 0.9F);
    const Vec2 at = place.at + hop;
    pen.box(at + Vec2{0, 0.2F}, {0.3F, 0.27F}, game::mix(shirt, night, dark), 0.2F);
    pen.disc(at + Vec2{0, -0.16F}, 0.2F, game::mix(skin, night, dark));
    if (joy < 0.15F) return;
    // Somebody takes a picture of it.
    const auto moment = static_cast<std::uint32_t>(game::part_of_one(pen.seconds() / 64) * 512);
    if (game::chance_of(place.index * 31 + moment) > 0.994F)
        pen.soft(at, {1.1F, 1.1F}, game::faded(chalk, joy));
    if (own < 0.4F) return;
    for (const float side : {-1.F, 1.F}) {
        pen.line(at + Vec2{0.26F * side, 0.12F}, at + Vec2{0.36F * side, -0.3F - 0.12F * beat}, 0.12F,
                 game::mix(skin, night, dark));
    }
}

void draw_row(Pen& pen, const Scene& scene, float y, float from_x, float to_x, int row) {
    const float dark = std::clamp(static_cast<float>(row) * 0.075F, 0.F, 0.62F);
    const float middle = (from_x + to_x) / 2;
    const float shade = 0.35F + dark * 0.6F - 0.2F * scene.light;
    pen.box({middle, y + 0.36F}, {(to_x - from_x) / 2, 0.16F}, game::mix(rgb(0x2c5c52), night, shade));
    if (row > rows_with_people) return;
    const int first = static_cast<int>(from_x / seat_width) - 1;
    const int last = static_cast<int>(to_x / seat_width) + 1;
    for (int column = first; column <= last; ++column) {
        const float x = (static_cast<float>(column) + (row % 2 == 0 ? 0.F : 0.5F)) * seat_width;
        const bool is_aisle = (column + 198) % 9 == 4;
        if (x < from_x + 0.35F || x > to_x - 0.35F || is_aisle || !pen.sees({x, y}, {0.5F, 0.6F})) continue;
        const std::uint32_t index =
            static_cast<std::uint32_t>((column + 64) * 131 + row * 17 + (y < 0 ? 7 : 0));
        if (game::chance_of(index + 3000) < 0.78F) {
            draw_person(pen, scene, {{x, y}, index, dark});
        } else {
            pen.box({x, y + 0.16F}, {0.32F, 0.24F}, game::mix(rgb(0x3c8573), night, shade), 0.14F);
        }
    }
}

}  // namespace

void draw_stand(Pen& pen, const Scene& scene) {
    // The hall behind it all: lighter towards the court.
    pen.soft({}, {34, 30}, game::faded(rgb(0x1d4a41), 0.4F + 0.5F * scene.light));
    for (int row = rows_max; row >= 0; --row) {
        const float up = inner.y + 0.5F + static_cast<float>(row) * row_height;
        if (!pen.sees({0, up}, {far, 1})) continue;
        draw_row(pen, scene, -up, -far, far, row);
    }
    // Left and right, rows go on from one goal line to the other.
    constexpr int side_rows = static_cast<int>(2 * inner.y / row_height);
    for (int row = 0; row <= side_rows; ++row) {
        const float y = (static_cast<float>(row) + 0.5F) * row_height - inner.y - 0.1F;
        draw_row(pen, scene, y, inner.x + 0.1F, far, 2 + row % 3);
        draw_row(pen, scene, y, -far, -inner.x - 0.1F, 2 + row % 3);
    }
}

void draw_front_stand(Pen& pen, const Scene& scene) {
    for (int row = 0; row <= rows_max; ++row) {
        const float down = inner.y + 0.5F + static_cast<float>(row) * row_height;
        if (!pen.sees({0, down}, {far, 1})) break;
        draw_row(pen, scene, down, -far, far, row);
    }
}

void draw_floodlights(Pen& pen, const Scene& scene) {
    for (const float x : {-1.F, 1.F}) {
        for (const float y : {-1.F, 1.F}) {
            const Vec2 at = {x * (court_half.x - 0.7F), y * (court_half.y + 0.95F)};
            pen.soft(at, {5.5F, 4.2F}, game::faded(flood, 0.34F * scene.light));
            pen.box(at, {0.95F, 0.5F}, rgb(0x0b1716), 0.16F);
            for (int lamp = 0; lamp < 6; ++lamp) {
                const int row = lamp / 3;
                const Vec2 offset = {static_cast<float>(lamp % 3 - 1) * 0.56F,
                                     static_cast<float>(row) * 0.44F - 0.22F};
                pen.disc(at + offset, 0.19F, game::mix(rgb(0x4a5048), rgb(0xfff6dc), scene.light));
            }
            pen.soft(at, {1.9F, 1.4F}, game::faded(rgb(0xfff6dc), 0.4F * scene.light));
        }
    }
}

}  // namespace gs::pong
