#include "server/http/http_connection.h"

#include "server/http/forwarded.h"
#include "server/http/websocket_session.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gs::http {
namespace {

bool is_websocket_key(std::string_view key) {
    // 16 bytes in base64 (RFC 6455 section 4.1).
    return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

Response upgrade_required() {
    Response response = Response::error(426, "This address is for WebSocket connections (version 13).");
    response.set("Upgrade", "websocket");
    response.set("Sec-WebSocket-Version", "13");
    return response;
}

/// What is wrong with an upgrade request, if anything. RFC 6455 section 4.2.1.
std::optional<Response> check_upgrade(const Request& request) {
    const bool asks = request.method == Method::get && request.version == Version::http_1_1 &&
                      request.has_token("connection", "upgrade") &&
                      equal_ignoring_case(request.header("upgrade"), "websocket") &&
                      request.header("sec-websocket-version") == "13";
    if (!asks) return upgrade_required();
    if (!is_websocket_key(request.header("sec-websocket-key")) || !request.body.empty()) {
        return Response::error(400, "The request for a WebSocket is not valid.");
    }
    return std::nullopt;
}

net::SessionRequest session_request(const Request& request) {
    return {.transport = net::TransportKind::websocket,
            .path = request.path,
            .authority = request.host,
            .origin = request.header("origin"),
            .peer = request.peer};
}

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<ServerCore> core, std::unique_ptr<ByteStream> stream,
                               AddressCounter::Place place, const net::Address& peer)
    : Connection(std::move(core), std::move(stream), std::move(place)),
      peer_(peer),
      parser_(this->core().limits()) {}

void HttpConnection::start() {
    if (stream().has_tls()) {
        enter(State::handshaking);
        stream().handshake(*this);
        return;
    }
    enter(State::reading);
    read_more();
}

void HttpConnection::enter(State state) {
    state_ = state;
    since_ = core().coarse_now();
}

void HttpConnection::on_handshake(Handshake result) {
    if (state_ != State::handshaking) return;
    if (result == Handshake::failed) {
        ++core().counters().tls_handshakes_failed;
        state_ = State::gone;
        retire();
        return;
    }
    // The time of the handshake counts for the first request too.
    state_ = State::reading;
    read_more();
}

void HttpConnection::read_more() { stream().read(buffer_, *this); }

void HttpConnection::on_read(std::size_t count) {
    if (state_ == State::gone) return;
    if (state_ == State::ending) {
        read_more();
        return;
    }
    unread_at_ = 0;
    unread_end_ = count;
    process();
}

void HttpConnection::on_read_ended() {
    state_ = State::gone;
    retire();
}

void HttpConnection::process() {
    while (unread_at_ < unread_end_) {
        ByteView input = ByteView(buffer_).first(unread_end_).subspan(unread_at_);
        if (state_ == State::idle) enter(State::reading);
        const RequestParser::Status status = parser_.take(input);
        unread_at_ = unread_end_ - input.size();
        if (status == RequestParser::Status::refused) {
            answer_refusal();
            return;
        }
        if (status == RequestParser::Status::more) break;
        answer(parser_.take_request());
        if (state_ != State::idle) return;
    }
    if (parser_.take_expects_continue()) {
        stream().output() += "HTTP/1.1 100 Continue\r\n\r\n";
        request_flush();
    }
    read_more();
}

void HttpConnection::flush_now() {
    if (state_ == State::gone) return;
    if (stream().flush(*this) == ByteStream::Flush::failed) on_write_failed();
}

void HttpConnection::answer(Request request) {
    request.peer = peer_;
    request.scheme = stream().has_tls() ? Scheme::https : Scheme::http;
    apply_forwarded(request, core().options().trusted_proxies);
    ++core().counters().requests;
    const bool last = core().is_draining() || request.version == Version::http_1_0 ||
                      request.has_token("connection", "close");
    after_ = last ? AfterResponse::close : AfterResponse::keep_alive;
    if (request.has_token("upgrade", "websocket")) {
        upgrade(std::move(request));
        return;
    }
    Response response = dispatch(core().site, request);
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (response.status == 404 && reads && core().acceptor().serves(session_request(request))) {
        response = upgrade_required();
    }
    send(request, std::move(response));
}

void HttpConnection::answer_refusal() {
    const RequestParser::Refusal& refusal = parser_.refusal();
    Counters& counters = core().counters();
    if (refusal.kind == RequestParser::Refusal::Kind::malformed) ++counters.requests_malformed;
    if (refusal.kind == RequestParser::Refusal::Kind::too_large) ++counters.requests_too_large;
    after_ = AfterResponse::close;
    Request unknown;
    unknown.peer = peer_;
    unknown.scheme = stream().has_tls() ? Scheme::https : Scheme::http;
    send(unknown, Response::error(refusal.status, refusal.detail));
}

void HttpConnection::send(const Request& request, Response response) {
    finish_response(core().site, request, core().hsts(), response);
    count_response(core().counters(), response.status);
    const std::string date = core().date();
    std::string& output = stream().output();
    write_head(response, {.after = after_, .date = date}, core().counters(), output);
    if (has_body(request.method, response.status)) {
        if (response.shared_body) {
            stream().send_shared(response.shared_body, response.shared_offset, response.shared_size);
        } else {
            output += response.body;
        }
    }
    if (core().options().on_answered && !request.path.empty()) {
        core().options().on_answered(request, response.status);
    }
    enter(State::writing);
    written_before_ = stream().written_bytes();
    switch (stream().flush(*this)) {
        case ByteStream::Flush::done:
            after_response();
            break;
        case ByteStream::Flush::pending:
            break;
        case ByteStream::Flush::failed:
            on_write_failed();
            break;
    }
}

void HttpConnection::after_response() {
    if (after_ == AfterResponse::close || core().is_draining()) {
        end();
    } else {
        enter(State::idle);
    }
}

void HttpConnection::on_flushed() {
    // What "100 Continue" left behind needs nothing more.
    if (state_ != State::writing) return;
    after_response();
    if (state_ == State::idle) process();
}

void HttpConnection::on_write_failed() {
    state_ = State::gone;
    retire();
}

void HttpConnection::end() {
    enter(State::ending);
    stream().end(*this);
}

void HttpConnection::on_ended() {
    state_ = State::gone;
    retire();
}

void HttpConnection::drain(std::uint32_t, std::string_view) {
    const bool waits = state_ == State::idle || (state_ == State::reading && parser_.at_boundary());
    if (!waits) return;
    if (stream().has_tls()) {
        abort();
        return;
    }
    // A read is under way: it sees the client's end, or what the client sent too late.
    enter(State::ending);
    stream().shut_down_sending();
}

void HttpConnection::abort() {
    state_ = State::gone;
    retire();
}

ServerCore::Milliseconds HttpConnection::timeout() const {
    const Limits& limits = shared_core()->limits();
    switch (state_) {
        case State::handshaking:
        case State::reading:
            return limits.request_timeout;
        case State::idle:
            return limits.keep_alive_timeout;
        case State::writing:
            return limits.write_timeout;
        case State::ending:
        case State::gone:
            break;
    }
    return limits.linger;
}

void HttpConnection::count_timeout() {
    Counters& counters = core().counters();
    if (state_ == State::handshaking || state_ == State::reading) ++counters.timeouts_request;
    if (state_ == State::idle) ++counters.timeouts_keep_alive;
    if (state_ == State::writing) ++counters.timeouts_write;
}

void HttpConnection::on_sweep() {
    if (state_ == State::gone) return;
    if (state_ == State::writing && stream().written_bytes() != written_before_) {
        written_before_ = stream().written_bytes();
        since_ = core().coarse_now();
    }
    if (!core().has_passed(since_, timeout())) return;
    count_timeout();
    abort();
}

void HttpConnection::upgrade(Request request) {
    Counters& counters = core().counters();
    const auto refuse = [&](std::uint64_t& counter, Response response) {
        ++counter;
        send(request, std::move(response));
    };
    if (!origin_is_allowed(core().site, request)) {
        refuse(counters.requests_refused_origin,
               Response::error(403, "This request came from a page of another site."));
        return;
    }
    if (!core().acceptor().serves(session_request(request))) {
        refuse(counters.websockets_refused_path, Response::error(404, "There is nothing at this address."));
        return;
    }
    if (auto wrong = check_upgrade(request)) {
        refuse(counters.websockets_refused_request, std::move(*wrong));
        return;
    }
    if (unread_at_ != unread_end_) {
        // A client waits for the answer before it sends frames (RFC 6455 section 4.1).
        after_ = AfterResponse::close;
        refuse(counters.websockets_refused_request,
               Response::error(400, "Bytes follow the request before it was answered."));
        return;
    }
    // Connections of a proxy are not counted; what they carry for one client is.
    auto place = std::optional(release_place());
    const bool through_proxy = is_trusted(peer_, core().options().trusted_proxies);
    if (through_proxy) place = core().take_place(request.peer);
    if (!place || core().is_draining()) {
        after_ = AfterResponse::close;
        refuse(counters.websockets_refused_full,
               Response::error(503, "The server takes no more connections from here now. Try again later."));
        return;
    }
    state_ = State::gone;
    WebSocketSession::start(shared_core(), release_stream(), std::move(*place), std::move(request));
    retire();
}

}  // namespace gs::http
