#include "server/http/server.h"

#include "core/base/assert.h"
#include "server/http/connection.h"
#include "server/http/listener.h"

#include <utility>

namespace gs::http {
namespace {

// With port 0 the system's choice for one family may be taken in the other: another choice is made then.
constexpr int port_choices_max = 10;

bool lets_the_system_choose(const std::vector<net::Address>& addresses) {
    return !addresses.empty() && addresses.front().port() == 0;
}

}  // namespace

struct Server::Impl {
    Impl(boost::asio::io_context& io, Site site, net::SessionAcceptor& acceptor)
        : core(std::make_shared<ServerCore>(io, std::move(site), acceptor)), listener(core) {}

    [[nodiscard]] TlsContext::WallTime wall_time() const {
        GS_ASSERT(core->options().wall_clock, "TLS needs Options::wall_clock");
        return core->options().wall_clock();
    }

    std::shared_ptr<ServerCore> core;
    Listener listener;
};

Server::Server(boost::asio::io_context& io, Options options, Router router, net::SessionAcceptor& acceptor)
    : impl_(std::make_unique<Impl>(
          io,
          Site{
              .options = std::move(options), .router = std::move(router), .static_files = {}, .counters = {}},
          acceptor)) {}

Server::~Server() { stop(); }

std::expected<void, Failure> Server::set_certificate(std::string_view chain_pem, std::string_view key_pem,
                                                     CertificateKind kind) {
    return impl_->core->tls.set_certificate(chain_pem, key_pem, kind, impl_->wall_time());
}

std::expected<void, Failure> Server::start() {
    const Options& options = impl_->core->options();
    if (!options.tls.certificate.empty() || !options.tls.key.empty()) {
        if (auto loaded = reload_certificate(); !loaded) return loaded;
    }
    if (!options.static_root.empty()) {
        if (auto loaded = reload_static_files(); !loaded) return loaded;
    }
    auto opened = impl_->listener.open(options.listen);
    for (int i = 1; !opened && lets_the_system_choose(options.listen) && i < port_choices_max; ++i) {
        if (opened.error().code != ErrorCode::in_use) break;
        opened = impl_->listener.open(options.listen);
    }
    if (opened) impl_->core->start_sweeping();
    return opened;
}

std::expected<void, Failure> Server::reload_certificate() {
    return impl_->core->tls.load(impl_->core->options().tls, impl_->wall_time());
}

std::expected<void, Failure> Server::reload_static_files() {
    auto loaded = StaticFiles::load(impl_->core->options().static_root, impl_->core->limits());
    if (!loaded) return std::unexpected(std::move(loaded.error()));
    impl_->core->site.static_files = std::move(*loaded);
    return {};
}

void Server::set_origins(net::OriginPolicy origins) {
    impl_->core->site.options.origins = std::move(origins);
}

const std::vector<net::Address>& Server::addresses() const { return impl_->listener.addresses(); }

void Server::drain(Drain how) {
    impl_->listener.close();
    impl_->core->drain(how.close_code, how.close_reason, std::move(how.on_idle));
}

void Server::stop() {
    impl_->listener.close();
    impl_->core->stop();
}

std::size_t Server::connections() const { return impl_->core->connection_count(); }

const Counters& Server::counters() const { return impl_->core->counters(); }

}  // namespace gs::http
