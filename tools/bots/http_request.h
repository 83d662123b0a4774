// HttpRequest: one plain HTTP/1.1 request and its answer, on the loop: what bots need beside their sessions
// (where to dial, rooms, tickets, metrics). One connection each. The owner keeps it until it is done. Not a
// browser: no redirects, no TLS, one cookie.
#pragma once

#include "server/net/address.h"
#include "tools/bots/loop.h"

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::bots {

struct HttpAnswer {
    int status = 0;
    std::string body;
    std::string cookie;  // "name=value" of the last Set-Cookie; empty when there was none
};

/// An answer whose connection may still be open. Nothing while it is not whole; `ended` when nothing follows.
/// The error is in words.
[[nodiscard]] std::expected<std::optional<HttpAnswer>, std::string> parse_answer(std::string_view received,
                                                                                 bool ended);

class HttpRequest final : private Loop::Watcher {
  public:
    struct Ask {
        std::vector<net::Address> addresses;  // tried in turn
        std::string authority;
        std::string origin;  // sent where it is not empty; what changes something needs one
        std::string method = "GET";
        std::string path;
        std::string cookie = {};
        std::string body = {};  // JSON
    };
    using Answered = std::function<void(std::expected<HttpAnswer, std::string>, const net::Address& by)>;

    /// `answered` is called once, never from inside; it may destroy this.
    HttpRequest(Loop& loop, Ask ask, Answered answered);
    ~HttpRequest() override;
    HttpRequest(const HttpRequest&) = delete;
    HttpRequest& operator=(const HttpRequest&) = delete;

  private:
    void on_ready(bool readable, bool writable) override;
    void try_next();
    void send();
    void receive();
    void fail(std::string words);
    void finish(std::expected<HttpAnswer, std::string> answer);
    void close_socket();

    Loop& loop_;
    Ask ask_;
    Answered answered_;
    int fd_ = -1;
    std::size_t next_address_ = 0;
    net::Address by_;
    bool connected_ = false;
    std::string unsent_;
    std::string received_;
    std::string words_;
    Timer timer_;
};

}  // namespace gs::bots
