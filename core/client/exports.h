// The C ABI of a game's WebAssembly modules: one Client of one game (game::the_module()) behind functions
// with plain numbers, called by the page's Worker (web/src/worker/game_host.ts). <game>.play.wasm has these
// and no others, <game>.wasm those of playback_exports.h, too. Bytes go in through a scratch buffer and come
// out through an output buffer inside the module's memory; pointers to both are valid until the next call.
// Times are microseconds of the Worker's clock. Versioned by abi_version: the page refuses another one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gs::client {

inline constexpr std::uint32_t abi_version = 4;

/// The largest thing that the Worker puts into the scratch buffer: a transfer.
inline constexpr std::uint32_t scratch_bytes_max = 4 * 1024 * 1024;

}  // namespace gs::client

#ifdef __wasm__
#define GS_EXPORT(name) __attribute__((export_name(name), used))
#else
#define GS_EXPORT(name)
#endif

extern "C" {

GS_EXPORT("gs_abi_version") std::uint32_t gs_abi_version();
/// Info::rules_version of the game: the page refuses a module of other rules than those of the room.
GS_EXPORT("gs_rules_version") std::uint32_t gs_rules_version();
/// Tick rate in Hz, ticks per send, and seats_max of the game, as one number: rate | send << 8 | seats << 16.
GS_EXPORT("gs_game_info") std::uint32_t gs_game_info();

/// Room for `bytes` that come next; null when it is more than scratch_bytes_max.
GS_EXPORT("gs_scratch") std::byte* gs_scratch(std::uint32_t bytes);
/// `seat` is −1 for a spectator.
GS_EXPORT("gs_enter") void gs_enter(std::int32_t seat, std::uint32_t epoch, double now_us);
/// The first `bytes` of the scratch buffer are a datagram, or a transfer.
GS_EXPORT("gs_datagram") void gs_datagram(std::uint32_t bytes, double now_us);
GS_EXPORT("gs_transfer") void gs_transfer(std::uint32_t bytes, double now_us);

/// What hands do now (core/game/controls.h). Press bits are kept until a tick has taken them.
GS_EXPORT("gs_controls")
void gs_controls(std::uint32_t held, std::uint32_t pressed, float move_x, float move_y, float pointer_x,
                 float pointer_y, float aim_x, float aim_y);
/// The round trip that has been measured; best before gs_enter().
GS_EXPORT("gs_round_trip") void gs_round_trip(double rtt_us);

GS_EXPORT("gs_turn") void gs_turn(double now_us);
/// The size of the next datagram to send, which is at gs_output(); 0: none.
GS_EXPORT("gs_take_datagram") std::uint32_t gs_take_datagram();
GS_EXPORT("gs_output") const std::byte* gs_output();
/// 0: nothing to ask for; 1: a repair (first and count follow); 2: a keyframe.
GS_EXPORT("gs_take_request") std::uint32_t gs_take_request();
GS_EXPORT("gs_request_first") std::uint32_t gs_request_first();
GS_EXPORT("gs_request_count") std::uint32_t gs_request_count();

/// Makes the picture of `now_us`; the number of items at gs_draw_items() (core/game/draw_list.h).
GS_EXPORT("gs_draw") std::uint32_t gs_draw(double now_us, float aspect);
GS_EXPORT("gs_draw_items") const void* gs_draw_items();
/// game::Camera: centre x, y and height as f32, then r, g, b, a as bytes.
GS_EXPORT("gs_camera") const void* gs_camera();

/// How many notices of events there are since the last call, at gs_event_items() (core/client/event_log.h).
GS_EXPORT("gs_take_events") std::uint32_t gs_take_events();
GS_EXPORT("gs_event_items") const void* gs_event_items();
/// How the match stands in the newest confirmed tick, as i32: phase, ticks left, winner (−1: nobody), seats;
/// then of each seat: 0 free, 1 a person, 2 a computer; score. Null for games without an end.
GS_EXPORT("gs_standing") const void* gs_standing();
/// The bytes of a state at gs_output() whose hash was not the server's, once; 0: none. The tick and both
/// hashes follow.
GS_EXPORT("gs_take_desync") std::uint32_t gs_take_desync();
GS_EXPORT("gs_desync_tick") std::uint32_t gs_desync_tick();
GS_EXPORT("gs_desync_hash") std::uint64_t gs_desync_hash();
GS_EXPORT("gs_desync_expected") std::uint64_t gs_desync_expected();
/// core/client/stats.h.
GS_EXPORT("gs_stats") const double* gs_stats();
/// Whether the hash after `tick` is known, and the hash.
GS_EXPORT("gs_has_hash") std::uint32_t gs_has_hash(std::uint32_t tick);
GS_EXPORT("gs_hash_at") std::uint64_t gs_hash_at(std::uint32_t tick);
}
