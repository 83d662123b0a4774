#include "server/app/room_talk.h"

#include "server/chat/wire.h"
#include "server/names/look_alike.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace gs::app {
namespace {

using chat::Channel;
using chat::Said;
using chat::Sight;
using rooms::Room;
using rooms::Viewer;

/// Nobody reads faster.
constexpr net::Duration send_period = std::chrono::milliseconds(150);
constexpr net::Duration reactions_period = std::chrono::seconds(1);
/// Of each channel, to who comes in.
constexpr std::size_t history_count = 50;
/// A late viewer's picture is behind what is public by the chunks that it waits for.
constexpr std::uint32_t seen_behind_max_s = 10;

constexpr std::string_view plays_words = "You play: what you say goes to the players";
constexpr std::string_view watches_words = "You watch: what you say goes to the stand";
constexpr std::string_view gone_words = "This room does not exist any more";
constexpr std::string_view kicked_words = "The host of this room has sent you away";
constexpr std::string_view not_here_words = "They are not in this room, and have said nothing in it";
constexpr std::string_view too_many_muted = "So many are muted that the room is better locked";

net::Duration delay_of(const Room& room) { return std::chrono::seconds(room.setup().public_delay_s); }

/// Where thousands listen, a second of talk is one send to each.
net::Duration period_of(const Room& room) {
    constexpr std::size_t viewers_per_period = 1'000;
    return send_period * (1 + room.viewers().size() / viewers_per_period);
}

/// Whether players must not hear what the stand says.
bool is_under_way(const Room& room) {
    const rooms::Phase phase = room.info().phase;
    return delay_of(room) > net::Duration::zero() &&
           (phase == rooms::Phase::playing || phase == rooms::Phase::countdown);
}

Tick before(Tick end) { return Tick{end.value - std::min(end.value, 1U)}; }

/// What is newest to everybody.
chat::Moment public_moment(const Room& room, std::optional<Tick> seen, net::Instant now) {
    const rooms::RoomInfo info = room.public_info(now);
    const std::uint32_t back = seen_behind_max_s * room.match().module().info->tick_rate_hz;
    const Tick least{info.tick.value - std::min(info.tick.value, back)};
    // What an author claims to see is believed within bounds that tell nothing.
    const bool is_likely = seen && *seen >= least && *seen <= info.tick;
    return {.match = info.match.value_or(room.match_id()), .tick = is_likely ? *seen : info.tick, .at = now};
}

chat::Moment live_moment(const Room& room, net::Instant now) {
    return {.match = room.match_id(), .tick = before(room.match().next()), .at = now};
}

/// Nobody in the stand has the name of somebody who plays.
std::string name_in_stand(const Room& room, const net::Person& person) {
    const rooms::Seats& seats = room.seats();
    return names::distinct_name(person.name, [&](std::string_view skeleton) {
        for (std::size_t index = 0; index < seats.count(); ++index) {
            const auto& place = seats.at(Seat{static_cast<std::uint8_t>(index)});
            const bool is_other = place.state != rooms::SeatState::free && place.person.id != person.id;
            if (is_other && names::skeleton(place.person.name) == skeleton) return true;
        }
        return false;
    });
}

chat::Author author_of(const Room& room, const net::Person& person, std::optional<Seat> seat) {
    if (!seat) return {.id = person.id, .name = name_in_stand(room, person)};
    return {.id = person.id, .name = room.seats().at(*seat).person.name, .seat = seat};
}

std::vector<std::string> texts_of(std::span<const Said> messages) {
    std::vector<std::string> texts;
    while (!messages.empty()) {
        const std::size_t count = std::min(messages.size(), chat::messages_per_send_max);
        texts.push_back(chat::chat_message(messages.first(count)));
        messages = messages.subspan(count);
    }
    return texts;
}

std::vector<Said> those(const std::vector<Said>& messages, bool (*wanted)(const Said&)) {
    std::vector<Said> found;
    std::ranges::copy_if(messages, std::back_inserter(found), wanted);
    return found;
}

bool is_for_players(const Said& said) { return said->is_for_players; }
bool is_public_at_once(const Said& said) { return said->sight == Sight::released; }

/// Both channels, in the order in which `sight` got to know of them.
std::vector<Said> newest_of(const chat::Conversation& conversation, Sight sight, net::Duration delay) {
    std::vector<Said> all = conversation.newest(Channel::players, history_count, sight);
    const std::vector<Said> stand = conversation.newest(Channel::spectators, history_count, sight);
    all.insert(all.end(), stand.begin(), stand.end());
    std::ranges::sort(all, {}, [&](const Said& said) {
        const bool is_late = sight == Sight::released && said->sight == Sight::live;
        return said->moment.at + (is_late ? delay : net::Duration::zero());
    });
    return all;
}

}  // namespace

