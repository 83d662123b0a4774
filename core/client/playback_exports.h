// The C ABI of a game's module for whoever watches, beside that of exports.h: a Playback (playback.h) next to
// the Client, called by the page's Worker (web/src/worker/playback_module.ts). Only <game>.wasm has it; who
// plays gets <game>.play.wasm, which is smaller (docs/adr/0010-a-module-to-play.md).
#pragma once

#include "core/client/exports.h"

extern "C" {

// ---- For who watches: a Playback beside the Client (core/client/playback.h). It is made when it is first
// used.

/// Whose eyes a spectator's picture is seen with; −1: everybody's.
GS_EXPORT("gs_follow") void gs_follow(std::int32_t seat);
/// The first `id_bytes` of the scratch buffer are the match's id. With bit 0 of `keeps` the ticks that the
/// Client confirms are kept, too; with bit 1 all of the match is wanted by and by.
GS_EXPORT("gs_playback_open")
void gs_playback_open(std::uint32_t id_bytes, std::uint32_t first, std::uint32_t chunk_ticks,
                      std::uint32_t keeps);
/// 1: gs_draw, gs_take_events, gs_standing and the hashes are those of the Playback from now on; 0: they are
/// those of the Client again.
GS_EXPORT("gs_playback_show") void gs_playback_show(std::uint32_t shown);
/// The first `bytes` of the scratch buffer are a piece; gives client::PieceError.
GS_EXPORT("gs_playback_chunk") std::uint32_t gs_playback_chunk(std::uint32_t number, std::uint32_t bytes);
GS_EXPORT("gs_playback_keyframe")
std::uint32_t gs_playback_keyframe(std::uint32_t number, std::uint32_t bytes);
GS_EXPORT("gs_playback_end") void gs_playback_end(std::uint32_t end, std::uint32_t is_over);
GS_EXPORT("gs_playback_seek") void gs_playback_seek(double moment);
GS_EXPORT("gs_playback_step") void gs_playback_step(std::int32_t ticks);
GS_EXPORT("gs_playback_speed") void gs_playback_speed(float speed);
/// `live` below 0: none.
GS_EXPORT("gs_playback_turn") void gs_playback_turn(double now_us, double live);
/// 1: the picture is where it should be.
GS_EXPORT("gs_playback_work") std::uint32_t gs_playback_work(std::uint32_t ticks_max);
/// How many chunks that are here were never simulated.
GS_EXPORT("gs_playback_warm") std::uint32_t gs_playback_warm(std::uint32_t ticks_max);
/// How many pieces are wanted: pairs of u32, number and whether it is a keyframe, at gs_playback_pieces().
GS_EXPORT("gs_playback_wanted") std::uint32_t gs_playback_wanted();
GS_EXPORT("gs_playback_pieces") const void* gs_playback_pieces();
/// client::Playback::Stats.
GS_EXPORT("gs_playback_stats") const void* gs_playback_stats();

// ---- Matches that are no room's, whatever version of the game they were played with. A page calls these
// only of a module that has them.

/// Room for a file of `bytes`; null when it is larger than Playback::file_bytes_max.
GS_EXPORT("gs_playback_file_room") std::byte* gs_playback_file_room(std::uint32_t bytes);
/// Opens what was put there, and gives the room back.
GS_EXPORT("gs_playback_file") void gs_playback_file();
/// client::Playback::FileFacts.
GS_EXPORT("gs_playback_file_facts") const void* gs_playback_file_facts();
/// How many events a checked file has that people talk about, at gs_event_items().
GS_EXPORT("gs_playback_found") std::uint32_t gs_playback_found();
/// What events mean, at gs_output(); the number of bytes. Of each kind a line: name, p (predicted) or c, two
/// digits of the sound, feed and announcement, with tabs between.
GS_EXPORT("gs_event_words") std::uint32_t gs_event_words();
}
