// WebAssembly only, and not in the module that browsers load: lets tests of the built module compare its
// hashes with the native ones (tests/golden), and benchmarks measure what a wrong guess costs in a browser
// (tests/bench/netcode).
#include "core/game/golden_run.h"
#include "core/netcode/rollback_load.h"

namespace {

gs::netcode::RollbackLoad& load() {
    static gs::netcode::RollbackLoad* const made = new gs::netcode::RollbackLoad(gs::game::the_module(), 1);
    return *made;
}

}  // namespace

extern "C" {

/// The hash after `ticks` of the golden run of `seed`; 0 when a check of the game failed.
__attribute__((export_name("gs_golden_run"), used)) std::int64_t gs_golden_run(std::uint32_t seed,
                                                                               std::uint32_t ticks) {
    const gs::game::GoldenRun run = gs::game::golden_run(gs::game::the_module(), seed, ticks);
    return run.failure ? 0 : static_cast<std::int64_t>(run.hash);
}

/// core/netcode/rollback_load.h, `rounds` times.
__attribute__((export_name("gs_load_steps"), used)) void gs_load_steps(std::uint32_t rounds) {
    for (; rounds > 0; --rounds)
        load().steps();
}
__attribute__((export_name("gs_load_rollback"), used)) void gs_load_rollback(std::uint32_t rounds) {
    for (; rounds > 0; --rounds)
        load().rollback();
}
/// Whether both came to the same.
__attribute__((export_name("gs_load_is_same"), used)) std::uint32_t gs_load_is_same() {
    return load().is_same() ? 1 : 0;
}

}  // extern "C"
