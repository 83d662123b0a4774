#include "server/quic/field_section.h"

#include "core/base/assert.h"
#include "server/quic/varint.h"
#include "server/quic/wire_ids.h"

#include <nghttp3/nghttp3.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace gs::quic {
namespace {

struct DecoderDeleter {
    void operator()(nghttp3_qpack_decoder* decoder) const { nghttp3_qpack_decoder_del(decoder); }
    void operator()(nghttp3_qpack_stream_context* context) const {
        nghttp3_qpack_stream_context_del(context);
    }
};

std::string_view view(const nghttp3_rcbuf* buffer) {
    const nghttp3_vec bytes = nghttp3_rcbuf_get_buf(buffer);
    return {reinterpret_cast<const char*>(bytes.base), bytes.len};
}

/// Calls `on_field` for each field in order until it returns a code other than 0.
std::uint64_t for_each_field(
    ByteView section, const std::function<std::uint64_t(std::string_view, std::string_view)>& on_field) {
    if (section.size() > field_section_bytes_max) return h3_error::excessive_load;
    const nghttp3_mem* memory = nghttp3_mem_default();
    nghttp3_qpack_decoder* raw_decoder = nullptr;
    nghttp3_qpack_stream_context* raw_context = nullptr;
    if (nghttp3_qpack_decoder_new(&raw_decoder, 0, 0, memory) != 0) return h3_error::internal_error;
    const std::unique_ptr<nghttp3_qpack_decoder, DecoderDeleter> decoder(raw_decoder);
    if (nghttp3_qpack_stream_context_new(&raw_context, 0, memory) != 0) return h3_error::internal_error;
    const std::unique_ptr<nghttp3_qpack_stream_context, DecoderDeleter> context(raw_context);

    std::size_t decoded_bytes = 0;
    std::size_t count = 0;
    const auto* at = reinterpret_cast<const std::uint8_t*>(section.data());
    const std::uint8_t* const end = at + section.size();
    while (true) {
        nghttp3_qpack_nv field;
        std::uint8_t flags = NGHTTP3_QPACK_DECODE_FLAG_NONE;
        const nghttp3_ssize used = nghttp3_qpack_decoder_read_request(
            decoder.get(), context.get(), &field, &flags, at, static_cast<std::size_t>(end - at), 1);
        // A blocked section refers to a dynamic table that we said we do not have.
        if (used < 0 || (flags & NGHTTP3_QPACK_DECODE_FLAG_BLOCKED))
            return h3_error::qpack_decompression_failed;
        at += used;
        if (flags & NGHTTP3_QPACK_DECODE_FLAG_EMIT) {
            const std::string_view name = view(field.name);
            const std::string_view value = view(field.value);
            decoded_bytes += name.size() + value.size() + 32;
            std::uint64_t code = 0;
            if (++count > field_count_max || decoded_bytes > field_section_decoded_bytes_max) {
                code = h3_error::excessive_load;
            } else {
                code = on_field(name, value);
            }
            nghttp3_rcbuf_decref(field.name);
            nghttp3_rcbuf_decref(field.value);
            if (code != 0) return code;
        }
        if (flags & NGHTTP3_QPACK_DECODE_FLAG_FINAL) return 0;
        if (used == 0 && !(flags & NGHTTP3_QPACK_DECODE_FLAG_EMIT))
            return h3_error::qpack_decompression_failed;
    }
}

/// RFC 9114 section 4.2: names are lower case and are no connection-specific fields.
bool is_valid_name(std::string_view name) {
    if (name.empty()) return false;
    for (const char c : name) {
        if ((c >= 'A' && c <= 'Z') || c <= ' ' || c == 0x7f) return false;
    }
    constexpr std::string_view forbidden[] = {"connection", "keep-alive", "proxy-connection",
                                              "transfer-encoding", "upgrade"};
    return std::ranges::find(forbidden, name) == std::end(forbidden);
}

bool is_valid_value(std::string_view value) {
    return std::ranges::none_of(value, [](char c) { return c == '\0' || c == '\r' || c == '\n'; });
}

}  // namespace

std::expected<RequestHead, std::uint64_t> decode_request(ByteView section) {
    RequestHead head;
    bool pseudo_over = false;
    bool origin_seen = false;
    const std::uint64_t code = for_each_field(section, [&](std::string_view name, std::string_view value) {
        if (!is_valid_value(value)) return h3_error::message_error;
        if (name.starts_with(':')) {
            std::string* const target = name == ":method"      ? &head.method
                                        : name == ":protocol"  ? &head.protocol
                                        : name == ":scheme"    ? &head.scheme
                                        : name == ":authority" ? &head.authority
                                        : name == ":path"      ? &head.path
                                                               : nullptr;
            if (target == nullptr || pseudo_over || !target->empty() || value.empty())
                return h3_error::message_error;
            target->assign(value);
            return std::uint64_t{0};
        }
        pseudo_over = true;
        if (!is_valid_name(name)) return h3_error::message_error;
        if (name == "origin") {
            if (std::exchange(origin_seen, true)) return h3_error::message_error;
            head.origin.assign(value);
        }
        return std::uint64_t{0};
    });
    if (code != 0) return std::unexpected(code);
    // RFC 9114 section 4.3.1: every request has these (an extended CONNECT too, RFC 9220).
    if (head.method.empty() || head.scheme.empty() || head.path.empty() || head.authority.empty()) {
        return std::unexpected(h3_error::message_error);
    }
    return head;
}

