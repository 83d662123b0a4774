// Keyframe: a whole state with the inputs of the tick before it: where a client joins, a log starts to be
// read, and a lost client finds back. The same bytes in a log, on the `bulk` lane and over HTTP
// (docs/protocol.md, "Keyframes"):
//   varint tick (the state is the one before it), varint length of the state, state,
//   then per seat one bit, and where it is set the input's change against a neutral one; padded to whole
//   bytes
#pragma once

#include "core/game/module.h"
#include "core/netcode/limits.h"

namespace gs::netcode {

/// Writes into `room` (keyframe_bytes_max is enough for every game) and gives what was written. Empty when
/// the state or an input cannot be written: it is too large or holds a number that is none, so the game is
/// broken and its room has to close.
[[nodiscard]] ByteView write_keyframe(const game::Module& module, Tick tick, const game::StateBuffer& state,
                                      const game::InputVector& inputs, MutableBytes room);

/// False: not a keyframe of this game; `tick`, `state` and `inputs` are then unspecified.
[[nodiscard]] bool read_keyframe(const game::Module& module, ByteView bytes, Tick& tick,
                                 game::StateBuffer& state, game::InputVector& inputs);

}  // namespace gs::netcode
