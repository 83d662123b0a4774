// The small parts that compose puts together.
#include "core/netcode/log_file.h"
#include "server/app/broken_logs.h"
#include "server/app/clock.h"
#include "server/app/hostile_watch.h"
#include "server/app/own_hosts.h"
#include "server/app/site.h"
#include "server/app/test_folder.h"
#include "server/net/close_codes.h"
#include "server/net/memory_session.h"
#include "server/net/recording_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace gs::app {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ShardClock, never_steps_back) {
    std::chrono::nanoseconds source = seconds(100);
    ShardClock clock([&source] { return source; });
    const net::Instant first = clock.now();
    source = seconds(40);
    EXPECT_EQ(clock.now(), first);
    source = seconds(99);
    EXPECT_EQ(clock.now(), first);
    source = seconds(101);
    EXPECT_EQ(clock.now() - first, seconds(1));
}

TEST(HostileWatch, tells_of_counters_that_grew_and_of_no_others) {
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    LimitedLog limited(log, {});
    std::uint64_t garbled = 10;
    const std::uint64_t quiet = 0;
    HostileWatch watch(limited);
    watch.add("garbled", "garbled packets", garbled);
    watch.add("quiet", "quiet things", quiet);
    watch.look(net::Instant{});
    EXPECT_EQ(out.str(), "");
    garbled += 1'000'000;
    watch.look(net::Instant{} + seconds(1));
    EXPECT_THAT(out.str(),
                AllOf(HasSubstr("garbled packets kind=garbled count=1000000\n"), Not(HasSubstr("quiet"))));
}

TEST(HostileWatch, an_endless_attack_writes_few_lines) {
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    LimitedLog limited(log, {.burst = 3, .refill = seconds(20)});
    std::uint64_t garbled = 0;
    HostileWatch watch(limited);
    watch.add("garbled", "garbled packets", garbled);
    for (int second = 0; second < 600; ++second) {
        garbled += 5000;
        watch.look(net::Instant{} + seconds(second));
    }
    EXPECT_LE(std::ranges::count(out.str(), '\n'), 3 + 600 / 20);
}

TEST(BrokenLogs, are_kept_as_files_until_there_are_enough) {
    const TestFolder folder;
    const auto data = DataFolder::open(folder.path() / "data");
    ASSERT_TRUE(data);
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    BrokenLogs logs(*data, log);
    const std::byte quiet_tick{0};
    for (std::size_t index = 0; index < BrokenLogs::kept_max + 5; ++index) {
        netcode::MatchLog match({.game = "g", .match = "m" + std::to_string(index), .tick_rate_hz = 60});
        match.append({&quiet_tick, 1});
        logs.keep_broken({.game = "g"},
                         {.expression = "ball > 0", .why = "no ball", .file = "rules.cpp", .line = 7}, match);
    }
    const auto kept = read_whole_file(data->path() / "broken" / "m0.gslog", 1000);
    ASSERT_TRUE(kept);
    EXPECT_TRUE(netcode::read_log_file(bytes_of(*kept)).file);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(data->path() / "broken"), {}),
              std::ptrdiff_t{BrokenLogs::kept_max});
    EXPECT_THAT(out.str(), HasSubstr("ball > 0"));
    EXPECT_THAT(out.str(), HasSubstr("line=7"));
    EXPECT_THAT(out.str(), HasSubstr("not kept"));
}

