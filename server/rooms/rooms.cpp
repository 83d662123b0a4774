#include "server/rooms/rooms.h"

#include "server/crypto/crypto.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

constexpr net::Duration reap_period = std::chrono::seconds(1);
/// A permanent room whose game broke comes back after this long, so that one that always breaks does no harm.
constexpr net::Duration broken_pause = std::chrono::seconds(10);

/// The same for the same room after a restart: links to it and pages that come back stay right. At most one
/// permanent room per game has the plain name of the game.
RoomId permanent_id(std::string_view game, std::size_t index) {
    std::string text;
    for (const char c : game) {
        if (RoomId::alphabet.contains(c) && text.size() + 2 < RoomId::length) text.push_back(c);
    }
    text.resize(RoomId::length - 2, '0');
    text.push_back(static_cast<char>('0' + index / 10 % 10));
    text.push_back(static_cast<char>('0' + index % 10));
    return *RoomId::parse(text);
}

bool has_more_people(const RoomInfo& a, const RoomInfo& b) {
    if (a.players != b.players) return a.players > b.players;
    if (a.viewers != b.viewers) return a.viewers > b.viewers;
    return a.id < b.id;
}

}  // namespace

std::string_view words_of(MakeRefusal refusal) {
    switch (refusal) {
        case MakeRefusal::no_such_game:
            return "This server has no such game";
        case MakeRefusal::too_many_of_yours:
            return "You have made as many rooms as one person may have at once; empty ones go after a minute";
        case MakeRefusal::too_many_of_network:
            return "People at your address have made as many rooms as they may have at once";
        case MakeRefusal::full:
            return "This server has as many rooms as it can carry; join one of them, or try again in a "
                   "minute";
        case MakeRefusal::closing:
            return "The server is stopping; come back in a moment";
    }
    return {};
}

Rooms::Rooms(RoomsOptions options, RoomShared& shared, net::Instant now)
    : options_(std::move(options)), shared_(shared) {
    make_permanent(now);
}

Rooms::~Rooms() {
    // They are to come back when the server starts again.
    shared_.recorder = nullptr;
    for (auto& [id, room] : rooms_)
        room->close(words_of(MakeRefusal::closing), {});
}

// ---- Directory

const GameEntry* Rooms::game(std::string_view id) const {
    const auto found =
        std::ranges::find(options_.games, id, [](const GameEntry& entry) { return entry.module->info->id; });
    return found == options_.games.end() ? nullptr : &*found;
}

Room* Rooms::find(const RoomId& id) {
    const auto found = rooms_.find(id);
    return found == rooms_.end() || found->second->is_closed() ? nullptr : found->second.get();
}

Room* Rooms::find_by_invite(std::string_view invite) {
    const auto found = by_invite_.find(std::string(invite.substr(0, 64)));
    return found == by_invite_.end() ? nullptr : find(found->second);
}

std::string_view Rooms::invite_of(const RoomId& id) const {
    const auto found = rooms_.find(id);
    return found == rooms_.end() ? std::string_view() : found->second->setup().invite;
}

const Room* Rooms::with_match(const MatchId& match) const {
    const auto found = std::ranges::find_if(rooms_, [&](const auto& each) {
        return !each.second->is_closed() && each.second->match_id() == match;
    });
    return found == rooms_.end() ? nullptr : found->second.get();
}

bool Rooms::is_invite_of(const RoomId& id, std::string_view invite) const {
    return !invite.empty() && invite_of(id) == invite;
}

std::vector<RoomInfo> Rooms::list(net::Instant now, std::string_view game) const {
    std::vector<RoomInfo> listed;
    for (const auto& [id, room] : rooms_) {
        if (room->is_closed() || room->setup().access != Access::listed) continue;
        if (!game.empty() && room->setup().game->module->info->id != game) continue;
        listed.push_back(room->public_info(now));
    }
    std::ranges::sort(listed, has_more_people);
    return listed;
}

std::size_t Rooms::listed_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(rooms_, [](const auto& each) {
        const Room& room = *each.second;
        return !room.is_closed() && room.setup().access == Access::listed;
    }));
}

std::optional<MakeRefusal> Rooms::refusal_of(const RoomWish& wish) {
    if (draining_) return MakeRefusal::closing;
    if (game(wish.game) == nullptr) return MakeRefusal::no_such_game;
    const auto of_person = [&](const auto& each) { return each.second->setup().maker == wish.maker; };
    const auto of_network = [&](const auto& each) {
        return each.second->setup().maker_network == wish.maker_network;
    };
    if (wish.maker && std::ranges::count_if(rooms_, of_person) >=
                          static_cast<std::ptrdiff_t>(options_.rooms_per_person_max)) {
        ++shared_.counters.rooms_refused_per_person;
        return MakeRefusal::too_many_of_yours;
    }
    if (wish.maker_network && std::ranges::count_if(rooms_, of_network) >=
                                  static_cast<std::ptrdiff_t>(options_.rooms_per_network_max)) {
        ++shared_.counters.rooms_refused_per_network;
        return MakeRefusal::too_many_of_network;
    }
    if (rooms_.size() >= options_.rooms_max) {
        ++shared_.counters.rooms_refused_full;
        return MakeRefusal::full;
    }
    return std::nullopt;
}

