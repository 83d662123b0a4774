#include "server/http/test_support.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gs::http::testing {
namespace {

// Far more than any test needs, far less than a runner's patience.
constexpr std::chrono::seconds watchdog{30};

}  // namespace

bool NotingAcceptor::serves(const net::SessionRequest& request) const {
    return request.path == "/ws" || request.path == "/ws/echo";
}

net::SessionHandler* NotingAcceptor::accept(const net::SessionRequest& request,
                                            net::Session& accepted_session) {
    ++accepted;
    session = &accepted_session;
    authority = request.authority;
    peer = request.peer.host();
    if (request.path == "/ws/echo") echoing.insert(session);
    return this;
}

void NotingAcceptor::on_datagram(net::Session& from, ByteView payload) {
    ++datagrams;
    last_datagram = text_of(payload);
    if (echoing.contains(&from)) from.send_datagram({}, payload);
}

void NotingAcceptor::on_message(net::Session& from, std::string_view text) {
    messages.emplace_back(text);
    if (echoing.contains(&from)) EXPECT_TRUE(from.send_message(text).has_value());
    if (when_message) when_message(from, text);
}

void NotingAcceptor::on_transfer(net::Session& from, std::uint32_t, ByteView bytes, TransferPart part) {
    transfer_bytes += text_of(bytes);
    if (part == TransferPart::last) {
        ++transfers_done;
        if (echoing.contains(&from))
            EXPECT_TRUE(from.send_transfer(net::share(bytes_of(transfer_bytes))).has_value());
    }
    if (part == TransferPart::aborted) ++transfers_aborted;
}

void NotingAcceptor::on_writable(net::Session&) { ++writable; }

void NotingAcceptor::on_closed(net::Session& gone, const net::CloseInfo& info) {
    closed.push_back({info.by, info.code, std::string(info.reason)});
    echoing.erase(&gone);
    if (session == &gone) session = nullptr;
}

std::uint16_t Frame::close_code() const {
    if (payload.size() < 2) return 0;
    return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
}

struct TestClient::TlsState {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL* ssl = SSL_new(context);

    ~TlsState() {
        SSL_free(ssl);
        SSL_CTX_free(context);
    }
};

TestClient::TestClient(const net::Address& to, Tls tls, int receive_buffer_bytes) {
    socket_ = ::socket(to.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer_bytes > 0) {
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    EXPECT_EQ(::connect(socket_, to.data(), to.size()), 0) << to.to_string();
    if (tls == Tls::on) {
        tls_ = std::make_unique<TlsState>();
        static constexpr unsigned char protocols[] = "\x08http/1.1";
        SSL_set_alpn_protos(tls_->ssl, protocols, sizeof protocols - 1);
        SSL_set_fd(tls_->ssl, socket_);
        SSL_set_connect_state(tls_->ssl);
        SSL_set_mode(tls_->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    }
    // Connecting to loopback is done at once; all else must not block the server in the same thread.
    EXPECT_EQ(fcntl(socket_, F_SETFL, O_NONBLOCK), 0);
}

TestClient::~TestClient() {
    if (socket_ >= 0) ::close(socket_);
}

void TestClient::get(std::string_view path, std::string_view fields) {
    send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n");
}

void TestClient::upgrade(std::string_view path, std::string_view fields) {
    get(path,
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            std::string(fields));
}

void TestClient::send_frame(std::uint8_t opcode, std::string_view payload) {
    send(masked_frame(0x80 | opcode, payload));
}

void TestClient::pump() {
    if (socket_ < 0 || ended) return;
    if (tls_) {
        pump_tls();
    } else {
        pump_plain();
    }
}

void TestClient::pump_plain() {
    if (!outgoing_.empty()) {
        const ssize_t sent = ::send(socket_, outgoing_.data(), outgoing_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) outgoing_.erase(0, static_cast<std::size_t>(sent));
    }
    if (!reads_) return;
    char buffer[65536];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got > 0) received.append(buffer, static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) hang_up();
}

void TestClient::pump_tls() {
    char buffer[16384];
    if (!outgoing_.empty()) {
        const int sent = SSL_write(tls_->ssl, outgoing_.data(), static_cast<int>(outgoing_.size()));
        if (sent > 0) outgoing_.erase(0, static_cast<std::size_t>(sent));
    }
    if (!reads_) return;
    const int got = SSL_read(tls_->ssl, buffer, sizeof buffer);
    if (got > 0) {
        received.append(buffer, static_cast<std::size_t>(got));
        return;
    }
    const int error = SSL_get_error(tls_->ssl, got);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) hang_up();
}

void TestClient::hang_up() {
    ::close(std::exchange(socket_, -1));
    ended = true;
}

void TestClient::reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    hang_up();
}

