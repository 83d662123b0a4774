#include "server/http/response_writer.h"

#include <algorithm>

namespace gs::http {
namespace {

bool is_clean(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

bool allows_content_length(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

bool has_body(Method method, int status) { return method != Method::head && allows_content_length(status); }

void write_head(const Response& response, const ResponseFraming& framing, Counters& counters,
                std::string& out) {
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += reason_of(response.status);
    out += "\r\n";
    if (!framing.date.empty()) append_field(out, "Date", framing.date);
    for (const HeaderField& field : response.headers) {
        if (!is_clean(field.name) || !is_clean(field.value) || field.name.empty()) {
            ++counters.response_headers_dropped;
            continue;
        }
        append_field(out, field.name, field.value);
    }
    if (allows_content_length(response.status)) {
        append_field(out, "Content-Length", std::to_string(response.body_size()));
    }
    if (framing.after == AfterResponse::close) append_field(out, "Connection", "close");
    out += "\r\n";
}

}  // namespace gs::http
