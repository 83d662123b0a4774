// WebAssembly only: operator new and delete for a module that is one client. It asks for memory when a room
// is entered and when a buffer grows, never in a steady tick. So this is small (everybody downloads it:
// dlmalloc of wasi-libc takes 9 kB) before it is clever: sizes are rounded up to powers of two, and what is
// given back is used again for its own size. Growing vectors leave at most as much behind as they have.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>

extern "C" std::byte __heap_base;  // set by the linker: the first byte that nothing else uses

namespace {

// As all alignments that plain operator new has to give. The size class of a block is kept in front of it.
constexpr std::size_t block_alignment = 16;
constexpr std::size_t page_bytes = 65'536;

struct FreeBlock {
    FreeBlock* next;
};

/// By the binary logarithm of their bytes.
FreeBlock* free_blocks[32];
std::byte* heap_end = nullptr;

int& size_class_of(void* block) {
    return *reinterpret_cast<int*>(static_cast<std::byte*>(block) - block_alignment);
}

std::byte* new_block(std::size_t bytes) {
    if (!heap_end) {
        const auto base = reinterpret_cast<std::uintptr_t>(&__heap_base);
        heap_end = &__heap_base + (block_alignment - base % block_alignment) % block_alignment;
    }
    const std::size_t pages = __builtin_wasm_memory_size(0);
    const std::size_t end = reinterpret_cast<std::uintptr_t>(heap_end) + bytes;
    const std::size_t pages_wanted = (end + page_bytes - 1) / page_bytes;
    if (pages_wanted > pages && __builtin_wasm_memory_grow(0, pages_wanted - pages) == SIZE_MAX) {
        __builtin_trap();
    }
    std::byte* const block = heap_end + block_alignment;
    heap_end += bytes;
    return block;
}

}  // namespace

void* operator new(std::size_t bytes) {
    // Half of the address space; more would overflow below.
    if (bytes > SIZE_MAX / 2 - block_alignment) __builtin_trap();
    const int size_class = std::bit_width(bytes + block_alignment - 1);
    FreeBlock*& free = free_blocks[size_class];
    void* block = free;
    if (free) {
        free = free->next;
    } else {
        block = new_block(std::size_t{1} << size_class);
    }
    size_class_of(block) = size_class;
    return block;
}

void operator delete(void* block) noexcept {
    if (!block) return;
    FreeBlock*& free = free_blocks[size_class_of(block)];
    free = new (block) FreeBlock{free};
}

void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
