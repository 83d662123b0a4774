#include "tools/bots/websocket_frames.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <utility>

namespace gs::bots {
namespace {

constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t control_bytes_max = 125;  // RFC 6455 section 5.5
// A buffer that a large message left behind is worth keeping up to here; thousands of clients have one each.
constexpr std::size_t kept_bytes_max = 4096;

bool is_control(WebSocketOpcode opcode) { return (static_cast<std::uint8_t>(opcode) & 8) != 0; }

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

void empty(std::vector<std::byte>& bytes) {
    bytes.clear();
    if (bytes.capacity() > kept_bytes_max) bytes.shrink_to_fit();
}

}  // namespace

void append_masked_frame(std::string& out, WebSocketOpcode opcode, std::initializer_list<ByteView> parts,
                         std::uint32_t mask) {
    std::size_t size = 0;
    for (const ByteView part : parts)
        size += part.size();
    out.push_back(static_cast<char>(fin_bit | static_cast<std::uint8_t>(opcode)));
    const int length_bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
    const std::size_t short_length = length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127;
    out.push_back(static_cast<char>(mask_bit | short_length));
    for (int at = length_bytes - 1; at >= 0; --at)
        out.push_back(static_cast<char>(std::uint64_t{size} >> (8 * at)));
    char key[4];
    for (unsigned i = 0; i < 4; ++i)
        key[i] = static_cast<char>(mask >> (8 * i));
    out.append(key, 4);
    std::size_t place = 0;
    for (const ByteView part : parts) {
        for (const std::byte byte : part) {
            out.push_back(static_cast<char>(std::to_integer<std::uint8_t>(byte) ^
                                            static_cast<std::uint8_t>(key[place++ & 3])));
        }
    }
}

bool WebSocketReader::fail(const char* why) {
    fault_ = why;
    return false;
}

/// False while more bytes are needed, and after a fault.
bool WebSocketReader::take_head(ByteView& rest) {
    while (head_size_ < head_needed_) {
        if (rest.empty()) return false;
        head_[head_size_++] = rest.front();
        rest = rest.subspan(1);
        if (head_size_ != 2) continue;
        const auto second = std::to_integer<std::uint8_t>(head_[1]);
        if ((second & mask_bit) != 0) return fail("a frame of the server is masked");
        head_needed_ = second == 126 ? 4U : second == 127 ? 10U : 2U;
    }
    return read_head();
}

bool WebSocketReader::read_head() {
    const auto first = std::to_integer<std::uint8_t>(head_[0]);
    std::uint64_t length = std::to_integer<std::uint8_t>(head_[1]);
    if (head_needed_ > 2) {
        length = 0;
        for (std::size_t i = 2; i < head_needed_; ++i)
            length = length << 8 | std::to_integer<std::uint64_t>(head_[i]);
        if (length < (head_needed_ == 4 ? 126U : 65536U))
            return fail("a length is written longer than needed");
    }
    if ((first & reserved_bits) != 0) return fail("reserved bits are set without an extension");
    if (!is_known(first & 0x0f)) return fail("a frame has an unknown opcode");
    opcode_ = static_cast<WebSocketOpcode>(first & 0x0f);
    fin_ = (first & fin_bit) != 0;
    if (is_control(opcode_)) {
        if (!fin_) return fail("a control frame is fragmented");
        if (length > control_bytes_max) return fail("a control frame is longer than 125 bytes");
    } else {
        const bool inside = message_ != WebSocketOpcode::continuation;
        if (inside != (opcode_ == WebSocketOpcode::continuation))
            return fail(inside ? "a new message begins inside another"
                               : "a message continues that has not begun");
        if (length > message_bytes_max_ - message_bytes_.size()) return fail("a message is too large");
        if (!inside) message_ = opcode_;
    }
    left_ = static_cast<std::size_t>(length);
    head_size_ = 0;
    head_needed_ = 2;
    in_payload_ = true;
    return true;
}

WebSocketReader::Event WebSocketReader::take(ByteView& rest) {
    if (delivered_ != nullptr) empty(*std::exchange(delivered_, nullptr));
    payload_ = {};
    while (fault_ == nullptr) {
        if (!in_payload_ && !take_head(rest)) break;
        std::vector<std::byte>& gathered = is_control(opcode_) ? control_bytes_ : message_bytes_;
        const ByteView part = rest.first(std::min(left_, rest.size()));
        rest = rest.subspan(part.size());
        left_ -= part.size();
        if (left_ == 0 && gathered.empty() && fin_) {
            // The usual case: a whole frame inside what was read; it is not copied.
            in_payload_ = false;
            return finish(part);
        }
        gathered.insert(gathered.end(), part.begin(), part.end());
        if (left_ > 0) return Event::more;
        in_payload_ = false;
        if (!fin_) continue;
        delivered_ = &gathered;
        return finish(gathered);
    }
    return fault_ == nullptr ? Event::more : Event::fault;
}

WebSocketReader::Event WebSocketReader::finish(ByteView whole) {
    payload_ = whole;
    switch (opcode_) {
        case WebSocketOpcode::ping:
        case WebSocketOpcode::pong:
            break;
        case WebSocketOpcode::close:
            // Section 5.5.1: nothing, or a code of two bytes and a reason.
            if (whole.size() == 1) fail("a close frame has half a code");
            if (whole.size() > 2 && !is_utf8(text_of(whole.subspan(2)))) fail("a reason is not UTF-8");
            break;
        default:
            return finish_message(whole);
    }
    if (fault_ != nullptr) return Event::fault;
    return opcode_ == WebSocketOpcode::ping   ? Event::ping
           : opcode_ == WebSocketOpcode::pong ? Event::pong
                                              : Event::close;
}

WebSocketReader::Event WebSocketReader::finish_message(ByteView whole) {
    const WebSocketOpcode kind = std::exchange(message_, WebSocketOpcode::continuation);
    if (kind == WebSocketOpcode::binary) return Event::binary;
    if (is_utf8(text_of(whole))) return Event::text;
    fail("a text message is not UTF-8");
    return Event::fault;
}

}  // namespace gs::bots
