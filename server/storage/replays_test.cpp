#include "server/storage/replays.h"

#include "server/rooms/room_rig.h"
#include "server/storage/memory_disk.h"
#include "server/storage/posix_disk.h"
#include "server/storage/test_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sqlite3.h>
#include <sys/stat.h>

namespace gs::storage {
namespace {

using rooms::Access;
using rooms::FinishedMatches;
using rooms::testing::race;
using rooms::testing::RaceInput;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t unix_s = 1'800'000'000;

/// Races of two, each with what a room hands over at its end.
struct Races : rooms::testing::RoomRig {
    Races() : RoomRig({.game = &race, .permanent = false}) {}

    struct Wish {
        std::string winner = "Ada";
        std::uint32_t delay_s = 0;
        Access access = Access::listed;
    };
    FinishedMatches::Kept play(const Wish& wish) {
        const net::Person host = person(wish.winner);
        const auto id = *rooms->make(
            {.game = "race", .access = wish.access, .public_delay_s = wish.delay_s, .maker = host.id}, now);
        auto& visitor = come(host, rooms::Role::player, id);
        auto& other = come(person("Bob"), rooms::Role::player, id);
        run(milliseconds(300));
        visitor.say({{"type", "host"}, {"do", "start"}});
        run(seconds(7));
        for (int point = 0; point < rooms::testing::race_points; ++point) {
            visitor.send_inputs<RaceInput>(rooms->find(id)->match().next() + 3,
                                           {{.pressed = rooms::testing::race_press}});
            run(milliseconds(200));
        }
        run(seconds(2));
        EXPECT_FALSE(shared.finished.all().empty());
        visitor.say({{"type", "leave"}});
        other.say({{"type", "leave"}});
        run(milliseconds(100));
        return shared.finished.all().back();
    }
};

ReplayKeeper::ModuleOf races_only() {
    return [](std::string_view game) { return game == "race" ? &race : nullptr; };
}

/// The clock of the thread: it has no need of the right time.
net::Instant no_time() { return net::Instant(std::chrono::hours(1)); }

struct Place {
    TestFolder folder;
    Path database = folder.path() / "grandstand.db";
    Path replays = folder.path() / "replays";
    PosixDisk disk;

