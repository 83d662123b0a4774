#include "tests/bench/load_client.h"

#include "core/base/assert.h"
#include "tests/bench/report.h"

#include <array>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gs::bench {

net::Instant now() { return net::Instant(Clock::now().time_since_epoch()); }

class LoadClient::Handler final : public quic::WebTransportHandler {
  public:
    Handler(LoadClient& client, quic::WebTransportSession& session) : client_(client), session_(session) {}

    void on_datagram(ByteView payload) override {
        if (client_.options_.on_datagram) client_.options_.on_datagram(payload);
    }
    void on_stream_data(quic::StreamId stream, ByteView bytes, quic::Fin) override {
        session_.consumed(stream, bytes.size());
    }
    void on_stream_reset(quic::StreamId, std::uint32_t) override {}
    void on_stop_sending(quic::StreamId) override {}
    void on_stream_writable(quic::StreamId) override {}
    void on_stream_closed(quic::StreamId) override {}
    void on_closed(const net::CloseInfo&) override {
        client_.session_ = nullptr;
        client_.failed_ = true;
    }

  private:
    LoadClient& client_;
    quic::WebTransportSession& session_;
};

LoadClient::LoadClient(Options options) : options_(std::move(options)) {
    fd_ =
        ::socket(options_.server.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    GS_ASSERT(fd_ >= 0, "a socket for each client: raise the limit of open files");
    GS_ASSERT(::connect(fd_, options_.server.data(), options_.server.size()) == 0, "loopback is reachable");
    sockaddr_storage name;
    socklen_t size = sizeof name;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size);
    local_ = net::Address(reinterpret_cast<sockaddr*>(&name), size);
    quic::Endpoint::Options endpoint;
    endpoint.limits.acknowledge_every = options_.acknowledge_every;
    endpoint.http3 = {.role = quic::Role::client,
                      .acceptor = this,
                      .authority = options_.authority,
                      .path = options_.path,
                      .origin = options_.origin};
    endpoint_.reset(new quic::Endpoint(endpoint, nullptr, *this, now()));  // the base is private to others
    endpoint_->connect({.local = local_, .remote = options_.server}, options_.credentials, "localhost");
    endpoint_->flush();
}

LoadClient::~LoadClient() { ::close(fd_); }

std::unique_ptr<quic::WebTransportHandler> LoadClient::accept(const net::SessionRequest&,
                                                              quic::WebTransportSession& session) {
    session_ = &session;
    return std::make_unique<Handler>(*this, session);
}

void LoadClient::commit(const quic::Path&, std::size_t size) {
    (void)::send(fd_, room_.data(), size, MSG_DONTWAIT);
}

void LoadClient::on_readable() {
    std::array<std::byte, 2048> packet;
    endpoint_->advance(now());
    for (int reads = 0; reads < 64; ++reads) {
        const ssize_t size = ::recv(fd_, packet.data(), packet.size(), MSG_DONTWAIT);
        if (size < 0) break;
        endpoint_->read({.local = local_, .remote = options_.server},
                        ByteView(packet).first(static_cast<std::size_t>(size)));
    }
    endpoint_->timers();
    endpoint_->flush();
}

void LoadClient::on_time() {
    if (endpoint_->next_expiry() > now()) return;
    endpoint_->advance(now());
    endpoint_->timers();
    endpoint_->flush();
}

void LoadClient::send_datagram(ByteView payload) {
    endpoint_->advance(now());
    if (session_ != nullptr) session_->send_datagram({}, payload);
    endpoint_->flush();
}

void LoadClient::close() {
    endpoint_->advance(now());
    endpoint_->close_all();
    endpoint_->flush();
}

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) { GS_ASSERT(epoll_ >= 0, "epoll works"); }

Poller::~Poller() { ::close(epoll_); }

void Poller::add(int fd, std::function<void()> on_readable) {
    callbacks_.push_back(std::make_unique<std::function<void()>>(std::move(on_readable)));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = callbacks_.back().get()}};
    GS_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "a descriptor that can be polled");
}

void Poller::wait(net::Duration timeout) {
    std::array<epoll_event, 256> events;
    const timespec wait{.tv_sec = timeout.count() / 1'000'000'000,
                        .tv_nsec = timeout.count() % 1'000'000'000};
    const int count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
    for (int i = 0; i < count; ++i)
        (*static_cast<std::function<void()>*>(events[static_cast<unsigned>(i)].data.ptr))();
}

}  // namespace gs::bench