std::expected<RoomId, MakeRefusal> Rooms::make(RoomWish wish, net::Instant now) {
    if (const auto refusal = refusal_of(wish)) return std::unexpected(*refusal);
    const GameEntry* entry = game(wish.game);
    const game::Info& info = *entry->module->info;
    RoomSetup setup{.id = crypto::random_id<RoomId>(),
                    .name = wish.name.empty() ? std::string(info.title) : std::move(wish.name),
                    .game = entry,
                    .access = wish.access,
                    .seats = wish.seats,
                    .public_delay_s = wish.public_delay_s,
                    .maker = wish.maker,
                    .start = wish.computers > 0 ? RoomSetup::Start::by_itself : wish.start,
                    .computers = wish.computers,
                    .maker_network = wish.maker_network};
    if (setup.seats != 0) setup.seats = std::clamp<std::size_t>(setup.seats, info.seats_min, info.seats_max);
    const RoomId id = setup.id;
    add(std::move(setup), now);
    return id;
}

std::expected<RoomId, MakeRefusal> Rooms::quick_play(std::string_view game, net::Instant now) {
    const std::vector<RoomInfo> listed = list(now, game);
    const auto is_open = [&](const RoomInfo& info) {
        return info.players < info.seats && !info.locked && !rooms_.at(info.id)->is_shut_for_seats();
    };
    const auto fullest = std::ranges::find_if(listed, is_open);
    if (fullest == listed.end()) {
        return make(
            {.game = game, .public_delay_s = public_delay_s_default, .start = RoomSetup::Start::by_itself},
            now);
    }
    // Among equals the one that is always there, so that strangers meet.
    const auto permanent = std::ranges::find_if(listed, [&](const RoomInfo& info) {
        return is_open(info) && info.players == fullest->players && rooms_.at(info.id)->setup().is_permanent;
    });
    return (permanent == listed.end() ? fullest : permanent)->id;
}

Room* Rooms::featured() {
    Room* best = nullptr;
    for (auto& [id, room] : rooms_) {
        if (!room->setup().is_permanent || room->is_closed()) continue;
        if (best == nullptr || has_more_people(room->info(), best->info())) best = room.get();
    }
    return best;
}

void Rooms::add(RoomSetup setup, net::Instant now) {
    setup.invite = crypto::make_token().text;
    add(std::make_unique<Room>(std::move(setup), shared_, now));
    ++shared_.counters.rooms_made;
}

void Rooms::add(std::unique_ptr<Room> room) {
    const RoomId id = room->setup().id;
    by_invite_.emplace(room->setup().invite, id);
    rooms_.insert_or_assign(id, std::move(room));
    ++shared_.changes;
}

void Rooms::make_permanent(net::Instant now) {
    for (std::size_t index = 0; index < options_.permanent.size(); ++index) {
        const PermanentRoom& wish = options_.permanent[index];
        const RoomId id = permanent_id(wish.game, index);
        const GameEntry* entry = game(wish.game);
        if (entry == nullptr || rooms_.contains(id)) continue;
        add({.id = id,
             .name = wish.name,
             .game = entry,
             .host = RoomSetup::Host::nobody,
             .is_permanent = true},
            now);
    }
}

void Rooms::reap(net::Instant now) {
    for (auto& [id, room] : rooms_)
        room->look_at_public(now);
    for (auto it = rooms_.begin(); it != rooms_.end();) {
        Room& room = *it->second;
        const auto empty_since = room.empty_since();
        const net::Duration kept = room.is_closed() ? broken_pause : options_.reaped_after;
        const bool may_go = room.is_closed() || !room.setup().is_permanent;
        if (!may_go || !empty_since || now - *empty_since < kept) {
            ++it;
            continue;
        }
        if (!room.is_closed()) room.end_recording();
        by_invite_.erase(room.setup().invite);
        it = rooms_.erase(it);
        ++shared_.counters.rooms_reaped;
        ++shared_.changes;
    }
    if (!draining_) make_permanent(now);
}

// ---- After a restart

void Rooms::write_missing(Recorder&) {
    for (auto& [id, room] : rooms_)
        room->record();
}

