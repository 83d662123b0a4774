// HTTP/3 frames on a stream (RFC 9114 section 7.1): type, length, payload. Splits bytes as they come into
// events and keeps nothing but a head, so no length can make it allocate. Not its job: what a frame means or
// whether it may stand here (http3_connection.h).
#pragma once

#include "core/base/bytes.h"
#include "server/quic/varint.h"

#include <cstdint>
#include <vector>

namespace gs::quic {

class FrameReader {
  public:
    enum class Event : std::uint8_t { more, begin, payload, end };

    /// Takes bytes from the front of `input` up to the next event. `begin`: type() and length() are known.
    /// `payload`: payload() is the next part, valid as long as the input's bytes. `end`: the frame is whole.
    /// A WEBTRANSPORT_STREAM head has the session id in length() and no end: the rest of the stream is its
    /// own.
    [[nodiscard]] Event next(ByteView& input);

    [[nodiscard]] std::uint64_t type() const { return type_; }
    [[nodiscard]] std::uint64_t length() const { return length_; }
    [[nodiscard]] ByteView payload() const { return payload_; }

    /// True between frames: a stream that ends elsewhere was cut.
    [[nodiscard]] bool at_boundary() const { return step_ == Step::type && varint_.empty(); }

  private:
    enum class Step : std::uint8_t { type, length, payload };

    Step step_ = Step::type;
    VarintReader varint_;
    std::uint64_t type_ = 0;
    std::uint64_t length_ = 0;
    std::uint64_t left_ = 0;
    ByteView payload_;
};

/// One setting of a SETTINGS frame.
struct Setting {
    std::uint64_t id;
    std::uint64_t value;
};

/// What the peer said it can do; absent settings keep these defaults.
struct PeerSettings {
    std::uint64_t enable_connect_protocol = 0;
    std::uint64_t h3_datagram = 0;
    std::uint64_t webtransport = 0;
};

/// Reads the payload of a SETTINGS frame: unknown ids are ignored, ids of HTTP/2 and repeated known ids are
/// errors. Returns 0 or an HTTP/3 error code (RFC 9114 section 7.2.4).
[[nodiscard]] std::uint64_t read_settings(ByteView payload, PeerSettings& settings);

/// The control stream's beginning: stream type, SETTINGS with the ids both browsers require (wire_ids.h).
[[nodiscard]] std::vector<std::byte> encode_control_stream_start();

/// A GOAWAY frame: requests with ids from `first_refused` on are not served (RFC 9114 section 5.2).
[[nodiscard]] std::vector<std::byte> encode_goaway(std::uint64_t first_refused);

}  // namespace gs::quic
