// What the server knows of a player's line, and what follows from it for lag compensation: which ages of what
// they saw their inputs may claim. Values without clock; a viewer keeps them, its room asks.
#pragma once

#include "core/game/game.h"
#include "server/net/instant.h"
#include "server/rooms/match.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace gs::rooms {

/// The round trip by the acknowledgements of ticks: the fastest of the last seconds, since whoever answers
/// late on purpose may answer late for other reasons, too. While none come it stays what it was: silence
/// makes nobody's line longer.
class AcknowledgementTimes {
  public:
    void add(net::Duration took, net::Instant now) {
        if (now - began_at_ > period) {
            before_ = newest_;
            newest_.reset();
            began_at_ = now;
        }
        newest_ = newest_ ? std::min(*newest_, took) : took;
    }
    [[nodiscard]] std::optional<net::Duration> fastest() const {
        if (!newest_ || !before_) return newest_ ? newest_ : before_;
        return std::min(*newest_, *before_);
    }

  private:
    static constexpr net::Duration period = std::chrono::seconds(3);

    std::optional<net::Duration> newest_;
    std::optional<net::Duration> before_;
    net::Instant began_at_ = {};
};

/// How early a player's inputs come, in quarters of a tick: the largest of late, sinking slowly. More than
/// four ticks nobody needs.
class EarlyInputs {
  public:
    /// A few times per second, with what the newest input was.
    void add(int quarters) { quarters_ = std::clamp(quarters, quarters_ - 1, quarters_max); }
    [[nodiscard]] int quarters() const { return std::max(quarters_, 0); }

  private:
    static constexpr int quarters_max = 16;
    int quarters_ = 8;  // until something is known: what clients begin with
};

/// Of two measurements the shorter one, because either can be made longer by its client; 0 without any.
[[nodiscard]] inline net::Duration round_trip(net::Duration transport,
                                              std::optional<net::Duration> acknowledgements) {
    if (transport == net::Duration{}) return acknowledgements.value_or(net::Duration{});
    return acknowledgements ? std::min(transport, *acknowledgements) : transport;
}

/// More and less than expected that is believed.
inline constexpr int view_age_tolerance = 2;

/// Whoever shoots at tick T saw what was the newest a round trip and the input's earliness before, and drew
/// it `interpolation_ticks` behind that.
[[nodiscard]] inline Match::ViewAges allowed_view_ages(const game::Info& game, net::Duration rtt,
                                                       const EarlyInputs& early) {
    constexpr std::int64_t second_ns = 1'000'000'000;
    const std::int64_t quarters =
        std::clamp<std::int64_t>(rtt.count(), 0, second_ns) * game.tick_rate_hz * 4 / second_ns;
    const std::int64_t least = quarters / 4 + game.interpolation_ticks - view_age_tolerance;
    const std::int64_t most =
        (quarters + early.quarters() + 3) / 4 + game.interpolation_ticks + view_age_tolerance;
    const auto bounded = [](std::int64_t age) {
        return static_cast<std::uint8_t>(std::clamp<std::int64_t>(age, 0, game::view_age_max));
    };
    return {.min = bounded(least), .max = bounded(most)};
}

}  // namespace gs::rooms
