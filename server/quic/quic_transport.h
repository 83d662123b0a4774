// What HTTP/3 needs of a QUIC connection, and nothing more. Implemented by Connection; by a fake in tests and
// fuzzing of the layers above. All calls are allowed inside events: what must wait for the end of the current
// packet waits there.
#pragma once

#include "core/base/bytes.h"
#include "server/net/session.h"
#include "server/quic/types.h"

#include <expected>
#include <span>
#include <string_view>

namespace gs::quic {

/// What has become of the datagrams that were given to a transport.
struct DatagramCounts {
    std::uint64_t sent = 0;
    std::uint64_t sent_bytes = 0;  // all parts together
    std::uint64_t replaced = 0;    // held, then replaced by a newer one
};

class QuicTransport {
  public:
    virtual ~QuicTransport() = default;

    enum class Direction : std::uint8_t { bidirectional, unidirectional };
    /// Opens a stream; `full` when the peer allows no more at present.
    [[nodiscard]] virtual std::expected<StreamId, net::SendRefusal> open_stream(Direction direction) = 0;

    virtual void set_priority(StreamId stream, Priority priority) = 0;

    /// Queues a copy of `bytes`. The caller keeps within its limit by asking queued_bytes().
    virtual void write(StreamId stream, ByteView bytes, Fin fin) = 0;

    /// Queues `bytes` without a copy.
    virtual void write(StreamId stream, net::SharedBytes bytes, Fin fin) = 0;

    /// Bytes of this stream that have not been given to the network; 0 for unknown streams.
    [[nodiscard]] virtual std::size_t queued_bytes(StreamId stream) const = 0;

    /// Tells the peer that our side of the stream ends here (RESET_STREAM); queued bytes are dropped.
    virtual void reset_stream(StreamId stream, std::uint64_t h3_code) = 0;

    /// Asks the peer to send no more on it (STOP_SENDING).
    virtual void stop_sending(StreamId stream, std::uint64_t h3_code) = 0;

    /// Received bytes have been dealt with: lets the peer send as many more. Every received byte is owed one.
    virtual void consumed(StreamId stream, std::size_t bytes) = 0;

    /// Sends one DATAGRAM frame made of `parts`, at once where the path allows (RFC 9221). Inside events it
    /// answers `held`.
    virtual net::DatagramResult send_datagram(std::span<const ByteView> parts) = 0;
    [[nodiscard]] virtual const DatagramCounts& datagram_counts() const = 0;

    /// Ends the connection with an HTTP/3 code.
    virtual void close(std::uint64_t h3_code, std::string_view reason) = 0;

    [[nodiscard]] virtual const net::Address& peer() const = 0;
    [[nodiscard]] virtual net::Duration rtt() const = 0;
    /// The time of the packet, timer or tick that is being dealt with.
    [[nodiscard]] virtual net::Instant now() const = 0;
};

}  // namespace gs::quic
