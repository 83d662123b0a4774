// Walking and bumping into each other. A uniform grid finds who is near whom, so that 200 people cost a few
// microseconds; pairs are always visited in the same order, because the order changes the result.
#include "games/plaza/plaza.h"
#include "games/plaza/square.h"

#include <algorithm>

namespace gs::plaza {
namespace {

/// Fields of 1 unit: wider than two people together, so that only neighbouring fields matter. One empty
/// column and row around the square save the checks at its edge.
constexpr int columns = 42;
constexpr int rows = 26;

int field_of(Vec2 at) {
    const float column = std::clamp(at.x + square_half.x, 0.F, 39.F);
    const float row = std::clamp(at.y + square_half.y, 0.F, 23.F);
    return (static_cast<int>(row) + 1) * columns + static_cast<int>(column) + 1;
}

/// Seats sorted by field (a counting sort; within a field by seat).
struct Grid {
    std::array<std::uint8_t, std::size_t{columns} * rows + 1> first = {};  // where a field begins in `sorted`
    std::array<std::uint8_t, seats> sorted;
    std::array<std::uint16_t, seats> field;  // of each seat; 0: not in the grid
    int count = 0;
};
static_assert(seats <= 255);

void fill(Grid& grid, const State& state) {
    for (std::size_t seat = 0; seat < seats; ++seat) {
        const Walker& walker = state.walkers[seat];
        // Who is in the air bumps into nobody.
        grid.field[seat] = 0;
        if (!walker.is_present() || walker.is_in_the_air()) continue;
        grid.field[seat] = static_cast<std::uint16_t>(field_of(walker.at));
        ++grid.first[grid.field[seat]];
        ++grid.count;
    }
    std::uint8_t sum = 0;
    for (std::uint8_t& first : grid.first)
        first = sum = static_cast<std::uint8_t>(sum + first);
    for (std::size_t seat = seats; seat-- > 0;) {
        const std::uint16_t field = grid.field[seat];
        if (field != 0) grid.sorted[--grid.first[field]] = static_cast<std::uint8_t>(seat);
    }
}

void separate(State& state, std::uint8_t seat, std::uint8_t other_seat) {
    // At most this far per tick each: a person who lands in a crowd makes room softly.
    constexpr float push_max = 0.08F;
    constexpr float reach = 2 * Walker::radius;

    Walker& one = state.walkers[seat];
    Walker& other = state.walkers[other_seat];
    const Vec2 away = other.at - one.at;
    if (length_squared(away) >= reach * reach) return;
    const Vec2 normal =
        normalized(away, unit_vector(other_seat * 7 % directions));  // all at one point: all ways
    const Vec2 push = normal * std::min((reach - length(away)) / 2, push_max);
    one.at -= push;
    other.at += push;
    const float closing = dot(one.velocity - other.velocity, normal);
    if (closing <= 0) return;
    one.velocity -= normal * (closing / 2);
    other.velocity += normal * (closing / 2);
}

void separate_all(State& state) {
    Grid grid;
    fill(grid, state);
    if (grid.count < 2) return;
    constexpr int neighbours[] = {1, columns - 1, columns, columns + 1};  // the other half sees us
    for (int index = 0; index < grid.count; ++index) {
        const std::uint8_t seat = grid.sorted[index];
        const int field = grid.field[seat];
        const int end = grid.first[field + 1];
        for (int other = index + 1; other < end; ++other)
            separate(state, seat, grid.sorted[other]);
        for (const int neighbour : neighbours) {
            const int last = grid.first[field + neighbour + 1];
            int other = grid.first[field + neighbour];
            for (; other < last; ++other)
                separate(state, seat, grid.sorted[other]);
        }
    }
}

/// The walls come last: whatever pushed somebody, nobody leaves the square. Where something stands at a wall
/// both push, so whom a wall moved is moved out of what stands there once more.
void keep_inside(Walker& walker) {
    const Vec2 limit = {square_half.x - Walker::radius, square_half.y - Walker::radius};
    for (int round = 0; round < 2; ++round) {
        push_out(walker.at, walker.velocity, Walker::radius, 0);
        const Vec2 inside = {std::clamp(walker.at.x, -limit.x, limit.x),
                             std::clamp(walker.at.y, -limit.y, limit.y)};
        if (inside == walker.at) return;
        if (inside.x != walker.at.x) walker.velocity.x = 0;
        if (inside.y != walker.at.y) walker.velocity.y = 0;
        walker.at = inside;
    }
}

}  // namespace

void move_walkers(State& state) {
    for (Walker& walker : state.walkers)
        walker.at += walker.velocity * tick_s;
    separate_all(state);
    for (Walker& walker : state.walkers) {
        if (!walker.is_present()) continue;
        keep_inside(walker);
        GS_GAME_CHECK(is_inside_square(walker.at), "somebody left the square");
    }
}

}  // namespace gs::plaza