std::string TestClient::tls_protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(tls_->ssl, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string TestClient::peer_common_name() const {
    char name[64] = {};
    X509* certificate = SSL_get1_peer_certificate(tls_->ssl);
    if (!certificate) return {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return name;
}

std::optional<std::string> TestClient::take_response() {
    const std::size_t head = received.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    const std::string length = field_of(received, "Content-Length");
    const std::size_t size = head + 4 + (length.empty() ? 0 : std::stoul(length));
    if (received.size() < size) return std::nullopt;
    std::string response = received.substr(0, size);
    received.erase(0, size);
    return response;
}

std::optional<Frame> TestClient::take_frame() {
    const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(received[at]); };
    if (received.size() < 2) return std::nullopt;
    std::size_t head = 2;
    std::size_t size = byte(1) & 0x7f;
    EXPECT_EQ(byte(1) & 0x80, 0) << "a server does not mask";
    if (size >= 126) {
        const std::size_t length_bytes = size == 126 ? 2 : 8;
        head += length_bytes;
        if (received.size() < head) return std::nullopt;
        size = 0;
        for (std::size_t i = 2; i < head; ++i)
            size = size << 8 | byte(i);
    }
    if (received.size() < head + size) return std::nullopt;
    Frame frame{.opcode = static_cast<std::uint8_t>(byte(0) & 0x0f), .payload = received.substr(head, size)};
    received.erase(0, head + size);
    return frame;
}

std::string masked_frame(std::uint8_t first_byte, std::string_view payload) {
    constexpr std::string_view mask = "\x12\x34\x56\x78";
    std::string frame(1, static_cast<char>(first_byte));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() <= 0xffff) {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    } else {
        frame += static_cast<char>(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            frame += static_cast<char>(payload.size() >> shift & 0xff);
    }
    frame += mask;
    for (std::size_t i = 0; i < payload.size(); ++i)
        frame += static_cast<char>(payload[i] ^ mask[i % 4]);
    return frame;
}

int status_of(std::string_view response) {
    if (!response.starts_with("HTTP/1.1 ") || response.size() < 12) return 0;
    return std::atoi(std::string(response.substr(9, 3)).c_str());
}

std::string field_of(std::string_view response, std::string_view name) {
    const std::string_view head = response.substr(0, response.find("\r\n\r\n") + 2);
    const std::string wanted = "\r\n" + std::string(name) + ": ";
    const std::size_t at = head.find(wanted);
    if (at == std::string_view::npos) return {};
    const std::size_t start = at + wanted.size();
    return std::string(head.substr(start, head.find("\r\n", start) - start));
}

std::string body_of(std::string_view response) {
    const std::size_t head = response.find("\r\n\r\n");
    return head == std::string_view::npos ? std::string() : std::string(response.substr(head + 4));
}

TestServer::TestServer(const std::function<void(Options&, Router&)>& configure) {
    Options options;
    options.listen = {*net::Address::parse("127.0.0.1:0")};
    options.origins = net::OriginPolicy({"http://allowed.example"});
    options.wall_clock = test_now;
    Router router;
    router.get("/hello", [](const Request&) { return Response::text("hello"); });
    if (configure) configure(options, router);
    server = std::make_unique<Server>(io, std::move(options), std::move(router), acceptor);
    const auto started = server->start();
    EXPECT_TRUE(started.has_value()) << started.error().message;
}

TestServer::~TestServer() {
    server->stop();
    io.poll();
}

bool TestServer::run_until(const std::function<bool()>& done) {
    const auto start = std::chrono::steady_clock::now();
    while (!done()) {
        io.restart();
        io.run_one_for(std::chrono::milliseconds(1));
        io.poll();
        for (const auto& client : clients)
            client->pump();
        if (std::chrono::steady_clock::now() - start > watchdog) return false;
    }
    return true;
}

TestClient& TestServer::connect(TestClient::Tls tls, int receive_buffer_bytes) {
    return *clients.emplace_back(
        std::make_unique<TestClient>(server->addresses().front(), tls, receive_buffer_bytes));
}

std::string TestServer::ask(std::string_view request) {
    TestClient& client = connect();
    client.send(request);
    std::optional<std::string> response;
    EXPECT_TRUE(run_until([&] { return (response = client.take_response()) || client.ended; })) << request;
    return response.value_or("");
}

TestClient& TestServer::open_websocket(std::string_view path, TestClient::Tls tls, int receive_buffer_bytes) {
    TestClient& client = connect(tls, receive_buffer_bytes);
    client.upgrade(path);
    const std::size_t before = acceptor.accepted;
    std::optional<std::string> response;
    EXPECT_TRUE(run_until([&] { return (response = client.take_response()) || client.ended; }));
    EXPECT_EQ(status_of(response.value_or("")), 101);
    EXPECT_TRUE(run_until([&] { return acceptor.accepted > before; }));
    return client;
}

Frame TestServer::next_frame(TestClient& client) {
    std::optional<Frame> frame;
    EXPECT_TRUE(run_until([&] { return (frame = client.take_frame()) || client.ended; }));
    return frame.value_or(Frame{.opcode = 0xff, .payload = {}});
}

std::chrono::system_clock::time_point test_now() {
    return std::chrono::sys_days(std::chrono::year(2030) / 6 / 15) + std::chrono::hours(12);
}

TestFolder::TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "grandstand-test-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
}

TestFolder::~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TestFolder::write(const std::string& name, std::string_view content) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file.string();
}

}  // namespace gs::http::testing
