// How the three lanes look in bytes where a transport does not separate them itself (docs/protocol.md,
// "Lanes"). WebSocket binary frames start with a lane byte; a `sure` stream carries u32 little-endian length
// + UTF-8 JSON.
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace gs::wire {

enum class Lane : std::uint8_t { now = 1, bulk = 2 };

/// Head of a WebSocket binary frame of the bulk lane, after the lane byte: u32 transfer id, u32 total bytes.
struct BulkHead {
    std::uint32_t transfer_id;
    std::uint32_t total_bytes;
};

inline constexpr std::size_t bulk_head_bytes = 1 + 4 + 4;
inline constexpr std::size_t message_head_bytes = 4;

/// Reads the head of a bulk frame, lane byte included; nothing when it is shorter than a head.
[[nodiscard]] std::optional<BulkHead> read_bulk_head(ByteView frame);

/// Writes lane byte and head; `to` has room for bulk_head_bytes.
void write_bulk_head(MutableBytes to, BulkHead head);

}  // namespace gs::wire
