// The flags of `grandstand bots`.
#include "server/app/bots_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> problems_of(const std::vector<std::string>& arguments) {
    const auto read = read_bots_flags(arguments);
    EXPECT_FALSE(read.has_value());
    return read ? std::vector<std::string>() : read.error();
}

std::vector<std::string> with_url(std::vector<std::string> more) {
    more.insert(more.begin(), {"--url", "http://localhost:8080"});
    return more;
}

TEST(BotsFlags, every_flag_of_the_contract_is_understood) {
    const auto options = read_bots_flags({"--url",        "http://[::1]:8080/",
                                          "--game",       "plaza",
                                          "--rooms",      "3",
                                          "--players",    "20",
                                          "--spectators", "5",
                                          "--transport",  "websocket",
                                          "--class",      "live",
                                          "--seconds",    "60",
                                          "--loss",       "2.5",
                                          "--latency-ms", "50",
                                          "--jitter-ms",  "10",
                                          "--duplicate",  "1",
                                          "--predict",    "yes",
                                          "--seed",       "9"});
    ASSERT_TRUE(options.has_value());
    EXPECT_EQ(options->url.host, "::1");
    EXPECT_EQ(options->url.port, 8080);
    EXPECT_EQ(options->module->info->id, "plaza");
    EXPECT_EQ(options->clients(), 75u);
    EXPECT_EQ(options->transport, net::TransportKind::websocket);
    EXPECT_EQ(options->duration, std::chrono::seconds(60));
    EXPECT_DOUBLE_EQ(options->conditions.loss_percent, 2.5);
    EXPECT_EQ(options->conditions.latency, std::chrono::milliseconds(50));
    EXPECT_EQ(options->conditions.jitter, std::chrono::milliseconds(10));
    EXPECT_DOUBLE_EQ(options->conditions.duplicate_percent, 1);
    EXPECT_TRUE(options->predict);
    EXPECT_EQ(options->seed, 9u);
}

TEST(BotsFlags, only_the_url_has_no_default) {
    const auto options = read_bots_flags(with_url({}));
    ASSERT_TRUE(options.has_value());
    EXPECT_EQ(options->clients(), 4u);
    EXPECT_TRUE(options->conditions.none());
    EXPECT_THAT(problems_of({}), ElementsAre(HasSubstr("--url is missing")));
}

TEST(BotsFlags, every_bad_value_names_itself_its_flag_and_what_is_allowed) {
    EXPECT_THAT(
        problems_of({"--url",        "https://x",
                     "--game",       "chess",
                     "--players",    "201",
                     "--rooms",      "0",
                     "--transport",  "carrier-pigeon",
                     "--loss",       "-1",
                     "--latency-ms", "x",
                     "--seconds",    "1.5",
                     "--room",       "A/b",
                     "--seed",       "-4",
                     "--predict",    "maybe",
                     "--duplicate",  "nan"}),
        testing::UnorderedElementsAre(
            AllOf(HasSubstr("--url = \"https://x\""), HasSubstr("http://HOST:PORT")),
            AllOf(HasSubstr("--game = \"chess\""), HasSubstr("plaza")),
            AllOf(HasSubstr("--players = \"201\""), HasSubstr("0 to 200")), HasSubstr("--rooms = \"0\""),
            HasSubstr("--transport = \"carrier-pigeon\""), HasSubstr("--loss = \"-1\""),
            HasSubstr("--latency-ms = \"x\""), HasSubstr("--seconds = \"1.5\""),
            HasSubstr("--room = \"A/b\""), HasSubstr("--seed = \"-4\""), HasSubstr("--predict = \"maybe\""),
            HasSubstr("--duplicate = \"nan\"")));
}

TEST(BotsFlags, what_does_not_go_together_is_said) {
    EXPECT_THAT(problems_of(with_url({"--players", "0"})), ElementsAre(HasSubstr("nobody would come")));
    EXPECT_THAT(problems_of(with_url({"--rooms", "1000", "--players", "200"})),
                ElementsAre(HasSubstr("200000 clients")));
    EXPECT_THAT(problems_of(with_url({"--room", "abc", "--rooms", "2"})),
                ElementsAre(HasSubstr("--rooms is 1")));
    EXPECT_TRUE(read_bots_flags(with_url({"--room", "abc", "--rooms", "1"})).has_value());
    EXPECT_THAT(problems_of(with_url({"--players", "1", "--players", "2"})),
                ElementsAre(HasSubstr("more than once")));
}

TEST(BotsFlags, spectators_watch_live_or_late_and_in_no_other_way) {
    const auto late = read_bots_flags(with_url({"--class", "delayed", "--simulate-every", "0"}));
    ASSERT_TRUE(late.has_value());
    EXPECT_TRUE(late->delayed);
    EXPECT_EQ(late->simulated_every, 0u);
    EXPECT_THAT(problems_of(with_url({"--class", "slow"})),
                ElementsAre(AllOf(HasSubstr("--class = \"slow\""), HasSubstr("live or delayed"))));
}

TEST(BotsFlags, unknown_flags_are_answered_with_the_nearest) {
    EXPECT_THAT(problems_of(with_url({"--player", "3"})),
                testing::Contains(HasSubstr("did you mean --players?")));
}

TEST(BotsFlags, help_names_every_flag) {
    for (const char* flag :
         {"--url", "--game", "--rooms", "--players", "--spectators", "--room ", "--transport", "--class",
          "--seconds", "--loss", "--latency-ms", "--jitter-ms", "--duplicate"})
        EXPECT_THAT(bots_help(), HasSubstr(flag));
}

}  // namespace
}  // namespace gs::app
