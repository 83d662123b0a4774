// check_health: asks the server that runs on this machine for /healthz, as a container's health check does.
// Blocks for as long as the server does; the command of that name ends itself after a few seconds.
#pragma once

#include "server/app/config.h"
#include "server/app/failure.h"

#include <expected>

namespace gs::app {

/// `config` is read as `serve` reads it: it says where HTTP listens, and whether with TLS. Where the flags of
/// the server are not known here (a container's command), the other of both is tried, too.
[[nodiscard]] std::expected<void, Failure> check_health(const Config& config);

}  // namespace gs::app
