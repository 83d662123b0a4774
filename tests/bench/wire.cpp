// What a match costs in bytes: the log of a quiet and of a busy room, beside the same entries compressed by
// zstd -19; and how long a state takes to be serialized, beside copying it.
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

class LoggedMatch {
  public:
    LoggedMatch(std::size_t players, bool moving)
        : module_(plaza::module()),
          match_(module_, {.game = "plaza", .match = "bench", .rules_version = 1, .tick_rate_hz = 60},
                 scratch_),
          shown_(module_) {
        for (std::size_t index = 0; index < players; ++index) {
            const Seat seat{static_cast<std::uint8_t>(index)};
            match_.add_event({.seat = seat, .kind = game::SeatEvent::Kind::joined});
            if (moving) inputs_.emplace_back(module_, index + 1);
        }
        // The first ticks are joins; they are not what a match is made of.
        while (match_.has_events())
            step();
        bytes_at_start_ = match_.log().entry_bytes();
        first_ = match_.next();
    }

    void play() {
        netcode::InputPacket packet;
        packet.count = 1;
        for (std::uint32_t made = 0; made < ticks; ++made) {
            for (std::size_t index = 0; index < inputs_.size(); ++index) {
                const Seat seat{static_cast<std::uint8_t>(index)};
                packet.first_input = match_.next();
                packet.inputs[0] = inputs_[index].next(shown_, seat);
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
    void step() {
        if (match_.step(0)) give_up("the plaza broke a check of its own");
    }

    const game::Module& module_;
    std::vector<std::byte> scratch_ = std::vector<std::byte>(netcode::keyframe_bytes_max);
    rooms::Match match_;
    game::StateBuffer shown_;
    std::vector<Inputs> inputs_;
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

Row row_of(const char* name, std::size_t players, bool moving, std::optional<double> target) {
    LoggedMatch match(players, moving);
    match.play();
    const double floor = zstd_bytes(match.entries()) / ticks;
    return {.name = name,
            .value = match.bytes_per_tick(),
            .unit = "B",
            // One byte a tick compresses to nothing: no floor to compare with.
            .floor = moving ? std::optional(floor) : std::nullopt,
            .target = target,
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
        row_of("log per tick, 8 seats, nobody moves", 8, false, 2),
        row_of("log per tick, 8 seats moving", 8, true, std::nullopt),
        row_of("log per tick, 200 seats moving", 200, true, std::nullopt),
        serialize_row(),
    };
}

}  // namespace gs::bench
