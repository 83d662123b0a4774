// Every number that bounds what goes over the wire, with the reason for it. Server, bots and browser use
// these; web/src/transport/limits.ts repeats the ones that the browser needs and a test compares both files.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gs::wire {

/// Payload of one `now` datagram. Firefox takes 1,024 at first and drops larger ones silently; 1,000 leaves
/// room for the session id and a tunnel or two on the way.
inline constexpr std::size_t datagram_bytes_max = 1000;

/// One `sure` message. Chat, joins and HTML fragments are far smaller; JSON parsing stays below a
/// millisecond.
inline constexpr std::size_t message_bytes_max = 64 * 1024;

/// One `bulk` transfer: room for a 64 KiB state per keyframe, a chunk of a full plaza, a few video frames.
inline constexpr std::size_t transfer_bytes_max = 4 * 1024 * 1024;

/// Unsent `sure` and `bulk` bytes that a session may hold for its client. Above it sends are refused, so a
/// client that does not read costs at most this much memory plus one transfer.
inline constexpr std::size_t send_queue_bytes_max = 1024 * 1024;

/// Concurrent transfers to one client; more wait with the caller. Browsers grant us a hundred streams or
/// more.
inline constexpr std::size_t transfers_max = 16;

/// Reason text in a close: RFC 9297 capsules carry up to 1,024 bytes, a WebSocket close frame only 123.
inline constexpr std::size_t close_reason_bytes_max = 123;

/// Nesting of JSON from the network. Ours needs 4; the parser's recursion must not meet a hostile 10,000.
inline constexpr std::size_t json_depth_max = 16;

}  // namespace gs::wire
