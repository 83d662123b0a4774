#include "server/chat/reactions.h"

#include "server/chat/wire.h"

#include <gtest/gtest.h>

namespace gs::chat {
namespace {

using std::chrono::seconds;
using From = Reactions::From;

const Conversation::IsPublic always = [](const Moment&) { return true; };
const Conversation::IsPublic never = [](const Moment&) { return false; };

TEST(Reactions, are_summed_for_each_kind_of_audience) {
    Reactions reactions;
    reactions.add(From::players, 0);
    reactions.add(From::live_spectators, 0);
    reactions.add(From::live_spectators, 5);
    reactions.add(From::late_spectators, 5);
    reactions.add(From::late_spectators, reaction_kinds);  // there is no such kind
    const auto taken = reactions.take({}, never);
    EXPECT_EQ(taken.players, (ReactionCounts{1, 0, 0, 0, 0, 0}));
    EXPECT_EQ(taken.all, (ReactionCounts{2, 0, 0, 0, 0, 2}));
    EXPECT_EQ(taken.public_now, (ReactionCounts{0, 0, 0, 0, 0, 1}));
}

TEST(Reactions, of_who_sees_more_are_public_later_and_once) {
    Reactions reactions;
    const auto is_public_at = [](net::Instant now) {
        return [now](const Moment& moment) { return now - moment.at >= seconds(10); };
    };
    reactions.add(From::players, 1);
    const net::Instant said(seconds(100));
    static_cast<void>(reactions.take({.at = said}, is_public_at(said)));
    EXPECT_FALSE(reactions.is_empty());
    for (int passed = 1; passed < 10; ++passed) {
        const auto now = said + seconds(passed);
        EXPECT_EQ(reactions.take({.at = now}, is_public_at(now)).public_now, ReactionCounts{}) << passed;
    }
    const auto now = said + seconds(10);
    EXPECT_EQ(reactions.take({.at = now}, is_public_at(now)).public_now, (ReactionCounts{0, 1}));
    EXPECT_TRUE(reactions.is_empty());
    EXPECT_EQ(reactions.take({.at = now}, always).public_now, ReactionCounts{});
}

TEST(Reactions, say_nothing_when_nobody_reacts) {
    EXPECT_EQ(reactions_message({}), "");
    EXPECT_EQ(reactions_message({0, 2}), R"({"counts":[0,2,0,0,0,0],"type":"reactions"})");
}

}  // namespace
}  // namespace gs::chat
