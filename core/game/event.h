// Event: something in a tick that people notice: a shot, a goal, a fall. A step emits events beside the
// state; they change nothing in it. Sounds, effects, the feed, announcements and statistics hang on them:
// what each kind means stands in the game's table of EventInfo. A client guesses events together with ticks,
// and confirms or withdraws them (core/client); the server counts those of real ticks. Plain values, no
// owner.
#pragma once

#include "core/base/ids.h"
#include "core/base/vec2.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace gs::game {

struct Event {
    std::uint8_t kind = 0;    // of the game; index of its table
    Seat seat = no_seat;      // who did it, or had it happen
    Seat other = no_seat;     // to or with whom
    std::uint8_t detail = 0;  // of the game, e.g. which weapon
    std::int32_t value = 0;   // of the game, e.g. points
    Vec2 at = {};             // where
    Vec2 to = {};             // where something that has a length ends

    /// The same thing seen twice: what a wrong guess may get wrong (places, numbers) does not count.
    [[nodiscard]] constexpr bool is_like(const Event& other_event) const {
        return kind == other_event.kind && seat == other_event.seat && other == other_event.other &&
               detail == other_event.detail;
    }
};

/// Of one tick. A step that emits more loses the rest of its noise, and nothing else.
inline constexpr std::size_t events_max = 64;

class EventList {
  public:
    void add(const Event& event) {
        if (count_ < events_max) events_[count_++] = event;
    }
    void clear() { count_ = 0; }
    [[nodiscard]] std::span<const Event> events() const { return std::span(events_).first(count_); }

  private:
    std::size_t count_ = 0;
    std::array<Event, events_max> events_ = {};
};

/// Made by the page itself (web/src/sound). Both sides number them the same; a test compares.
enum class Sound : std::uint8_t {
    none,
    tick,    // a countdown
    go,      // its end
    blip,    // something light touches
    bounce,  // something elastic does
    thud,    // two bodies meet
    zap,     // a beam
    whoosh,  // something is thrown or launched
    boom,    // an explosion
    hurt,    // somebody is hit
    fall,    // and is out
    pickup,
    spawn,
    point,    // a score
    whistle,  // a referee
    fanfare,  // a match is won
};

/// Statistics of a match: what is counted for each seat.
struct StatisticInfo {
    enum class Kind : std::uint8_t {
        sum,   // of what events add
        best,  // the largest value of an event
        share  // `part` of `whole`, as a percentage
    };
    std::string_view name;  // "Kills"
    Kind kind = Kind::sum;
    std::uint8_t part = 0;  // of a share: indices of other statistics
    std::uint8_t whole = 0;
};
inline constexpr std::size_t statistics_max = 16;

/// What one event adds to a statistic.
struct Counting {
    enum class Who : std::uint8_t { nobody, seat, other };
    enum class What : std::uint8_t { one, value };
    Who who = Who::nobody;
    std::uint8_t statistic = 0;
    What what = What::one;
};

struct EventInfo {
    enum class When : std::uint8_t {
        predicted,  // shown as soon as it is guessed; may be withdrawn
        confirmed   // only when it is certain: what nobody may have to take back
    };
    std::string_view name;  // "railed"; what tests, logs and pages call it
    When when = When::predicted;
    Sound sound = Sound::none;
    /// A line for everybody, with {seat}, {other} and {value}; empty: none.
    std::string_view feed = {};
    /// Large words over the picture of everyone, with the same; empty: none.
    std::string_view announcement = {};
    std::array<Counting, 3> counts = {};
};

/// An event in a picture.
struct ShownEvent {
    Event event;
    float age_s = 0;  // since the moment of its tick was shown
};

}  // namespace gs::game
