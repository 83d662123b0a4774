#include "server/quic/http3_frames.h"

#include "server/quic/wire_ids.h"

#include <algorithm>

namespace gs::quic {

FrameReader::Event FrameReader::next(ByteView& input) {
    if (step_ == Step::payload && left_ == 0) {
        step_ = Step::type;
        return Event::end;
    }
    while (!input.empty()) {
        switch (step_) {
            case Step::type:
                if (const auto type = varint_.take(input)) {
                    type_ = *type;
                    step_ = Step::length;
                }
                break;
            case Step::length:
                if (const auto length = varint_.take(input)) {
                    length_ = left_ = *length;
                    step_ = Step::payload;
                    return Event::begin;
                }
                break;
            case Step::payload: {
                const std::size_t part =
                    static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
                payload_ = input.first(part);
                input = input.subspan(part);
                left_ -= part;
                return Event::payload;
            }
        }
    }
    return Event::more;
}

std::uint64_t read_settings(ByteView payload, PeerSettings& settings) {
    unsigned seen = 0;
    const auto once = [&seen](unsigned bit) {
        const bool first = (seen & bit) == 0;
        seen |= bit;
        return first;
    };
    while (!payload.empty()) {
        const auto id = take_varint(payload);
        const auto value = id ? take_varint(payload) : std::nullopt;
        if (!value) return h3_error::frame_error;
        // Settings of HTTP/2 without a meaning here (RFC 9114 section 7.2.4.1).
        if (*id >= 0x02 && *id <= 0x05) return h3_error::settings_error;
        bool fresh = true;
        switch (*id) {
            case setting::enable_connect_protocol:
                fresh = once(1);
                settings.enable_connect_protocol = *value;
                break;
            case setting::h3_datagram:
                fresh = once(2);
                settings.h3_datagram = *value;
                if (*value > 1) return h3_error::settings_error;
                break;
            case setting::enable_webtransport_draft02:
                fresh = once(4);
                settings.webtransport = *value;
                break;
            default:
                break;
        }
        if (!fresh) return h3_error::settings_error;
    }
    return 0;
}

namespace {

void append_varint(std::vector<std::byte>& out, std::uint64_t value) {
    const std::size_t at = out.size();
    out.resize(at + varint_size(value));
    put_varint(MutableBytes(out).subspan(at), value);
}

}  // namespace

std::vector<std::byte> encode_control_stream_start() {
    // Both browsers need the draft-02 id; the draft-07 one is for the browsers that come after them.
    constexpr Setting ours[] = {
        {setting::qpack_max_table_capacity, 0},    {setting::qpack_blocked_streams, 0},
        {setting::enable_connect_protocol, 1},     {setting::h3_datagram, 1},
        {setting::enable_webtransport_draft02, 1}, {setting::webtransport_max_sessions_draft07, 1},
    };
    std::vector<std::byte> payload;
    for (const Setting& each : ours) {
        append_varint(payload, each.id);
        append_varint(payload, each.value);
    }
    std::vector<std::byte> out;
    append_varint(out, stream_type::control);
    append_varint(out, frame::settings);
    append_varint(out, payload.size());
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}

std::vector<std::byte> encode_goaway(std::uint64_t first_refused) {
    std::vector<std::byte> out;
    append_varint(out, frame::goaway);
    append_varint(out, varint_size(first_refused));
    append_varint(out, first_refused);
    return out;
}

}  // namespace gs::quic
