// Counts what the test program takes from the heap: operator new is replaced for the whole program.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gs::base {

struct HeapUse {
    std::uint64_t allocations;
    std::size_t live_bytes;
};

/// Since the program started.
[[nodiscard]] HeapUse heap_use();

}  // namespace gs::base
