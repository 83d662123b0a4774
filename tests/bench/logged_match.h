// LoggedMatch: a match whose seats are played by the hands of bots, or by the game's own computer where it
// has one, with inputs as they come over the wire; made tick by tick, without a room. Used by the benchmarks
// of logs and replays.
#pragma once

#include "server/rooms/match.h"
#include "tests/bench/inputs.h"

#include <vector>

namespace gs::bench {

/// What the seats of a match do.
enum class Seats : std::uint8_t { quiet, moving };

class LoggedMatch {
  public:
    /// `random`: what the players of the match cannot foresee. It begins with the first tick of play.
    LoggedMatch(const game::Module& module, std::size_t players, Seats seats, std::uint64_t random = 1);

    /// Until the match is over, or `ticks` more have been made; how many have been.
    std::uint32_t play(std::uint32_t ticks);

    [[nodiscard]] const netcode::MatchLog& log() const { return match_.log(); }
    /// Of what has been played.
    [[nodiscard]] std::size_t entry_bytes() const { return match_.log().entry_bytes() - bytes_at_start_; }
    [[nodiscard]] std::vector<std::byte> entries() const;

  private:
    [[nodiscard]] game::Phase phase() const;
    [[nodiscard]] game::InputBuffer16 input_of(std::size_t index, Seat seat);
    void step();

    const game::Module& module_;
    std::uint64_t random_;
    std::vector<std::byte> scratch_ = std::vector<std::byte>(netcode::keyframe_bytes_max);
    rooms::Match match_;
    game::StateBuffer shown_;
    game::InputVector shown_inputs_;
    std::vector<Inputs> hands_;
    std::vector<std::byte> entry_;
    std::size_t bytes_at_start_ = 0;
    Tick first_;
};

/// The size of `bytes` after zstd -19.
[[nodiscard]] double zstd_bytes(ByteView bytes);

}  // namespace gs::bench
