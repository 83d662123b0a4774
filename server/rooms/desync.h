// DesyncReport: what a client says when its state is not the one that the log leads to, and what is found
// when the log is played again offline. Read from a `desync` message by messages.cpp, kept beside the log by
// the LogStore. Everything in it is a claim of the client.
#pragma once

#include "core/base/ids.h"
#include "core/netcode/log_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace gs::rooms {

struct DesyncReport {
    Tick tick = {};              // the state is the one after it
    std::uint64_t hash = 0;      // of the client's state
    std::uint64_t expected = 0;  // as its entry of the log says
    std::string state = {};      // serialized; empty when it was too large for a message
};

struct DesyncFinding {
    /// What the log itself leads to after the report's tick.
    std::uint64_t hash = 0;
    /// The first tick whose hash in the log is not that of this program: then the server was wrong, too.
    std::optional<Tick> log_differs = std::nullopt;
    /// The first byte at which the client's state is another; none: it is the same, or was not sent.
    std::optional<std::size_t> first_byte = std::nullopt;
};

/// Plays the log again up to the report's tick. Nothing when the log does not have that tick.
[[nodiscard]] std::optional<DesyncFinding> examine(const game::Module& module, const netcode::LogFile& log,
                                                   const DesyncReport& report);

}  // namespace gs::rooms
