#include "tools/bots/http_channel.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gs::bots {
namespace {

constexpr net::Duration patience = std::chrono::seconds(15);

}  // namespace

HttpChannel::HttpChannel(Loop& loop, const net::Address& server, std::string authority)
    : loop_(loop), server_(server), authority_(std::move(authority)), timer_(loop, [this] {
          finish(std::unexpected(words_.empty() ? "the server does not answer within 15 s" : words_));
      }) {}

HttpChannel::~HttpChannel() { close_socket(); }

void HttpChannel::close_socket() {
    if (fd_ < 0) return;
    loop_.unwatch(fd_, *this);
    ::close(std::exchange(fd_, -1));
    connected_ = has_answered_ = false;
}

void HttpChannel::get(std::string path, Answered answered) {
    question_ = "GET " + path + " HTTP/1.1\r\nHost: " + authority_ + "\r\nAccept: */*\r\n\r\n";
    sent_ = 0;
    received_.clear();
    words_.clear();
    answered_ = std::move(answered);
    timer_.set(loop_.now() + patience);
    if (fd_ < 0) return dial();
    send();
}

void HttpChannel::dial() {
    fd_ = ::socket(server_.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return fail("no file descriptors are left: raise the limit of open files");
    sent_ = 0;
    loop_.watch(fd_, *this, {.read = false, .write = true});
    if (::connect(fd_, server_.data(), server_.size()) != 0 && errno != EINPROGRESS)
        fail(server_.to_string() + " cannot be reached: " + std::strerror(errno));
}

void HttpChannel::on_ready(bool readable, bool writable) {
    if (!connected_) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return fail(server_.to_string() + " cannot be reached: " + std::strerror(error));
        connected_ = true;
    }
    if (writable && sent_ < question_.size()) send();
    if (readable && fd_ >= 0) receive();
}

void HttpChannel::send() {
    if (!connected_) return;
    const std::size_t left = question_.size() - sent_;
    const ssize_t size = ::send(fd_, question_.data() + sent_, left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
        // It has been closed while nothing was asked.
        const bool is_stale = has_answered_;
        close_socket();
        return is_stale ? dial() : fail("the connection broke off");
    }
    sent_ += static_cast<std::size_t>(std::max<ssize_t>(size, 0));
    bytes_out_ += static_cast<std::uint64_t>(std::max<ssize_t>(size, 0));
    loop_.change(fd_, *this, {.read = true, .write = sent_ < question_.size()});
}

void HttpChannel::receive() {
    std::array<char, 16 * 1024> part;
    bool ended = false;
    while (!ended) {
        const ssize_t size = ::recv(fd_, part.data(), part.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        ended = size <= 0;
        if (ended) break;
        bytes_in_ += static_cast<std::uint64_t>(size);
        received_.append(part.data(), static_cast<std::size_t>(size));
    }
    if (!is_busy()) {
        if (ended) close_socket();
        return;
    }
    if (ended && received_.empty() && has_answered_) {
        close_socket();
        return dial();
    }
    auto answer = parse_answer(received_, ended);
    if (!answer) return fail(std::move(answer.error()));
    if (!*answer) return;
    has_answered_ = true;
    if (ended) close_socket();
    finish(std::move(**answer));
}

/// Later, because the owner may be asking this very question.
void HttpChannel::fail(std::string words) {
    words_ = std::move(words);
    close_socket();
    timer_.set(loop_.now());
}

void HttpChannel::finish(std::expected<HttpAnswer, std::string> answer) {
    if (!answer) close_socket();
    timer_.set(net::never);
    const Answered answered = std::exchange(answered_, nullptr);
    if (answered) answered(std::move(answer));
}

}  // namespace gs::bots
