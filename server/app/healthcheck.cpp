#include "server/app/healthcheck.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <string>

namespace gs::app {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::string_view request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// What the server answers, or what failed.
template <typename Stream>
std::string ask(Stream& stream) {
    error_code error;
    asio::write(stream, asio::buffer(request), error);
    if (error) return error.message();
    char answer[64] = {};
    std::size_t filled = 0;
    while (!error && filled < sizeof answer - 1) {
        filled += stream.read_some(asio::buffer(answer + filled, sizeof answer - 1 - filled), error);
    }
    return filled > 0 ? std::string(answer, filled) : error.message();
}

asio::ip::tcp::endpoint reachable(const Config& config) {
    net::Address address = config.http.addresses().front();
    if (config.http.is_everywhere()) address = *net::Address::parse("127.0.0.1:0");
    return {asio::ip::make_address(address.host()), config.http.port()};
}

std::string ask_plain(asio::ip::tcp::socket& socket) { return ask(socket); }

std::string ask_tls(asio::ip::tcp::socket& socket) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    // Our own server on our own machine: any certificate will do.
    context.set_verify_mode(asio::ssl::verify_none);
    asio::ssl::stream<asio::ip::tcp::socket&> stream(socket, context);
    error_code error;
    stream.handshake(asio::ssl::stream_base::client, error);
    return error ? error.message() : ask(stream);
}

std::string answer_over(const asio::ip::tcp::endpoint& to, std::string (*how)(asio::ip::tcp::socket&)) {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    error_code error;
    if (socket.open(to.protocol(), error)) return error.message();
    if (socket.connect(to, error)) return error.message();
    return how(socket);
}

}  // namespace

std::expected<void, Failure> check_health(const Config& config) {
    const bool tls = config.http_tls() != HttpTls::plain;
    const auto to = reachable(config);
    std::string first;
    for (const auto how : {tls ? ask_tls : ask_plain, tls ? ask_plain : ask_tls}) {
        const std::string answer = answer_over(to, how);
        if (answer.starts_with("HTTP/1.1 200")) return {};
        if (first.empty()) first = answer.substr(0, answer.find('\r'));
    }
    return std::unexpected(Failure{
        .code = ErrorCode::refused,
        .message = "the server at " + config.http.to_string() + " does not say that it is well: " + first});
}

}  // namespace gs::app