// ---- What viewers do

void RoomTalk::on_entered(Room& room, Viewer& viewer, net::Instant) {
    const auto found = entries_.find(room.setup().id);
    if (found == entries_.end() || viewer.is_preview()) return;
    // A page that begins anew knows nothing any more.
    if (found->second.muted_told_to == viewer.person().id) found->second.muted_told_to.reset();
    const Sight sight = viewer.is_live() ? Sight::live : Sight::released;
    std::vector<Said> history = newest_of(found->second.conversation, sight, delay_of(room));
    if (viewer.is_player()) history = those(history, is_for_players);
    // What waits for the next turn comes with that.
    std::erase_if(history, [&](const Said& said) {
        return std::ranges::find(found->second.fresh, said) != found->second.fresh.end();
    });
    send(viewer, texts_of(history));
}

void RoomTalk::on_leaving(Room& room, const Viewer& viewer, net::Instant now) {
    if (!viewer.is_live() || viewer.is_preview() || delay_of(room) == net::Duration::zero()) return;
    entries_[room.setup().id].conversation.saw_live(viewer.person().id, now);
}

std::string_view RoomTalk::say(Room& room, const Viewer& viewer, const net::Person& person,
                               const rooms::up::Chat& chat, net::Instant now) {
    const bool is_of_players = chat.channel == rooms::up::Chat::Channel::players;
    if (is_of_players != viewer.is_player()) return is_of_players ? watches_words : plays_words;
    const auto seat = viewer.is_player() ? std::optional(viewer.seat()) : std::nullopt;
    return say(room, {.author = author_of(room, person, seat), .text = chat.text}, chat.seen, now);
}

std::string_view RoomTalk::say(const rooms::RoomId& id, const net::Person& person, std::string_view text,
                               net::Instant now) {
    Room* const room = around_.rooms.find(id);
    if (room == nullptr) return gone_words;
    if (room->refusal_of(person.id, rooms::Role::spectator) == rooms::EnterRefusal::kicked)
        return kicked_words;
    const auto seat = room->seats().of(person.id);
    return say(*room, {.author = author_of(*room, person, seat), .text = text}, std::nullopt, now);
}

std::string_view RoomTalk::say(Room& room, chat::Words words, std::optional<Tick> seen, net::Instant now) {
    Entry& entry = entries_[room.setup().id];
    words.channel = words.author.seat ? Channel::players : Channel::spectators;
    words.sight = sight_of(room, entry, words.author.id, now);
    const bool is_delayed = words.sight == Sight::released && delay_of(room) > net::Duration::zero();
    words.moment = is_delayed ? public_moment(room, seen, now) : live_moment(room, now);
    words.is_for_players = words.channel == Channel::players || !is_under_way(room);
    words.unix_s = around_.unix_s();
    const auto said = entry.conversation.say(words, now);
    if (!said) {
        ++counters_.refused;
        return said.error();
    }
    ++counters_.said;
    entry.fresh.push_back(*said);
    if (is_public_at_once(*said)) entry.unkept.insert((*said)->moment.match);
    wake();
    return {};
}

