// First packets of QUIC version 1 with any content, properly protected: their keys follow from a connection
// id that everybody sees (RFC 9001 section 5.2), so anybody can make them, and so must tests and fuzzing.
// Test support, not part of the server.
#pragma once

#include "core/base/bytes.h"
#include "server/quic/connection_id.h"

#include <cstdint>
#include <vector>

namespace gs::quic {

struct SealedInitial {
    ConnectionId destination;  // the client's choice, at least 8 bytes or the server drops it
    ConnectionId source;
    ByteView token = {};
    std::uint32_t packet_number = 0;
    ByteView frames;
    /// PADDING frames fill the datagram up to this.
    std::size_t size = 1200;
};

[[nodiscard]] std::vector<std::byte> seal(const SealedInitial& initial);

}  // namespace gs::quic
