// Small value types that every part of quic/ shares.
#pragma once

#include "server/net/address.h"

#include <cstdint>

namespace gs::quic {

/// A QUIC stream id (RFC 9000 section 2.1). The two low bits say who opened it and whether it goes both ways.
enum class StreamId : std::int64_t { none = -1 };

inline constexpr std::int64_t number(StreamId id) { return static_cast<std::int64_t>(id); }

enum class Role : std::uint8_t { client, server };

[[nodiscard]] inline constexpr bool is_unidirectional(StreamId id) { return (number(id) & 2) != 0; }
[[nodiscard]] inline constexpr Role opener(StreamId id) {
    return (number(id) & 1) == 0 ? Role::client : Role::server;
}

/// Whether these bytes are the last of their stream.
enum class Fin : std::uint8_t { no, yes };

/// Among streams of one connection: `urgent` before `normal` before `bulk`, round robin within each.
enum class Priority : std::uint8_t { urgent, normal, bulk };
inline constexpr int priority_count = 3;

/// Where a packet came from or goes to.
struct Path {
    net::Address local;
    net::Address remote;

    friend bool operator==(const Path&, const Path&) = default;
};

}  // namespace gs::quic
