// MatchPicture: a match on the picture that is not the one its Client runs: a Playback. So that exports.cpp
// can show one without having it: modules of who plays have none (cmake/Grandstand.cmake). One thread.
#pragma once

#include "core/client/event_log.h"
#include "core/game/draw_list.h"
#include "core/game/module.h"

#include <cstdint>
#include <optional>
#include <span>

namespace gs::client {

class MatchPicture {
  public:
    virtual ~MatchPicture() = default;

    virtual void draw(float aspect, game::DrawList& list) = 0;
    /// Events that playing has come past, each once; valid until the next call.
    [[nodiscard]] virtual std::span<const EventNotice> take_event_notices() = 0;
    /// The state after the tick that is shown; null before the first picture.
    [[nodiscard]] virtual const game::StateBuffer* shown_state() const = 0;
    /// Of the state after `tick`, if it is known.
    [[nodiscard]] virtual std::optional<std::uint64_t> hash_at(Tick tick) const = 0;
};

}  // namespace gs::client
