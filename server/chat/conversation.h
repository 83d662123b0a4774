// Conversation: what is said in one room: two channels, how much each person may say, whom the host has
// muted, and what of it everybody may know. A message of somebody who sees the match as it happens is public
// only when whoever asks Conversation::release() says so for its moment (app/ asks the room's Release); one
// of somebody who sees what is public anyway is public at once. What is not public yet shows in nothing that
// the public gets: lists, limits and ids of both are apart. Owned by app/, one per room in which something
// was said, on the shard's thread. Knows no clock, no room and no session.
#pragma once

#include "server/chat/message.h"
#include "server/net/rate_limit.h"

#include <array>
#include <cstddef>
#include <deque>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gs::chat {

struct Limits {
    net::Rate per_person = {.count = 5, .per = std::chrono::seconds(10), .burst = 5};
    /// Of all together, per channel and sight: more can nobody read, and it goes to thousands.
    net::Rate per_channel = {.count = 10, .per = std::chrono::seconds(1), .burst = 20};
    net::Rate reactions = {.count = 4, .per = std::chrono::seconds(1), .burst = 8};
    net::Duration same_again = std::chrono::seconds(30);  // the same words of one person
    std::size_t kept_per_channel = 400;                   // with their greatest length half a megabyte
    std::size_t people_max = 4'000;                       // who said something lately
    std::size_t muted_max = 300;  // their list is one message to the host, of less than 64 KiB
};

/// What somebody wants to say.
struct Words {
    Channel channel = Channel::players;
    Author author = {};
    std::string_view text = {};  // raw, hostile
    Moment moment = {};
    Sight sight = Sight::live;
    bool is_for_players = true;
    std::uint64_t unix_s = 0;
};

class Conversation {
  public:
    explicit Conversation(Limits limits = {});

    /// What was made of it, or why nothing, in words for its author.
    [[nodiscard]] std::expected<Said, std::string_view> say(const Words& words, net::Instant now);

    /// False: so many are muted already.
    bool mute(const Muted& person);
    void unmute(const net::AccountId& person);
    [[nodiscard]] bool is_muted(const net::AccountId& person) const;
    /// Who was muted last stands last.
    [[nodiscard]] std::span<const Muted> muted() const { return muted_; }

    using IsPublic = std::function<bool(const Moment&)>;
    /// Makes public what is ripe; which messages these are.
    std::vector<Said> release(const IsPublic& is_public);
    [[nodiscard]] bool has_pending() const { return !pending_.empty(); }

    /// The newest of a channel, the newest last.
    [[nodiscard]] std::vector<Said> newest(Channel channel, std::size_t count, Sight sight) const;
    /// The newest that is still there of what this person said; null: there is nothing.
    [[nodiscard]] Said newest_of(const net::AccountId& person) const;
    /// What is public of a match, in the order of its ticks.
    [[nodiscard]] std::vector<Said> of_match(const net::MatchId& match) const;

    /// That this person saw the newest ticks until now: what they say within the delay is as if they still
    /// did.
    void saw_live(const net::AccountId& person, net::Instant now);
    [[nodiscard]] bool has_seen_live(const net::AccountId& person, net::Duration within,
                                     net::Instant now) const;

    /// Whether this person may react once more now.
    [[nodiscard]] bool may_react(const net::AccountId& person, net::Instant now);

  private:
    struct Person {
        net::RateLimit messages;
        net::RateLimit reactions;
        std::string text = {};  // the newest
        net::Instant said_at = {};
        net::Instant seen_at = {};
        std::optional<net::Instant> live_at = std::nullopt;
    };
    /// Null when there are too many.
    [[nodiscard]] Person* person(const net::AccountId& id, net::Instant now);
    [[nodiscard]] net::RateLimit& rate(Channel channel, Sight sight) {
        return rates_[channels * static_cast<std::size_t>(sight) + static_cast<std::size_t>(channel)];
    }
    void keep(std::deque<Said>& list, const Said& said) const;

    Limits limits_;
    std::unordered_map<net::AccountId, Person> people_;
    std::vector<Muted> muted_;
    std::array<net::RateLimit, 2 * channels> rates_;
    std::array<std::deque<Said>, channels> all_;
    std::array<std::deque<Said>, channels> public_;
    std::deque<Said> pending_;  // not public yet, as they were said
};

}  // namespace gs::chat
