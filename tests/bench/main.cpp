// grandstand_bench [NAME …]: runs the named benchmarks (all of them without a name), prints tables and writes
// build/bench/NAME.json. Servers and clients are on loopback only.
#include "core/base/assert.h"
#include "tests/bench/bench.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace gs::bench {

std::shared_ptr<const quic::ServerCredentials> development_credentials() {
    const std::int64_t unix_s = std::time(nullptr);
    const auto pem = quic::make_development_certificate(unix_s);
    GS_ASSERT(pem.has_value(), "a certificate can be made");
    const auto credentials = quic::ServerCredentials::make(*pem, unix_s);
    GS_ASSERT(credentials.has_value(), "the certificate is good");
    return *credentials;
}

}  // namespace gs::bench

int main(int count, char** arguments) {
    struct Bench {
        const char* name;
        std::vector<gs::bench::Row> (*run)();
    };
    constexpr Bench benches[] = {
        {"fanout", gs::bench::fanout}, {"handshake", gs::bench::handshake}, {"echo", gs::bench::echo},
        {"games", gs::bench::games},   {"netcode", gs::bench::netcode},     {"recovery", gs::bench::recovery},
        {"replay", gs::bench::replay}, {"room", gs::bench::room},           {"wire", gs::bench::wire}};
    for (int i = 1; i < count; ++i) {
        if (std::ranges::none_of(
                benches, [&](const Bench& bench) { return !std::strcmp(bench.name, arguments[i]); })) {
            std::fprintf(stderr,
                         "there is no benchmark \"%s\"; there are: fanout handshake echo games netcode "
                         "recovery replay room wire match page latency spectators chunks\n",
                         arguments[i]);
            return 2;
        }
    }
    bool written = true;
    for (const Bench& bench : benches) {
        const bool wanted =
            count == 1 || std::any_of(arguments + 1, arguments + count,
                                      [&](const char* name) { return !std::strcmp(bench.name, name); });
        if (wanted) written = gs::bench::publish(bench.name, bench.run(), "build/bench") && written;
    }
    return written ? 0 : 1;
}
