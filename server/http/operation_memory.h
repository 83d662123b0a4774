// OperationMemory: the memory of the operation that a connection always has under way (its read). Asio takes
// and returns it for every step; kept here, a step costs no allocation. Owned by the connection; one thread.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace gs::http {

class OperationMemory {
  public:
    OperationMemory() = default;
    OperationMemory(const OperationMemory&) = delete;
    OperationMemory& operator=(const OperationMemory&) = delete;
    ~OperationMemory() { ::operator delete(kept_); }

    [[nodiscard]] void* allocate(std::size_t size) {
        if (size > block_bytes) return ::operator new(size);
        return kept_ ? std::exchange(kept_, nullptr) : ::operator new(block_bytes);
    }
    void deallocate(void* block, std::size_t size) {
        if (size <= block_bytes && !kept_) {
            kept_ = block;
        } else {
            ::operator delete(block);
        }
    }

  private:
    // The largest step of a WebSocket read takes about 400 bytes with Boost 1.74 and 1.83.
    static constexpr std::size_t block_bytes = 512;
    void* kept_ = nullptr;
};

/// The allocator by which Asio finds the memory; it outlives every operation that was started with it.
template <typename T>
class OperationAllocator {
  public:
    using value_type = T;

    explicit OperationAllocator(OperationMemory& memory) : memory_(&memory) {}
    // Allocators convert by themselves between their value types; Asio counts on it.
    template <typename U>
    OperationAllocator(const OperationAllocator<U>& other)  // NOLINT(google-explicit-constructor)
        : memory_(other.memory_) {}

    [[nodiscard]] T* allocate(std::size_t count) {
        return static_cast<T*>(memory_->allocate(count * sizeof(T)));
    }
    void deallocate(T* block, std::size_t count) { memory_->deallocate(block, count * sizeof(T)); }

    template <typename U>
    friend bool operator==(const OperationAllocator& a, const OperationAllocator<U>& b) {
        return a.memory_ == b.memory_;
    }

  private:
    template <typename U>
    friend class OperationAllocator;
    OperationMemory* memory_;
};

}  // namespace gs::http
