// What a match costs in bytes: the log of a quiet and of a busy room, beside the same entries compressed by
// zstd -19; and how long a state takes to be serialized, beside copying it.
#include "games/arena/module.h"
#include "games/plaza/module.h"
#include "server/rooms/match.h"
#include "tests/bench/bench.h"
#include "tests/bench/inputs.h"

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace gs::bench {
namespace {

constexpr std::uint32_t ticks = 60 * 60;

/// What the seats of a match do: the hands of bots, or the game's own computer where it has one, in seats
/// that are played over the wire.
enum class Seats : std::uint8_t { quiet, moving };

class LoggedMatch {
  public:
    LoggedMatch(const game::Module& module, std::size_t players, Seats seats)
        : module_(module),
          match_(module_, {.game = std::string(module.info->id), .match = "bench", .tick_rate_hz = 60},
                 scratch_),
          shown_(module_),
          shown_inputs_(module_) {
        for (std::size_t index = 0; index < players; ++index) {
            const Seat seat{static_cast<std::uint8_t>(index)};
            match_.add_event({.seat = seat, .kind = game::SeatEvent::Kind::joined});
            if (seats == Seats::moving) hands_.emplace_back(module_, index + 1);
        }
        match_.ask_for_start();
        // The first ticks are joins, and a match counts down; they are not what it is made of.
        while (match_.has_events() || standing().phase == game::Phase::waiting ||
               standing().phase == game::Phase::countdown)
            step();
        bytes_at_start_ = match_.log().entry_bytes();
        first_ = match_.next();
    }

    void play() {
        netcode::InputPacket packet;
        packet.count = 1;
        for (std::uint32_t made = 0; made < ticks; ++made) {
            for (std::size_t index = 0; index < hands_.size(); ++index) {
                const Seat seat{static_cast<std::uint8_t>(index)};
                packet.first_input = match_.next();
                packet.inputs[0] = input_of(index, seat);
                match_.receive(seat, packet, 2);
            }
            step();
        }
    }

    [[nodiscard]] double bytes_per_tick() const {
        return static_cast<double>(match_.log().entry_bytes() - bytes_at_start_) / ticks;
    }
    [[nodiscard]] std::vector<std::byte> entries() const {
        std::vector<std::byte> bytes;
        match_.log().copy(first_, ticks, bytes);
        return bytes;
    }

  private:
    [[nodiscard]] game::Standing standing() const {
        // The world of an endless game is always on.
        return module_.standing != nullptr ? match_.standing()
                                           : game::Standing{.phase = game::Phase::playing};
    }

    [[nodiscard]] game::InputBuffer16 input_of(std::size_t index, Seat seat) {
        if (module_.computer == nullptr) return hands_[index].next(shown_, seat);
        game::InputBuffer16 input;
        module_.computer(shown_.data(), seat, input.bytes);
        return input;
    }

    void step() {
        const Tick tick = match_.next();
        if (match_.step(1)) give_up("a game broke a check of its own");
        if (module_.computer == nullptr) return;  // hands look at nothing
        entry_.clear();
        match_.log().copy(tick, 1, entry_);
        ByteView rest = entry_;
        netcode::TickCommands commands;
        const auto body = netcode::take_entry(rest);
        if (!body || !netcode::read_entry(module_, *body, shown_inputs_, commands))
            give_up("a log holds what is no entry");
        const auto failure =
            module_.step(shown_.data(), {.tick = tick,
                                         .inputs = shown_inputs_.data(),
                                         .events = {commands.events.begin(), commands.events.size()},
                                         .random = commands.random,
                                         .start_asked = commands.start_asked});
        if (failure) give_up("a replayed step failed");
    }

    const game::Module& module_;
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
double zstd_bytes(const std::vector<std::byte>& bytes) {
    char path[] = "build/bench/log-XXXXXX";
    const int file = ::mkstemp(path);
    if (file < 0) give_up("build/bench cannot be written");
    ::close(file);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    std::FILE* const pipe = ::popen((std::string("zstd -19 -c ") + path + " | wc -c").c_str(), "r");
    double size = 0;
    if (pipe == nullptr || std::fscanf(pipe, "%lf", &size) != 1) give_up("zstd does not run");
    ::pclose(pipe);
    ::unlink(path);
    return size;
}

struct LogOf {
    const char* name;
    const game::Module& module;
    std::size_t players;
    Seats seats;
    std::optional<double> target = std::nullopt;
};

Row row_of(const LogOf& of) {
    LoggedMatch match(of.module, of.players, of.seats);
    match.play();
    const bool moving = of.seats == Seats::moving;
    const double floor = zstd_bytes(match.entries()) / ticks;
    return {.name = of.name,
            .value = match.bytes_per_tick(),
            .unit = "B",
            // One byte a tick compresses to nothing: no floor to compare with.
            .floor = moving ? std::optional(floor) : std::nullopt,
            .target = of.target,
            .note = moving ? "floor: zstd -19 of the same entries" : "a minute"};
}

/// Nanoseconds of one call, the middle one of several rounds.
template <class Call>
double ns_of(int calls, Call call) {
    std::vector<double> rounds;
    for (int round = 0; round < 11; ++round) {
        const auto began = Clock::now();
        for (int index = 0; index < calls; ++index)
            call();
        rounds.push_back(std::chrono::duration<double, std::nano>(Clock::now() - began).count() / calls);
    }
    return median(rounds);
}

Row serialize_row() {
    const game::Module& module = plaza::module();
    game::StateBuffer state(module);
    game::StateBuffer copy(module);
    std::vector<std::byte> room(game::state_bytes_max);
    std::size_t written = 0;
    const double write_us = ns_of(200, [&] { written += state.write(room).size(); }) / 1000;
    const double copy_us = ns_of(2000, [&] { copy.copy_from(state); }) / 1000;
    return {.name = "plaza: state serialized",
            .value = write_us,
            .unit = "us",
            .floor = copy_us,
            .note = std::to_string(state.write(room).size()) + " B; floor: copying the state in memory"};
}

}  // namespace

std::vector<Row> wire() {
    return {
        row_of({.name = "plaza: log per tick, 8 seats, nobody moves",
                .module = plaza::module(),
                .players = 8,
                .seats = Seats::quiet,
                .target = 2}),
        row_of({.name = "plaza: log per tick, 8 seats moving",
                .module = plaza::module(),
                .players = 8,
                .seats = Seats::moving}),
        row_of({.name = "plaza: log per tick, 200 seats moving",
                .module = plaza::module(),
                .players = 200,
                .seats = Seats::moving}),
        row_of({.name = "arena: log per tick, 8 seats moving and aiming",
                .module = arena::module(),
                .players = 8,
                .seats = Seats::moving,
                .target = 1.3}),
        serialize_row(),
    };
}

}  // namespace gs::bench
