// Fleet: a run of bots from the first question to the server until the summary: finds out where to dial,
// makes rooms, lets bots in at a measured pace, waits until all have joined, measures, and lets them go. Owns
// loop, transports and bots. Called by server/app (`grandstand bots`) and by tests; one thread.
#pragma once

#include "tools/bots/bot.h"
#include "tools/bots/delay_line.h"
#include "tools/bots/options.h"
#include "tools/bots/summary.h"

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gs::bots {

class Fleet {
  public:
    struct Surroundings {
        Loop::Clock clock;
        /// Told once a second how it goes, and what went wrong.
        std::function<void(const std::string& line)> progress;
        /// Asked once per turn; true ends the run early.
        std::function<bool()> stop = [] { return false; };
    };

    Fleet(Options options, Surroundings surroundings);
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    /// The whole run. In words what kept it from beginning; what goes wrong later is in the summary.
    [[nodiscard]] std::expected<Summary, std::string> run();

  private:
    using Answer = std::expected<HttpAnswer, std::string>;

    [[nodiscard]] std::expected<HttpAnswer, std::string> ask(std::string method, std::string path,
                                                             std::string body = {});
    [[nodiscard]] std::expected<void, std::string> find_transport();
    [[nodiscard]] std::expected<void, std::string> open_transport(const std::string& text);
    [[nodiscard]] std::expected<void, std::string> find_rooms();
    [[nodiscard]] std::expected<std::string, std::string> make_room(std::size_t number);
    [[nodiscard]] std::optional<ServerUse> server_use();

    void make_bots();
    void let_in();
    void measure(Summary& summary);
    void let_go();
    void report(const char* doing);
    [[nodiscard]] std::size_t count(Bot::State state) const;
    void tell_failures();
    /// Turns the loop until `done` or until it shall stop.
    void run_until(const std::function<bool()>& done, const char* doing);

    Options options_;
    Surroundings surroundings_;
    Loop loop_;
    DelayLine delay_line_;
    BotWorld world_;
    net::Address server_;
    std::vector<std::string> rooms_;
    std::unique_ptr<Dialer> dialer_;
    std::vector<std::unique_ptr<Bot>> bots_;
    std::size_t let_in_ = 0;
    net::Instant reported_at_ = {};
    net::Instant began_at_ = {};
};

}  // namespace gs::bots
