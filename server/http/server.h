// Server: HTTP/1.1, WebSocket and static files on TCP, with TLS when it has a certificate. Made, started and
// stopped by app/, on the io_context that app/ runs on one thread; everything here is called on that thread.
// Requests go to the Router's handlers, sessions to the SessionAcceptor, which outlives the server, as the
// io_context does.
// Not here: what the pages say (pages/), and QUIC (quic/).
#pragma once

#include "server/http/counters.h"
#include "server/http/failure.h"
#include "server/http/options.h"
#include "server/http/router.h"
#include "server/http/tls_context.h"
#include "server/net/session.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace gs::http {

class Server {
  public:
    Server(boost::asio::io_context& io, Options options, Router router, net::SessionAcceptor& acceptor);
    /// As stop().
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Gives a certificate as PEM text, before or after start(): new connections get it, old ones stay.
    /// Without Options::tls and without this, the server speaks plain HTTP.
    [[nodiscard]] std::expected<void, Failure> set_certificate(std::string_view chain_pem,
                                                               std::string_view key_pem,
                                                               CertificateKind kind);

    /// Reads certificate and static files and listens. On failure nothing is open, and the message says what
    /// to change: a taken port, a missing or expired certificate, a missing folder.
    [[nodiscard]] std::expected<void, Failure> start();

    /// Reads the files of Options::tls again. On failure the certificate before stays in use.
    [[nodiscard]] std::expected<void, Failure> reload_certificate();
    /// Reads Options::static_root again, for development. On failure the files before stay.
    [[nodiscard]] std::expected<void, Failure> reload_static_files();

    /// Replaces Options::origins, for a list that names a port which start() chose.
    void set_origins(net::OriginPolicy origins);

    /// Where the server listens, ports filled in; empty before start().
    [[nodiscard]] const std::vector<net::Address>& addresses() const;

    struct Drain {
        std::uint32_t close_code = 0;  // application code and reason for the sessions' clients
        std::string_view close_reason = {};
        std::function<void()> on_idle = {};  // called once, in a later turn, when no connection is left
    };
    /// Stops listening, answers what has been asked with "Connection: close", and closes sessions.
    void drain(Drain how);

    /// Ends everything now: sockets are closed and open sessions get on_closed() before it returns. Not from
    /// inside a session's or a request's handler.
    void stop();

    /// HTTP and WebSocket connections that are open, closing ones included.
    [[nodiscard]] std::size_t connections() const;
    [[nodiscard]] const Counters& counters() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gs::http
