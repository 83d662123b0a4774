// HttpChannel: GETs over one connection that stays open, one after the other, as a page fetches the pieces of
// a match it watches late. Dials anew when the server has closed it meanwhile. On the loop; the owner keeps
// it for as long as it wants answers. No TLS, no redirects.
#pragma once

#include "tools/bots/http_request.h"

#include <expected>
#include <functional>
#include <string>

namespace gs::bots {

class HttpChannel final : private Loop::Watcher {
  public:
    using Answered = std::function<void(std::expected<HttpAnswer, std::string>)>;

    HttpChannel(Loop& loop, const net::Address& server, std::string authority);
    ~HttpChannel() override;
    HttpChannel(const HttpChannel&) = delete;
    HttpChannel& operator=(const HttpChannel&) = delete;

    /// One at a time; `answered` is called once, never from inside, and may call get().
    void get(std::string path, Answered answered);
    [[nodiscard]] bool is_busy() const { return answered_ != nullptr; }
    /// Of all answers and questions, heads included.
    [[nodiscard]] std::uint64_t bytes_in() const { return bytes_in_; }
    [[nodiscard]] std::uint64_t bytes_out() const { return bytes_out_; }

  private:
    void on_ready(bool readable, bool writable) override;
    void dial();
    void send();
    void receive();
    void fail(std::string words);
    void finish(std::expected<HttpAnswer, std::string> answer);
    void close_socket();

    Loop& loop_;
    net::Address server_;
    std::string authority_;
    int fd_ = -1;
    bool connected_ = false;
    bool has_answered_ = false;  // this connection: then its end is no failure of the server
    std::string question_;
    std::size_t sent_ = 0;
    std::string received_;
    Answered answered_;
    std::string words_;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    Timer timer_;
};

}  // namespace gs::bots
