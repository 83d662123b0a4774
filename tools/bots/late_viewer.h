// LateViewer: watches a match as the delayed class does: asks what is public of it, fetches a keyframe and
// then each chunk when it is there, checks that they hang together, and (when it shall) simulates them and
// compares every hash. Owned by a Bot, on the loop. A match that is over is left at its end; enter() goes to
// the next.
#pragma once

#include "core/netcode/replayer.h"
#include "tools/bots/http_channel.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace gs::bots {

class LateViewer {
  public:
    struct Options {
        const game::Module* module = nullptr;
        bool simulates = true;
        /// Spreads the questions of thousands over the two seconds of a chunk.
        std::uint64_t seed = 1;
    };
    struct Counters {
        double ticks = 0;  // received
        double hashes_checked = 0;
        double differences = 0;  // hashes, chains or bytes that are wrong
    };

    /// `failed` is told once, in words, what ended it.
    LateViewer(Loop& loop, const net::Address& server, std::string authority, Options options,
               std::function<void(std::string)> failed);

    /// Watch this match from now on.
    void enter(std::string match);
    /// Something of the match is known: it is watching.
    [[nodiscard]] bool is_watching() const { return is_watching_; }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] std::uint64_t bytes_in() const { return channel_.bytes_in(); }
    [[nodiscard]] std::uint64_t bytes_out() const { return channel_.bytes_out(); }

  private:
    using Answer = std::expected<HttpAnswer, std::string>;

    void ask();
    void ask_later(net::Duration delay);
    void on_facts(const Answer& answer);
    void on_keyframe(const Answer& answer);
    void on_chunk(const Answer& answer);
    void simulate(ByteView entries, std::uint32_t count);
    void fail(std::string words);
    [[nodiscard]] net::Duration some_of(net::Duration period);

    Loop& loop_;
    Options options_;
    std::function<void(std::string)> failed_;
    HttpChannel channel_;
    Timer timer_;
    std::string match_;
    std::string next_match_;
    enum class Wanted : std::uint8_t { nothing, facts, keyframe, chunk } wanted_ = Wanted::nothing;
    std::uint32_t chunk_ticks_ = 0;
    std::uint32_t chunk_ = 0;  // the next one to fetch
    std::optional<std::uint64_t> chain_;
    std::unique_ptr<netcode::Replayer> replayer_;
    std::vector<std::byte> scratch_;
    bool is_watching_ = false;
    std::uint64_t draws_;
    Counters counters_;
};

}  // namespace gs::bots
