#include "tests/bench/websocket_client.h"

#include "core/base/assert.h"
#include "core/wire/lanes.h"

#include <array>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gs::bench {

WebSocketClient::WebSocketClient(const net::Address& server, const std::string& path, OnDatagram on_datagram)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), on_datagram_(std::move(on_datagram)) {
    GS_ASSERT(fd_ >= 0, "a socket for each client: raise the limit of open files");
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd_, server.data(), server.size()) != 0) return;
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: " + server.to_string() +
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: Z3JhbmRzdGFuZC1iZW5jaA==\r\n\r\n";
    (void)::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
    std::string response;
    char byte = 0;
    while (response.find("\r\n\r\n") == std::string::npos && ::recv(fd_, &byte, 1, 0) == 1)
        response.push_back(byte);
    connected_ = response.starts_with("HTTP/1.1 101");
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

WebSocketClient::~WebSocketClient() { ::close(fd_); }

void WebSocketClient::on_readable() {
    std::array<char, 16 * 1024> part;
    for (ssize_t size = 0; (size = ::recv(fd_, part.data(), part.size(), MSG_DONTWAIT)) > 0;) {
        received_.append(part.data(), static_cast<std::size_t>(size));
    }
    // Frames from a server are unmasked; ours are short enough for a one-byte length.
    while (received_.size() >= 2) {
        const auto length = static_cast<unsigned char>(received_[1]);
        if (length >= 126 || received_.size() < 2u + length) return;
        const bool binary = (received_[0] & 0x0f) == 2;
        if (binary && length >= 1) on_datagram_(bytes_of(std::string_view(received_).substr(3, length - 1u)));
        received_.erase(0, 2u + length);
    }
}

void WebSocketClient::send_datagram(ByteView payload) const {
    GS_ASSERT(payload.size() < 125, "a frame with a one-byte length");
    std::string frame = "\x82";
    frame.push_back(static_cast<char>(0x80 | (payload.size() + 1)));
    frame.append(4, '\0');  // the mask
    frame.push_back(static_cast<char>(wire::Lane::now));
    frame.append(text_of(payload));
    (void)::send(fd_, frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace gs::bench
