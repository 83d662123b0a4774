// World: the rooms of a shard with all that belongs to them: tickets and visits, pages and API, put together
// and driven: turns of the shard make the ticks that are due. Owned by compose, on the shard's thread; what
// is given to it outlives it, and it outlives the sessions.
#pragma once

#include "server/app/broken_logs.h"
#include "server/app/clock.h"
#include "server/app/hostile_watch.h"
#include "server/app/match_api.h"
#include "server/app/match_keeping.h"
#include "server/app/metrics.h"
#include "server/app/module_store.h"
#include "server/app/replay_pages.h"
#include "server/app/room_api.h"
#include "server/app/room_pages.h"
#include "server/app/room_services.h"
#include "server/app/room_talk.h"
#include "server/app/rooms_directory.h"
#include "server/app/shard.h"
#include "server/app/visitors.h"
#include "server/app/watchdog.h"
#include "server/http/router.h"
#include "server/pages/pages.h"
#include "server/rooms/public_matches.h"
#include "server/rooms/rooms.h"
#include "server/rooms/tickets.h"
#include "server/rooms/visits.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace gs::app {

class World {
  public:
    struct Options {
        std::vector<rooms::GameEntry> games;
        crypto::Key guest_key;
        net::PerAddressLimit per_address_limit = net::PerAddressLimit::exempts_loopback;
        std::function<std::uint64_t()> people;  // connected now
        rooms::Recorder* recorder = nullptr;    // null: nothing is recorded
        std::filesystem::path assets = {};      // the built pages; empty while developing
    };
    struct Surroundings {
        Shard& shard;
        WallClock wall_clock;
        const DataFolder& data;
        pages::Pages& pages;
        Log& log;
        MatchKeeping& keeping;
    };

    World(Options options, const Surroundings& around);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    [[nodiscard]] rooms::Visits& visits() { return visits_; }
    /// The world outlives the router.
    void add_routes(http::Router& router);

    /// Before start(): what was under way when the server ended.
    rooms::RestoreCounts restore(std::vector<rooms::RestoredRoom> restored, const rooms::RestoreHooks& hooks);
    [[nodiscard]] rooms::LogStore& broken_logs() { return broken_logs_; }
    /// From now on turns of the shard drive it.
    void start();
    /// Whatever happens to rooms from now on is the end of the process.
    void end_recording() { shared_.recorder = nullptr; }
    /// About once a second.
    void advance();
    /// Nobody comes in any more; visits end with going_away.
    void drain();

    void add_metrics(Metrics& metrics, HostileWatch& watch);

  private:
    [[nodiscard]] std::string module_url(std::string_view game, std::uint64_t hash) const;

    Shard& shard_;
    Watchdog watchdog_;
    WallClock wall_clock_;
    BrokenLogs broken_logs_;
    MatchKeeping& keeping_;
    ModuleStore modules_;
    rooms::RoomShared shared_;
    rooms::Rooms rooms_;
    rooms::Tickets tickets_;
    RoomsDirectory directory_;
    Visitors visitors_;
    RoomTalk talk_;
    RoomServices services_;
    RoomPages pages_;
    RoomApi api_;
    rooms::PublicMatches matches_;
    MatchApi match_api_;
    ReplayPages replay_pages_;
    rooms::Visits visits_;
};

}  // namespace gs::app
