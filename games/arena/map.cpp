#include "games/arena/map.h"

#include "games/arena/arena.h"

#include <algorithm>

namespace gs::arena::map {
namespace {

/// Whether the line from `from` to `to` meets the wall, which is `more` larger all around.
constexpr bool crosses(Vec2 from, Vec2 to, const Wall& wall, float more) {
    const Vec2 half_size = {wall.half_size.x + more, wall.half_size.y + more};
    const Vec2 middle = (from + to) * 0.5F - wall.at;
    const Vec2 reach = (to - from) * 0.5F;
    const auto size = [](float value) { return value < 0 ? -value : value; };
    // Separating axes: two of the wall, one across the line.
    if (size(middle.x) >= half_size.x + size(reach.x)) return false;
    if (size(middle.y) >= half_size.y + size(reach.y)) return false;
    return size(middle.x * reach.y - middle.y * reach.x) <
           half_size.x * size(reach.y) + half_size.y * size(reach.x);
}

constexpr bool is_free_line(Vec2 from, Vec2 to, float more) {
    for (const Wall& wall : walls) {
        if (crosses(from, to, wall, more)) return false;
    }
    return true;
}

/// Between points a little more than a body, so that who follows a line does not rub along corners; to and
/// from anywhere less, because one may lean on a wall, or on a corner, which is round for who walks.
constexpr float way_reach = Fighter::radius + 0.06F;
constexpr float walker_reach = Fighter::radius * 0.7F;

// ---- Ways: points that see each other, and the distances between all of them, made by the compiler

constexpr std::array<Vec2, 16> quarter_points = {{
    {0, 0},
    {0, 6},
    {0, 10.3F},
    {3.6F, 6},
    {3.7F, 9.3F},
    {7, 3.4F},
    {7.4F, 0},
    {7.2F, 7.4F},
    {9.4F, 9.6F},
    {13.2F, 9.8F},
    {13, 5.6F},
    {13.2F, 2.2F},
    {19.3F, 0},
    {19.2F, 5.2F},
    {19.2F, 10.2F},
    {16.2F, 6.2F},
}};

constexpr std::size_t point_count() {
    std::size_t count = 0;
    for (const Vec2 at : quarter_points)
        count += std::size_t{at.x == 0 ? 1U : 2U} * (at.y == 0 ? 1U : 2U);
    return count;
}

constexpr auto points = [] {
    std::array<Vec2, point_count()> all = {};
    std::size_t count = 0;
    for (const Vec2 at : quarter_points) {
        for (const float x : {-1.F, 1.F}) {
            if (at.x == 0 && x > 0) continue;
            for (const float y : {-1.F, 1.F}) {
                if (at.y == 0 && y > 0) continue;
                all[count++] = {at.x == 0 ? 0 : at.x * x, at.y == 0 ? 0 : at.y * y};
            }
        }
    }
    return all;
}();

/// In quarters of a unit.
using Distance = std::uint8_t;
constexpr Distance unreachable = 255;

constexpr Distance distance_of(Vec2 away) {
    // The square root to a quarter, from below.
    const float squared = length_squared(away) * 16;
    int root = 0;
    while (static_cast<float>((root + 1) * (root + 1)) <= squared)
        ++root;
    return static_cast<Distance>(root < unreachable ? root : unreachable);
}

constexpr auto distances = [] {
    constexpr std::size_t count = points.size();
    std::array<std::array<Distance, count>, count> table = {};
    for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t b = 0; b <= a; ++b) {
            const Vec2 away = points[a] - points[b];
            const bool linked = length_squared(away) < 121 && is_free_line(points[a], points[b], way_reach);
            table[a][b] = table[b][a] = linked ? distance_of(away) : unreachable;
        }
    }
    for (std::size_t by = 0; by < count; ++by) {
        for (std::size_t a = 0; a < count; ++a) {
            const Distance first = table[a][by];
            if (first == unreachable) continue;
            for (std::size_t b = 0; b < count; ++b) {
                const int sum = first + table[by][b];
                if (sum < table[a][b]) table[a][b] = static_cast<Distance>(sum);
            }
        }
    }
    return table;
}();

static_assert(
    [] {
        for (const auto& row : distances) {
            for (const Distance distance : row) {
                if (distance == unreachable) return false;
            }
        }
        return true;
    }(),
    "there is a way from everywhere to everywhere");

