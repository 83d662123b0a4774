#include "server/http/security_headers.h"

#include <array>

namespace gs::http {
namespace {

struct SecurityHeader {
    std::string_view name;
    std::string_view value;
};

constexpr std::array<SecurityHeader, 2> data_table{{
    // A file is what its Content-Type says, never guessed.
    {"X-Content-Type-Options", "nosniff"},
    // No other site embeds our files.
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

constexpr std::array<SecurityHeader, 4> document_table{{
    // Other sites learn our origin only; invitations carry a room's id in their path.
    {"Referrer-Policy", "strict-origin-when-cross-origin"},
    // What games, voice and screen sharing need, for our own pages only; the rest is off.
    {"Permissions-Policy",
     "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), gamepad=(self), "
     "fullscreen=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=(), serial=()"},
    // No other site keeps a handle on our window.
    {"Cross-Origin-Opener-Policy", "same-origin"},
    // For browsers that do not know frame-ancestors.
    {"X-Frame-Options", "DENY"},
}};

// Half a year; without includeSubDomains, which is not ours to promise.
constexpr std::string_view hsts_value = "max-age=15768000";

void add_missing(Response& response, std::string_view name, std::string_view value) {
    if (response.header(name).empty()) response.set(name, std::string(value));
}

}  // namespace

std::string content_security_policy(std::span<const std::string> connect) {
    std::string policy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: "
        "blob:; "
        "font-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; connect-src 'self'";
    for (const std::string& source : connect) {
        policy += ' ';
        policy += source;
    }
    return policy;
}

bool is_only_data(const Response& response) {
    return response.header("Content-Type") == "application/octet-stream";
}

void add_data_security_headers(Response& response, Hsts hsts) {
    for (const SecurityHeader& header : data_table)
        add_missing(response, header.name, header.value);
    if (hsts == Hsts::on) add_missing(response, "Strict-Transport-Security", hsts_value);
}

void add_security_headers(Response& response, std::string_view policy, Hsts hsts) {
    add_data_security_headers(response, hsts);
    for (const SecurityHeader& header : document_table)
        add_missing(response, header.name, header.value);
    add_missing(response, "Content-Security-Policy", policy);
}

}  // namespace gs::http
