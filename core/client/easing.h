// Easing: hides corrections. When a guess was wrong, things are somewhere else than they were drawn; the
// picture goes there in about 100 ms instead of jumping. Only the picture: no state that is stepped is
// touched. Owned by a Client.
#pragma once

#include "core/game/module.h"
#include "core/netcode/clock_sync.h"

#include <memory>
#include <vector>

namespace gs::client {

class Easing {
  public:
    explicit Easing(const game::Module& module);

    void reset();

    /// A moment between two states, as it is drawn.
    struct Moment {
        const game::StateBuffer* before;
        const game::StateBuffer* after;
        float fraction;
    };
    /// Before and after a correction: what is drawn goes on from `was`.
    void remember(const Moment& was);
    /// The largest correction, and that of the seat `own`, in world units; without what is somewhere else
    /// altogether (PositionList::eased_max).
    struct Corrected {
        float largest = 0;
        float own = 0;
    };
    Corrected correct(const Moment& is, Seat own);

    /// `moment` with everything where it is to be drawn at `now`; valid until the next call. The same moment
    /// when there is nothing to ease.
    [[nodiscard]] Moment eased(const Moment& moment, netcode::Micros now);

  private:
    struct Offset {
        std::uint16_t key;
        Vec2 by;
    };
    struct Remembered {
        std::uint16_t key;
        Vec2 at;
    };
    void fade(netcode::Micros now);
    void collect(const Moment& moment, std::vector<Remembered>& to);
    [[nodiscard]] Vec2 offset_of(std::uint16_t key) const;
    void move(const game::StateBuffer& from, game::StateBuffer& to);

    const game::Module& module_;
    game::StateBuffer before_;
    game::StateBuffer after_;
    std::unique_ptr<game::PositionList> list_;
    std::vector<Offset> offsets_;
    std::vector<Remembered> was_;
    std::vector<Remembered> is_;
    netcode::Micros faded_at_ = 0;
};

}  // namespace gs::client
