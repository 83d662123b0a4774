// MatchStatistics: what happened to whom in a match, counted from the events of its ticks by the game's
// tables. Numbers belong to the person who had the seat: they stay through drop and return, and are kept
// when somebody leaves for good. One per room, on its thread; count() allocates nothing. Not its job: who
// won (Standing says it), or what becomes of the result (results.h).
#pragma once

#include "core/game/module.h"
#include "core/wire/bit_stream.h"
#include "server/net/person.h"
#include "server/rooms/match_result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gs::rooms {

class Seats;

class MatchStatistics {
  public:
    /// People who left before the end and are told of in the result; of a match that goes on for hours the
    /// first are forgotten.
    static constexpr std::size_t gone_max = 32;

    /// `module` outlives it.
    explicit MatchStatistics(const game::Module& module) : module_(&module) {}

    /// Another match: nobody has anything.
    void clear();
    /// Somebody has this seat from now on. Who was there before in this match goes on with what they had.
    void join(Seat seat, const net::AccountId& person);
    void join_computer(Seat seat);
    /// The seat is free again, and what there was is forgotten: a computer's, or before the match is played.
    void forget(Seat seat);
    /// The seat is free again in the middle of the match; `name` and `score` are those of who had it.
    void leave(Seat seat, std::string_view name, std::int32_t score);

    /// What one tick emitted.
    void count(std::span<const game::Event> events);
    /// Of a seat, as the table of statistics has it; shares are percentages.
    [[nodiscard]] std::vector<std::int64_t> values(Seat seat) const;

    /// Who has this seat; nothing while nobody or a computer has.
    [[nodiscard]] std::optional<net::AccountId> person(Seat seat) const;

    /// Somebody who left before the end.
    struct Left {
        Seat seat;
        std::string_view name;  // as long as these statistics do not change
    };
    /// Those remembered, in the order of their leaving.
    [[nodiscard]] std::vector<Left> left() const;

    /// For a match that is to go on when the server starts again. Reading takes nothing on trust; after a
    /// failure the statistics are unspecified.
    [[nodiscard]] bool write(wire::BitWriter& writer) const { return serialize(writer, *this); }
    [[nodiscard]] bool read(wire::BitReader& reader) { return serialize(reader, *this); }

    /// `standing` is that of the result, `seats` have the names.
    [[nodiscard]] MatchResult result(const game::Standing& standing, const Seats& seats) const;

  private:
    using Values = std::array<std::int64_t, game::statistics_max>;
    struct Place {
        bool taken = false;
        bool is_computer = false;
        net::AccountId person = {};
        Values values = {};
    };
    struct Gone {
        Place place;
        Seat seat;
        std::string name;
        std::int32_t score = 0;
    };

    template <class Stream, class Statistics>
    static bool serialize(Stream& s, Statistics& statistics);
    template <class Stream, class APlace>
    static bool serialize_place(Stream& s, APlace& place);

    void add(const game::Counting& counting, const game::Event& event);
    [[nodiscard]] std::vector<std::int64_t> shown(const Values& values) const;

    const game::Module* module_;
    std::array<Place, game::match_seats_max> places_ = {};
    std::vector<Gone> gone_;
};

}  // namespace gs::rooms