    std::unique_ptr<Replays> open(Disk& on, std::uint64_t now = unix_s, ReplayLimits limits = {}) {
        auto opened = Replays::open({.folder = replays,
                                     .database_file = database,
                                     .limits = limits,
                                     .module_of = races_only(),
                                     .unix_s = now,
                                     .clock = no_time,
                                     .retry_period = milliseconds(1)},
                                    on);
        EXPECT_TRUE(opened) << opened.error().context;
        return std::move(*opened);
    }
    std::unique_ptr<Replays> open() { return open(disk); }
    ReplayTable table() const { return ReplayTable(*Database::open(database)); }
    ReplayKeeper keeper(Disk& on, ReplayLimits limits = {}) const {
        return ReplayKeeper(replays, on, table(), limits, races_only());
    }
    [[nodiscard]] bool has_file(const MatchId& match) const {
        return std::filesystem::exists(replay_file(replays, match));
    }
};

/// Whatever comes up to the wanted piece of news; a test that waits for what never comes ends by its timeout.
std::vector<ReplayNews> until(Replays& replays, ReplayNews::Kind wanted, std::uint64_t now = unix_s) {
    std::vector<ReplayNews> all;
    while (std::ranges::find(all, wanted, &ReplayNews::kind) == all.end()) {
        for (ReplayNews& news : replays.advance(now))
            all.push_back(std::move(news));
        std::this_thread::yield();
    }
    return all;
}

KeptMatch kept_of(const rooms::FinishedMatch& match, std::uint64_t public_unix_s = unix_s) {
    return {.match = match.match,
            .room = match.room,
            .room_name = match.room_name,
            .access = match.access,
            .invite = match.invite,
            .header = match.log.header(),
            .end = match.log.next(),
            .play_began = match.play_began,
            .delay = match.release.delay(),
            .players = match.players,
            .result = match.result,
            .ended_unix_s = match.ended_unix_s,
            .public_unix_s = public_unix_s};
}

TEST(Replays, a_match_is_the_same_after_the_next_start_and_comes_out_the_same_when_simulated) {
    Place place;
    Races races;
    const auto match = races.play({});
    {
        const auto replays = place.open();
        replays->keep(match, races.now);
        const auto news = until(*replays, ReplayNews::Kind::verified);
        EXPECT_EQ(news.back().check, KeptMatch::Check::equal);
        EXPECT_EQ(replays->find(match->match, races.now)->check, KeptMatch::Check::equal);
        EXPECT_EQ(replays->status().matches, 1u);
        EXPECT_EQ(replays->status().equal, 1u);
    }
    struct ::stat status = {};
    ASSERT_EQ(::stat(place.database.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << "the invites of private rooms stand in it";
    const auto replays = place.open(place.disk, unix_s + 10);
    const auto list = replays->list({}, 10, {});
    ASSERT_EQ(list.size(), 1u);
    const KeptMatch& kept = *list[0];
    EXPECT_EQ(kept.match, match->match);
    EXPECT_EQ(kept.room, match->room);
    EXPECT_EQ(kept.room_name, match->room_name);
    EXPECT_EQ(kept.header.game, "race");
    EXPECT_EQ(kept.header.tick_rate_hz, match->log.header().tick_rate_hz);
    EXPECT_EQ(kept.header.rules_version, match->log.header().rules_version);
    EXPECT_EQ(kept.end, match->log.next());
    EXPECT_EQ(kept.play_began, match->play_began);
    EXPECT_EQ(kept.check, KeptMatch::Check::equal);
    ASSERT_EQ(kept.players.size(), 2u);
    EXPECT_EQ(kept.players[1].name, "Bob");
    ASSERT_TRUE(kept.result);
    EXPECT_EQ(rooms::json_of(*kept.result), rooms::json_of(*match->result));
    const auto events = replays->events(match->match);
    ASSERT_EQ(events.size(), match->events.all().size());
    EXPECT_EQ(events.back().tick, match->events.all().back().tick);
    EXPECT_TRUE(events.back().event.is_like(match->events.all().back().event));
    const auto log = replays->log(match->match);
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(bytes_of(*log->file).size(), kept.bytes);
    EXPECT_TRUE(std::ranges::equal(bytes_of(*log->file), ByteView(netcode::write_log_file(match->log))));
    EXPECT_EQ(replays->log(match->match), log) << "it is read once";
}

TEST(Replays, are_there_as_soon_as_the_end_is_public_and_not_before) {
    Place place;
    Races races;
    const auto match = races.play({.delay_s = 10});
    const auto replays = place.open();
    replays->keep(match, races.now);
    const net::Instant public_at = match->release.complete_at();
    ASSERT_GT(public_at, races.now);
    EXPECT_THAT(replays->list({}, 10, public_at - milliseconds(1)), IsEmpty());
    EXPECT_EQ(replays->find(match->match, public_at - milliseconds(1)), nullptr);
    EXPECT_EQ(replays->list({}, 10, public_at).size(), 1u);
    EXPECT_NE(replays->find(match->match, public_at), nullptr);
}

TEST(Replays, do_not_become_public_earlier_because_the_server_started_again) {
    Place place;
    Races races;
    const auto match = races.play({.delay_s = 10});
    const auto left = std::chrono::ceil<seconds>(match->release.complete_at() - races.now).count();
    {
        const auto replays = place.open();
        replays->keep(match, races.now);
        until(*replays, ReplayNews::Kind::kept);
    }
    const auto early = place.open(place.disk, unix_s + static_cast<std::uint64_t>(left));
    EXPECT_THAT(early->list({}, 10, races.now + std::chrono::hours(1)), IsEmpty());
    EXPECT_EQ(early->find(match->match, races.now + std::chrono::hours(1)), nullptr);
    static_cast<void>(early->advance(unix_s + static_cast<std::uint64_t>(left) + 2));
    EXPECT_EQ(early->list({}, 10, {}).size(), 1u);
}

TEST(Replays, of_rooms_that_are_not_listed_are_found_and_never_listed) {
    Place place;
    Races races;
    const auto match = races.play({.access = Access::by_invite});
    {
        const auto replays = place.open();
        replays->keep(match, races.now);
        EXPECT_THAT(replays->list({}, 10, races.now), IsEmpty());
    }
    const auto replays = place.open(place.disk, unix_s + 10);
    EXPECT_THAT(replays->list({}, 10, races.now), IsEmpty());
    const auto kept = replays->find(match->match, races.now);
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->access, Access::by_invite);
    EXPECT_EQ(kept->invite, match->invite);
    EXPECT_FALSE(kept->invite.empty());
}

TEST(Replays, are_listed_newest_first_by_game_and_player_and_page_by_page) {
    Place place;
    Races races;
    const auto replays = place.open();
    std::vector<MatchId> matches;
    for (const char* const winner : {"Ada", "Zoe", "Ada"}) {
        const auto match = races.play({.winner = winner});
        matches.push_back(match->match);
        static_cast<void>(replays->advance(unix_s + 60 * matches.size()));
        replays->keep(match, races.now);
    }
    const auto ids = [&](const rooms::Archive::Filter& filter, std::size_t count = 10) {
        std::vector<MatchId> found;
        for (const auto& kept : replays->list(filter, count, races.now))
            found.push_back(kept->match);
        return found;
    };
    EXPECT_THAT(ids({}), ElementsAre(matches[2], matches[1], matches[0]));
    EXPECT_THAT(ids({.player = "aDa"}), ElementsAre(matches[2], matches[0]));
    EXPECT_THAT(ids({.player = "bob"}).size(), 3u);
    EXPECT_THAT(ids({.player = "nobody"}), IsEmpty());
    EXPECT_THAT(ids({.player = std::string(100'000, 'a')}), IsEmpty());
    EXPECT_THAT(ids({.game = "pong"}), IsEmpty());
    EXPECT_THAT(ids({.game = "race"}, 2), ElementsAre(matches[2], matches[1]));
    const std::string cursor = rooms::cursor_of(*replays->find(matches[1], races.now));
    EXPECT_THAT(ids({.before = cursor}), ElementsAre(matches[0]));
    for (const char* const cursor_of_nothing : {"x", "-", "1-", "99999999999999999999999-aaaaaaaaaaaa"})
        EXPECT_EQ(ids({.before = cursor_of_nothing}).size(), 3u) << cursor_of_nothing;
}

TEST(Replays, wait_for_a_disk_that_fails_and_are_written_when_it_works_again) {
    Place place;
    Races races;
    MemoryDisk disk;
    disk.fails_with = ENOSPC;
    const auto match = races.play({});
    const auto replays = place.open(disk);
    replays->keep(match, races.now);
    const auto news = until(*replays, ReplayNews::Kind::alarm);
    EXPECT_EQ(news.back().alarm, Alarm::disk_full);
    EXPECT_EQ(replays->list({}, 10, races.now).size(), 1u) << "whoever watches does not notice";
    EXPECT_NE(replays->log(match->match), nullptr);
    EXPECT_EQ(replays->events(match->match).size(), match->events.all().size());
    disk.fails_with = 0;
    until(*replays, ReplayNews::Kind::verified);
    EXPECT_EQ(replays->status().alarm, Alarm::none);
    EXPECT_EQ(replays->status().pending, 0u);
    EXPECT_TRUE(disk.files.contains(replay_file(place.replays, match->match).string()));
}

TEST(Replays, hold_back_no_more_than_their_bound) {
    Place place;
    Races races;
    MemoryDisk disk;
    disk.fails_with = EROFS;
    auto opened = Replays::open({.folder = place.replays,
                                 .database_file = place.database,
                                 .module_of = races_only(),
                                 .unix_s = unix_s,
                                 .clock = no_time,
                                 .retry_period = std::chrono::hours(1),
                                 .pending_bytes_max = 1},
                                disk);
    ASSERT_TRUE(opened);
    Replays& replays = **opened;
    std::vector<MatchId> matches;
    for (int count = 0; count < 3; ++count) {
        const auto match = races.play({});
        matches.push_back(match->match);
        replays.keep(match, races.now);
        until(replays, count == 0 ? ReplayNews::Kind::alarm : ReplayNews::Kind::lost);
    }
    EXPECT_EQ(replays.status().pending, 1u);
    EXPECT_EQ(replays.status().lost, 2u);
    EXPECT_EQ(replays.find(matches[0], races.now), nullptr);
    EXPECT_NE(replays.find(matches[2], races.now), nullptr);
}

TEST(Replays, wait_for_a_database_that_somebody_else_holds) {
    Place place;
    Races races;
    const auto match = races.play({});
    const auto replays = place.open();
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(place.database.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    replays->keep(match, races.now);
    EXPECT_EQ(replays->list({}, 10, races.now).size(), 1u) << "the shard waits for nothing";
    until(*replays, ReplayNews::Kind::alarm);
    ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    until(*replays, ReplayNews::Kind::kept);
    EXPECT_TRUE(place.has_file(match->match));
}

// ---- Files and rows

TEST(Replays, what_was_said_is_kept_beside_a_match_and_goes_with_it) {
    Place place;
    Races races;
    const auto match = races.play({});
    const MatchId never_kept = *MatchId::parse("bbbbbbbbbbbb");
    {
        const auto replays = place.open();
        replays->keep_chat(match->match, R"([{"text":"first"}])");
        EXPECT_EQ(replays->chat(match->match), R"([{"text":"first"}])") << "also before it is written";
        replays->keep(match, races.now);
        replays->keep_chat(match->match, R"([{"text":"first"},{"text":"second"}])");
        replays->keep_chat(never_kept, "[]");
        until(*replays, ReplayNews::Kind::verified);
        EXPECT_EQ(replays->chat(*MatchId::parse("cccccccccccc")), "");
    }
    EXPECT_EQ(*place.table().chat(never_kept), "[]");
    {
        const auto replays = place.open();
        EXPECT_EQ(replays->chat(match->match), R"([{"text":"first"},{"text":"second"}])");
    }
    EXPECT_EQ(*place.table().chat(never_kept), "") << "the start looks whose it is";
    auto by_age = place.keeper(place.disk, {.days_max = 1});
    EXPECT_THAT(*by_age.trim(unix_s + 10 * 86'400), ElementsAre(match->match));
    EXPECT_EQ(*place.table().chat(match->match), "");
}

TEST(ReplayKeeper, the_oldest_go_first_with_their_files) {
    Place place;
    Races races;
    std::vector<MatchId> matches;
    std::uint64_t bytes = 0;
    auto keeper = place.keeper(place.disk);
    for (std::uint64_t count = 0; count < 4; ++count) {
        const auto match = races.play({});
        matches.push_back(match->match);
        bytes = *keeper.keep(*match, kept_of(*match, unix_s + count * 86'400));
    }
    auto by_age = place.keeper(place.disk, {.days_max = 2});
    EXPECT_THAT(*by_age.trim(unix_s + 3 * 86'400), ElementsAre(matches[0]));
    auto by_bytes = place.keeper(place.disk, {.bytes_max = 2 * bytes + bytes / 2});
    EXPECT_THAT(*by_bytes.trim(unix_s), ElementsAre(matches[1]));
    EXPECT_FALSE(place.has_file(matches[0]));
    EXPECT_FALSE(place.has_file(matches[1]));
    EXPECT_TRUE(place.has_file(matches[2]));
    EXPECT_EQ(by_bytes.size()->matches, 2u);
    EXPECT_THAT(*by_bytes.reconcile(), IsEmpty()) << "rows and files went together";
}

TEST(ReplayKeeper, brings_rows_and_files_into_line_after_a_crash) {
    Place place;
    Races races;
    const auto whole = races.play({});
    const auto unfinished = races.play({});
    const auto lost = races.play({});
    const auto foreign = races.play({});
    auto keeper = place.keeper(place.disk);
    for (const auto& match : {whole, unfinished, lost, foreign})
        ASSERT_TRUE(keeper.keep(*match, kept_of(*match)));
    // It ended after the file and before the row said so; a file went; the database was an older copy.
    ASSERT_TRUE(place.table().set_bytes(unfinished->match, 0));
    std::filesystem::remove(replay_file(place.replays, lost->match));
    ASSERT_TRUE(place.table().remove(foreign->match));
    ASSERT_TRUE(place.disk.replace(place.replays / "notes.txt", bytes_of("mine"), Disk::Sync::no));
    ASSERT_TRUE(place.disk.replace(place.replays / "aaaaaaaaaaaa.gslog.new", bytes_of("x"), Disk::Sync::no));

    const auto repairs = keeper.reconcile();
    ASSERT_TRUE(repairs);
    EXPECT_EQ(repairs->size(), 4u) << "and one line for each";
    EXPECT_FALSE(*place.table().find(lost->match));
    EXPECT_GT((*place.table().find(unfinished->match))->bytes, 0u);
    const auto made = *place.table().find(foreign->match);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->access, Access::by_invite) << "who may see it is not known, so nobody may";
    EXPECT_TRUE(made->invite.empty());
    EXPECT_EQ(made->end, foreign->log.next());
    EXPECT_TRUE(std::filesystem::exists(place.replays / "notes.txt")) << "what is not ours stays";
    EXPECT_FALSE(std::filesystem::exists(place.replays / "aaaaaaaaaaaa.gslog.new"));
    EXPECT_EQ(keeper.reconcile()->size(), 1u) << "only the strange file is left to tell of";
}

TEST(ReplayKeeper, removes_a_file_that_was_torn_before_its_row_said_so) {
    Place place;
    Races races;
    const auto match = races.play({});
    auto keeper = place.keeper(place.disk);
    ASSERT_TRUE(keeper.keep(*match, kept_of(*match)));
    ASSERT_TRUE(place.table().set_bytes(match->match, 0));
    std::filesystem::resize_file(replay_file(place.replays, match->match), 100);
    const auto repairs = keeper.reconcile();
    ASSERT_EQ(repairs->size(), 1u);
    EXPECT_EQ(repairs->front().gone, match->match);
    EXPECT_FALSE(place.has_file(match->match));
    EXPECT_FALSE(*place.table().find(match->match));
}

TEST(ReplayKeeper, says_what_came_out_when_a_match_is_simulated_again) {
    Place place;
    Races races;
    const auto match = races.play({});
    auto keeper = place.keeper(place.disk);
    ASSERT_TRUE(keeper.keep(*match, kept_of(*match)));
    EXPECT_THAT(*keeper.unchecked(), ElementsAre(match->match));
    EXPECT_EQ(keeper.check(match->match)->check, KeptMatch::Check::equal);
    EXPECT_THAT(*keeper.unchecked(), IsEmpty());

    std::vector<std::byte> bytes = netcode::write_log_file(match->log);
    bytes[bytes.size() / 2] ^= std::byte{1};
    ASSERT_TRUE(place.disk.replace(replay_file(place.replays, match->match), bytes, Disk::Sync::no));
    const auto verdict = keeper.check(match->match);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->check, KeptMatch::Check::differs);
    EXPECT_THAT(std::string(verdict->words), HasSubstr("damaged"));
    EXPECT_EQ((*place.table().find(match->match))->check, KeptMatch::Check::differs);
}

TEST(ReplayKeeper, a_match_of_other_rules_is_neither_equal_nor_different) {
    Place place;
    Races races;
    const auto match = races.play({});
    ReplayKeeper keeper(place.replays, place.disk, place.table(), {},
                        [](std::string_view) -> const game::Module* { return nullptr; });
    ASSERT_TRUE(keeper.keep(*match, kept_of(*match)));
    EXPECT_EQ(keeper.check(match->match)->check, KeptMatch::Check::unknown);
}

// ---- The database

TEST(Database, of_a_newer_version_is_refused_in_clear_words) {
    Place place;
    ASSERT_TRUE(Database::open(place.database));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(place.database.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "PRAGMA user_version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    const auto opened = Database::open(place.database);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::invalid);
    EXPECT_THAT(opened.error().context, HasSubstr("newer version"));
}

TEST(Database, that_is_none_is_refused) {
    Place place;
    ASSERT_TRUE(place.disk.replace(place.database, bytes_of(std::string(5000, 'x')), Disk::Sync::no));
    const auto opened = Database::open(place.database);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::invalid);
    EXPECT_THAT(opened.error().context, HasSubstr("damaged"));
}

TEST(ReplayTable, rows_that_make_no_sense_are_left_out) {
    Place place;
    Races races;
    const auto match = races.play({});
    ASSERT_TRUE(place.keeper(place.disk).keep(*match, kept_of(*match)));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(place.database.c_str(), &other), SQLITE_OK);
    const auto change = [&](const char* sql) {
        ASSERT_EQ(sqlite3_exec(other, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(other);
    };
    change("UPDATE replays SET players = '{]', result = '[1]', events = '[[1,2],7,[1,2,3,4,5,\"x\"]]'");
    auto kept = *place.table().find(match->match);
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->players.empty());
    EXPECT_FALSE(kept->result);
    EXPECT_TRUE(place.table().events(match->match)->empty());
    change("UPDATE replays SET tick_rate_hz = 0");
    EXPECT_FALSE(*place.table().find(match->match));
    EXPECT_TRUE(place.table().newest(10)->empty());
    sqlite3_close(other);
}

}  // namespace
}  // namespace gs::storage