void RoomTalk::react(Room& room, const Viewer& viewer, std::size_t kind, net::Instant now) {
    using From = chat::Reactions::From;
    Entry& entry = entries_[room.setup().id];
    if (kind >= chat::reaction_kinds || !entry.conversation.may_react(viewer.person().id, now)) {
        ++counters_.reactions_over_rate;
        return;
    }
    ++counters_.reactions;
    const bool is_late = sight_of(room, entry, viewer.person().id, now) == Sight::released;
    entry.reactions.add(viewer.is_player() ? From::players
                        : is_late          ? From::late_spectators
                                           : From::live_spectators,
                        kind);
    wake();
}

bool RoomTalk::remembers(const Room& room, const net::AccountId& person) const {
    const auto found = entries_.find(room.setup().id);
    return found != entries_.end() && found->second.conversation.newest_of(person) != nullptr;
}

std::string_view RoomTalk::silence(Room& room, const net::AccountId& person, bool is_muted) {
    Entry& entry = entries_[room.setup().id];
    if (!is_muted) {
        entry.conversation.unmute(person);
    } else {
        const std::string name = name_of(room, entry, person);
        if (name.empty()) return not_here_words;
        if (!entry.conversation.mute({.id = person, .name = name})) return too_many_muted;
        entry.has_muted = true;
    }
    entry.muted_told_to.reset();
    return {};
}

std::string RoomTalk::name_of(const Room& room, const Entry& entry, const net::AccountId& person) const {
    if (const Said said = entry.conversation.newest_of(person)) return said->author.name;
    if (const auto seat = room.seats().of(person)) return room.seats().at(*seat).person.name;
    const auto found = std::ranges::find_if(room.viewers(), [&](const auto& viewer) {
        return viewer->person().id == person && !viewer->is_preview();
    });
    return found == room.viewers().end() ? std::string() : name_in_stand(room, (*found)->person());
}

Sight RoomTalk::sight_of(const Room& room, const Entry& entry, const net::AccountId& person,
                         net::Instant now) const {
    const net::Duration delay = delay_of(room);
    if (delay == net::Duration::zero()) return Sight::released;
    if (room.seats().of(person)) return Sight::live;
    // In another tab, too; and what somebody saw a moment ago they know still.
    const bool sees_live = std::ranges::any_of(room.viewers(), [&](const auto& viewer) {
        const bool saw_live = viewer->live_until && now - *viewer->live_until < delay;
        return viewer->person().id == person && (viewer->is_live() || saw_live);
    });
    return sees_live || entry.conversation.has_seen_live(person, delay, now) ? Sight::live : Sight::released;
}

// ---- What is public

chat::Conversation::IsPublic RoomTalk::public_now(const Room& room, net::Instant now) const {
    return [this, &room, now](const chat::Moment& moment) {
        if (now - moment.at < delay_of(room)) return false;
        if (room.match_id() == moment.match) return room.public_end(now) > moment.tick;
        const auto finished = around_.rooms.finished().find(moment.match);
        if (finished == nullptr) return true;
        // A result is talked about for longer than the match has ticks.
        return finished->release.end(now) > std::min(moment.tick, before(finished->log.next()));
    };
}

std::vector<Said> RoomTalk::newest(const rooms::RoomId& id) const {
    const auto found = entries_.find(id);
    const Room* const room = around_.rooms.find(id);
    if (found == entries_.end() || room == nullptr) return {};
    return newest_of(found->second.conversation, Sight::released, delay_of(*room));
}

nlohmann::json RoomTalk::of_match(const rooms::PublicMatch& match) {
    const std::string text = around_.kept(match.match);
    nlohmann::json kept = nlohmann::json::parse(text, nullptr, false);
    if (!kept.is_array()) kept = nlohmann::json::array();
    const auto found = entries_.find(match.room);
    if (found == entries_.end()) return kept;
    // The room knows what came since, the archive what the room has forgotten.
    const std::vector<Said> said = found->second.conversation.of_match(match.match);
    return said.size() >= kept.size() ? chat::json_of(said) : kept;
}

// ---- What goes

