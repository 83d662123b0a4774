// What a match costs in bytes: the log of a quiet and of a busy room, beside the same entries compressed by
// zstd -19; and how long a state takes to be serialized, beside copying it.
#include "games/arena/module.h"
#include "games/plaza/module.h"
#include "tests/bench/bench.h"
#include "tests/bench/logged_match.h"

#include <optional>

namespace gs::bench {
namespace {

constexpr std::uint32_t ticks = 60 * 60;

struct LogOf {
    const char* name;
    const game::Module& module;
    std::size_t players;
    Seats seats;
    std::optional<double> target = std::nullopt;
};

Row row_of(const LogOf& of) {
    LoggedMatch match(of.module, of.players, of.seats);
    match.play(ticks);
    const bool moving = of.seats == Seats::moving;
    const double floor = zstd_bytes(match.entries()) / ticks;
    return {.name = of.name,
            .value = static_cast<double>(match.entry_bytes()) / ticks,
            .unit = "B",
            // One byte a tick compresses to nothing: no floor to compare with.
            .floor = moving ? std::optional(floor) : std::nullopt,
            .target = of.target,
            .note = moving ? "floor: zstd -19 of the same entries" : "a minute"};
}

/// Nanoseconds of one call, the middle one of several rounds.
template <class Call>
double ns_of(int calls, Call call) {
    std::vector<double> rounds;
    for (int round = 0; round < 11; ++round) {
        const auto began = Clock::now();
        for (int index = 0; index < calls; ++index)
            call();
        rounds.push_back(std::chrono::duration<double, std::nano>(Clock::now() - began).count() / calls);
    }
    return median(rounds);
}

Row serialize_row() {
    const game::Module& module = plaza::module();
    game::StateBuffer state(module);
    game::StateBuffer copy(module);
    std::vector<std::byte> room(game::state_bytes_max);
    std::size_t written = 0;
    const double write_us = ns_of(200, [&] { written += state.write(room).size(); }) / 1000;
    const double copy_us = ns_of(2000, [&] { copy.copy_from(state); }) / 1000;
    return {.name = "plaza: state serialized",
            .value = write_us,
            .unit = "us",
            .floor = copy_us,
            .note = std::to_string(state.write(room).size()) + " B; floor: copying the state in memory"};
}

}  // namespace

std::vector<Row> wire() {
    return {
        row_of({.name = "plaza: log per tick, 8 seats, nobody moves",
                .module = plaza::module(),
                .players = 8,
                .seats = Seats::quiet,
                .target = 2}),
        row_of({.name = "plaza: log per tick, 8 seats moving",
                .module = plaza::module(),
                .players = 8,
                .seats = Seats::moving}),
        row_of({.name = "plaza: log per tick, 200 seats moving",
                .module = plaza::module(),
                .players = 200,
                .seats = Seats::moving}),
        row_of({.name = "arena: log per tick, 8 seats moving and aiming",
                .module = arena::module(),
                .players = 8,
                .seats = Seats::moving,
                .target = 1.3}),
        serialize_row(),
    };
}

}  // namespace gs::bench
