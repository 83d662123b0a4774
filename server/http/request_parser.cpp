#include "server/http/request_parser.h"

#include "core/base/assert.h"
#include "server/http/request_target.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace gs::http {
namespace {

namespace beast_http = boost::beast::http;

// Method and version around the target in the first line, with the blanks.
constexpr std::size_t start_line_extra_bytes = 32;

// Fields that mean one thing only; two of them would let two readers pick different ones.
constexpr std::array<std::string_view, 8> single_fields{
    "host",   "content-length", "transfer-encoding", "origin",
    "expect", "upgrade",        "sec-websocket-key", "sec-websocket-version"};

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view start_line_of(std::string_view head) { return head.substr(0, head.find("\r\n")); }

/// "… HTTP/2.0": a version there is, if not ours; else the line is just broken.
bool ends_with_other_version(std::string_view line) {
    constexpr std::string_view pattern = " HTTP/d.d";
    if (line.size() < pattern.size() || line.ends_with("HTTP/1.0") || line.ends_with("HTTP/1.1"))
        return false;
    line.remove_prefix(line.size() - pattern.size());
    return std::ranges::equal(line, pattern,
                              [](char c, char p) { return p == 'd' ? c >= '0' && c <= '9' : c == p; });
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// 0 for an absent length; nothing where the number does not fit.
std::optional<std::size_t> parse_length(std::string_view digits) {
    std::size_t value = 0;
    if (digits.empty()) return value;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc()) return std::nullopt;
    return value;
}

std::string_view view_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct RequestParser::Beast {
    beast_http::request_parser<beast_http::empty_body> parser;
};

RequestParser::RequestParser(const Limits& limits) : limits_(&limits) {}

RequestParser::Status RequestParser::refuse(Refusal::Kind kind, int status, const char* detail) {
    refusal_ = {.kind = kind, .status = status, .detail = detail};
    return Status::refused;
}

RequestParser::Status RequestParser::take(ByteView& input) {
    if (stage_ == Stage::head) {
        const Status status = take_head(input);
        if (status != Status::more || stage_ == Stage::head) return status;
    }
    if (stage_ == Stage::body) return take_body(input);
    return Status::complete;
}

RequestParser::Status RequestParser::take_head(ByteView& input) {
    while (!input.empty()) {
        const char c = static_cast<char>(input.front());
        input = input.subspan(1);
        if (const char* fault = broken_line(c)) return refuse_malformed(fault);
        head_ += c;
        if (c == '\n') {
            const Status status = end_line();
            if (status != Status::more || stage_ != Stage::head) return status;
        }
        if (line_count_ == 0 && head_.size() > limits_->target_bytes + start_line_extra_bytes) {
            return refuse(Refusal::Kind::too_large, 414, "The address of the request is too long.");
        }
        if (head_.size() >= limits_->header_bytes) {
            return refuse(Refusal::Kind::too_large, 431, "The header fields of the request are too large.");
        }
    }
    return Status::more;
}

const char* RequestParser::broken_line(char c) const {
    const char before = head_.empty() ? '\0' : head_.back();
    if (c == '\n' && before != '\r') return "A line of the request ends without a carriage return.";
    if (c != '\n' && before == '\r') return "A carriage return stands inside a line of the request.";
    if (c == '\0') return "The header fields contain a zero byte.";
    const bool folded = (c == ' ' || c == '\t') && line_count_ > 0 && head_.size() == line_start_;
    return folded ? "A header field is folded over two lines." : nullptr;
}

RequestParser::Status RequestParser::end_line() {
    const bool blank = head_.size() - line_start_ == 2;
    if (blank && line_count_ == 0) {
        // RFC 9112 section 2.2: an empty line before the request is ignored; one is enough.
        if (skipped_blank_line_) return refuse_malformed("The request starts with empty lines.");
        skipped_blank_line_ = true;
        head_.clear();
        return Status::more;
    }
    if (blank) return end_head();
    line_start_ = head_.size();
    if (++line_count_ > limits_->header_count + 1) {
        return refuse(Refusal::Kind::too_large, 431, "The request has too many header fields.");
    }
    return Status::more;
}

RequestParser::Status RequestParser::end_head() {
    Beast beast;
    // One byte over what head_ can be: the head is given whole, so Beast's own limit is never met.
    beast.parser.header_limit(static_cast<std::uint32_t>(limits_->header_bytes + 1));
    // The length is checked by start_body(), for both framings alike.
    beast.parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    boost::beast::error_code error;
    beast.parser.put(boost::asio::buffer(head_), error);
    if (error && error != beast_http::error::need_more) {
        if (error == beast_http::error::bad_version && ends_with_other_version(start_line_of(head_))) {
            return refuse(Refusal::Kind::unsupported, 505, "This server speaks HTTP/1.1.");
        }
        return refuse_malformed("The request is not valid HTTP.");
    }
    const Status fields = read_fields(beast);
    return fields == Status::refused ? fields : start_body();
}

RequestParser::Status RequestParser::start_body() {
    stage_ = Stage::body;
    bool has_body = true;
    if (request_.has_header("transfer-encoding")) {
        body_.start_chunked(limits_->body_bytes);
    } else {
        const auto size = parse_length(request_.header("content-length"));
        if (!size || *size > limits_->body_bytes) {
            return refuse(Refusal::Kind::too_large, 413, "The body of the request is too large.");
        }
        body_.start_sized(*size);
        has_body = *size > 0;
    }
    const std::string_view expectation = request_.header("expect");
    if (!expectation.empty()) {
        if (!equal_ignoring_case(expectation, "100-continue")) {
            return refuse(Refusal::Kind::unsupported, 417, "The expectation is not known.");
        }
        expects_continue_ = request_.version == Version::http_1_1 && has_body;
    }
    if (has_body) return Status::more;
    stage_ = Stage::complete;
    return Status::complete;
}

RequestParser::Status RequestParser::read_fields(const Beast& beast) {
    const auto& message = beast.parser.get();
    const auto method = method_from(view_of(message.method_string()));
    if (!method) return refuse(Refusal::Kind::unsupported, 501, "This server does not know the method.");
    request_ = Request{};
    request_.method = *method;
    request_.version = message.version() == 11 ? Version::http_1_1 : Version::http_1_0;
    for (const auto& field : message) {
        request_.headers.push_back(
            {lower_case(view_of(field.name_string())), std::string(view_of(field.value()))});
    }
    if (const char* fault = broken_framing()) return refuse_malformed(fault);
    return read_target(view_of(message.target()));
}

const char* RequestParser::broken_framing() const {
    for (const std::string_view name : single_fields) {
        const auto same = [name](const HeaderField& field) { return field.name == name; };
        if (std::ranges::count_if(request_.headers, same) > 1) {
            return "A header field that may stand only once is repeated.";
        }
    }
    // Beast takes lists of equal lengths too.
    if (request_.has_header("content-length") && !is_number(request_.header("content-length"))) {
        return "The length of the request is not a number.";
    }
    const bool coded = request_.has_header("transfer-encoding");
    if (coded && request_.has_header("content-length")) return "The request has two lengths.";
    if (coded && request_.version == Version::http_1_0) return "HTTP/1.0 has no transfer codings.";
    if (coded && !equal_ignoring_case(request_.header("transfer-encoding"), "chunked")) {
        return "The only transfer coding is chunked.";
    }
    return nullptr;
}

RequestParser::Status RequestParser::read_target(std::string_view raw) {
    auto target = parse_target(raw);
    if (!target) return refuse_malformed("The address of the request is not valid.");
    if (target->path == "*" && request_.method != Method::options) {
        return refuse_malformed("Only OPTIONS may ask for *.");
    }
    const std::string_view host = request_.header("host");
    if (request_.version == Version::http_1_1 && !request_.has_header("host")) {
        return refuse_malformed("The request names no host.");
    }
    if (request_.has_header("host") && !is_valid_host(host)) {
        return refuse_malformed("The host of the request is not valid.");
    }
    if (!target->authority.empty() && !equal_ignoring_case(target->authority, host)) {
        return refuse_malformed("The address and the Host field name different hosts.");
    }
    request_.host = host;
    request_.path = std::move(target->path);
    request_.query = std::move(target->query);
    return Status::more;
}

RequestParser::Status RequestParser::take_body(ByteView& input) {
    switch (body_.take(input)) {
        case BodyReader::Status::more:
            return Status::more;
        case BodyReader::Status::malformed:
            return refuse_malformed("The body of the request is not valid.");
        case BodyReader::Status::too_large:
            return refuse(Refusal::Kind::too_large, 413, "The body of the request is too large.");
        case BodyReader::Status::complete:
            break;
    }
    stage_ = Stage::complete;
    return Status::complete;
}

Request RequestParser::take_request() {
    GS_ASSERT(stage_ == Stage::complete, "a request is taken once, when it is complete");
    request_.body = body_.take_body();
    stage_ = Stage::head;
    head_.clear();
    line_start_ = 0;
    line_count_ = 0;
    skipped_blank_line_ = false;
    expects_continue_ = false;
    return std::exchange(request_, Request{});
}

bool RequestParser::take_expects_continue() { return std::exchange(expects_continue_, false); }

}  // namespace gs::http
