// WebAssembly only: lets tests of the built module (tests/golden/) compare its hashes with the native ones.
#include "core/game/golden_run.h"

extern "C" {

/// The hash after `ticks` of the golden run of `seed`; 0 when a check of the game failed.
__attribute__((export_name("gs_golden_run"), used)) std::int64_t gs_golden_run(std::uint32_t seed,
                                                                               std::uint32_t ticks) {
    const gs::game::GoldenRun run = gs::game::golden_run(gs::game::the_module(), seed, ticks);
    return run.failure ? 0 : static_cast<std::int64_t>(run.hash);
}

}  // extern "C"
