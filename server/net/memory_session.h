// MemoryLink: two Sessions joined by a simulated network, for tests and whole-system simulation.
// Everything that happens follows from the options, the seed, the calls and the times given to advance():
// the same again gives the same events. Models what the seam promises (session.h), as QUIC would do it:
// datagrams get lost, late, twice and out of order; messages and transfers only late (a lost packet shows
// as the wait for its retransmission, and stalls its own stream only).
// The link owns both sessions and calls their handlers from advance() alone. One thread.
// Not its job: bytes on a wire. Nothing is encoded, so it says nothing about the real transports' parsers.
#pragma once

#include "server/net/instant.h"
#include "server/net/session.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace gs::net {

/// What one direction of the link does to packets.
struct LinkConditions {
    Duration delay = std::chrono::milliseconds(1);  // at least 1 µs, so that an answer is never instant
    Duration jitter = {};                           // added to `delay`, evenly from 0 up to this
    std::uint32_t loss_permille = 0;
    std::uint32_t duplicate_permille = 0;                      // of datagrams; streams have no doubles
    std::uint64_t bytes_per_s = 0;                             // 0 is without limit
    Duration retransmission = std::chrono::milliseconds(200);  // what each loss costs a message or transfer
};

struct MemoryLinkOptions {
    std::uint64_t seed = 1;
    LinkConditions to_server = {};
    LinkConditions to_client = {};
    /// How long an end whose cable is pulled waits for a sign of life, and a closing one for its answer.
    Duration timeout = std::chrono::seconds(15);
    /// A close waits this long for messages that the peer does not take.
    Duration linger = std::chrono::seconds(1);
    /// Bytes on their way or not yet taken by the handler, per direction: the flow control window.
    std::size_t window_bytes = 256 * 1024;
    Address client_address = {};  // what the server sees as peer()
    Address server_address = {};
};

class MemoryLink {
  public:
    /// Both ends are open at once; each needs a set_handler() before the first advance().
    MemoryLink(const MemoryLinkOptions& options, Instant now);
    /// Ends that are still open get on_closed() with By::transport_error.
    ~MemoryLink();
    MemoryLink(const MemoryLink&) = delete;
    MemoryLink& operator=(const MemoryLink&) = delete;

    /// The two ends; null after the end's on_closed() has returned.
    [[nodiscard]] Session* client();
    [[nodiscard]] Session* server();

    /// Delivers, in the order of their times, all events that are due by `now`. An earlier `now` than before
    /// counts as no time having passed. Not to be called from an event.
    void advance(Instant now);

    /// When the next event is due; `never` if none is. advance() to it changes something or makes it later.
    [[nodiscard]] Instant next_event() const;

    /// From now on nothing arrives, in either direction, and no end is told: both time out.
    void pull_cable();

  private:
    class Network;
    std::unique_ptr<Network> network_;
};

}  // namespace gs::net
