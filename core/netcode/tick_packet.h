// Tick packet: a slice of the log on its way to one viewer (docs/protocol.md, "Ticks down"). The head is the
// viewer's own, the entries are the log's bytes: nothing is encoded per viewer. Written by rooms, read by
// clients. As a datagram it starts with MessageType::ticks and has the personal prefix; as a transfer, which
// repairs a hole, it starts with TransferType::ticks and has none.
#pragma once

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "core/netcode/limits.h"

#include <array>
#include <cstdint>
#include <optional>

namespace gs::netcode {

/// First byte of a `now` datagram.
enum class DatagramType : std::uint8_t { ticks = 1, input = 2, ping = 3, pong = 4 };
/// First byte of a `bulk` transfer.
enum class TransferType : std::uint8_t { keyframe = 1, ticks = 2 };

/// "how early" when nobody knows.
inline constexpr std::int8_t early_unknown = -128;

struct TickHead {
    /// The newest of the viewer's input ticks that went into a tick; nothing for spectators and before the
    /// first.
    std::optional<Tick> consumed = std::nullopt;
    /// How early (or, below 0, late) the newest input came, in quarters of a tick.
    std::int8_t early_quarter_ticks = early_unknown;
    std::uint32_t epoch = 0;  // of the room, and another one when it has gone back in time
    Tick first = {};
    std::uint32_t count =
        0;  // entries that follow: 1 to 255 in a datagram, 1 to repair_ticks_max in a transfer
};

inline constexpr std::size_t tick_head_bytes_max = 1 + 5 + 1 + 5 + 5 + 2;
using TickHeadBytes = std::array<std::byte, tick_head_bytes_max>;

/// Writes type and head of a datagram into `room`.
[[nodiscard]] ByteView write_tick_head(const TickHead& head, TickHeadBytes& room);
/// The same for a transfer: without `consumed` and `early_quarter_ticks`.
[[nodiscard]] ByteView write_repair_head(const TickHead& head, TickHeadBytes& room);

struct TickPacket {
    TickHead head;
    ByteView entries;  // `head.count` entries, not checked yet
};

/// `bytes` with their first byte, which says what they are. Nothing when they are not ticks.
[[nodiscard]] std::optional<TickPacket> read_tick_datagram(ByteView bytes);
[[nodiscard]] std::optional<TickPacket> read_repair_transfer(ByteView bytes);

}  // namespace gs::netcode
