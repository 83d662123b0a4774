// Where an Endpoint puts the packets it makes. The UDP port batches them for the kernel; tests carry them
// through a simulated network. One writer serves all connections of a shard.
#pragma once

#include "core/base/bytes.h"
#include "server/quic/types.h"

#include <cstddef>

namespace gs::quic {

/// Largest UDP payload we make: an Ethernet frame less IPv6 and UDP headers. Also what begin() has room for.
inline constexpr std::size_t packet_bytes_max = 1452;

class PacketWriter {
  public:
    virtual ~PacketWriter() = default;

    /// Room for one packet of packet_bytes_max. Valid until commit() or the next begin().
    [[nodiscard]] virtual MutableBytes begin() = 0;

    /// The first `size` bytes of what begin() gave are a packet for `path`. A full network drops it silently:
    /// QUIC repeats what matters.
    virtual void commit(const Path& path, std::size_t size) = 0;
};

}  // namespace gs::quic