net::Instant RoomTalk::next_due() const {
    const bool is_due = std::ranges::any_of(entries_, [](const auto& each) {
        const Entry& entry = each.second;
        return !entry.fresh.empty() || entry.conversation.has_pending() || !entry.reactions.is_empty();
    });
    return is_due ? turned_at_ + send_period : net::never;
}

void RoomTalk::wake() {
    if (around_.woken) around_.woken();
}

void RoomTalk::turn(net::Instant now) {
    if (now >= turned_at_ && now - turned_at_ < send_period) return;
    turned_at_ = now;
    for (auto at = entries_.begin(); at != entries_.end();) {
        auto& [id, entry] = *at;
        Room* const room = around_.rooms.find(id);
        if (room == nullptr) {
            keep_matches(id, entry);
            at = entries_.erase(at);
            continue;
        }
        tell_host(*room, entry);
        if (now - entry.sent_at >= period_of(*room)) send_fresh(*room, entry, now);
        if (now - entry.reacted_at >= reactions_period) send_reactions(*room, entry, now);
        ++at;
    }
}

void RoomTalk::tell_host(const Room& room, Entry& entry) {
    const auto seat = room.seats().host();
    if (!entry.has_muted || !seat) return;
    const auto& host = room.seats().at(*seat);
    if (host.viewer == nullptr || entry.muted_told_to == host.person.id) return;
    // A queue that is full has room for it later.
    if (host.viewer->session().send_message(chat::muted_message(entry.conversation.muted())))
        entry.muted_told_to = host.person.id;
}

void RoomTalk::send_fresh(Room& room, Entry& entry, net::Instant now) {
    entry.sent_at = now;
    const std::vector<Said> released = entry.conversation.release(public_now(room, now));
    for (const Said& said : released)
        entry.unkept.insert(said->moment.match);
    const std::vector<Said> fresh = std::exchange(entry.fresh, {});
    if (fresh.empty() && released.empty()) return;
    std::vector<Said> for_late = those(fresh, is_public_at_once);
    for_late.insert(for_late.begin(), released.begin(), released.end());
    const auto to_players = texts_of(those(fresh, is_for_players));
    const auto to_live = texts_of(fresh);
    const auto to_late = texts_of(for_late);
    for (const auto& viewer : room.viewers()) {
        if (viewer->is_preview()) continue;
        send(*viewer, viewer->is_player() ? to_players : viewer->is_live() ? to_live : to_late);
    }
}

void RoomTalk::send_reactions(Room& room, Entry& entry, net::Instant now) {
    if (entry.reactions.is_empty()) return;
    entry.reacted_at = now;
    const auto taken = entry.reactions.take(live_moment(room, now), public_now(room, now));
    const auto text_of = [](const chat::ReactionCounts& counts) {
        std::string text = chat::reactions_message(counts);
        return text.empty() ? std::vector<std::string>() : std::vector{std::move(text)};
    };
    const auto to_players = text_of(is_under_way(room) ? taken.players : taken.all);
    const auto to_live = text_of(taken.all);
    const auto to_late = text_of(taken.public_now);
    for (const auto& viewer : room.viewers()) {
        if (viewer->is_preview()) continue;
        send(*viewer, viewer->is_player() ? to_players : viewer->is_live() ? to_live : to_late);
    }
}

void RoomTalk::send(const Viewer& viewer, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        // Whose queue is full misses what is said meanwhile, and has it when coming in again.
        if (!viewer.session().send_message(text)) ++counters_.sends_lost;
    }
}

// ---- What is kept

void RoomTalk::keep_matches() {
    for (auto& [id, entry] : entries_)
        keep_matches(id, entry);
}

void RoomTalk::keep_matches(const rooms::RoomId& id, Entry& entry) {
    const Room* const room = around_.rooms.find(id);
    std::erase_if(entry.unkept, [&](const rooms::MatchId& match) {
        const bool is_over = around_.rooms.finished().find(match) != nullptr;
        if (is_over) around_.keep(match, chat::json_of(entry.conversation.of_match(match)).dump());
        // Of a match that was never played nothing is kept.
        return is_over || room == nullptr || room->match_id() != match;
    });
}

}  // namespace gs::app
