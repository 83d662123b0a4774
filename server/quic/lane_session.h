// net::Session over WebTransport: datagrams are the `now` lane, one client-opened bidirectional stream of
// length-prefixed messages the `sure` lane, one unidirectional stream per transfer the `bulk` lane
// (docs/protocol.md, "Lanes"). Both roles: servers wait for the `sure` stream, clients (bots, tests) open it.
// Messages sent before the client has opened it wait for that; a close drops them, since there is no path
// yet.
#pragma once

#include "core/wire/message_splitter.h"
#include "server/net/session.h"
#include "server/quic/webtransport_session.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace gs::quic {

class LaneSession final : public net::Session, public WebTransportHandler {
  public:
    LaneSession(WebTransportSession& transport, Role role);

    // net::Session
    [[nodiscard]] net::TransportKind transport() const override { return net::TransportKind::webtransport; }
    [[nodiscard]] const net::Address& peer() const override { return transport_.peer(); }
    [[nodiscard]] net::SessionStats stats() const override;
    void set_handler(net::SessionHandler& handler) override { handler_ = &handler; }
    net::DatagramResult send_datagram(ByteView head, ByteView body) override;
    std::expected<void, net::SendRefusal> send_message(std::string_view text) override;
    std::expected<std::uint32_t, net::SendRefusal> send_transfer(net::SharedBytes bytes) override;
    void set_receiving(Receiving receiving) override;
    void close(std::uint32_t code, std::string_view reason) override;

    // WebTransportHandler
    void on_datagram(ByteView payload) override;
    void on_stream_data(StreamId stream, ByteView bytes, Fin fin) override;
    void on_stream_reset(StreamId stream, std::uint32_t code) override;
    void on_stop_sending(StreamId stream) override;
    void on_stream_writable(StreamId stream) override;
    void on_stream_closed(StreamId stream) override;
    void on_streams_allowed() override;
    void on_closed(const net::CloseInfo& info) override;

  private:
    struct Incoming {
        std::size_t received_bytes = 0;
    };
    /// What arrived of a stream while receiving was paused; bounded by the windows, because it is not yet
    /// consumed.
    struct Waiting {
        StreamId stream;
        std::vector<std::byte> bytes;
        Fin fin;
    };

    void keep(StreamId stream, ByteView bytes, Fin fin);
    void deliver_waiting();
    void deliver(StreamId stream, ByteView bytes, Fin fin);
    void deliver_messages(ByteView bytes, Fin fin);
    void deliver_transfer(StreamId stream, ByteView bytes, Fin fin);
    [[nodiscard]] std::size_t queue_bytes() const;
    [[nodiscard]] std::unexpected<net::SendRefusal> refuse_full();
    void tell_writable();

    WebTransportSession& transport_;
    Role role_;
    net::SessionHandler* handler_ = nullptr;
    StreamId sure_ = StreamId::none;
    std::vector<std::byte> before_sure_;  // messages sent before the client opened the stream
    wire::MessageSplitter splitter_;
    std::vector<StreamId> outgoing_;  // transfers that are not acknowledged yet
    std::unordered_map<std::int64_t, Incoming> incoming_;
    std::vector<Waiting> waiting_;  // one per stream: many tiny pieces must not cost more than their bytes
    Receiving receiving_ = Receiving::open;
    bool delivering_ = false;
    bool writable_owed_ = false;
    net::SessionStats stats_;  // without what the transport counts
};

}  // namespace gs::quic
