// A chunk of a match log as it travels: over HTTP, on the `bulk` lane, into a browser's memory. Immutable
// once its ticks are over, and chained: it carries the hash of the chunk before it, so that a missing,
// altered or foreign chunk is found out where it is (docs/protocol.md, "Chunks"):
//   u64 hash of the chunk before (of the first: of the match's id), varint first tick, varint count, entries,
//   u64 hash of everything before it
// Pure bytes. Reading takes nothing on trust: lengths are checked before they are used.
#pragma once

#include "core/netcode/match_log.h"

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

namespace gs::netcode {

/// Two seconds of the highest tick rate, all entries as large as they may be.
inline constexpr std::size_t chunk_bytes_max = chunk_seconds * 120 * entry_bytes_max + 32;

/// Where the chain of a match begins.
[[nodiscard]] std::uint64_t chain_start(std::string_view match_id);

/// The hash at the end of what write_chunk() gives.
[[nodiscard]] std::uint64_t hash_of_chunk(const Chunk& chunk);

[[nodiscard]] std::vector<std::byte> write_chunk(const Chunk& chunk);

enum class ChunkError : std::uint8_t {
    cut,        // too short for what it says it holds
    altered,    // the hash does not match
    malformed,  // the hash matches, but what it covers is no chunk
};
/// For people, without a full stop.
[[nodiscard]] std::string_view words_of(ChunkError error);

struct ReadChunk {
    std::uint64_t previous = 0;
    std::uint64_t hash = 0;
    Tick first = {};
    std::uint32_t count = 0;
    ByteView entries;  // `count` of them, into the bytes that were read
};
/// `chunk_ticks`: as many entries as a chunk of this match has at most.
[[nodiscard]] std::expected<ReadChunk, ChunkError> read_chunk(ByteView bytes, std::uint32_t chunk_ticks);

}  // namespace gs::netcode
