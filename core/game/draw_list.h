// DrawList: what a game wants on the screen, as a packed list that the browser's renderer draws with one
// instanced call (web/src/render). Filled by a game's draw(), read by TypeScript straight from WebAssembly's
// memory, so the layout here is an interface: web/src/render/draw_list.ts repeats it and a test compares.
// World units are the game's own; y points down. Items are drawn in order, later ones on top.
#pragma once

#include "core/base/ids.h"
#include "core/base/vec2.h"
#include "core/game/event.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace gs::game {

enum class Shape : std::uint8_t {
    box = 0,      // `extra`: radius of the corners
    disc = 1,     // an ellipse when the half sizes differ
    ring = 2,     // `extra`: width of the line, inwards
    capsule = 3,  // along its local x axis
    star = 4,     // five points
    heart = 5,
    shadow = 6,  // a soft ellipse
    label = 7,   // the name of `seat`, centred, `half_size.y` is half the height of the text
};

struct Colour {
    std::uint8_t r = 0, g = 0, b = 0, a = 255;
};

/// 32 bytes, all offsets as written.
struct DrawItem {
    Vec2 at;                     // 0: centre
    Vec2 half_size;              // 8
    std::int16_t cos = 32767;    // 16: rotation of the local x axis, as a unit vector times 32,767
    std::int16_t sin = 0;        // 18
    Colour colour;               // 20
    Shape shape = Shape::box;    // 24
    Seat seat = no_seat;         // 25: of a label
    std::uint16_t reserved = 0;  // 26
    float extra = 0;             // 28
};
static_assert(sizeof(DrawItem) == 32);

/// What part of the world fills the picture: `height` world units from top to bottom around `centre`.
struct Camera {
    Vec2 centre = {};
    float height = 20;
    Colour clear = {};
};

class DrawList {
  public:
    /// Enough for 200 people of 12 parts each; what is more is left out.
    static constexpr std::size_t items_max = 4096;

    Camera camera;

    void clear() { count_ = 0; }
    void add(const DrawItem& item) {
        if (count_ < items_max) items_[count_++] = item;
    }

    void box(Vec2 at, Vec2 half_size, Colour colour, float corner = 0, Vec2 along = {1, 0}) {
        add(shaped(Shape::box, at, half_size, colour, corner, along));
    }
    void disc(Vec2 at, float radius, Colour colour) {
        add(shaped(Shape::disc, at, {radius, radius}, colour, 0, {1, 0}));
    }
    void ring(Vec2 at, float radius, float width, Colour colour) {
        add(shaped(Shape::ring, at, {radius, radius}, colour, width, {1, 0}));
    }
    /// From `from` to `to`, `width` thick, with round ends.
    void line(Vec2 from, Vec2 to, float width, Colour colour) {
        const Vec2 half = (to - from) * 0.5F;
        add(shaped(Shape::capsule, from + half, {length(half) + width / 2, width / 2}, colour, 0,
                   normalized(half, {1, 0})));
    }
    void shape(Shape shape, Vec2 at, Vec2 half_size, Colour colour, Vec2 along = {1, 0}, float extra = 0) {
        add(shaped(shape, at, half_size, colour, extra, along));
    }
    void label(Seat seat, Vec2 at, float half_height, Colour colour) {
        DrawItem item = shaped(Shape::label, at, {half_height, half_height}, colour, 0, {1, 0});
        item.seat = seat;
        add(item);
    }

    [[nodiscard]] std::span<const DrawItem> items() const { return std::span(items_).first(count_); }

  private:
    static DrawItem shaped(Shape shape, Vec2 at, Vec2 half_size, Colour colour, float extra, Vec2 along) {
        return {.at = at,
                .half_size = half_size,
                .cos = static_cast<std::int16_t>(clamped_unit(along.x) * 32767),
                .sin = static_cast<std::int16_t>(clamped_unit(along.y) * 32767),
                .colour = colour,
                .shape = shape,
                .extra = extra};
    }
    static constexpr float clamped_unit(float value) { return value > 1 ? 1 : value > -1 ? value : -1; }

    std::size_t count_ = 0;
    std::array<DrawItem, items_max> items_ = {};
};

/// What draw() shows: a moment between two consecutive states. A player's own picture is ahead: `before` and
/// `after` are predicted, and `seen_…` are what is certain and a moment old, to draw others with who would
/// jump about when guessed. A spectator's are the same.
template <class State>
struct Frame {
    const State& before;
    const State& after;
    float fraction = 0;  // 0: `before`, 1: `after`
    const State& seen_before;
    const State& seen_after;
    float seen_fraction = 0;
    Seat own = no_seat;                       // whose picture this is; no_seat for a spectator
    float aspect = 16.F / 9;                  // width of the picture by its height
    float seconds = 0;                        // for what moves only in the picture; any start
    std::span<const ShownEvent> recent = {};  // of the last two seconds, the oldest first
};

}  // namespace gs::game
