#include "server/chat/conversation.h"

#include "server/chat/clean_text.h"
#include "server/crypto/crypto.h"

#include <algorithm>
#include <utility>

namespace gs::chat {
namespace {

/// Whoever says nothing for so long has every right again, so nothing need be known of them.
constexpr net::Duration forgotten_after = std::chrono::minutes(2);
/// Of messages that are not public yet; with the longest delay at the greatest rate.
constexpr std::size_t pending_max = 2'000;

constexpr std::string_view muted_words = "The host has muted you in this room";
constexpr std::string_view too_fast_words = "You say too much at once; wait a few seconds";
constexpr std::string_view crowded_words = "Everybody talks at once; say it again in a moment";
constexpr std::string_view same_words = "You have just said that";

}  // namespace

std::string_view name_of(Channel channel) { return channel == Channel::players ? "players" : "spectators"; }

Conversation::Conversation(Limits limits)
    : limits_(limits),
      rates_{net::RateLimit(limits.per_channel), net::RateLimit(limits.per_channel),
             net::RateLimit(limits.per_channel), net::RateLimit(limits.per_channel)} {}

std::expected<Said, std::string_view> Conversation::say(const Words& words, net::Instant now) {
    if (is_muted(words.author.id)) return std::unexpected(muted_words);
    Person* const author = person(words.author.id, now);
    if (author == nullptr) return std::unexpected(crowded_words);
    if (!author->messages.take(now)) return std::unexpected(too_fast_words);
    auto text = clean_text(words.text);
    if (!text) return std::unexpected(words_of(text.error()));
    if (*text == author->text && now - author->said_at < limits_.same_again)
        return std::unexpected(same_words);
    const bool is_pending = words.sight == Sight::live;
    if ((is_pending && pending_.size() >= pending_max) || !rate(words.channel, words.sight).take(now))
        return std::unexpected(crowded_words);
    author->text = *text;
    author->said_at = now;
    auto said = std::make_shared<const Message>(Message{.id = crypto::random_id<MessageId>(),
                                                        .channel = words.channel,
                                                        .author = words.author,
                                                        .text = *std::move(text),
                                                        .moment = words.moment,
                                                        .sight = words.sight,
                                                        .said_unix_s = words.unix_s,
                                                        .is_for_players = words.is_for_players});
    keep(all_[static_cast<std::size_t>(words.channel)], said);
    if (is_pending) {
        pending_.push_back(said);
    } else {
        keep(public_[static_cast<std::size_t>(words.channel)], said);
    }
    return said;
}

bool Conversation::mute(const Muted& person) {
    if (is_muted(person.id)) return true;
    if (muted_.size() >= limits_.muted_max) return false;
    muted_.push_back(person);
    return true;
}

void Conversation::unmute(const net::AccountId& person) {
    std::erase_if(muted_, [&](const Muted& muted) { return muted.id == person; });
}

bool Conversation::is_muted(const net::AccountId& person) const {
    return std::ranges::find(muted_, person, &Muted::id) != muted_.end();
}

std::vector<Said> Conversation::release(const IsPublic& is_public) {
    std::vector<Said> released;
    while (!pending_.empty() && is_public(pending_.front()->moment)) {
        const Said& said = pending_.front();
        keep(public_[static_cast<std::size_t>(said->channel)], said);
        released.push_back(said);
        pending_.pop_front();
    }
    return released;
}

std::vector<Said> Conversation::newest(Channel channel, std::size_t count, Sight sight) const {
    const auto& lists = sight == Sight::live ? all_ : public_;
    const std::deque<Said>& list = lists[static_cast<std::size_t>(channel)];
    const std::size_t first = list.size() - std::min(count, list.size());
    return {list.begin() + static_cast<std::ptrdiff_t>(first), list.end()};
}

Said Conversation::newest_of(const net::AccountId& person) const {
    Said newest;
    for (const std::deque<Said>& list : all_) {
        const auto found = std::find_if(list.rbegin(), list.rend(),
                                        [&](const Said& said) { return said->author.id == person; });
        if (found != list.rend() && (!newest || newest->moment.at < (*found)->moment.at)) newest = *found;
    }
    return newest;
}

std::vector<Said> Conversation::of_match(const net::MatchId& match) const {
    std::vector<Said> found;
    for (const std::deque<Said>& list : public_) {
        std::ranges::copy_if(list, std::back_inserter(found),
                             [&](const Said& said) { return said->moment.match == match; });
    }
    std::ranges::sort(found, {},
                      [](const Said& said) { return std::pair(said->moment.tick.value, said->moment.at); });
    return found;
}

void Conversation::saw_live(const net::AccountId& id, net::Instant now) {
    if (Person* const known = person(id, now)) known->live_at = now;
}

bool Conversation::has_seen_live(const net::AccountId& id, net::Duration within, net::Instant now) const {
    const auto found = people_.find(id);
    if (found == people_.end() || !found->second.live_at) return false;
    return now - *found->second.live_at < within;
}

bool Conversation::may_react(const net::AccountId& id, net::Instant now) {
    if (is_muted(id)) return false;
    Person* const known = person(id, now);
    return known != nullptr && known->reactions.take(now);
}

Conversation::Person* Conversation::person(const net::AccountId& id, net::Instant now) {
    const auto found = people_.find(id);
    if (found == people_.end() && people_.size() >= limits_.people_max) {
        std::erase_if(people_, [&](const auto& each) { return now - each.second.seen_at > forgotten_after; });
        if (people_.size() >= limits_.people_max) return nullptr;
    }
    Person& known = people_
                        .try_emplace(id, Person{.messages = net::RateLimit(limits_.per_person),
                                                .reactions = net::RateLimit(limits_.reactions)})
                        .first->second;
    known.seen_at = now;
    return &known;
}

void Conversation::keep(std::deque<Said>& list, const Said& said) const {
    if (list.size() == limits_.kept_per_channel) list.pop_front();
    list.push_back(said);
}

}  // namespace gs::chat
