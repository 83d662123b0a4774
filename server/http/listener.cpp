#include "server/http/listener.h"

#include "server/http/forwarded.h"
#include "server/http/http_connection.h"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstring>
#include <string>
#include <utility>

namespace gs::http {
namespace {

using Tcp = boost::asio::ip::tcp;
using Acceptor = boost::asio::basic_socket_acceptor<Tcp, ByteStream::Executor>;
using SystemError = boost::system::error_code;

// Out of file descriptors: they come back when connections end, not by asking again at once.
constexpr std::chrono::milliseconds accept_pause{100};

Tcp::endpoint endpoint_of(const net::Address& address) {
    Tcp::endpoint endpoint;
    endpoint.resize(address.size());
    std::memcpy(endpoint.data(), address.data(), address.size());
    return endpoint;
}

net::Address address_of(const Tcp::endpoint& endpoint) {
    return {endpoint.data(), static_cast<socklen_t>(endpoint.size())};
}

Failure failure_of(const net::Address& address, const SystemError& error) {
    const std::string port = std::to_string(address.port());
    if (error == boost::asio::error::address_in_use) {
        return {ErrorCode::in_use,
                "Port " + port + " of " + address.host() +
                    " is taken by another program: stop that, or choose another with --http " +
                    "ADDRESS:PORT."};
    }
    if (error == boost::asio::error::access_denied) {
        return {ErrorCode::refused,
                "Port " + port + " needs rights that this user does not have: choose one from 1024 up " +
                    "with --http ADDRESS:PORT."};
    }
    const bool missing = error == boost::asio::error::address_family_not_supported ||
                         error == boost::system::errc::address_not_available;
    return {missing ? ErrorCode::not_found : ErrorCode::io,
            "Cannot listen on " + address.to_string() + " (" + error.message() +
                "): choose an address of this machine with --http ADDRESS:PORT."};
}

/// Containers often have no IPv6; the defaults must work there.
bool may_be_left_out(const net::Address& address, const Failure& failure, std::size_t addresses) {
    const bool for_everybody = address.is_loopback() || address.host() == "::";
    return addresses > 1 && address.is_v6() && for_everybody && failure.code == ErrorCode::not_found;
}

std::expected<Acceptor, Failure> open_acceptor(boost::asio::io_context& io, const net::Address& address) {
    Acceptor acceptor(io.get_executor());
    const Tcp::endpoint endpoint = endpoint_of(address);
    SystemError error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
    // One socket per family, so that what is listened on is what was asked for.
    if (!error && address.is_v6()) acceptor.set_option(boost::asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
    if (error) return std::unexpected(failure_of(address, error));
    return acceptor;
}

}  // namespace

struct Listener::Accepting : std::enable_shared_from_this<Listener::Accepting> {
    Accepting(std::shared_ptr<ServerCore> to, Acceptor from)
        : core(std::move(to)), acceptor(std::move(from)), pause(core->io()) {}

    void accept_next() {
        acceptor.async_accept(
            [self = shared_from_this()](const SystemError& error, ByteStream::Socket socket) {
                if (!self->acceptor.is_open()) return;
                if (!error) {
                    self->take(std::move(socket));
                    self->accept_next();
                    return;
                }
                ++self->core->counters().accept_failures;
                self->pause.expires_after(accept_pause);
                self->pause.async_wait([self](const SystemError& stopped) {
                    if (!stopped && self->acceptor.is_open()) self->accept_next();
                });
            });
    }

    void take(ByteStream::Socket socket) {
        Counters& counters = core->counters();
        SystemError error;
        const Tcp::endpoint endpoint = socket.remote_endpoint(error);
        if (error) return;  // gone before we looked
        const net::Address peer = address_of(endpoint);
        if (core->connection_count() >= core->limits().connections) {
            ++counters.connections_refused_full;
            return;
        }
        AddressCounter::Place place;
        if (!is_trusted(peer, core->options().trusted_proxies)) {
            auto taken = core->take_place(peer);
            if (!taken) {
                ++counters.connections_refused_address;
                return;
            }
            place = std::move(*taken);
        }
        ++counters.connections_accepted;
        auto stream = std::make_unique<ByteStream>(std::move(socket), core->tls.current().get());
        const auto connection =
            std::make_shared<HttpConnection>(core, std::move(stream), std::move(place), peer);
        core->add(connection);
        connection->start();
    }

    std::shared_ptr<ServerCore> core;
    Acceptor acceptor;
    boost::asio::steady_timer pause;
};

Listener::Listener(std::shared_ptr<ServerCore> core) : core_(std::move(core)) {}

Listener::~Listener() { close(); }

std::expected<void, Failure> Listener::open(const std::vector<net::Address>& addresses) {
    std::uint16_t chosen_port = 0;
    std::vector<std::shared_ptr<Accepting>> opened;
    std::vector<net::Address> bound;
    for (net::Address address : addresses) {
        if (address.port() == 0) address.set_port(chosen_port);
        auto acceptor = open_acceptor(core_->io(), address);
        if (!acceptor && may_be_left_out(address, acceptor.error(), addresses.size())) continue;
        if (!acceptor) return std::unexpected(std::move(acceptor.error()));
        SystemError error;
        bound.push_back(address_of(acceptor->local_endpoint(error)));
        if (chosen_port == 0) chosen_port = bound.back().port();
        opened.push_back(std::make_shared<Accepting>(core_, std::move(*acceptor)));
    }
    accepting_ = std::move(opened);
    addresses_ = std::move(bound);
    for (const auto& accepting : accepting_) {
        accepting->accept_next();
    }
    return {};
}

void Listener::close() {
    for (const auto& accepting : accepting_) {
        SystemError ignored;
        accepting->acceptor.close(ignored);
        accepting->pause.cancel();
    }
    accepting_.clear();
}

}  // namespace gs::http
