#include "server/http/connection.h"

#include "core/base/assert.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace gs::http {
namespace {

// Often enough to be within a few percent of every timeout; a second is exact enough for the long ones, and
// looking at ten thousand connections then costs nothing.
ServerCore::Milliseconds sweep_period_for(const Limits& limits) {
    const auto shortest = std::min({limits.request_timeout, limits.keep_alive_timeout, limits.write_timeout,
                                    limits.linger, limits.websocket_silence, limits.websocket_close_timeout});
    return std::clamp(shortest / 8, ServerCore::Milliseconds(5), ServerCore::Milliseconds(1000));
}

}  // namespace

AddressCounter::Place& AddressCounter::Place::operator=(Place&& other) noexcept {
    if (this != &other) {
        release();
        counter_ = std::exchange(other.counter_, nullptr);
        key_ = other.key_;
    }
    return *this;
}

void AddressCounter::Place::release() {
    if (!counter_) return;
    const auto entry = counter_->counts_.find(key_);
    if (--entry->second == 0) counter_->counts_.erase(entry);
    counter_ = nullptr;
}

std::optional<AddressCounter::Place> AddressCounter::take(std::uint64_t key, std::size_t limit) {
    const auto entry = counts_.try_emplace(key, 0).first;
    if (entry->second >= limit) {
        if (entry->second == 0) counts_.erase(entry);
        return std::nullopt;
    }
    ++entry->second;
    return Place(*this, key);
}

Connection::Connection(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
                       AddressCounter::Place place)
    : core_(std::move(core)), stream_(std::move(stream)), place_(std::move(place)) {}

Connection::~Connection() = default;

void Connection::request_flush() { core_->request_flush(*this); }

void Connection::retire() {
    if (retired_) return;
    retired_ = true;
    if (stream_) stream_->close();
    core_->retire(*this);
}

ServerCore::ServerCore(boost::asio::io_context& io, Site from, net::SessionAcceptor& acceptor)
    : site(std::move(from)),
      io_(io),
      acceptor_(&acceptor),
      timer_(io),
      sweep_period_(sweep_period_for(site.options.limits)) {}

Hsts ServerCore::hsts() const {
    return tls.current() && tls.kind() == CertificateKind::real ? Hsts::on : Hsts::off;
}

void ServerCore::add(std::shared_ptr<Connection> connection) {
    connections_.insert(std::move(connection));
    site.counters.connections_open = connections_.size();
}

std::optional<AddressCounter::Place> ServerCore::take_place(const net::Address& address) {
    const bool exempt =
        options().per_address_limit == PerAddressLimit::exempts_loopback && address.is_loopback();
    if (exempt) return AddressCounter::Place();
    return addresses.take(address.limit_key(), limits().connections_per_address);
}

void ServerCore::retire(Connection& connection) {
    auto self = std::static_pointer_cast<Connection>(connection.shared_from_this());
    boost::asio::post(io_, [core = shared_from_this(), self = std::move(self)] {
        core->connections_.erase(self);
        core->site.counters.connections_open = core->connections_.size();
        core->tell_if_idle();
    });
}

/// The flush of a turn. Brings its own memory, so that sending costs no allocation.
struct ServerCore::FlushHandler {
    using allocator_type = OperationAllocator<std::byte>;

    [[nodiscard]] allocator_type get_allocator() const { return allocator_type(core->flush_memory_); }
    void operator()() const { core->flush_all(); }

    std::shared_ptr<ServerCore> core;
};

void ServerCore::request_flush(Connection& connection) {
    if (connection.flush_requested_) return;
    connection.flush_requested_ = true;
    to_flush_.push_back(std::static_pointer_cast<Connection>(connection.shared_from_this()));
    if (to_flush_.size() > 1) return;
    // One operation for all connections that have something to write in this turn.
    boost::asio::post(io_, FlushHandler{shared_from_this()});
}

void ServerCore::flush_all() {
    flushing_.swap(to_flush_);
    for (const auto& connection : flushing_) {
        connection->flush_requested_ = false;
        if (!connection->retired_) connection->flush_now();
    }
    flushing_.clear();
}

void ServerCore::start_sweeping() {
    if (stopped_) return;
    timer_.expires_after(sweep_period_);
    timer_.async_wait([core = weak_from_this()](const boost::system::error_code& error) {
        const auto self = core.lock();
        if (error || !self) return;
        self->sweep();
        self->start_sweeping();
    });
}

void ServerCore::sweep() {
    coarse_now_ += sweep_period_;
    // One that retires while it is looked at leaves the set in a later turn.
    for (const auto& connection : connections_) {
        if (!connection->retired_) connection->on_sweep();
    }
}

void ServerCore::drain(std::uint32_t code, std::string_view reason, std::function<void()> on_idle) {
    draining_ = true;
    on_idle_ = std::move(on_idle);
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) {
        if (!connection->retired_) connection->drain(code, reason);
    }
    boost::asio::post(io_, [core = shared_from_this()] { core->tell_if_idle(); });
}

void ServerCore::stop() {
    stopped_ = true;
    draining_ = true;
    on_idle_ = nullptr;
    timer_.cancel();
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) {
        if (!connection->retired_) connection->abort();
    }
    connections_.clear();
    site.counters.connections_open = 0;
}

void ServerCore::tell_if_idle() {
    if (!draining_ || !connections_.empty() || !on_idle_) return;
    const auto tell = std::exchange(on_idle_, nullptr);
    tell();
}

std::string ServerCore::date() const {
    if (!site.options.wall_clock) return {};
    const std::time_t time = std::chrono::system_clock::to_time_t(site.options.wall_clock());
    std::tm parts{};
    gmtime_r(&time, &parts);
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[40];
    // Not strftime: its names follow the locale.
    std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                  months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                  parts.tm_min, parts.tm_sec);
    return text;
}

}  // namespace gs::http
