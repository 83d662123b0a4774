// Connection ids. Ours start with the shard's byte so that the kernel can steer packets to the shard that
// owns the connection (docs/architecture.md, "Shards"); the rest is random.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace gs::quic {

struct ConnectionId {
    static constexpr std::size_t bytes_max = 20;  // RFC 9000 section 17.2

    std::array<std::uint8_t, bytes_max> bytes = {};
    std::uint8_t size = 0;

    ConnectionId() = default;
    ConnectionId(const std::uint8_t* from, std::size_t count) : size(static_cast<std::uint8_t>(count)) {
        std::memcpy(bytes.data(), from, std::min(count, bytes_max));
    }

    [[nodiscard]] std::span<const std::uint8_t> view() const { return std::span(bytes).first(size); }

    // Unused bytes are zero, so whole objects compare.
    friend bool operator==(const ConnectionId&, const ConnectionId&) = default;
};

/// Length of the ids we choose: the shard's byte and 9 random ones, so that they cannot be guessed (RFC 9000
/// section 5.1 asks for unlinkable ids) and packets to us stay short.
inline constexpr std::size_t own_connection_id_bytes = 10;

/// Keyed, because clients choose the ids of first packets: without the key nobody can aim them at one bucket.
struct ConnectionIdHash {
    std::uint64_t key = 0;

    std::size_t operator()(const ConnectionId& id) const {
        // Ours are random in bytes 1 to 9 and need no more than the last 8 of them; others are mixed whole.
        std::uint64_t hash = key ^ id.size;
        const std::size_t words = id.size == own_connection_id_bytes ? 1 : 3;
        for (std::size_t i = 0; i < words; ++i) {
            std::uint64_t word = 0;
            std::memcpy(&word, id.bytes.data() + (words == 1 ? 2 : i * 6), sizeof word);
            const unsigned __int128 product =
                static_cast<unsigned __int128>(hash ^ word) * 0x9e3779b97f4a7c15u;
            hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^ key;
        }
        return static_cast<std::size_t>(hash);
    }
};

}  // namespace gs::quic