/// The point with the least cost among those that are walked to in a straight line and farther than
/// `passed` away. Few are tried: the best one by cost nearly always is.
template <class Cost>
std::size_t best_point(Vec2 from, float passed, const Cost& cost) {
    std::array<float, points.size()> costs = {};
    std::size_t nearest = 0;
    for (std::size_t index = 0; index < points.size(); ++index) {
        const float away = length(points[index] - from);
        costs[index] = away < passed ? 1e9F : away + cost(index);
        if (costs[index] < costs[nearest]) nearest = index;
    }
    std::size_t best = nearest;
    for (std::size_t tries = 0; tries < points.size(); ++tries) {
        if (is_walkable(from, points[best])) return best;
        costs[best] = 1e9F;
        best = static_cast<std::size_t>(std::min_element(costs.begin(), costs.end()) - costs.begin());
    }
    return nearest;
}

void push_out_of(const Wall& wall, Vec2& at, Vec2& velocity, float radius) {
    const Vec2 from_middle = at - wall.at;
    const Vec2 edge = {std::clamp(from_middle.x, -wall.half_size.x, wall.half_size.x),
                       std::clamp(from_middle.y, -wall.half_size.y, wall.half_size.y)};
    const Vec2 away = from_middle - edge;
    const float squared = length_squared(away);
    if (squared >= radius * radius) return;
    Vec2 normal;
    if (squared > 0) {
        normal = normalized(away);
        at = wall.at + edge + normal * radius;
    } else {
        // Its middle is inside: out by the nearest side.
        const float x = wall.half_size.x - (from_middle.x < 0 ? -from_middle.x : from_middle.x);
        const float y = wall.half_size.y - (from_middle.y < 0 ? -from_middle.y : from_middle.y);
        normal = x < y ? Vec2{from_middle.x < 0 ? -1.F : 1.F, 0} : Vec2{0, from_middle.y < 0 ? -1.F : 1.F};
        at += normal * ((x < y ? x : y) + radius);
    }
    const float inwards = dot(velocity, normal);
    if (inwards < 0) velocity -= normal * inwards;
}

/// Where a line enters the space between `low` and `high` and leaves it, along one axis.
struct Crossing {
    float enter;
    float leave;
};
Crossing crossing(float from, float direction, float low, float high) {
    if (direction > -1e-6F && direction < 1e-6F) {
        return from > low && from < high ? Crossing{-1e9F, 1e9F} : Crossing{1e9F, -1e9F};
    }
    const float a = (low - from) / direction;
    const float b = (high - from) / direction;
    return a < b ? Crossing{a, b} : Crossing{b, a};
}

}  // namespace

void push_out(Vec2& at, Vec2& velocity, float radius) {
    for (const Wall& wall : walls)
        push_out_of(wall, at, velocity, radius);
    const Vec2 limit = {half.x - radius, half.y - radius};
    const Vec2 inside = {std::clamp(at.x, -limit.x, limit.x), std::clamp(at.y, -limit.y, limit.y)};
    if (inside.x != at.x) velocity.x = 0;
    if (inside.y != at.y) velocity.y = 0;
    at = inside;
}

float free_length(Vec2 from, Vec2 direction, float length_max) {
    // Out of the arena is where the line leaves it.
    float best = std::min(length_max, std::min(crossing(from.x, direction.x, -half.x, half.x).leave,
                                               crossing(from.y, direction.y, -half.y, half.y).leave));
    const Vec2 to = from + direction * best;
    for (const Wall& wall : walls) {
        if (!crosses(from, to, wall, 0)) continue;
        const Crossing x =
            crossing(from.x, direction.x, wall.at.x - wall.half_size.x, wall.at.x + wall.half_size.x);
        const Crossing y =
            crossing(from.y, direction.y, wall.at.y - wall.half_size.y, wall.at.y + wall.half_size.y);
        const float enter = std::max(x.enter, y.enter);
        if (enter < std::min(x.leave, y.leave) && enter < best) best = std::max(enter, 0.F);
    }
    return std::max(best, 0.F);
}

bool is_in_sight(Vec2 from, Vec2 to) { return is_free_line(from, to, 0.02F); }

bool is_walkable(Vec2 from, Vec2 to) { return is_free_line(from, to, walker_reach); }

Vec2 next_on_way(Vec2 from, Vec2 to) {
    if (is_walkable(from, to)) return to;
    const std::size_t end = best_point(to, 0, [](std::size_t) { return 0.F; });
    const auto rest = [end](std::size_t index) { return static_cast<float>(distances[index][end]) * 0.25F; };
    // On a point one takes the next one that it leads to.
    constexpr float near = 0.35F;
    for (std::size_t index = 0; index < points.size(); ++index) {
        if (length_squared(points[index] - from) >= near * near) continue;
        return index == end ? to : points[best_point(points[index], near, rest)];
    }
    return points[best_point(from, 0, rest)];
}

}  // namespace gs::arena::map
