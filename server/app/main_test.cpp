// The program as an operator runs it: what it prints, its exit status, its signals.
#include "server/app/test_folder.h"
#include "server/app/test_program.h"
#include "server/app/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class MainTest : public testing::Test {
  protected:
    void SetUp() override {
        folder_.write("web/manifest.json", R"({
            "src/main.ts": {"file": "assets/main-a1.js", "isEntry": true},
            "src/styles/main.css": {"file": "assets/main-c3.css", "isEntry": true},
            "src/styles/room_page.css": {"file": "assets/room_page-r5.css", "isEntry": true},
            "src/styles/echo.css": {"file": "assets/echo-c4.css", "isEntry": true},
            "src/images/icon.svg": {"file": "assets/icon-d4.svg"}})");
    }
    [[nodiscard]] std::vector<std::string> serve(std::vector<std::string> more = {}) const {
        std::vector<std::string> all = {"serve",
                                        "--http",
                                        "localhost:0",
                                        "--quic",
                                        "localhost:0",
                                        "--data",
                                        (folder_.path() / "data").string(),
                                        "--ring",
                                        (folder_.path() / "ring").string(),
                                        "--assets",
                                        (folder_.path() / "web").string()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    TestFolder folder_;
};

TEST_F(MainTest, tells_its_version_and_its_commands) {
    for (const char* word : {"version", "--version"}) {
        Program program(folder_, {word});
        EXPECT_EQ(program.rest_of_output(), "grandstand " + std::string(version) + "\n");
        EXPECT_EQ(program.wait(), 0);
    }
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"help"}, {"--help"}, {"serve", "--help"}}) {
        Program program(folder_, words);
        EXPECT_THAT(program.rest_of_output(), HasSubstr("grandstand serve"));
        EXPECT_EQ(program.wait(), 0);
    }
}

TEST_F(MainTest, an_unknown_command_is_answered_with_the_nearest) {
    Program program(folder_, {"server"});
    EXPECT_EQ(program.wait(), 2);
    EXPECT_THAT(program.errors(), HasSubstr("did you mean serve?"));
    Program none(folder_, {});
    EXPECT_EQ(none.wait(), 2);
}

TEST_F(MainTest, a_wrong_configuration_lists_every_problem_and_starts_nothing) {
    Program program(folder_, serve({"--log-level", "loud", "--zebra"}),
                    {"GRANDSTAND_SHARDS=2", "GRANDSTAND_HTPP=x"});
    EXPECT_EQ(program.wait(), 2);
    EXPECT_THAT(program.errors(), AllOf(HasSubstr("grandstand: --log-level: log_level = \"loud\""),
                                        HasSubstr("--zebra"), HasSubstr("GRANDSTAND_SHARDS: shards = \"2\""),
                                        HasSubstr("did you mean GRANDSTAND_HTTP?")));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "data"));
}

TEST_F(MainTest, prints_the_configuration_in_force) {
    Program program(folder_, serve({"--print-config"}), {"GRANDSTAND_LOG_FORMAT=json"});
    EXPECT_THAT(program.rest_of_output(), HasSubstr("log_format = \"json\"  # GRANDSTAND_LOG_FORMAT"));
    EXPECT_EQ(program.wait(), 0);
}

TEST_F(MainTest, says_when_it_is_ready_and_ends_well_on_sigterm_and_sigint) {
    for (const int number : {SIGTERM, SIGINT}) {
        Program program(folder_, serve());
        EXPECT_THAT(program.line(), MatchesRegex("Grandstand is ready: http://localhost:[0-9]+\n"));
        program.signal(SIGHUP);
        program.signal(number);
        EXPECT_EQ(program.wait(), 0) << program.errors();
    }
}

TEST_F(MainTest, what_stands_in_the_way_is_said_in_one_line_with_status_1) {
    Program first(folder_, serve());
    const std::string ready = first.line();
    ASSERT_THAT(ready, StartsWith("Grandstand is ready"));
    Program same_folder(folder_, serve());
    EXPECT_EQ(same_folder.wait(), 1);
    EXPECT_THAT(same_folder.errors(), HasSubstr("is in use by another Grandstand (process "));

    const std::string port = ready.substr(ready.rfind(':') + 1, ready.size() - ready.rfind(':') - 2);
    Program taken(folder_,
                  {"serve", "--http", "localhost:" + port, "--quic", "off", "--data",
                   (folder_.path() / "second").string(), "--assets", (folder_.path() / "web").string()});
    EXPECT_EQ(taken.wait(), 1);
    EXPECT_THAT(taken.errors(), AllOf(HasSubstr("grandstand: "), HasSubstr(port)));
}

TEST_F(MainTest, the_health_check_asks_the_running_server) {
    Program server(folder_, serve());
    const std::string ready = server.line();
    const std::string port = ready.substr(ready.rfind(':') + 1, ready.size() - ready.rfind(':') - 2);
    Program well(folder_, {"healthcheck"}, {"GRANDSTAND_HTTP=localhost:" + port});
    EXPECT_EQ(well.wait(), 0);
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
    Program gone(folder_, {"healthcheck", "--http", "localhost:" + port});
    EXPECT_EQ(gone.wait(), 1);
    EXPECT_THAT(gone.errors(), HasSubstr("does not say that it is well"));
}

}  // namespace
}  // namespace gs::app
