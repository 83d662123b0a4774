// The benchmarks by name; main.cpp runs those that are asked for.
#pragma once

#include "server/quic/tls.h"
#include "tests/bench/report.h"

#include <memory>
#include <vector>

namespace gs::bench {

[[nodiscard]] std::vector<Row> fanout();
[[nodiscard]] std::vector<Row> handshake();
[[nodiscard]] std::vector<Row> echo();
[[nodiscard]] std::vector<Row> games();
[[nodiscard]] std::vector<Row> netcode();
[[nodiscard]] std::vector<Row> recovery();
[[nodiscard]] std::vector<Row> replay();
[[nodiscard]] std::vector<Row> room();
[[nodiscard]] std::vector<Row> wire();

/// A fresh development certificate.
[[nodiscard]] std::shared_ptr<const quic::ServerCredentials> development_credentials();

}  // namespace gs::bench
