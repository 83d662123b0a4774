#include "server/app/replay_command.h"

#include "core/netcode/log_file.h"
#include "core/netcode/replayer.h"
#include "games/pong/module.h"
#include "server/app/test_folder.h"
#include "server/rooms/match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace gs::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// A minute of pong between two computers.
std::string played() {
    const game::Module& module = pong::module();
    std::vector<std::byte> scratch(netcode::keyframe_bytes_max);
    rooms::Match match(module,
                       {.game = std::string(module.info->id),
                        .match = "m4tch",
                        .rules_version = module.info->rules_version,
                        .tick_rate_hz = module.info->tick_rate_hz,
                        .started_unix_s = 1'800'000'000},
                       scratch);
    for (std::uint8_t seat = 0; seat < 2; ++seat)
        match.add_event({.seat = {seat}, .kind = game::SeatEvent::Kind::computer_joined});
    match.ask_for_start();
    for (int tick = 0; tick < 60 * module.info->tick_rate_hz; ++tick)
        EXPECT_FALSE(match.step(7));
    return std::string(text_of(ByteView(netcode::write_log_file(match.log()))));
}

struct Files {
    std::string add(const std::string& name, const std::string& content) {
        const auto path = folder.path() / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }
    TestFolder folder;
};

TEST(ReplayCommand, a_match_that_simulates_to_the_same_is_equal) {
    Files files;
    const std::string path = files.add("a.gslog", played());
    const ReplayOutcome outcome = run_replay({"verify", path});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "1 of 1 equal, 3600 ticks simulated\n");
    EXPECT_EQ(outcome.err, "");
    const auto report = json::parse(run_replay({"verify", path, "--json"}).out);
    EXPECT_TRUE(report["equal"]);
    EXPECT_EQ(report["files"][0]["hashes"], 60);
    EXPECT_EQ(report["files"][0]["keyframes"], 4);
}

TEST(ReplayCommand, every_byte_of_a_file_counts) {
    Files files;
    const std::string content = played();
    for (std::size_t at = 0; at < content.size(); at += content.size() / 97 + 1) {
        std::string damaged = content;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        const ReplayOutcome outcome = run_replay({"verify", files.add("damaged.gslog", damaged)});
        EXPECT_EQ(outcome.status, 1) << at;
        EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << "one clear line";
    }
    const ReplayOutcome cut = run_replay({"verify", files.add("cut.gslog", content.substr(0, 500))});
    EXPECT_EQ(cut.status, 1);
    EXPECT_THAT(cut.err, HasSubstr("cut off, at byte"));
    EXPECT_THAT(run_replay({"verify", files.add("picture.gslog", "PNG")}).err, HasSubstr("no match log"));
}

TEST(ReplayCommand, of_a_folder_all_are_checked_and_the_bad_ones_named) {
    Files files;
    const std::string content = played();
    files.add("good.gslog", content);
    files.add("bad.gslog", content.substr(0, 100));
    files.add("notes.txt", "not looked at");
    const ReplayOutcome outcome = run_replay({"verify", files.folder.path().string(), "--json"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("bad.gslog: the file is cut off"));
    const auto report = json::parse(outcome.out);
    EXPECT_FALSE(report["equal"]);
    ASSERT_EQ(report["files"].size(), 2u);
    EXPECT_TRUE(report["files"][1]["equal"]);
}

TEST(ReplayCommand, tells_what_a_file_is_and_what_happened_in_it) {
    Files files;
    const std::string path = files.add("a.gslog", played());
    const auto info = json::parse(run_replay({"info", path, "--json"}).out);
    EXPECT_EQ(info["game"], "pong");
    EXPECT_EQ(info["seconds"], 60);
    EXPECT_EQ(info["rules_are_here"], true);
    EXPECT_THAT(run_replay({"info", path}).out, HasSubstr("game              pong\n"));
    const ReplayOutcome all = run_replay({"dump", path});
    EXPECT_EQ(all.status, 0);
    EXPECT_THAT(all.out, HasSubstr(R"("event":"computer_joined")"));
    const std::string first = run_replay({"dump", path, "--to", "0"}).out;
    EXPECT_EQ(json::parse(first)["tick"], 0);
    EXPECT_EQ(run_replay({"dump", path, "--from", "99999"}).out, "");
}

TEST(ReplayCommand, wrong_usage_is_told_from_bad_files) {
    EXPECT_EQ(run_replay({}).status, 2);
    EXPECT_EQ(run_replay({"play"}).status, 2);
    EXPECT_EQ(run_replay({"verify"}).status, 2);
    EXPECT_EQ(run_replay({"verify", "a", "b"}).status, 2);
    EXPECT_EQ(run_replay({"verify", "a", "--loud"}).status, 2);
    EXPECT_EQ(run_replay({"dump", "a", "--from"}).status, 2);
    EXPECT_EQ(run_replay({"dump", "a", "--from", "x"}).status, 2);
    EXPECT_EQ(run_replay({"--help"}).status, 0);
    const ReplayOutcome missing = run_replay({"verify", "/nowhere/a.gslog"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_EQ(std::ranges::count(missing.err, '\n'), 1);
}

}  // namespace
}  // namespace gs::app
