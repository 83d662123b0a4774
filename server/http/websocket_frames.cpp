#include "server/http/websocket_frames.h"

#include "server/http/request_target.h"

namespace gs::http {

void append_frame_head(std::string& out, Opcode opcode, std::size_t payload_bytes) {
    constexpr std::uint8_t final_fragment = 0x80;
    out += static_cast<char>(final_fragment | static_cast<std::uint8_t>(opcode));
    int length_bytes = 0;
    if (payload_bytes < 126) {
        out += static_cast<char>(payload_bytes);
    } else if (payload_bytes <= 0xffff) {
        out += static_cast<char>(126);
        length_bytes = 2;
    } else {
        out += static_cast<char>(127);
        length_bytes = 8;
    }
    while (length_bytes > 0) {
        --length_bytes;
        out += static_cast<char>(payload_bytes >> (8 * length_bytes) & 0xff);
    }
}

std::uint16_t close_code_from(std::uint32_t application_code) {
    if (application_code == 0) return 1000;
    return static_cast<std::uint16_t>(application_code <= 999 ? 4000 + application_code : 4999);
}

std::optional<std::uint32_t> application_code_from(std::uint16_t close_code) {
    if (close_code >= 4000 && close_code <= 4999) return close_code - 4000u;
    const bool is_error = close_code >= 1002 && close_code <= 1015 && close_code != 1005;
    if (is_error) return std::nullopt;
    return 0;
}

std::string_view cut_text(std::string_view text, std::size_t bytes_max) {
    if (!is_valid_utf8(text)) return {};
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80)
        --end;
    return text.substr(0, end);
}

}  // namespace gs::http
