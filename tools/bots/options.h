// Options: what `grandstand bots` is asked to do, checked and without defaults left open. Filled by
// server/app from the command line, or by tests.
#pragma once

#include "core/game/module.h"
#include "server/net/session.h"
#include "tools/bots/conditioner.h"
#include "tools/bots/url.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gs::bots {

/// File descriptors and memory (about 0.3 MB each) of one machine.
inline constexpr std::size_t clients_max = 20'000;

struct Options {
    Url url;
    const game::Module* module = nullptr;
    std::size_t rooms = 1;
    std::size_t players = 4;     // per room
    std::size_t spectators = 0;  // per room
    std::string room = {};       // its id; empty makes new ones
    net::TransportKind transport = net::TransportKind::webtransport;
    std::chrono::seconds duration{10};
    Conditions conditions = {};
    std::uint64_t seed = 1;
    /// Of spectators, and of new rooms, which have no public delay for live ones. Where a room lets nobody
    /// watch live they watch late.
    bool delayed = false;
    /// One in so many spectators simulates what it gets; 0: nobody does.
    std::size_t simulated_every = 1;
    bool predict = false;  // players go ahead of the server as pages do, and count their wrong guesses

    [[nodiscard]] std::size_t clients() const { return rooms * (players + spectators); }
};

}  // namespace gs::bots
