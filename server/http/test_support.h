// For the tests of this folder: a server on a loopback port, clients that say exactly the bytes a test wants
// (through TLS if asked), a handler that notes what it is told, and certificates. Everything runs in the
// test's thread: run_until() turns the server's loop and the clients until a condition holds.
#pragma once

#include "server/http/server.h"
#include "server/net/session.h"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gs::http::testing {

struct Closed {
    net::CloseInfo::By by;
    std::uint32_t code;
    std::string reason;
};

/// Serves /ws and /ws/echo; notes all events of all sessions, and echoes on /ws/echo.
class NotingAcceptor : public net::SessionAcceptor, public net::SessionHandler {
  public:
    [[nodiscard]] bool serves(const net::SessionRequest& request) const override;
    net::SessionHandler* accept(const net::SessionRequest& request, net::Session& session) override;
    void on_datagram(net::Session& session, ByteView payload) override;
    void on_message(net::Session& session, std::string_view text) override;
    void on_transfer(net::Session& session, std::uint32_t id, ByteView bytes, TransferPart part) override;
    void on_writable(net::Session& session) override;
    void on_closed(net::Session& session, const net::CloseInfo& info) override;

    net::Session* session = nullptr;  // the newest
    std::string authority;            // of the newest request
    std::string peer;
    std::set<const net::Session*> echoing;
    std::size_t accepted = 0;
    std::size_t writable = 0;
    std::size_t transfers_done = 0;
    std::size_t transfers_aborted = 0;
    std::size_t datagrams = 0;
    std::string transfer_bytes;
    std::vector<std::string> messages;
    std::string last_datagram;
    std::vector<Closed> closed;
    std::function<void(net::Session&, std::string_view)> when_message;
};

struct Frame {
    std::uint8_t opcode;
    std::string payload;

    [[nodiscard]] std::uint16_t close_code() const;
};

class TestClient {
  public:
    enum class Tls : std::uint8_t { off, on };
    explicit TestClient(const net::Address& to, Tls tls = Tls::off, int receive_buffer_bytes = 0);
    ~TestClient();
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;

    /// Queued and sent by pump() as the socket takes it.
    void send(std::string_view bytes) { outgoing_ += bytes; }
    void get(std::string_view path, std::string_view fields = {});
    void upgrade(std::string_view path, std::string_view fields = {});
    void send_frame(std::uint8_t opcode, std::string_view payload);
    void pump();
    /// From now on the client takes nothing out of its socket.
    void stop_reading() { reads_ = false; }
    void start_reading() { reads_ = true; }
    /// Ends the connection with a reset.
    void reset();

    std::string received;
    bool ended = false;  // the server closed, or the connection broke
    [[nodiscard]] bool has_sent_all() const { return outgoing_.empty(); }
    [[nodiscard]] std::string tls_protocol() const;
    [[nodiscard]] std::string peer_common_name() const;

    /// Takes the first whole HTTP answer out of `received`; nothing while it is not whole.
    [[nodiscard]] std::optional<std::string> take_response();
    /// Takes the first whole server frame out of `received`, after the upgrade's answer.
    [[nodiscard]] std::optional<Frame> take_frame();

  private:
    struct TlsState;
    void pump_plain();
    void pump_tls();
    void hang_up();

    int socket_ = -1;
    bool reads_ = true;
    std::string outgoing_;
    std::unique_ptr<TlsState> tls_;
};

/// A client's frame as it should be: masked, whole.
[[nodiscard]] std::string masked_frame(std::uint8_t first_byte, std::string_view payload);
/// "200" of an answer's status line; 0 when there is none.
[[nodiscard]] int status_of(std::string_view response);
/// The value of a field; empty when it is missing.
[[nodiscard]] std::string field_of(std::string_view response, std::string_view name);
[[nodiscard]] std::string body_of(std::string_view response);

class TestServer {
  public:
    explicit TestServer(const std::function<void(Options&, Router&)>& configure = {});
    ~TestServer();

    /// Turns the loop and the clients until `done`; false when that takes unreasonably long.
    [[nodiscard]] bool run_until(const std::function<bool()>& done);
    TestClient& connect(TestClient::Tls tls = TestClient::Tls::off, int receive_buffer_bytes = 0);
    /// Connects, sends, and waits for the first answer; empty when the server ended without one.
    std::string ask(std::string_view request);
    /// A client whose WebSocket at `path` is open.
    TestClient& open_websocket(std::string_view path, TestClient::Tls tls = TestClient::Tls::off,
                               int receive_buffer_bytes = 0);
    /// The next frame that the server sends to the client.
    Frame next_frame(TestClient& client);

    boost::asio::io_context io{1};
    NotingAcceptor acceptor;
    std::unique_ptr<Server> server;
    std::vector<std::unique_ptr<TestClient>> clients;
};

struct TestCertificate {
    std::string chain_pem;
    std::string key_pem;
};
/// Self-signed P-256, valid from `days_from` to `days_to` after test_now().
[[nodiscard]] TestCertificate make_certificate(const std::string& common_name, int days_from, int days_to);
/// The wall clock of all tests: fixed.
[[nodiscard]] std::chrono::system_clock::time_point test_now();

/// A folder that goes with the test.
class TestFolder {
  public:
    TestFolder();
    ~TestFolder();
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    /// Writes a file below the folder, making folders on the way; returns its path.
    std::string write(const std::string& name, std::string_view content) const;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace gs::http::testing
