#include "server/http/request_target.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace gs::http {
namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        if (segment == "." || segment == "..") return true;
        path.remove_prefix(end);
    }
    return false;
}

std::optional<std::string> decode_path(std::string_view raw) {
    if (raw.empty() || raw.front() != '/') return std::nullopt;
    for (std::size_t at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
        const std::string_view escape = raw.substr(at, 3);
        // An encoded slash would make one segment of two, or two of one, depending on who decodes.
        if (escape == "%2F" || escape == "%2f") return std::nullopt;
    }
    auto path = decode_percent(raw);
    if (!path) return std::nullopt;
    const bool clean = std::ranges::none_of(*path, [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte < 0x20 || byte == 0x7f || c == '\\';
    });
    if (!clean || !is_valid_utf8(*path) || has_dot_segment(*path)) return std::nullopt;
    return path;
}

enum class Plus : std::uint8_t { literal, blank };

std::optional<std::string> decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::blank) {
            out += ' ';
            continue;
        }
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

}  // namespace

std::optional<RequestTarget> parse_target(std::string_view target) {
    RequestTarget result;
    if (target == "*") {
        result.path = "*";
        return result;
    }
    if (target.find('#') != std::string_view::npos) return std::nullopt;
    if (!target.starts_with('/')) {
        constexpr std::string_view separator = "://";
        const std::size_t at = target.find(separator);
        if (at == std::string_view::npos) return std::nullopt;
        const std::string_view scheme = target.substr(0, at);
        if (scheme != "http" && scheme != "https") return std::nullopt;
        target.remove_prefix(at + separator.size());
        const std::size_t end = std::min(target.find_first_of("/?"), target.size());
        if (!is_valid_host(target.substr(0, end))) return std::nullopt;
        result.authority = target.substr(0, end);
        target.remove_prefix(end);
    }
    const std::size_t question = target.find('?');
    if (question != std::string_view::npos) result.query = target.substr(question + 1);
    const std::string_view raw_path = target.substr(0, question);
    // "http://host" and "http://host?x" mean the path "/" (RFC 9112 section 3.2.2).
    auto path = decode_path(raw_path.empty() && !result.authority.empty() ? "/" : raw_path);
    if (!path) return std::nullopt;
    result.path = std::move(*path);
    return result;
}

bool is_valid_host(std::string_view host) {
    std::string_view name = host;
    std::string_view port;
    if (name.starts_with('[')) {
        const std::size_t end = name.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        port = name.substr(end + 1);
        name = name.substr(1, end - 1);
        if (!std::ranges::all_of(name, [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; })) {
            return false;
        }
    } else {
        const std::size_t colon = name.find(':');
        if (colon != std::string_view::npos) {
            port = name.substr(colon);
            name = name.substr(0, colon);
        }
        const auto allowed = [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; };
        if (name.empty() || name.size() > 253 || !std::ranges::all_of(name, allowed)) return false;
    }
    if (port.empty()) return true;
    if (port.front() != ':') return false;
    port.remove_prefix(1);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc() && end == port.data() + port.size() && number != 0;
}

std::optional<std::string> decode_percent(std::string_view text) { return decode(text, Plus::literal); }

std::optional<std::string> decode_form(std::string_view text) {
    auto decoded = decode(text, Plus::blank);
    if (decoded && !is_valid_utf8(*decoded)) return std::nullopt;
    return decoded;
}

bool is_valid_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
        const std::uint8_t first = byte(i);
        if (first < 0x80) {
            ++i;
            continue;
        }
        std::size_t more = 0;
        // The second byte's range excludes overlong forms, surrogates and values over U+10FFFF.
        std::uint8_t lowest = 0x80;
        std::uint8_t highest = 0xbf;
        if (first >= 0xc2 && first <= 0xdf) {
            more = 1;
        } else if (first >= 0xe0 && first <= 0xef) {
            more = 2;
            if (first == 0xe0) lowest = 0xa0;
            if (first == 0xed) highest = 0x9f;
        } else if (first >= 0xf0 && first <= 0xf4) {
            more = 3;
            if (first == 0xf0) lowest = 0x90;
            if (first == 0xf4) highest = 0x8f;
        } else {
            return false;
        }
        if (text.size() - i <= more || byte(i + 1) < lowest || byte(i + 1) > highest) return false;
        for (std::size_t k = 2; k <= more; ++k) {
            if (byte(i + k) < 0x80 || byte(i + k) > 0xbf) return false;
        }
        i += more + 1;
    }
    return true;
}

}  // namespace gs::http
