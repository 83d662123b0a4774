// Bytes of a WebSocket client after its upgrade, sent to a real server over loopback: whatever comes, the
// handler is told only what the lanes promise, every session ends with one on_closed(), and nothing is left.
#include "core/base/assert.h"
#include "core/wire/limits.h"
#include "server/http/request_target.h"
#include "server/http/server.h"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace gs;

/// Echoes everything, checks everything.
class Checker : public net::SessionAcceptor, public net::SessionHandler {
  public:
    [[nodiscard]] bool serves(const net::SessionRequest& request) const override {
        return request.path == "/ws";
    }
    net::SessionHandler* accept(const net::SessionRequest&, net::Session&) override {
        ++accepted;
        transfers_.clear();
        return this;
    }
    void on_datagram(net::Session& session, ByteView payload) override {
        GS_ASSERT(payload.size() <= wire::datagram_bytes_max, "datagrams are bounded");
        session.send_datagram(payload.first(payload.size() / 2), payload.subspan(payload.size() / 2));
    }
    void on_message(net::Session& session, std::string_view text) override {
        GS_ASSERT(text.size() <= wire::message_bytes_max, "messages are bounded");
        GS_ASSERT(http::is_valid_utf8(text), "messages are UTF-8");
        if (text == "close") session.close(7, "asked to");
        if (text == "pause") session.set_receiving(net::Session::Receiving::paused);
        [[maybe_unused]] const auto sent = session.send_message(text);
    }
    void on_transfer(net::Session& session, std::uint32_t id, ByteView bytes, TransferPart part) override {
        GS_ASSERT(bytes.empty() == (part == TransferPart::aborted),
                  "parts carry bytes, an end by force none");
        transfers_[id] += bytes.size();
        GS_ASSERT(transfers_[id] <= wire::transfer_bytes_max, "transfers are bounded");
        GS_ASSERT(transfers_.size() <= 4, "a few at once");
        if (part != TransferPart::more) transfers_.erase(id);
        if (part != TransferPart::last) return;
        [[maybe_unused]] const auto sent = session.send_transfer(net::share(bytes));
    }
    void on_writable(net::Session&) override {}
    void on_closed(net::Session&, const net::CloseInfo& info) override {
        ++closed;
        GS_ASSERT(transfers_.empty(), "every transfer has an end");
        GS_ASSERT(info.reason.size() <= wire::close_reason_bytes_max, "reasons are bounded");
        GS_ASSERT(http::is_valid_utf8(info.reason), "reasons are UTF-8");
    }

    std::uint64_t accepted = 0;
    std::uint64_t closed = 0;

  private:
    std::map<std::uint32_t, std::size_t> transfers_;
};

struct Harness {
    Harness() : server(io, options(), http::Router(), checker) {
        const auto started = server.start();
        GS_ASSERT(started.has_value(), "the server starts");
    }

    static http::Options options() {
        http::Options result;
        result.listen = {*net::Address::parse("127.0.0.1:0")};
        // The client of a paused session ends without being read.
        result.limits.websocket_silence = std::chrono::milliseconds(200);
        return result;
    }

    void turn() {
        io.restart();
        io.run_one_for(std::chrono::milliseconds(1));
        io.poll();
    }

    boost::asio::io_context io{1};
    Checker checker;
    http::Server server;
};

constexpr std::string_view upgrade =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
    "13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Harness harness;
    const net::Address& address = harness.server.addresses().front();
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Ends with a reset, so that thousands of runs leave no ports waiting.
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    GS_ASSERT(::connect(client, address.data(), address.size()) == 0, "loopback connects");
    ::send(client, upgrade.data(), upgrade.size(), MSG_NOSIGNAL);
    const std::uint64_t accepted_before = harness.checker.accepted;
    while (harness.checker.accepted == accepted_before)
        harness.turn();
    // More than the socket takes at once is more than a fuzzer needs.
    ::send(client, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(client, SHUT_WR);
    for (int i = 0; i < 20 && harness.server.connections() > 0; ++i)
        harness.turn();
    ::close(client);
    while (harness.server.connections() > 0)
        harness.turn();
    GS_ASSERT(harness.checker.closed == harness.checker.accepted, "each session ends once");
    GS_ASSERT(harness.server.counters().websockets_open == 0, "nothing is left");
    return 0;
}
