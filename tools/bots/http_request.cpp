#include "tools/bots/http_request.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gs::bots {
namespace {

constexpr net::Duration patience = std::chrono::seconds(15);
// Metrics of a busy server have some 50 kB.
constexpr std::size_t answer_bytes_max = 8 * 1024 * 1024;

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

/// RFC 9112 section 7.1, without trailers and extensions. Nothing while it is not whole.
std::optional<std::string> from_chunks(std::string_view rest) {
    std::string body;
    while (true) {
        const std::size_t line = rest.find("\r\n");
        if (line == std::string_view::npos) return std::nullopt;
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + line, size, 16);
        if (error != std::errc() || rest.size() - line < size + 4) return std::nullopt;
        if (size == 0) return body;
        body += rest.substr(line + 2, size);
        rest.remove_prefix(line + 2 + size + 2);
    }
}

struct Head {
    int status = 0;
    std::optional<std::size_t> length;
    bool chunked = false;
    std::string cookie;
};

std::optional<Head> parse_head(std::string_view head) {
    Head parsed;
    if (!head.starts_with("HTTP/1.") || head.size() < 12) return std::nullopt;
    if (std::from_chars(head.data() + 9, head.data() + 12, parsed.status).ec != std::errc())
        return std::nullopt;
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
        const std::size_t next = head.find("\r\n", at + 2);
        const std::string_view line =
            head.substr(at + 2, next == std::string_view::npos ? next : next - at - 2);
        at = next;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (equals_ignoring_case(name, "content-length")) {
            std::size_t length = 0;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
            if (error != std::errc() || length > answer_bytes_max) return std::nullopt;
            parsed.length = length;
        } else if (equals_ignoring_case(name, "transfer-encoding")) {
            parsed.chunked = equals_ignoring_case(value, "chunked");
        } else if (equals_ignoring_case(name, "set-cookie")) {
            parsed.cookie = value.substr(0, value.find(';'));
        }
    }
    return parsed;
}

}  // namespace

std::expected<std::optional<HttpAnswer>, std::string> parse_answer(std::string_view received, bool ended) {
    constexpr const char* no_http = "the answer is no HTTP";
    constexpr const char* cut = "the answer was cut short";
    if (received.size() > answer_bytes_max) return std::unexpected("the answer is endless");
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (received.size() >= 5 && !received.starts_with("HTTP/")) return std::unexpected(no_http);
        if (ended) return std::unexpected(received.empty() ? "the server closed without an answer" : cut);
        return std::nullopt;
    }
    const auto head = parse_head(received.substr(0, end));
    if (!head) return std::unexpected(no_http);
    const std::string_view body = received.substr(end + 4);
    HttpAnswer answer{.status = head->status, .body = {}, .cookie = head->cookie};
    const bool bodiless = head->status == 204 || head->status == 304;
    if (bodiless) return answer;
    if (head->chunked) {
        if (auto whole = from_chunks(body)) {
            answer.body = std::move(*whole);
            return answer;
        }
    } else if (head->length && body.size() >= *head->length) {
        answer.body = body.substr(0, *head->length);
        return answer;
    } else if (!head->length && ended) {
        answer.body = body;
        return answer;
    }
    if (ended) return std::unexpected(cut);
    return std::nullopt;
}

HttpRequest::HttpRequest(Loop& loop, Ask ask, Answered answered)
    : loop_(loop), ask_(std::move(ask)), answered_(std::move(answered)), timer_(loop, [this] {
          finish(std::unexpected(words_.empty() ? "the server does not answer within 15 s" : words_));
      }) {
    timer_.set(loop_.now() + patience);
    try_next();
}

HttpRequest::~HttpRequest() { close_socket(); }

void HttpRequest::close_socket() {
    if (fd_ < 0) return;
    loop_.unwatch(fd_, *this);
    ::close(std::exchange(fd_, -1));
}

void HttpRequest::try_next() {
    close_socket();
    if (next_address_ == ask_.addresses.size()) {
        return fail(words_.empty() ? "the server has no address" : words_);
    }
    by_ = ask_.addresses[next_address_++];
    fd_ = ::socket(by_.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return fail("no file descriptors are left: raise the limit of open files");
    loop_.watch(fd_, *this, {.read = false, .write = true});
    if (::connect(fd_, by_.data(), by_.size()) == 0 || errno == EINPROGRESS) return;
    words_ = by_.to_string() + " cannot be reached: " + std::strerror(errno);
    try_next();
}

void HttpRequest::on_ready(bool readable, bool writable) {
    if (!connected_) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            words_ = by_.to_string() + " cannot be reached: " + std::strerror(error);
            return try_next();
        }
        connected_ = true;
        words_.clear();
        unsent_ = ask_.method + " " + ask_.path + " HTTP/1.1\r\nHost: " + ask_.authority +
                  "\r\nConnection: close\r\nAccept: application/json\r\n";
        if (!ask_.origin.empty()) unsent_ += "Origin: " + ask_.origin + "\r\n";
        if (!ask_.cookie.empty()) unsent_ += "Cookie: " + ask_.cookie + "\r\n";
        if (ask_.method != "GET") {
            unsent_ +=
                "Content-Type: application/json\r\nContent-Length: " + std::to_string(ask_.body.size()) +
                "\r\n";
        }
        unsent_ += "\r\n" + ask_.body;
    }
    if (writable && !unsent_.empty()) send();
    if (readable && fd_ >= 0) receive();
}

void HttpRequest::send() {
    const ssize_t size = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return fail("the connection broke off");
    unsent_.erase(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (unsent_.empty()) loop_.change(fd_, *this, {.read = true, .write = false});
}

void HttpRequest::receive() {
    std::array<char, 16 * 1024> part;
    bool ended = false;
    while (!ended) {
        const ssize_t size = ::recv(fd_, part.data(), part.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (size < 0) return fail("the connection broke off");
        received_.append(part.data(), static_cast<std::size_t>(size));
        ended = size == 0;
    }
    auto answer = parse_answer(received_, ended);
    if (!answer) return fail(std::move(answer.error()));
    if (*answer) finish(std::move(**answer));
}

/// Later, because the owner may be making this very request.
void HttpRequest::fail(std::string words) {
    words_ = std::move(words);
    close_socket();
    timer_.set(loop_.now());
}

void HttpRequest::finish(std::expected<HttpAnswer, std::string> answer) {
    close_socket();
    timer_.set(net::never);
    const net::Address by = by_;
    const Answered answered = std::move(answered_);
    answered(std::move(answer), by);
}

}  // namespace gs::bots
