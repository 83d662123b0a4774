// `grandstand bots`: the command line of tools/bots: reads the flags, runs a Fleet, prints its summary.
// Called by main(); everything is decided here so that what follows needs no command line.
#pragma once

#include "tools/bots/options.h"

#include <expected>
#include <string>
#include <vector>

namespace gs::app {

/// `arguments` are what follows `bots`. Every problem there is, each with the flag that it stands at.
[[nodiscard]] std::expected<bots::Options, std::vector<std::string>> read_bots_flags(
    const std::vector<std::string>& arguments);

/// What `grandstand bots --help` prints.
[[nodiscard]] std::string bots_help();

/// Runs bots as `options` say: progress on stderr, the summary as the last line on stdout. The exit status: 0
/// when nobody failed and nothing desynced, else 1.
[[nodiscard]] int run_bots(const bots::Options& options);

}  // namespace gs::app
