// Vec2: a point or a direction in the plane, for rules and drawing. Only + - * / and sqrt, which give the
// same bits everywhere (docs/adr/0004-one-clang.md).
#pragma once

namespace gs {

struct Vec2 {
    float x = 0;
    float y = 0;

    friend constexpr bool operator==(Vec2, Vec2) = default;
    friend constexpr Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
    friend constexpr Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
    friend constexpr Vec2 operator*(Vec2 a, float factor) { return {a.x * factor, a.y * factor}; }
    constexpr Vec2& operator+=(Vec2 other) { return *this = *this + other; }
    constexpr Vec2& operator-=(Vec2 other) { return *this = *this - other; }
};

[[nodiscard]] constexpr float dot(Vec2 a, Vec2 b) { return a.x * b.x + a.y * b.y; }
[[nodiscard]] constexpr float length_squared(Vec2 v) { return dot(v, v); }
[[nodiscard]] inline float length(Vec2 v) { return __builtin_sqrtf(length_squared(v)); }

/// `v` with length 1; `otherwise` when it has none.
[[nodiscard]] inline Vec2 normalized(Vec2 v, Vec2 otherwise = {}) {
    const float size = length(v);
    return size > 0 ? Vec2{v.x / size, v.y / size} : otherwise;
}

/// `v`, cut to `length_max`.
[[nodiscard]] inline Vec2 clamped(Vec2 v, float length_max) {
    const float size = length(v);
    return size > length_max ? v * (length_max / size) : v;
}

[[nodiscard]] constexpr float mix(float from, float to, float fraction) {
    return from + (to - from) * fraction;
}
[[nodiscard]] constexpr Vec2 mix(Vec2 from, Vec2 to, float fraction) {
    return {mix(from.x, to.x, fraction), mix(from.y, to.y, fraction)};
}

}  // namespace gs
