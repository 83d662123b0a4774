// Sends back what comes, as it comes, at the level of W3C streams: datagrams, the bytes of bidirectional
// streams on the same stream, and a client's unidirectional stream on one of ours. Flow control reaches from
// the client's reader to its writer: a byte is only asked for when an earlier one has gone back. Serves
// /wt/echo.
#pragma once

#include "server/quic/webtransport_session.h"

#include <vector>

namespace gs::quic {

class StreamEcho final : public WebTransportHandler {
  public:
    explicit StreamEcho(WebTransportSession& session) : session_(session) {}

    void on_datagram(ByteView payload) override;
    void on_stream_data(StreamId stream, ByteView bytes, Fin fin) override;
    void on_stream_reset(StreamId stream, std::uint32_t code) override;
    void on_stop_sending(StreamId stream) override;
    void on_stream_writable(StreamId stream) override;
    void on_stream_closed(StreamId stream) override;
    void on_streams_allowed() override;
    void on_closed(const net::CloseInfo&) override {}

  private:
    struct Pair {
        StreamId in;
        StreamId out;                    // none until the client allows a stream
        std::size_t owed_bytes = 0;      // received and not yet given back to the client's flow control
        std::vector<std::byte> waiting;  // received while there is no `out`; within the stream's window
        Fin waiting_fin = Fin::no;
    };

    Pair& pair_of(StreamId in);
    Pair* find_out(StreamId out);
    void open_out(Pair& pair);
    void pass_credit(Pair& pair);

    WebTransportSession& session_;
    std::vector<Pair> pairs_;
};

}  // namespace gs::quic
