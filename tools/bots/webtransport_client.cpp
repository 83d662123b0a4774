#include "tools/bots/webtransport_client.h"

#include "server/net/close_codes.h"
#include "server/quic/lane_session.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gs::bots {
namespace {

/// QUIC's timers wait at least this long, so that pacing at a high rate does not become a busy loop.
constexpr net::Duration timer_least = std::chrono::milliseconds(1);

std::string words_of_refusal(int status) {
    if (status == 0) return "the server does not answer over QUIC, or shows another certificate";
    return "the server refuses the WebTransport session with status " + std::to_string(status);
}

std::string words_of(const Error& error) {
    if (error.code == ErrorCode::full) return "no file descriptors are left: raise the limit of open files";
    return std::string(error.context) + " failed: " + std::strerror(error.system);
}

}  // namespace

/// What a dial needs for as long as its connection lives, which may be longer than the client is wanted. The
/// connection keeps it.
class WebTransportDialer::Dial final : public quic::WebTransportAcceptor, private net::SessionHandler {
  public:
    Dial(const DialTarget& target, const Options& options, ClientEvents& events)
        : http3{.role = quic::Role::client,
                .acceptor = this,
                .authority = target.authority,
                .path = target.path,
                .origin = options.origin},
          events_(&events) {}

    /// Nobody wants to hear more; the server is told.
    void leave() {
        events_ = nullptr;
        if (connection == nullptr) return;
        if (quic::WebTransportSession* session = connection->http3().session()) {
            lanes_->set_handler(*this);
            session->close(net::close_code::done, "");
        } else {
            connection->close(0, "");
        }
    }
    void fail(std::string_view words) {
        if (ClientEvents* events = std::exchange(events_, nullptr)) events->on_failed(words);
    }

    quic::Http3Options http3;
    std::unique_ptr<UdpSocket> socket;
    quic::Connection* connection = nullptr;  // lives as long as this does, once it is set

  private:
    // quic::WebTransportAcceptor
    bool serves(const net::SessionRequest&) const override { return true; }
    std::unique_ptr<quic::WebTransportHandler> accept(const net::SessionRequest&,
                                                      quic::WebTransportSession& session) override {
        auto lanes = std::make_unique<quic::LaneSession>(session, quic::Role::client);
        lanes_ = lanes.get();
        ClientEvents* events = std::exchange(events_, nullptr);
        lanes->set_handler(events != nullptr ? events->on_opened(*lanes) : *this);
        return lanes;
    }
    void refused(int status) override { fail(words_of_refusal(status)); }

    // net::SessionHandler of a session that nobody wants any more
    void on_datagram(net::Session&, ByteView) override {}
    void on_message(net::Session&, std::string_view) override {}
    void on_transfer(net::Session&, std::uint32_t, ByteView, TransferPart) override {}
    void on_writable(net::Session&) override {}
    void on_closed(net::Session&, const net::CloseInfo&) override {}

    ClientEvents* events_;  // until the dial has ended
    quic::LaneSession* lanes_ = nullptr;
};

/// The caller's end of a dial.
class WebTransportDialer::Handle final : public Client {
  public:
    Handle(Loop& loop, ClientEvents& events) : failed_(loop, [this, &events] { events.on_failed(words_); }) {}
    ~Handle() override {
        if (const auto dial = dial_.lock()) {
            wire_ = dial->socket->wire();
            dial->leave();
        }
    }

    void carry(const std::shared_ptr<Dial>& dial) { dial_ = dial; }
    void fail_later(std::string words, net::Instant now) {
        words_ = std::move(words);
        failed_.set(now);
    }
    [[nodiscard]] bool has_session() const override {
        const auto dial = dial_.lock();
        return dial && dial->connection->http3().session() != nullptr;
    }
    [[nodiscard]] WireCounters wire() const override {
        if (const auto dial = dial_.lock()) wire_ = dial->socket->wire();
        return wire_;
    }

  private:
    std::weak_ptr<Dial> dial_;
    mutable WireCounters wire_;  // as last seen: what the connection's last packets add is nobody's
    Timer failed_;
    std::string words_;
};

WebTransportDialer::WebTransportDialer(Loop& loop, DelayLine& delay_line, Options options)
    : loop_(loop),
      options_(std::move(options)),
      sockets_(loop, delay_line,
               [this](const quic::Path& path, ByteView packet) {
                   endpoint_.advance(loop_.now());
                   endpoint_.read(path, packet);
               }),
      endpoint_({.limits = options_.limits}, nullptr, sockets_, loop.now()),
      timer_(loop, [] {}) {
    loop_.add(*this);
}

WebTransportDialer::~WebTransportDialer() { loop_.remove(*this); }

std::unique_ptr<Client> WebTransportDialer::dial(const DialTarget& target, ClientEvents& events) {
    auto handle = std::make_unique<Handle>(loop_, events);
    auto socket = sockets_.open(target);
    if (!socket) {
        handle->fail_later(words_of(socket.error()), loop_.now());
        return handle;
    }
    const auto dial = std::make_shared<Dial>(target, options_, events);
    dial->socket = std::move(*socket);
    endpoint_.advance(loop_.now());
    dial->connection = endpoint_.connect(dial->socket->path(), options_.credentials, target.server_name,
                                         std::shared_ptr<const quic::Http3Options>(dial, &dial->http3));
    if (dial->connection == nullptr) {
        handle->fail_later("QUIC could not be set up", loop_.now());
        return handle;
    }
    handle->carry(dial);
    return handle;
}

void WebTransportDialer::on_turn_end() {
    endpoint_.advance(loop_.now());
    endpoint_.timers();
    endpoint_.flush();
    sockets_.flush();
    const net::Instant next = endpoint_.next_expiry();
    if (next == net::never) return timer_.set(net::never);
    // Most turns make it later; then the one that is set comes early, and this sets the next.
    const net::Instant at = std::max(next, loop_.now() + timer_least);
    if (timer_.due() > at) timer_.set(at);
}

}  // namespace gs::bots
