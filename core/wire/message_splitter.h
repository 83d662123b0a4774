// Splits the bytes of a `sure` stream into messages: u32 little-endian length, then that many bytes of UTF-8.
// Used by the WebTransport lanes on both sides. Bounds the length before it keeps a single byte.
#pragma once

#include "core/base/bytes.h"
#include "core/wire/limits.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace gs::wire {

class MessageSplitter {
  public:
    enum class Status : std::uint8_t { more, message, too_large };

    /// Takes bytes from the front of `input` (and shortens it) until one message is complete. On `message`,
    /// `text()` is that message until the next call. On `too_large` the stream cannot be followed any
    /// further.
    [[nodiscard]] Status take(ByteView& input);

    [[nodiscard]] std::string_view text() const { return body_; }

    /// True between messages: a stream that ends elsewhere was cut.
    [[nodiscard]] bool at_boundary() const { return head_filled_ == 0 || complete_; }

  private:
    std::byte head_[4] = {};
    std::size_t head_filled_ = 0;
    std::size_t length_ = 0;
    std::string body_;
    bool complete_ = false;
};

}  // namespace gs::wire
