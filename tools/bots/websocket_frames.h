// The client's side of RFC 6455 framing: reading what a server sends, hostile or cut anywhere, and writing
// masked frames. Pure bytes: no sockets, no lanes (http/websocket_lanes.h), no allocation before a length is
// checked. One reader per connection.
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gs::bots {

enum class WebSocketOpcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10,
};

/// Appends one whole frame of `parts` with this mask (section 5.3: four random bytes for each frame).
void append_masked_frame(std::string& out, WebSocketOpcode opcode, std::initializer_list<ByteView> parts,
                         std::uint32_t mask);

class WebSocketReader {
  public:
    enum class Event : std::uint8_t {
        more,  // everything has been read; nothing is whole
        text,  // valid UTF-8
        binary,
        ping,
        pong,
        close,  // the payload is empty, or a code and a reason in UTF-8
        fault,  // the server cannot be followed any further; fault() says why
    };

    /// `message_bytes_max` bounds a message, its fragments together.
    explicit WebSocketReader(std::size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

    /// Takes bytes from the front of `rest` until something has happened.
    [[nodiscard]] Event take(ByteView& rest);

    /// Of the event that take() gave; valid until the next call, and while what `rest` pointed to is.
    [[nodiscard]] ByteView payload() const { return payload_; }
    [[nodiscard]] const char* fault() const { return fault_; }

  private:
    [[nodiscard]] bool take_head(ByteView& rest);
    [[nodiscard]] bool read_head();
    [[nodiscard]] Event finish(ByteView whole);
    [[nodiscard]] Event finish_message(ByteView whole);
    bool fail(const char* why);

    std::size_t message_bytes_max_;
    std::byte head_[14] = {};
    std::size_t head_size_ = 0;    // of head_, filled
    std::size_t head_needed_ = 2;  // for the whole head, as far as known
    bool in_payload_ = false;
    bool fin_ = false;
    WebSocketOpcode opcode_ = WebSocketOpcode::continuation;
    std::size_t left_ = 0;                                     // of the frame's payload
    WebSocketOpcode message_ = WebSocketOpcode::continuation;  // text or binary between its fragments
    std::vector<std::byte> message_bytes_;         // fragments so far, or a frame that came in pieces
    std::vector<std::byte> control_bytes_;         // of a control frame that came in pieces
    std::vector<std::byte>* delivered_ = nullptr;  // one of both: payload_ shows it
    ByteView payload_;
    const char* fault_ = nullptr;
};

}  // namespace gs::bots
