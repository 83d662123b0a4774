#include "server/http/compression.h"

#include "core/base/assert.h"
#include "server/http/content_negotiation.h"

#include <string>
#include <string_view>
#include <utility>
#include <zlib.h>

namespace gs::http {
namespace {

// zlib's own default: 9 takes half as long again and saves less than a hundred bytes of a page.
constexpr int level = 6;
// The largest window, plus the 16 that asks zlib for gzip's frame (zlib.h, deflateInit2).
constexpr int gzip_window_bits = 15 + 16;
constexpr int memory_level = 8;

bool is_text(std::string_view content_type) {
    const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
    return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
           type.ends_with("+xml");
}

bool may_be_compressed(const Response& response) {
    return response.status >= 200 && response.status != 206 && !response.shared_body &&
           response.body.size() >= compressed_bytes_min && is_text(response.header("Content-Type")) &&
           response.header("Content-Encoding").empty() && !response.header("ETag").starts_with('"');
}

std::string gzipped(std::string_view plain) {
    z_stream stream = {};
    int result = deflateInit2(&stream, level, Z_DEFLATED, gzip_window_bits, memory_level, Z_DEFAULT_STRATEGY);
    GS_ASSERT(result == Z_OK, "zlib gets its 256 kB of memory");
    std::string out(deflateBound(&stream, plain.size()), '\0');
    // zlib does not write through next_in; its type is older than const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    result = deflate(&stream, Z_FINISH);
    GS_ASSERT(result == Z_STREAM_END, "deflateBound() is enough for one call");
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

void add_vary(Response& response, std::string_view name) {
    const std::string_view before = response.header("Vary");
    response.set("Vary", before.empty() ? std::string(name) : std::string(before) + ", " + std::string(name));
}

}  // namespace

void compress(const Request& request, Response& response) {
    if (!may_be_compressed(response)) return;
    add_vary(response, "Accept-Encoding");
    const auto encoding = choose_encoding(request.joined_header("accept-encoding"), {.gzip = true});
    // Who refuses everything gets it plain: an answer that can be read is better than none.
    if (encoding != Encoding::gzip) return;
    std::string small = gzipped(response.body);
    if (small.size() >= response.body.size()) return;
    response.body = std::move(small);
    response.set("Content-Encoding", std::string(name_of(Encoding::gzip)));
}

}  // namespace gs::http
