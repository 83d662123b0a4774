#include "core/base/allocation_count.h"

#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

std::uint64_t allocations = 0;
std::size_t live_bytes = 0;

void* counted(void* memory) {
    if (!memory) throw std::bad_alloc();
    ++allocations;
    live_bytes += malloc_usable_size(memory);
    return memory;
}

void discounted(void* memory) {
    if (memory) live_bytes -= malloc_usable_size(memory);
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted(aligned_alloc(static_cast<std::size_t>(alignment), size));
}
// What std::stable_sort in Debian 13's GoogleTest calls; a sanitizer wants new and delete from one place.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    void* memory = std::malloc(size);
    return memory ? counted(memory) : nullptr;
}
void operator delete(void* memory) noexcept { discounted(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { discounted(memory); }
void operator delete(void* memory, std::size_t) noexcept { discounted(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { discounted(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { discounted(memory); }

namespace gs::base {

HeapUse heap_use() { return {.allocations = allocations, .live_bytes = live_bytes}; }

}  // namespace gs::base
