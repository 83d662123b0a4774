// FNV-1a with 64 bits (Fowler, Noll, Vo): the hash of serialized states and of log chunks. The same on every
// platform and in WebAssembly. Finds accidents, not attackers: never for tokens or signatures.
#pragma once

#include "core/base/bytes.h"

#include <cstdint>

namespace gs {

inline constexpr std::uint64_t hash_start = 0xcbf29ce484222325;

/// Continues `hash` over `bytes`; begin with hash_start.
[[nodiscard]] constexpr std::uint64_t hash_more(std::uint64_t hash, ByteView bytes) {
    for (const std::byte byte : bytes) {
        hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
    }
    return hash;
}

[[nodiscard]] constexpr std::uint64_t hash_of(ByteView bytes) { return hash_more(hash_start, bytes); }

}  // namespace gs
