// HttpConnection: one client's connection from accept to its end or its upgrade: reads requests, has them
// answered one after the other (pipelined ones too), and enforces the timeouts. Made by the server for each
// accepted socket; lives as long as the server's set or a pending operation holds it; one thread.
// Not here: what is answered (dispatch.h), and how bytes become requests (request_parser.h).
#pragma once

#include "server/http/connection.h"
#include "server/http/request_parser.h"
#include "server/http/response_writer.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gs::http {

class HttpConnection final : public Connection {
  public:
    /// `peer` is the address at the other end of the socket, a proxy's perhaps.
    HttpConnection(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
                   AddressCounter::Place place, const net::Address& peer);

    void start();

    void on_sweep() override;
    void drain(std::uint32_t code, std::string_view reason) override;
    void abort() override;
    void flush_now() override;

    void on_handshake(Handshake result) override;
    void on_read(std::size_t count) override;
    void on_read_ended() override;
    void on_flushed() override;
    void on_write_failed() override;
    void on_ended() override;

  private:
    enum class State : std::uint8_t {
        handshaking,
        idle,     // between requests, nothing of the next one has come
        reading,  // a part of a request has come
        writing,  // an answer is on its way; the next request waits
        ending,   // our direction is closed, what still comes is forgotten
        gone,     // closed, or handed over
    };

    void read_more();
    void process();
    void answer(Request request);
    void answer_refusal();
    void send(const Request& request, Response response);
    void after_response();
    void end();
    void enter(State state);
    [[nodiscard]] ServerCore::Milliseconds timeout() const;
    void count_timeout();

    void upgrade(Request request);

    State state_ = State::idle;
    AfterResponse after_ = AfterResponse::keep_alive;
    net::Address peer_;
    RequestParser parser_;
    // The timeouts start when a state is entered; while writing, again with each progress.
    ServerCore::Milliseconds since_{0};
    std::uint64_t written_before_ = 0;
    std::size_t unread_at_ = 0;
    std::size_t unread_end_ = 0;
    std::array<std::byte, 4096> buffer_;
};

}  // namespace gs::http
