#include "server/app/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>

namespace gs::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Log, text_lines_carry_level_message_and_fields) {
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    log.info("listening", {{"address", "127.0.0.1:8080"}, {"sockets", 2}, {"tls", false}});
    EXPECT_THAT(out.str(), HasSubstr("info"));
    EXPECT_THAT(out.str(), EndsWith("listening address=127.0.0.1:8080 sockets=2 tls=false\n"));
}

TEST(Log, text_values_cannot_forge_lines_or_fields) {
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    log.warning("refused", {{"origin", "http://x\nerror forged=1"}, {"path", "a b"}, {"empty", ""}});
    EXPECT_EQ(lines_in(out.str()), 1u);
    EXPECT_THAT(out.str(),
                EndsWith("refused origin=\"http://x\\u000aerror forged=1\" path=\"a b\" empty=\"\"\n"));
}

TEST(Log, json_lines_are_objects_whatever_the_values) {
    std::ostringstream out;
    Log log(LogLevel::debug, LogFormat::json, out);
    log.debug("refused",
              {{"origin", "\"\n\xff{}%v{0}"}, {"session", std::uint64_t{7}}, {"rtt_ms", 1.5}, {"ok", true}});
    ASSERT_EQ(lines_in(out.str()), 1u);
    const auto line = nlohmann::json::parse(out.str(), nullptr, false);
    ASSERT_TRUE(line.is_object()) << out.str();
    EXPECT_EQ(line["message"], "refused");
    EXPECT_EQ(line["level"], "debug");
    EXPECT_EQ(line["origin"], "\"\n\xef\xbf\xbd{}%v{0}");
    EXPECT_EQ(line["session"], 7);
    EXPECT_EQ(line["rtt_ms"], 1.5);
    EXPECT_EQ(line["ok"], true);
    EXPECT_THAT(line["time"].get<std::string>(), testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
}

TEST(Log, leaves_out_what_is_below_its_level) {
    std::ostringstream out;
    Log log(LogLevel::warning, LogFormat::text, out);
    log.info("quiet");
    log.error("loud");
    EXPECT_THAT(out.str(), Not(HasSubstr("quiet")));
    EXPECT_THAT(out.str(), HasSubstr("loud"));
}

TEST(LimitedLog, writes_a_few_then_counts_and_tells_the_number) {
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    LimitedLog limited(log, {.burst = 2, .refill = std::chrono::seconds(10)});
    net::Instant now{};
    for (int i = 0; i < 1000; ++i) {
        limited.warning("garbled", now, "garbled packet dropped");
        now += std::chrono::milliseconds(1);
    }
    EXPECT_EQ(lines_in(out.str()), 2u);
    EXPECT_EQ(limited.suppressed(), 998u);
    limited.warning("origin", now, "origin refused");
    EXPECT_EQ(lines_in(out.str()), 3u);
    now += std::chrono::seconds(10);
    limited.warning("garbled", now, "garbled packet dropped");
    EXPECT_THAT(out.str(), EndsWith("garbled packet dropped suppressed=998\n"));
    EXPECT_EQ(limited.suppressed(), 0u);
}

TEST(LimitedLog, a_clock_that_steps_back_or_far_ahead_gives_no_extra_lines) {
    std::ostringstream out;
    Log log(LogLevel::info, LogFormat::text, out);
    LimitedLog limited(log, {.burst = 2, .refill = std::chrono::seconds(10)});
    const net::Instant late = net::Instant{} + std::chrono::hours(1);
    for (int i = 0; i < 10; ++i) {
        limited.warning("kind", late, "x");
        limited.warning("kind", net::Instant{}, "x");
    }
    EXPECT_EQ(lines_in(out.str()), 2u);
    const net::Instant later = late + std::chrono::hours(1000);
    for (int i = 0; i < 10; ++i) {
        limited.warning("kind", later, "x");
    }
    EXPECT_EQ(lines_in(out.str()), 4u);
}

}  // namespace
}  // namespace gs::app
