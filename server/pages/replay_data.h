// From models of replays to the values of templates. Used inside pages/ only.
#pragma once

#include "server/pages/page_data.h"
#include "server/pages/replay_models.h"

#include <string>

namespace gs::pages {

/// 203 → "3:23", 3723 → "1:02:03"
[[nodiscard]] std::string clock_words(std::uint32_t seconds);
/// "26 Nov 2026, 18:32 UTC"
[[nodiscard]] std::string date_words(std::uint64_t unix_s);
/// "2026-11-26T18:32:05Z", for machines.
[[nodiscard]] std::string date_time(std::uint64_t unix_s);

[[nodiscard]] data replays_data(const ReplaysModel& model);
[[nodiscard]] data replay_data(const ReplayPageModel& model);
[[nodiscard]] data replay_wait_data(const ReplayWaitModel& model);

}  // namespace gs::pages
