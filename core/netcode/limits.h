// Every number that bounds the netcode, with its reason. Server, bots and browser are compiled with these.
#pragma once

#include "core/game/game.h"

#include <cstddef>
#include <cstdint>

namespace gs::netcode {

/// One entry with its length. So a tick packet of a single entry always fits into one datagram of
/// wire::datagram_bytes_max bytes; the server postpones what would make an entry larger.
inline constexpr std::size_t entry_bytes_max = 960;

/// Joins, leaves, drops and returns in one tick. A full plaza that comes back after a restart takes 200 / 32
/// ticks.
inline constexpr std::size_t events_per_tick_max = 32;

/// Inputs in one packet: all that the server has not used yet, so a line may be dead for almost a second and
/// no press is lost. That many of the longest fit into a datagram.
inline constexpr std::uint32_t inputs_per_packet_max = 60;
/// How far ahead of the next tick an input may be: half a second at 60 Hz. Who is further ahead is told so
/// and makes them later.
inline constexpr std::uint32_t ticks_ahead_max = 30;

/// So long the last input of a seat is repeated when none comes; then it stands still.
inline constexpr std::uint32_t ticks_repeated_max = 30;

/// Entries that a log keeps in one piece for tick packets: 8 sends of 4 ticks, and some.
inline constexpr std::uint32_t recent_ticks_max = 64;

/// Length of a chunk.
inline constexpr std::uint32_t chunk_seconds = 2;
/// A keyframe stands beside every so many chunks: 16 s of simulation are caught up with in milliseconds.
inline constexpr std::uint32_t chunks_per_keyframe = 8;

/// Entries that a client keeps while it waits for one before them: more than 4 s.
inline constexpr std::uint32_t waiting_ticks_max = 256;
/// Entries in one repair, and the longest hole that is repaired; a longer one is answered with a keyframe.
inline constexpr std::uint32_t repair_ticks_max = 600;

/// State, inputs and head of a keyframe.
inline constexpr std::size_t keyframe_bytes_max =
    game::state_bytes_max + game::seats_limit * (game::input_wire_bytes_max + 1) + 64;

}  // namespace gs::netcode
