// WebSocketDialer::Connection: one WebSocket client from the dial to the end of its session. Made and owned
// through websocket_client.h; only its own files include this. Dial, receiving and the end are in
// websocket_connection.cpp, sending in websocket_connection_send.cpp. On the loop's thread.
#pragma once

#include "core/base/rng.h"
#include "core/wire/lanes.h"
#include "core/wire/limits.h"
#include "server/http/options.h"
#include "server/http/websocket_lanes.h"
#include "tools/bots/websocket_client.h"
#include "tools/bots/websocket_frames.h"

#include <deque>
#include <initializer_list>
#include <optional>
#include <string>

namespace gs::bots {

class WebSocketDialer::Connection final : public Client,
                                          public net::Session,
                                          private Loop::Watcher,
                                          private DelayedReceiver,
                                          private http::WebSocketLanes::Sink {
  public:
    Connection(WebSocketDialer& dialer, const DialTarget& target, ClientEvents& events);
    ~Connection() override;

    void connect();
    void take_over(int fd);
    void on_turn_end();

    // Client
    [[nodiscard]] bool has_session() const override {
        return state_ == State::open || state_ == State::closing;
    }
    [[nodiscard]] WireCounters wire() const override;

    // net::Session
    [[nodiscard]] net::TransportKind transport() const override { return net::TransportKind::websocket; }
    [[nodiscard]] const net::Address& peer() const override { return target_.address; }
    [[nodiscard]] net::SessionStats stats() const override;
    void set_handler(net::SessionHandler& handler) override { handler_ = &handler; }
    net::DatagramResult send_datagram(ByteView head, ByteView body) override;
    std::expected<void, net::SendRefusal> send_message(std::string_view text) override;
    std::expected<std::uint32_t, net::SendRefusal> send_transfer(net::SharedBytes bytes) override;
    void set_receiving(Receiving receiving) override;
    void close(std::uint32_t code, std::string_view reason) override;

  private:
    enum class State : std::uint8_t { connecting, upgrading, open, closing, over };
    enum Channel : std::uint8_t { channel_in, channel_out, channel_end };
    /// What the modelled network holds in one direction before it pushes back, as socket buffers do.
    static constexpr std::size_t in_flight_bytes_max = 512 * 1024;
    /// A server may send as many transfers at once as the protocol allows.
    static const http::Limits lane_limits;
    struct Network {
        Conditioner in;
        Conditioner out;
        std::size_t bytes_in = 0;  // on their way
        std::size_t bytes_out = 0;
    };
    struct Transfer {
        std::uint32_t id;
        net::SharedBytes bytes;
        std::size_t sent_bytes;
    };

    // Loop::Watcher, DelayedReceiver
    void on_ready(bool readable, bool writable) override;
    void on_arrived(int channel, ByteView bytes) override;
    // http::WebSocketLanes::Sink
    void on_datagram(ByteView payload) override;
    void on_message(std::string_view text) override;
    void on_transfer(std::uint32_t transfer_id, ByteView bytes,
                     net::SessionHandler::TransferPart part) override;

    void on_connected();
    void receive();
    void take(ByteView bytes);
    void take_answer(ByteView& bytes);
    void open();
    void deliver(ByteView& bytes);
    void take_event(WebSocketReader::Event event);
    void on_close_frame(ByteView payload);
    void on_stream_ended();
    void on_time();

    void wants_turn();
    void write_out();
    void fill_parts();
    void count_datagram(std::size_t payload_bytes) {
        ++stats_.datagrams_sent;
        stats_.bytes_sent += payload_bytes;
    }
    void give_to_kernel();
    void update_interest();
    [[nodiscard]] std::size_t waiting_bytes() const;
    void append(WebSocketOpcode opcode, std::initializer_list<ByteView> parts);
    void append_close(std::uint16_t code, std::string_view reason);
    [[nodiscard]] std::unexpected<net::SendRefusal> refuse_full();
    void give_up(std::string words);
    void end(net::CloseInfo::By by, std::uint32_t code, std::string_view reason);
    void close_socket();

    WebSocketDialer& dialer_;
    DialTarget target_;
    ClientEvents* events_;  // until the dial has ended
    net::SessionHandler* handler_ = nullptr;
    int fd_ = -1;
    State state_ = State::connecting;
    Receiving receiving_ = Receiving::open;
    bool delivering_ = false;
    bool has_turn_ = false;
    bool writable_owed_ = false;
    Loop::Interest interest_ = {.read = true, .write = true};
    base::Rng masks_;
    std::unique_ptr<Network> network_;  // null for a perfect one
    std::string answer_;                // to the upgrade, while it comes
    WebSocketReader reader_{wire::message_bytes_max + wire::bulk_head_bytes};
    http::WebSocketLanes lanes_{lane_limits};
    std::vector<std::byte> kept_;  // read, not yet delivered: while paused
    std::string out_;              // whole frames, in order
    std::string kernel_;           // what the kernel has not taken yet
    std::string datagram_;         // the newest one that found the socket full
    bool has_datagram_ = false;
    std::size_t datagram_payload_bytes_ = 0;
    std::deque<Transfer> transfers_;
    std::uint32_t last_transfer_ = 0;
    std::string words_;  // of a failed dial
    std::optional<net::CloseInfo::By> ended_by_;
    std::uint32_t end_code_ = 0;
    std::string end_reason_;
    Timer timer_;
    net::SessionStats stats_;
    WireCounters wire_;
};

}  // namespace gs::bots
