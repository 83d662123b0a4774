// WebSocketSession: a net::Session carried by one WebSocket, plain or TLS. Made by HttpConnection from a
// checked upgrade request, whose ByteStream it takes over; kept by the server until it has closed. One
// thread. Boost.Beast does the handshake, reads the client's frames and answers pings and closes. What we
// send is framed here, because many frames then leave in one write and without a composed operation each. Not
// here: what the bytes of a message mean on the lanes (websocket_lanes.h), and what waits to be sent
// (websocket_send_queue.h). One of the two files whose .cpp includes Boost.Beast.
#pragma once

#include "server/http/connection.h"
#include "server/http/operation_memory.h"
#include "server/http/websocket_lanes.h"
#include "server/http/websocket_send_queue.h"
#include "server/net/session.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gs::http {

class WebSocketSession final : public Connection, public net::Session, private WebSocketLanes::Sink {
  public:
    /// Answers the upgrade `request`, whose headers the caller has checked, and then asks the acceptor for
    /// the handler. The session is added to the server.
    static void start(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
                      AddressCounter::Place place, Request request);

    ~WebSocketSession() override;

    // net::Session
    [[nodiscard]] net::TransportKind transport() const override { return net::TransportKind::websocket; }
    [[nodiscard]] const net::Address& peer() const override { return peer_; }
    [[nodiscard]] net::SessionStats stats() const override;
    void set_handler(net::SessionHandler& handler) override { handler_ = &handler; }
    net::DatagramResult send_datagram(ByteView head, ByteView body) override;
    [[nodiscard]] std::expected<void, net::SendRefusal> send_message(std::string_view text) override;
    [[nodiscard]] std::expected<std::uint32_t, net::SendRefusal> send_transfer(
        net::SharedBytes bytes) override;
    void set_receiving(Receiving receiving) override;
    void close(std::uint32_t code, std::string_view reason) override;

    // Connection
    void on_sweep() override;
    void drain(std::uint32_t code, std::string_view reason) override;
    void abort() override;
    void flush_now() override;

    // StreamOwner; reading goes through Beast
    void on_handshake(Handshake) override {}
    void on_read(std::size_t) override {}
    void on_read_ended() override {}
    void on_flushed() override;
    void on_write_failed() override;
    void on_ended() override;

  private:
    struct Beast;
    struct ReadHandler;

    enum class State : std::uint8_t {
        accepting,  // the upgrade is being answered
        open,
        closing,  // close() was called: messages still go out, then the close frame; nothing comes in
        ended,    // on_closed() has been; the socket lingers
    };

    WebSocketSession(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
                     AddressCounter::Place place, Request request);

    // The operations of Beast, and what they end with.
    void accept();
    void read_message();
    void start_close_handshake();
    void on_accepted(bool ok);
    void on_message_read();
    void on_read_failed(const boost::system::error_code& error);
    void on_close_handshake_over();
    void heard();
    void open_session();

    void deliver();
    void begin_closing(std::uint16_t close_code, std::string_view reason);
    void after_flush();
    void break_off(net::CloseInfo::By by);
    void finish(net::CloseInfo info);
    void leave();
    [[nodiscard]] net::CloseInfo our_ending() const;
    [[nodiscard]] std::shared_ptr<WebSocketSession> self();
    [[nodiscard]] bool can_send() const;

    // WebSocketLanes::Sink
    void on_datagram(ByteView payload) override;
    void on_message(std::string_view text) override;
    void on_transfer(std::uint32_t transfer_id, ByteView bytes,
                     net::SessionHandler::TransferPart part) override;

    net::Address peer_;
    net::SessionHandler* handler_ = nullptr;
    State state_ = State::accepting;
    Receiving receiving_ = Receiving::open;
    net::CloseInfo::By ended_by_ = net::CloseInfo::By::transport_error;
    bool reading_ = false;        // Beast's read is under way
    bool shaking_hands_ = false;  // Beast's close is under way
    bool message_waits_ = false;  // read while paused, not delivered
    bool pinged_ = false;
    std::uint16_t close_code_ = 1000;     // for our close frame
    std::uint32_t application_code_ = 0;  // what close() was given
    ServerCore::Milliseconds since_{0};   // when the state was entered; while open, when something was heard
    std::string close_reason_;
    WebSocketLanes lanes_;
    WebSocketSendQueue queue_;
    net::SessionStats stats_;
    std::unique_ptr<Request> request_;  // until it is accepted
    OperationMemory read_memory_;
    std::unique_ptr<Beast> beast_;
};

}  // namespace gs::http
