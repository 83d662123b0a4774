// Session: one transport connection of one visitor, seen through its three lanes (docs/protocol.md, "Lanes").
// Rooms, chat and everything above talk to this and never learn whether QUIC, WebSocket or a test carries it.
//
// Lifetimes and threads, first of all:
// - A Session belongs to its transport and lives on one shard, on whose thread all calls and events are.
// - The transport calls the SessionHandler that the SessionAcceptor named. A handler outlives its session's
//   on_closed(), or hands over with set_handler() before it goes.
// - on_closed() comes exactly once for every accepted session, also after its own close(), never from
//   inside a call of this interface. After it returns, the Session is gone and no event follows.
// - Bytes and text given to a call are copied or sent before it returns; SharedBytes are kept, not copied.
//   Bytes and text given to an event are valid until the handler returns.
#pragma once

#include "core/base/bytes.h"
#include "server/net/address.h"
#include "server/net/instant.h"
#include "server/net/shared_bytes.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace gs::net {

class Session;

enum class TransportKind : std::uint8_t { webtransport, websocket, memory };

/// `held` means that it waits, since the path takes none now or, inside an event, since a packet is still
/// being read. It goes when it can, unless a newer one replaces it, the session ends, or the path turns out
/// not to take its size.
enum class DatagramResult : std::uint8_t {
    sent,       // on its way with this turn's packets
    held,       // waits, see above
    too_large,  // over wire::datagram_bytes_max or what the path takes; dropped
    closed,     // the session is closing; dropped
};

enum class SendRefusal : std::uint8_t {
    full,       // a queue is at its limit; nothing was queued, on_writable() follows
    too_large,  // over the limits of core/wire/limits.h
    closed,     // the session is closing
};

/// Application close codes are ours to define; both transports carry them to the page.
struct CloseInfo {
    enum class By : std::uint8_t { us, peer, timeout, transport_error };
    By by;
    std::uint32_t code;  // application code; 0 for an orderly end; undefined for timeout and transport_error
    std::string_view reason;  // at most wire::close_reason_bytes_max bytes of UTF-8, from the peer: hostile
};

struct SessionStats {
    Duration rtt = {};                 // smoothed; zero while unknown
    std::uint64_t datagrams_sent = 0;  // without those that are held
    std::uint64_t datagrams_received = 0;
    std::uint64_t datagrams_replaced = 0;  // held ones that a newer one replaced
    std::uint64_t bytes_sent = 0;          // payload of all lanes
    std::uint64_t bytes_received = 0;
    std::size_t send_queue_bytes = 0;  // sure and bulk, not yet sent
};

/// What happens on a session. Events come in the order of the lane they arrived on; lanes are not ordered
/// among each other.
class SessionHandler {
  public:
    virtual ~SessionHandler() = default;

    /// `now` lane. May be empty, may come twice or late, and is at most wire::datagram_bytes_max.
    virtual void on_datagram(Session& session, ByteView payload) = 0;

    /// `sure` lane: one whole message of at most wire::message_bytes_max bytes, valid UTF-8, not yet JSON.
    virtual void on_message(Session& session, std::string_view text) = 0;

    enum class TransferPart : std::uint8_t { more, last, aborted };
    /// `bulk` lane: the next bytes of a transfer from the client. A transfer ends with `last` (which may
    /// carry bytes) or `aborted` (which carries none). Together at most wire::transfer_bytes_max bytes.
    virtual void on_transfer(Session& session, std::uint32_t transfer_id, ByteView bytes,
                             TransferPart part) = 0;

    /// After a `full` refusal: the queue is below half of its limit again.
    virtual void on_writable(Session& session) = 0;

    /// The end; see "Lifetimes".
    virtual void on_closed(Session& session, const CloseInfo& info) = 0;
};

class Session {
  public:
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session() = default;

    [[nodiscard]] virtual TransportKind transport() const = 0;
    [[nodiscard]] virtual const Address& peer() const = 0;
    [[nodiscard]] virtual SessionStats stats() const = 0;

    /// From the next event on, events go to `handler`. A visitor who changes rooms changes handlers, not
    /// sessions.
    virtual void set_handler(SessionHandler& handler) = 0;

    /// `now` lane: `head` (a viewer's own prefix) and `body` (the bytes shared by all) as one datagram.
    virtual DatagramResult send_datagram(ByteView head, ByteView body) = 0;

    /// `sure` lane: queues one message of UTF-8 text.
    [[nodiscard]] virtual std::expected<void, SendRefusal> send_message(std::string_view text) = 0;

    /// `bulk` lane: queues a transfer of at least one byte; the id names it in logs and to abort it.
    [[nodiscard]] virtual std::expected<std::uint32_t, SendRefusal> send_transfer(SharedBytes bytes) = 0;

    enum class Receiving : std::uint8_t { open, paused };
    /// While paused, `sure` and `bulk` bytes stay with the client by flow control. Datagrams still come on
    /// WebTransport; WebSocket holds everything, so pause briefly.
    virtual void set_receiving(Receiving receiving) = 0;

    /// Ends the session and tells the client `code` and `reason` (cut to wire::close_reason_bytes_max bytes).
    /// Queued messages before it are still sent where the path allows; queued transfers are dropped.
    virtual void close(std::uint32_t code, std::string_view reason) = 0;

  protected:
    Session() = default;
};

/// What a client asks for, before a session exists. Views are valid during accept() only.
struct SessionRequest {
    TransportKind transport;
    std::string_view path;       // "/wt/echo" without query
    std::string_view authority;  // host and port as the client named them
    std::string_view origin;     // empty when none was sent; already checked against the OriginPolicy
    Address peer;
};

/// Decides which handler serves a path. Implemented where services are composed.
class SessionAcceptor {
  public:
    virtual ~SessionAcceptor() = default;

    /// Whether a session may exist at this path at all; asked before the handshake is answered (404 if not).
    [[nodiscard]] virtual bool serves(const SessionRequest& request) const = 0;

    /// The handshake is done. Returns the handler of the new session; never null for a request that serves()
    /// said yes to (a handler that has changed its mind closes the session with a code the page can read).
    virtual SessionHandler* accept(const SessionRequest& request, Session& session) = 0;
};

}  // namespace gs::net
