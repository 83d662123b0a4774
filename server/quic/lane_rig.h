// A server that speaks lanes, for tests: a net::SessionAcceptor that remembers its session, with the
// LaneAcceptor that carries it, on one end of a TestPair.
#pragma once

#include "server/net/recording_handler.h"
#include "server/quic/lane_acceptor.h"
#include "server/quic/test_pair.h"

#include <functional>

namespace gs::quic {

class OneSession final : public net::SessionAcceptor {
  public:
    explicit OneSession(net::SessionHandler& handler) : handler_(handler) {}

    [[nodiscard]] bool serves(const net::SessionRequest& request) const override {
        return request.path == "/wt";
    }
    net::SessionHandler* accept(const net::SessionRequest&, net::Session& accepted) override {
        session = &accepted;
        if (on_accept) on_accept(accepted);
        return &handler_;
    }

    net::Session* session = nullptr;
    std::function<void(net::Session&)> on_accept;

  private:
    net::SessionHandler& handler_;
};

/// A server of lanes and a client that sees raw streams (pair.client_session(), pair.client_streams).
class RawLaneRig {
  public:
    explicit RawLaneRig(TestPairOptions options = {}) : pair(std::move(options), &lanes) {}

    bool connect() {
        pair.dial();
        return pair.run_until(
            [this] { return sessions.session != nullptr && pair.client_streams.log.session != nullptr; });
    }
    [[nodiscard]] net::Session& session() const { return *sessions.session; }
    /// A stream of the client with these bytes on it.
    StreamId client_opens(QuicTransport::Direction direction, std::string_view bytes,
                          Fin fin = Fin::no) const {
        const auto stream = pair.client_session().open_stream(direction, Priority::normal);
        EXPECT_TRUE(stream.has_value());
        pair.client_session().write(*stream, bytes_of(bytes), fin);
        return *stream;
    }
    /// The close that the client sees has this code, and the server's handler hears of its own close.
    void expect_close(std::uint32_t code) {
        EXPECT_TRUE(pair.run_until([this] { return !pair.client_streams.log.close_codes.empty(); }));
        EXPECT_EQ(pair.client_streams.log.close_codes, std::vector{code});
        ASSERT_EQ(handler.closes.size(), 1u);
        EXPECT_EQ(handler.closes[0].by, net::CloseInfo::By::us);
        EXPECT_EQ(handler.events_after_close, 0);
    }

    net::RecordingHandler handler;
    OneSession sessions{handler};
    LaneAcceptor lanes{sessions, {}};
    TestPair pair;
};

}  // namespace gs::quic
