#include "games/arena/angles.h"

#include <array>

namespace gs::arena {
namespace {

constexpr int quarter = angles / 4;

/// Sines of 0 to 90 degrees: Taylor's series, exact to a double's last digits over this range.
constexpr auto sines = [] {
    std::array<float, quarter + 1> table = {};
    for (int index = 0; index <= quarter; ++index) {
        const double x = 3.14159265358979323846 * 2 * index / angles;
        double term = x;
        double sum = x;
        for (int power = 3; power < 22; power += 2) {
            term *= -x * x / (power * (power - 1));
            sum += term;
        }
        table[static_cast<std::size_t>(index)] = static_cast<float>(sum);
    }
    return table;
}();

constexpr float sine(int angle) {
    const int within = angle % quarter;
    switch (angle / quarter % 4) {
        case 0:
            return sines[static_cast<std::size_t>(within)];
        case 1:
            return sines[static_cast<std::size_t>(quarter - within)];
        case 2:
            return 0 - sines[static_cast<std::size_t>(within)];
        default:
            return 0 - sines[static_cast<std::size_t>(quarter - within)];
    }
}

}  // namespace

Vec2 unit_vector(Angle angle) { return {sine(angle % angles + quarter), sine(angle % angles)}; }

Angle angle_of(Vec2 v) {
    // Turned into the first quarter, and there by halves: `low` is the last angle that is not past `v`.
    int base = 0;
    if (v.x <= 0 && v.y > 0) {
        base = quarter;
        v = {v.y, 0 - v.x};
    } else if (v.x < 0 && v.y <= 0) {
        base = 2 * quarter;
        v = {0 - v.x, 0 - v.y};
    } else if (v.x >= 0 && v.y < 0) {
        base = 3 * quarter;
        v = {0 - v.y, v.x};
    }
    const auto past = [v](int angle) { return v.x * sine(angle) - v.y * sine(angle + quarter); };
    int low = 0;
    int high = quarter;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        (past(middle) <= 0 ? low : high) = middle;
    }
    const int closest = past(high) < 0 - past(low) ? high : low;
    return static_cast<Angle>((base + closest) % angles);
}

}  // namespace gs::arena
