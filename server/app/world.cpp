#include "server/app/world.h"

#include "server/app/counter_tables.h"
#include "server/app/games.h"
#include "server/crypto/crypto.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gs::app {
namespace {

rooms::RoomShared shared_of(rooms::LogStore& logs, rooms::Recorder* recorder, WallClock wall_clock,
                            Shard& shard) {
    rooms::RoomShared shared;
    shared.recorder = recorder;
    shared.broken_logs = &logs;
    shared.unix_s = [clock = std::move(wall_clock)] {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(clock(), 0));
    };
    shared.random = [] {
        std::uint64_t bits = 0;
        crypto::fill_random(std::as_writable_bytes(std::span(&bits, 1)));
        return bits;
    };
    shared.woken = [&shard] { shard.turn_earlier(); };
    return shared;
}

rooms::RoomsOptions options_of(std::vector<rooms::GameEntry> games, Shard& shard) {
    return {.games = std::move(games), .permanent = permanent_rooms(), .measuring_clock = [&shard] {
                return shard.now();
            }};
}

}  // namespace

World::World(Options options, const Surroundings& around)
    : shard_(around.shard),
      wall_clock_(around.wall_clock),
      broken_logs_(around.data, around.log),
      keeping_(around.keeping),
      modules_(around.data, options.assets, options.games, around.log),
      shared_(shared_of(broken_logs_, options.recorder, around.wall_clock, shard_)),
      rooms_(options_of(std::move(options.games), shard_), shared_, shard_.now()),
      directory_(rooms_, [this] { return shard_.now(); }),
      visitors_(options.guest_key, around.wall_clock),
      talk_({.rooms = rooms_,
             .unix_s = shared_.unix_s,
             .woken = shared_.woken,
             .keep = [this](const auto& match,
                            auto messages) { keeping_.keep_chat(match, std::move(messages)); },
             .kept = [this](const auto& match) { return keeping_.chat(match); }}),
      services_{.directory = directory_,
                .tickets = tickets_,
                .visitors = visitors_,
                .now = [this] { return shard_.now(); },
                .talk = &talk_,
                .per_address_limit = options.per_address_limit},
      pages_(services_, around.pages, std::move(options.people)),
      api_(services_),
      matches_(rooms_, &keeping_.archive()),
      match_api_(services_, matches_, [this](auto game, auto hash) { return module_url(game, hash); }),
      replay_pages_(services_, around.pages, matches_,
                    [this](auto game, auto hash) { return module_url(game, hash); }),
      visits_(rooms_, tickets_,
              {.clock = [this] { return shard_.now(); },
               .lobby_html = [this] { return pages_.lobby_fragment(); },
               .talk = &talk_}) {
    keeping_.listen(shared_.finished, [this] { return shard_.now(); });
}

World::~World() {
    // Rooms that go with the process have not come to an end.
    shared_.finished.on_added = nullptr;
}

std::string World::module_url(std::string_view game, std::uint64_t hash) const {
    // While developing nobody knows hashes, and there is one module of each game.
    if (hash != 0) return modules_.url_of(hash);
    const OfferedGame* const offered = find_offered(directory_, game);
    return offered == nullptr ? std::string() : offered->module_url;
}

void World::add_routes(http::Router& router) {
    pages_.add_routes(router);
    api_.add_routes(router);
    match_api_.add_routes(router);
    replay_pages_.add_routes(router);
    modules_.add_routes(router);
}

rooms::RestoreCounts World::restore(std::vector<rooms::RestoredRoom> restored,
                                    const rooms::RestoreHooks& hooks) {
    const Watchdog::Turn turn(watchdog_);
    return rooms_.restore(std::move(restored), hooks, shard_.now());
}

void World::start() {
    shard_.set_turns(
        {.next = [this] { return std::min({rooms_.next_due(), visits_.next_due(), talk_.next_due()}); },
         .make =
             [this](net::Instant now) {
                 const Watchdog::Turn turn(watchdog_);
                 rooms_.make_ticks(now);
             },
         .finish =
             [this](net::Instant now) {
                 const Watchdog::Turn turn(watchdog_);
                 rooms_.finish_turn(now);
                 visits_.turn(now);
                 talk_.turn(now);
             }});
}

void World::advance() {
    talk_.keep_matches();
    keeping_.advance(static_cast<std::uint64_t>(std::max<std::int64_t>(wall_clock_(), 0)));
}

void World::drain() {
    talk_.keep_matches();
    rooms_.drain();
    visits_.drain();
}

void World::add_metrics(Metrics& metrics, HostileWatch& watch) {
    add_room_counters(rooms_, tickets_, visits_, metrics, watch);
    add_visitor_counters(services_, metrics, watch);
    add_talk_counters(talk_.counters(), metrics);
    keeping_.add_metrics(metrics);
}

}  // namespace gs::app
