// The capsule protocol on a CONNECT stream (RFC 9297 section 3): type, length, value. WebTransport uses it to
// end (CLOSE_WEBTRANSPORT_SESSION: u32 code, UTF-8 reason) and to announce the end (DRAIN). Reads bytes as
// they come; values of unknown capsules are skipped unbuffered. Not its job: frames (http3_frames.h) and what
// a close means.
#pragma once

#include "core/base/bytes.h"
#include "server/quic/varint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gs::quic {

class CapsuleReader {
  public:
    enum class Status : std::uint8_t { more, close, drain, malformed };

    /// Takes bytes from the front of `input` until it is empty or something is decided. After `close`,
    /// close_code() and close_reason() say why; nothing may follow a close or `malformed`.
    [[nodiscard]] Status take(ByteView& input);

    [[nodiscard]] std::uint32_t close_code() const { return code_; }
    [[nodiscard]] const std::string& close_reason() const { return reason_; }

    /// True between capsules: a stream that ends elsewhere was cut.
    [[nodiscard]] bool at_boundary() const;

  private:
    enum class Step : std::uint8_t { type, length, value };
    [[nodiscard]] Status begin_value();
    [[nodiscard]] Status end_value();

    Step step_ = Step::type;
    VarintReader varint_;
    std::uint64_t type_ = 0;
    std::uint64_t left_ = 0;
    std::vector<std::byte> kept_;
    std::uint32_t code_ = 0;
    std::string reason_;
};

/// CLOSE_WEBTRANSPORT_SESSION, wrapped in its DATA frame, ready for the CONNECT stream.
/// `reason` is cut to wire::close_reason_bytes_max bytes at a character's boundary.
[[nodiscard]] std::vector<std::byte> encode_close(std::uint32_t code, std::string_view reason);

/// DRAIN_WEBTRANSPORT_SESSION in its DATA frame.
[[nodiscard]] std::vector<std::byte> encode_drain();

}  // namespace gs::quic