TEST(BrokenLogs, keep_reports_of_other_states_beside_their_logs_and_tell_of_suspicious_seats) {
    const TestFolder folder;
    const auto data = DataFolder::open(folder.path() / "data");
    ASSERT_TRUE(data);
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    BrokenLogs logs(*data, log);
    const std::byte quiet_tick{0};
    netcode::MatchLog match({.game = "g", .match = "m", .tick_rate_hz = 60});
    match.append({&quiet_tick, 1});
    for (std::uint32_t tick = 0; tick < BrokenLogs::kept_max + 5; ++tick)
        logs.keep_desync({.game = "g"}, {.tick = Tick{tick}, .hash = 10, .expected = 11, .state = "s"},
                         match);
    const std::filesystem::path kept = data->path() / "desync";
    const auto report = read_whole_file(kept / "m-0.json", 1000);
    ASSERT_TRUE(report);
    EXPECT_THAT(*report, AllOf(HasSubstr(R"("hash":"000000000000000a")"), HasSubstr(R"("state":"cw")")));
    EXPECT_TRUE(std::filesystem::exists(kept / "m-0.gslog"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(kept), {}),
              2 * std::ptrdiff_t{BrokenLogs::kept_max});
    logs.note_suspicious({.game = "g"}, Seat{3}, {.out_of_range = 77});
    EXPECT_THAT(out.str(), HasSubstr("inputs_out_of_range=77"));
}

TEST(OwnHosts, origins_follow_the_listening_address_and_the_scheme) {
    const std::vector<std::string> hosts = {"tower", "192.0.2.7", "[2001:db8::7]"};
    Config config;
    EXPECT_THAT(default_origins(config, 8080, hosts),
                ElementsAre("http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"));
    EXPECT_EQ(public_url(config, 8080, hosts), "http://localhost:8080");

    config.http = ListenAddress::everywhere(443);
    EXPECT_THAT(
        default_origins(config, 443, hosts),
        AllOf(Contains("https://tower"), Contains("https://[2001:db8::7]"), Contains("https://localhost")));
    EXPECT_EQ(public_url(config, 443, hosts), "https://192.0.2.7");

    config.http = *ListenAddress::parse("[2001:db8::9]:80");
    config.plain_http = true;
    EXPECT_THAT(default_origins(config, 80, hosts), ElementsAre("http://[2001:db8::9]"));
    EXPECT_EQ(public_url(config, 80, hosts), "http://[2001:db8::9]");
    config.origins = {"https://play.example"};
    EXPECT_EQ(public_url(config, 80, hosts), "https://play.example");
}

TEST(OwnHosts, the_development_server_may_be_opened_under_both_names_of_this_machine) {
    EXPECT_THAT(dev_origins("http://localhost:5173"),
                ElementsAre("http://localhost:5173", "http://127.0.0.1:5173"));
    EXPECT_THAT(dev_origins("http://127.0.0.1:5173"),
                ElementsAre("http://127.0.0.1:5173", "http://localhost:5173"));
    EXPECT_THAT(dev_origins("http://dev.example:5173"), ElementsAre("http://dev.example:5173"));
}

TEST(OwnHosts, a_single_address_is_left_for_binding_to_judge) {
    const std::vector<net::Address> foreign = {*net::Address::parse("192.0.2.1:80")};
    EXPECT_EQ(bindable(foreign), foreign);
    const auto both = bindable(ListenAddress::localhost(8080).addresses());
    EXPECT_THAT(both, Contains(*net::Address::parse("127.0.0.1:8080")));
}

TEST(Site, host_names_lose_their_port_only) {
    EXPECT_EQ(host_without_port("play.example:8080"), "play.example");
    EXPECT_EQ(host_without_port("play.example"), "play.example");
    EXPECT_EQ(host_without_port("[::1]:8080"), "[::1]");
    EXPECT_EQ(host_without_port("[::1]"), "[::1]");
    EXPECT_EQ(host_without_port(""), "");
}

TEST(Site, base64_is_that_of_the_rfc) {
    const auto encoded = [](std::string_view text) {
        return base64(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    };
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg==");
    EXPECT_EQ(encoded("fo"), "Zm8=");
    EXPECT_EQ(encoded("foo"), "Zm9v");
    EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
    EXPECT_EQ(encoded("\xff\xfe\xfd"), "//79");
}

}  // namespace
}  // namespace gs::app
