// What each game of this build costs: a step of a full room whose hands change their minds all the time,
// beside copying the state, and what a state and a changed input weigh.
#include "games/games.h"

#include "core/game/golden_run.h"
#include "tests/bench/bench.h"

namespace gs::bench {
namespace {

constexpr int rounds = 9;
constexpr int ticks = 2000;

double us_of(auto&& call) {
    std::vector<double> found;
    for (int round = 0; round < rounds; ++round) {
        const auto began = Clock::now();
        for (int tick = 0; tick < ticks; ++tick)
            call();
        found.push_back(std::chrono::duration<double, std::micro>(Clock::now() - began).count() / ticks);
    }
    return median(found);
}

/// All seats taken: by computers where a game has them.
void fill(const game::Module& module, game::StateBuffer& state) {
    using Kind = game::SeatEvent::Kind;
    const Kind kind = module.computer != nullptr ? Kind::computer_joined : Kind::joined;
    std::vector<game::SeatEvent> events;
    for (std::uint8_t seat = 0; seat < module.info->seats_max; ++seat)
        events.push_back({{seat}, kind});
    const game::InputVector inputs(module);
    static_cast<void>(module.step(
        state.data(),
        {.tick = {}, .inputs = inputs.data(), .events = events, .random = 1, .start_asked = true}));
}

Row row_of(const game::Module& module) {
    game::StateBuffer state(module);
    game::StateBuffer start(module);
    game::StateBuffer copy(module);
    fill(module, start);
    state.copy_from(start);
    game::InputVector inputs(module);
    base::Rng rng(1);
    std::uint32_t tick = 1;
    const double step_us = us_of([&] {
        const Seat seat = {static_cast<std::uint8_t>(rng.below(module.info->seats_max))};
        game::InputBuffer16 input;
        for (std::byte& byte : input.bytes)
            byte = static_cast<std::byte>(rng.next() >> 56);
        module.sanitise(input.bytes);
        inputs.set(seat, input.bytes);
        // A match that is over costs nothing: begin again every minute.
        if (tick % 3600 == 0) state.copy_from(start);
        if (module.step(state.data(), {.tick = {tick++}, .inputs = inputs.data(), .events = {}}))
            give_up("a game broke a check of its own");
        inputs.repeat();
    });
    const double copy_us = us_of([&] { copy.copy_from(state); });
    std::vector<std::byte> room(game::state_bytes_max);
    return {
        .name = std::string(module.info->id) + ": step, " + std::to_string(module.info->seats_max) + " seats",
        .value = step_us,
        .unit = "us",
        .floor = copy_us,
        .note = "state " + std::to_string(module.state_bytes) + " B, " +
                std::to_string(state.write(room).size()) + " B serialized; floor: copying the state"};
}

}  // namespace

std::vector<Row> games() {
    std::vector<Row> rows;
    for (const game::Module* module : gs::games::all())
        rows.push_back(row_of(*module));
    return rows;
}

}  // namespace gs::bench
