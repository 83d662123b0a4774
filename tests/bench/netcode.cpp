// What a wrong guess costs: twelve ticks made again by the client's predictor, beside twelve steps of the
// game. tests/bench/netcode/netcode.mjs adds the same in a browser.
#include "core/netcode/rollback_load.h"
#include "games/games.h"
#include "tests/bench/bench.h"

namespace gs::bench {
namespace {

constexpr int pairs = 15;
constexpr int calls = 200;

double us_of(auto&& call) {
    const auto began = Clock::now();
    for (int round = 0; round < calls; ++round)
        call();
    return std::chrono::duration<double, std::micro>(Clock::now() - began).count() / calls;
}

Row row_of(const game::Module& module) {
    netcode::RollbackLoad load(module, 1);
    std::vector<double> steps;
    std::vector<double> rollbacks;
    for (int pair = 0; pair < pairs; ++pair) {
        steps.push_back(us_of([&] { load.steps(); }));
        rollbacks.push_back(us_of([&] { load.rollback(); }));
    }
    if (!load.is_same()) give_up("steps and rollback came to different states");
    return {.name = std::string(module.info->id) + ": 12 ticks made again, native",
            .value = median(rollbacks),
            .unit = "us",
            .floor = median(steps),
            .note = "floor: 12 steps"};
}

}  // namespace

std::vector<Row> netcode() {
    std::vector<Row> rows;
    for (const game::Module* const module : games::all())
        rows.push_back(row_of(*module));
    return rows;
}

}  // namespace gs::bench
