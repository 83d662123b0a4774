#include "tests/bench/logged_match.h"

#include "core/netcode/entry.h"
#include "tests/bench/report.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

namespace gs::bench {

LoggedMatch::LoggedMatch(const game::Module& module, std::size_t players, Seats seats, std::uint64_t random)
    : module_(module),
      random_(random),
      match_(module_,
             {.game = std::string(module.info->id),
              .match = "bench",
              .rules_version = module.info->rules_version,
              .tick_rate_hz = module.info->tick_rate_hz},
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
    while (match_.has_events() || phase() == game::Phase::waiting || phase() == game::Phase::countdown)
        step();
    bytes_at_start_ = match_.log().entry_bytes();
    first_ = match_.next();
}

std::uint32_t LoggedMatch::play(std::uint32_t ticks) {
    netcode::InputPacket packet;
    packet.count = 1;
    std::uint32_t made = 0;
    for (; made < ticks && phase() != game::Phase::result; ++made) {
        for (std::size_t index = 0; index < hands_.size(); ++index) {
            const Seat seat{static_cast<std::uint8_t>(index)};
            packet.first_input = match_.next();
            packet.inputs[0] = input_of(index, seat);
            match_.receive(seat, packet, 2);
        }
        step();
    }
    return made;
}

std::vector<std::byte> LoggedMatch::entries() const {
    std::vector<std::byte> bytes;
    match_.log().copy(first_, static_cast<std::uint32_t>(match_.next() - first_), bytes);
    return bytes;
}

game::Phase LoggedMatch::phase() const {
    // The world of an endless game is always on.
    return module_.standing != nullptr ? match_.standing().phase : game::Phase::playing;
}

game::InputBuffer16 LoggedMatch::input_of(std::size_t index, Seat seat) {
    if (module_.computer == nullptr) return hands_[index].next(shown_, seat);
    game::InputBuffer16 input;
    module_.computer(shown_.data(), seat, input.bytes);
    return input;
}

void LoggedMatch::step() {
    const Tick tick = match_.next();
    if (match_.step(random_)) give_up("a game broke a check of its own");
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

double zstd_bytes(ByteView bytes) {
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

}  // namespace gs::bench