RestoreCounts Rooms::restore(std::vector<RestoredRoom> restored, const RestoreHooks& hooks,
                             net::Instant now) {
    RestoreCounts counts;
    // Whatever is still under way to a client is of an epoch that no room has now.
    for (const RestoredRoom& each : restored)
        shared_.newest_epoch = std::max(shared_.newest_epoch, each.record.epoch);
    for (RestoredRoom& each : restored) {
        if (const GameEntry* entry = game(each.record.game)) {
            restore(std::move(each), *entry, hooks, now, counts);
        } else if (shared_.recorder != nullptr) {
            if (each.match) shared_.recorder->match_over(each.record.match);
            shared_.recorder->room_closed(each.record.id);
        }
    }
    return counts;
}

void Rooms::restore(RestoredRoom restored, const GameEntry& game, const RestoreHooks& hooks, net::Instant now,
                    RestoreCounts& counts) {
    const RoomRecord& record = restored.record;
    RoomSetup setup{.id = record.id,
                    .name = record.name,
                    .game = &game,
                    .access = record.access,
                    .seats = record.seat_count,
                    .public_delay_s = record.public_delay_s,
                    .maker = record.maker,
                    .host = record.host_rule,
                    .start = record.start_rule,
                    .maker_network = record.maker_network};
    if (const auto fresh = rooms_.find(record.id); fresh != rooms_.end()) {
        // The name and the game are the operator's.
        setup = fresh->second->setup();
        by_invite_.erase(setup.invite);
        if (setup.game != &game) return;
    }
    setup.invite = record.invite;
    std::optional<Resumed> match =
        restored.match ? simulate(*restored.match, record, game, hooks) : std::nullopt;
    if (match) {
        ++counts.matches;
        counts.ticks += static_cast<std::uint64_t>(match->log.next() - match->log.header().first);
    } else if (restored.match) {
        ++counts.broken;
    }
    add(std::make_unique<Room>(std::move(setup), shared_, now, record, std::move(match)));
    ++counts.rooms;
}

std::optional<Resumed> Rooms::simulate(RestoredMatch& match, const RoomRecord& record, const GameEntry& game,
                                       const RestoreHooks& hooks) {
    const auto id = MatchId::parse(match.log.header().match);
    if (!id) return std::nullopt;
    if (hooks.begins) hooks.begins(*id);
    auto resumed = simulate_again(*game.module, match, record, shared_.scratch);
    if (hooks.ended) hooks.ended(*id);
    // One without a tick is as good as a new one.
    if (resumed && resumed->log.next() != resumed->log.header().first) return std::move(*resumed);
    if (!resumed && shared_.broken_logs != nullptr) {
        shared_.broken_logs->keep_unrestored(record.id, resumed.error().why, resumed.error().at, match.log);
    }
    if (shared_.recorder != nullptr) shared_.recorder->match_over(*id);
    return std::nullopt;
}

// ---- Time

net::Instant Rooms::next_due() const {
    net::Instant first = reaped_at_ + reap_period;
    for (const auto& [id, room] : rooms_)
        first = std::min(first, room->next_due());
    return first;
}

void Rooms::make_ticks(net::Instant now) {
    if (shared_.recorder != nullptr && shared_.recorder->needs_refill()) shared_.recorder->refill(*this);
    for (auto& [id, each] : rooms_) {
        Room& room = *each;
        if (room.next_due() == net::never) {
            room.record();
            continue;
        }
        if (!options_.measuring_clock) {
            room.make_ticks(now);
            continue;
        }
        const std::uint64_t ticks = shared_.counters.ticks;
        const net::Instant begin = options_.measuring_clock();
        room.make_ticks(now);
        const std::uint64_t made = shared_.counters.ticks - ticks;
        if (made > 0) shared_.counters.tick_time.add((options_.measuring_clock() - begin) / made);
    }
}

void Rooms::finish_turn(net::Instant now) {
    for (auto& [id, room] : rooms_)
        room->finish_turn(now);
    if (now - reaped_at_ >= reap_period || now < reaped_at_) {
        reaped_at_ = now;
        reap(now);
    }
}

// ---- Numbers

Rooms::Counts Rooms::counts(std::string_view game) const {
    Counts counts;
    for (const auto& [id, each] : rooms_) {
        const Room& room = *each;
        if (room.is_closed()) continue;
        if (!game.empty() && room.setup().game->module->info->id != game) continue;
        ++counts.rooms;
        if (room.next_due() != net::never) ++counts.awake;
        counts.seats_taken += room.seats().taken();
        counts.computers += room.seats().computers();
        counts.spectators += room.spectators();
        counts.previews += room.previews();
        counts.log_bytes += room.match().log().entry_bytes();
    }
    return counts;
}

netcode::InputCounters Rooms::input_counters() const {
    netcode::InputCounters sum = shared_.counters.inputs_of_gone_rooms;
    for (const auto& [id, room] : rooms_)
        add_to(sum, room->match().input_counters());
    return sum;
}

}  // namespace gs::rooms
