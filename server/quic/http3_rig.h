// An Http3Connection between a FakeTransport and a RecordingAcceptor: what the tests of HTTP/3 begin with.
#pragma once

#include "server/quic/fake_transport.h"
#include "server/quic/http3_script.h"
#include "server/quic/test_pair.h"

#include <string>
#include <string_view>

namespace gs::quic {

class Http3Rig {
  public:
    explicit Http3Rig(Role role = Role::server) : transport(role), options(options_for(role)) {
        transport.attach(http3);
        http3.on_established();
    }

    /// Ids of the n-th stream that the peer opens.
    [[nodiscard]] StreamId bidirectional(std::int64_t n) const { return StreamId{4 * n + peer_bit()}; }
    [[nodiscard]] StreamId unidirectional(std::int64_t n) const { return StreamId{4 * n + 2 + peer_bit()}; }

    /// Server: a client's control stream and its CONNECT on stream 0.
    void open_session() {
        transport.receive(unidirectional(0), script::control_start());
        transport.receive(bidirectional(0), script::connect_request());
        EXPECT_NE(log().session, nullptr);
    }

    [[nodiscard]] RecordingStreams::Log& log() { return acceptor.log; }
    [[nodiscard]] bool failed() const { return transport.close_code.has_value(); }

    FakeTransport transport;
    EndpointCounters counters;
    RecordingAcceptor acceptor;
    net::OriginPolicy origins{std::vector<std::string>{"https://play.example"}};
    Http3Options options;
    Http3Connection http3{transport, counters, options};

  private:
    [[nodiscard]] std::int64_t peer_bit() const { return options.role == Role::server ? 0 : 1; }
    Http3Options options_for(Role role) {
        return {.role = role,
                .acceptor = &acceptor,
                .origins = &origins,
                .authority = "play.example",
                .path = "/wt",
                .origin = "https://play.example"};
    }
};

}  // namespace gs::quic
