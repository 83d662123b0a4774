#include "core/netcode/chunk.h"

#include "core/base/assert.h"
#include "core/base/hash.h"
#include "core/netcode/entry.h"
#include "core/wire/bit_stream.h"

#include <array>

namespace gs::netcode {
namespace {

constexpr std::size_t hash_bytes = 8;

using Head = std::array<std::byte, 32>;

/// Everything before the entries.
ByteView write_head(const Chunk& chunk, Head& room) {
    wire::BitWriter writer(room);
    const bool fits =
        writer.bits(chunk.previous, 64) && writer.varint(chunk.first.value) && writer.varint(chunk.count);
    GS_ASSERT(fits, "the head of a chunk is short");
    return writer.written();
}

}  // namespace

std::uint64_t chain_start(std::string_view match_id) { return hash_of(bytes_of(match_id)); }

std::uint64_t hash_of_chunk(const Chunk& chunk) {
    Head room;
    return hash_more(hash_of(write_head(chunk, room)), chunk.bytes);
}

std::vector<std::byte> write_chunk(const Chunk& chunk) {
    Head room;
    const ByteView head = write_head(chunk, room);
    std::vector<std::byte> bytes;
    bytes.reserve(head.size() + chunk.bytes.size() + hash_bytes);
    bytes.insert(bytes.end(), head.begin(), head.end());
    bytes.insert(bytes.end(), chunk.bytes.begin(), chunk.bytes.end());
    const std::uint64_t hash = hash_of(bytes);
    bytes.resize(bytes.size() + hash_bytes);
    store_u32_le(&bytes[bytes.size() - 8], static_cast<std::uint32_t>(hash));
    store_u32_le(&bytes[bytes.size() - 4], static_cast<std::uint32_t>(hash >> 32));
    return bytes;
}

std::string_view words_of(ChunkError error) {
    switch (error) {
        case ChunkError::cut:
            return "it is shorter than it says";
        case ChunkError::altered:
            return "its checksum does not match";
        case ChunkError::malformed:
            break;
    }
    return "it holds something that is no piece of a match";
}

std::expected<ReadChunk, ChunkError> read_chunk(ByteView bytes, std::uint32_t chunk_ticks) {
    if (bytes.size() < 2 * hash_bytes + 2) return std::unexpected(ChunkError::cut);
    if (bytes.size() > chunk_bytes_max) return std::unexpected(ChunkError::malformed);
    const ByteView covered = bytes.first(bytes.size() - hash_bytes);
    const std::byte* const sum = bytes.data() + covered.size();
    ReadChunk chunk;
    chunk.hash = std::uint64_t{load_u32_le(sum + 4)} << 32 | load_u32_le(sum);
    if (chunk.hash != hash_of(covered)) return std::unexpected(ChunkError::altered);
    wire::BitReader reader(covered);
    const bool has_head =
        reader.bits(chunk.previous, 64) && reader.varint(chunk.first.value) && reader.varint(chunk.count);
    if (!has_head || chunk.count == 0 || chunk.count > chunk_ticks ||
        chunk.first.value > UINT32_MAX - chunk.count) {
        return std::unexpected(ChunkError::malformed);
    }
    chunk.entries = covered.subspan(reader.position());
    ByteView rest = chunk.entries;
    for (std::uint32_t index = 0; index < chunk.count; ++index) {
        if (!take_entry(rest)) return std::unexpected(ChunkError::malformed);
    }
    if (!rest.empty()) return std::unexpected(ChunkError::malformed);
    return chunk;
}

}  // namespace gs::netcode
