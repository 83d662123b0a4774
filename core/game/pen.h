// Pen: draws what the camera sees, with the colours and movements that pictures of games share. Used by a
// game's draw*.cpp inside of one call of draw(); owns nothing, one thread. Not for rules: only pictures use
// it.
#pragma once

#include "core/game/draw_list.h"

#include <bit>
#include <cstdint>

namespace gs::game {

/// 0xrrggbb.
[[nodiscard]] constexpr Colour rgb(std::uint32_t code, float alpha = 1) {
    return {static_cast<std::uint8_t>(code >> 16), static_cast<std::uint8_t>(code >> 8),
            static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(alpha * 255)};
}

/// Share 0 is `from`, 1 is `to`.
[[nodiscard]] constexpr Colour mix(Colour from, Colour to, float share) {
    const auto part = [share](std::uint8_t a, std::uint8_t b) {
        return static_cast<std::uint8_t>(static_cast<float>(a) +
                                         (static_cast<float>(b) - static_cast<float>(a)) * share);
    };
    return {part(from.r, to.r), part(from.g, to.g), part(from.b, to.b), part(from.a, to.a)};
}

[[nodiscard]] constexpr Colour faded(Colour colour, float alpha) {
    colour.a = static_cast<std::uint8_t>(static_cast<float>(colour.a) * alpha);
    return colour;
}

/// The part of `value` after the point, also of negative ones. Beyond a million it is 0.
[[nodiscard]] constexpr float part_of_one(float value) {
    if (!(value > -1e6F && value < 1e6F)) return 0;
    const float part = value - static_cast<float>(static_cast<int>(value));
    return part < 0 ? part + 1 : part;
}

/// The sine of so many full turns, to a thousandth: enough for pictures, and the same everywhere.
[[nodiscard]] float sine(float turns);

/// The point of the unit circle after so many turns from the right, clockwise as y points down.
[[nodiscard]] Vec2 on_circle(float turns);

/// An even number 0 … 1 that belongs to `index`: for what should look irregular and stay as it is.
[[nodiscard]] constexpr float chance_of(std::uint32_t index) {
    std::uint32_t mixed = (index + 1) * 0x9e3779b9U;
    mixed = (mixed ^ (mixed >> 15)) * 0x85ebca6bU;
    return static_cast<float>((mixed ^ (mixed >> 13)) >> 8) / 16777216.F;
}

class Pen {
  public:
    /// The list's camera is already set. `seconds` moves what only moves in the picture.
    Pen(DrawList& list, float aspect, float seconds)
        : list_(&list),
          centre_(list.camera.centre),
          reach_{list.camera.height * aspect / 2, list.camera.height / 2},
          seconds_(seconds) {}

    [[nodiscard]] float seconds() const { return seconds_; }
    /// Text of one size on the screen, however near the camera is: half the height of a label.
    [[nodiscard]] float label_half_height() const { return reach_.y * 0.027F; }

    /// So much is in the picture that small things would only be specks.
    [[nodiscard]] bool is_far() const { return reach_.y > 12; }

    [[nodiscard]] bool sees(Vec2 at, Vec2 half_size) const {
        return sees(at.x, at.y, half_size.x, half_size.y);
    }

    void box(Vec2 at, Vec2 half_size, Colour colour, float corner = 0) {
        tilted_box(at, half_size, colour, corner, {1, 0});
    }
    /// Turned: its x axis points `along`.
    void tilted_box(Vec2 at, Vec2 half_size, Colour colour, float corner, Vec2 along) {
        put(Shape::box, at.x, at.y, half_size.x, half_size.y, bits_of(colour), corner, along.x, along.y);
    }
    void disc(Vec2 at, float radius, Colour colour) { ellipse(at, {radius, radius}, colour); }
    void ellipse(Vec2 at, Vec2 half_size, Colour colour, Vec2 along = {1, 0}) {
        shape(Shape::disc, at, half_size, colour, along);
    }
    void ring(Vec2 at, float radius, float width, Colour colour) {
        put(Shape::ring, at.x, at.y, radius, radius, bits_of(colour), width, 1, 0);
    }
    void line(Vec2 from, Vec2 to, float width, Colour colour) {
        put_line(from.x, from.y, to.x, to.y, width, bits_of(colour));
    }
    /// Soft at its edge: a shadow, or light.
    void soft(Vec2 at, Vec2 half_size, Colour colour) { shape(Shape::shadow, at, half_size, colour); }
    void shape(Shape shape, Vec2 at, Vec2 half_size, Colour colour, Vec2 along = {1, 0}) {
        put(shape, at.x, at.y, half_size.x, half_size.y, bits_of(colour), 0, along.x, along.y);
    }
    void label(Seat seat, Vec2 at, float half_height, Colour colour);

  private:
    /// In plain numbers, because WebAssembly's ABI passes structs through memory: that is more code in each
    /// of hundreds of calls, which everybody downloads.
    [[nodiscard]] bool sees(float x, float y, float half_x, float half_y) const;
    void put(Shape shape, float x, float y, float half_x, float half_y, std::uint32_t colour, float extra,
             float along_x, float along_y);
    void put_line(float from_x, float from_y, float to_x, float to_y, float width, std::uint32_t colour);
    [[nodiscard]] static constexpr std::uint32_t bits_of(Colour colour) {
        return std::bit_cast<std::uint32_t>(colour);
    }

    DrawList* list_;
    Vec2 centre_;
    Vec2 reach_;
    float seconds_;
};

}  // namespace gs::game
