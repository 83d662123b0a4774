// `grandstand replay`: looks at files of matches: checks them (verify), says what they are (info), writes
// down what happened in them (dump). Called by main(); reads files, nothing else.
#pragma once

#include <string>
#include <vector>

namespace gs::app {

/// What `grandstand replay --help` prints.
[[nodiscard]] std::string replay_help();

/// What goes where, and the exit status: 0 all well, 1 a file differs or is damaged, 2 wrong usage.
struct ReplayOutcome {
    int status = 0;
    std::string out = {};
    std::string err = {};
};

/// `arguments` are what follows `replay`.
[[nodiscard]] ReplayOutcome run_replay(const std::vector<std::string>& arguments);

}  // namespace gs::app