std::expected<int, std::uint64_t> decode_response(ByteView section) {
    int status = 0;
    const std::uint64_t code = for_each_field(section, [&](std::string_view name, std::string_view value) {
        if (name != ":status") return std::uint64_t{0};
        const bool digits =
            value.size() == 3 && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
        if (status != 0 || !digits) return h3_error::message_error;
        status = (value[0] - '0') * 100 + (value[1] - '0') * 10 + (value[2] - '0');
        return std::uint64_t{0};
    });
    if (code != 0) return std::unexpected(code);
    if (status < 100) return std::unexpected(h3_error::message_error);
    return status;
}

namespace {

void append(std::vector<std::byte>& out, std::string_view text) {
    out.insert(out.end(), bytes_of(text).begin(), bytes_of(text).end());
}

/// A prefixed integer (RFC 9204 section 4.1.1) of `bits` bits behind the pattern in `first`.
void append_prefixed(std::vector<std::byte>& out, unsigned first, unsigned bits, std::size_t value) {
    const std::size_t limit = (std::size_t{1} << bits) - 1;
    if (value < limit) {
        out.push_back(static_cast<std::byte>(first | value));
        return;
    }
    out.push_back(static_cast<std::byte>(first | limit));
    for (value -= limit; value >= 0x80; value >>= 7)
        out.push_back(static_cast<std::byte>(0x80 | (value & 0x7f)));
    out.push_back(static_cast<std::byte>(value));
}

/// Literal value behind a name of the static table (section 4.5.4).
void append_named(std::vector<std::byte>& out, std::size_t static_index, std::string_view value) {
    append_prefixed(out, 0x50, 4, static_index);
    append_prefixed(out, 0x00, 7, value.size());
    append(out, value);
}

/// Literal name and value (section 4.5.6).
void append_literal(std::vector<std::byte>& out, std::string_view name, std::string_view value) {
    append_prefixed(out, 0x20, 3, name.size());
    append(out, name);
    append_prefixed(out, 0x00, 7, value.size());
    append(out, value);
}

std::vector<std::byte> in_headers_frame(const std::vector<std::byte>& section) {
    std::vector<std::byte> out(1 + varint_size(section.size()));
    out[0] = static_cast<std::byte>(frame::headers);
    put_varint(MutableBytes(out).subspan(1), section.size());
    out.insert(out.end(), section.begin(), section.end());
    return out;
}

// Indices of the static table (RFC 9204 appendix A).
constexpr std::size_t static_authority = 0;
constexpr std::size_t static_path = 1;
constexpr std::size_t static_method_connect = 15;
constexpr std::size_t static_scheme_https = 23;
constexpr std::size_t static_status = 24;
constexpr std::size_t static_origin = 90;

}  // namespace

std::vector<std::byte> encode_response(int status) {
    GS_ASSERT(status >= 100 && status <= 999, "a status has three digits");
    std::vector<std::byte> section{std::byte{0}, std::byte{0}};
    constexpr std::pair<int, std::size_t> in_table[] = {{200, 25}, {404, 27}, {503, 28},
                                                        {400, 67}, {403, 68}, {500, 71}};
    const auto* known = std::ranges::find(in_table, status, &std::pair<int, std::size_t>::first);
    if (known != std::end(in_table)) {
        append_prefixed(section, 0xc0, 6, known->second);
    } else {
        append_named(section, static_status, std::to_string(status));
    }
    return in_headers_frame(section);
}

std::vector<std::byte> encode_connect(std::string_view authority, std::string_view path,
                                      std::string_view origin) {
    std::vector<std::byte> section{std::byte{0}, std::byte{0}};
    append_prefixed(section, 0xc0, 6, static_method_connect);
    append_literal(section, ":protocol", "webtransport");
    append_prefixed(section, 0xc0, 6, static_scheme_https);
    append_named(section, static_authority, authority);
    append_named(section, static_path, path);
    if (!origin.empty()) append_named(section, static_origin, origin);
    append_literal(section, "sec-webtransport-http3-draft02", "1");
    return in_headers_frame(section);
}

}  // namespace gs::quic
