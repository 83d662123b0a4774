// What both transports of the bots share: where to dial, how a dial ends, and what went over the wire. A
// Client is one dial with the session that may come of it; the caller owns it and hears of it through
// ClientEvents. All on the loop's thread. Above this nobody knows which transport it is; the session is a
// net::Session.
#pragma once

#include "server/net/session.h"
#include "tools/bots/conditioner.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gs::bots {

/// Told how a dial ends: on_opened() or on_failed(), once. Never from inside dial().
class ClientEvents {
  public:
    virtual ~ClientEvents() = default;
    /// The session is there; its events go to the handler that this returns.
    virtual net::SessionHandler& on_opened(net::Session& session) = 0;
    /// No session came of it; `words` say why.
    virtual void on_failed(std::string_view words) = 0;
};

/// Bytes of UDP payloads or of the TCP stream, after the conditioner on the way in and before it on the way
/// out.
struct WireCounters {
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t packets_in = 0;   // of UDP; reads of TCP
    std::uint64_t packets_out = 0;  // of UDP; writes of TCP
    std::uint64_t lost = 0;         // by the conditioner, in both directions
};

struct DialTarget {
    net::Address address;
    std::string authority;    // host and port, as the server shall read them
    std::string server_name;  // for TLS; empty for an address
    std::string path;
    Conditions conditions = {};
    std::uint64_t seed = 1;
};

class Client {
  public:
    Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    /// Ends what is left without a word to anybody here; the server is told where that is possible.
    virtual ~Client() = default;

    /// From on_opened() until the session's on_closed() has returned.
    [[nodiscard]] virtual bool has_session() const = 0;
    [[nodiscard]] virtual WireCounters wire() const = 0;
};

/// Makes clients of one transport. Outlives them.
class Dialer {
  public:
    virtual ~Dialer() = default;
    /// `events` outlives the client.
    [[nodiscard]] virtual std::unique_ptr<Client> dial(const DialTarget& target, ClientEvents& events) = 0;
};

}  // namespace gs::bots
