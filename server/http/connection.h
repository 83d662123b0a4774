// Connection: what the server needs to know of every open connection, HTTP or WebSocket: it can be swept for
// timeouts, asked to drain and closed. ServerCore: what connections need from the server. Both live on the
// server's thread; the core holds the connections, and they hold the core, until they retire.
#pragma once

#include "server/http/byte_stream.h"
#include "server/http/dispatch.h"
#include "server/http/operation_memory.h"
#include "server/http/tls_context.h"
#include "server/net/session.h"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace gs::http {

/// How many connections each address has. Entries of addresses without any are removed.
class AddressCounter {
  public:
    /// One place of an address; given back when it goes.
    class Place {
      public:
        Place() = default;
        Place(AddressCounter& counter, std::uint64_t key) : counter_(&counter), key_(key) {}
        Place(Place&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)), key_(other.key_) {}
        Place& operator=(Place&& other) noexcept;
        ~Place() { release(); }

      private:
        void release();

        AddressCounter* counter_ = nullptr;
        std::uint64_t key_ = 0;
    };

    /// Nothing when the address has `limit` places already.
    [[nodiscard]] std::optional<Place> take(std::uint64_t key, std::size_t limit);

  private:
    std::unordered_map<std::uint64_t, std::size_t> counts_;
};

class ServerCore;

class Connection : public StreamOwner {
  public:
    ~Connection() override;

    /// Called about eight times within the shortest timeout.
    virtual void on_sweep() = 0;
    /// Finish what is under way, then end. `code` and `reason` are for a session's client.
    virtual void drain(std::uint32_t code, std::string_view reason) = 0;
    /// Ends at once and reports to nobody but a session's handler. After it, the core is not used any more.
    virtual void abort() = 0;
    /// The end of a turn: writes what has gathered.
    virtual void flush_now() = 0;
    /// Asks for flush_now() at the end of this turn; more calls before it cost nothing.
    void request_flush();

  protected:
    Connection(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
               AddressCounter::Place place);

    [[nodiscard]] ServerCore& core() { return *core_; }
    [[nodiscard]] const std::shared_ptr<ServerCore>& shared_core() const { return core_; }
    [[nodiscard]] ByteStream& stream() const { return *stream_; }
    [[nodiscard]] bool has_stream() const { return stream_ != nullptr; }
    [[nodiscard]] std::unique_ptr<ByteStream> release_stream() { return std::move(stream_); }
    [[nodiscard]] AddressCounter::Place release_place() { return std::move(place_); }

    /// Takes the connection out of the server, in a later turn. Once; the stream is closed.
    void retire();

  private:
    friend class ServerCore;
    std::shared_ptr<ServerCore> core_;
    std::unique_ptr<ByteStream> stream_;
    AddressCounter::Place place_;
    bool flush_requested_ = false;
    bool retired_ = false;
};

class ServerCore : public std::enable_shared_from_this<ServerCore> {
  public:
    using Milliseconds = std::chrono::milliseconds;

    ServerCore(boost::asio::io_context& io, Site site, net::SessionAcceptor& acceptor);

    Site site;
    TlsContext tls;
    AddressCounter addresses;

    [[nodiscard]] boost::asio::io_context& io() { return io_; }
    [[nodiscard]] const Options& options() const { return site.options; }
    [[nodiscard]] const Limits& limits() const { return site.options.limits; }
    [[nodiscard]] Counters& counters() { return site.counters; }
    [[nodiscard]] net::SessionAcceptor& acceptor() { return *acceptor_; }
    [[nodiscard]] Hsts hsts() const;
    [[nodiscard]] bool is_draining() const { return draining_; }
    [[nodiscard]] std::size_t connection_count() const { return connections_.size(); }

    void add(std::shared_ptr<Connection> connection);
    /// A place of the address among connections_per_address; nothing when it has all it may have. Exempt
    /// addresses get one that counts nothing.
    [[nodiscard]] std::optional<AddressCounter::Place> take_place(const net::Address& address);
    /// Starts counting time. Until stop().
    void start_sweeping();
    /// Every connection is asked to drain; `on_idle` is called, in a later turn, when none is left.
    void drain(std::uint32_t code, std::string_view reason, std::function<void()> on_idle);
    /// Ends all connections at once.
    void stop();

    /// Time in steps of a sweep, enough to tell a timeout; counts from the start.
    [[nodiscard]] Milliseconds coarse_now() const { return coarse_now_; }
    /// Whether at least `limit` has passed since `since`.
    [[nodiscard]] bool has_passed(Milliseconds since, Milliseconds limit) const {
        return coarse_now_ - since >= limit + sweep_period_;
    }

    /// Date of answers: IMF-fixdate (RFC 9110 section 5.6.7); empty without a wall clock.
    [[nodiscard]] std::string date() const;

  private:
    friend class Connection;
    struct FlushHandler;

    void request_flush(Connection& connection);
    void flush_all();
    void retire(Connection& connection);
    void sweep();
    void tell_if_idle();

    boost::asio::io_context& io_;
    net::SessionAcceptor* acceptor_;
    boost::asio::steady_timer timer_;
    Milliseconds sweep_period_;
    Milliseconds coarse_now_{0};
    std::unordered_set<std::shared_ptr<Connection>> connections_;
    OperationMemory flush_memory_;
    std::vector<std::shared_ptr<Connection>> to_flush_;
    std::vector<std::shared_ptr<Connection>> flushing_;
    std::function<void()> on_idle_;
    bool draining_ = false;
    bool stopped_ = false;
};

}  // namespace gs::http
