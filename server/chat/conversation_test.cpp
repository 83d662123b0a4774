#include "server/chat/conversation.h"

#include "core/wire/limits.h"
#include "server/chat/wire.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace gs::chat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

net::AccountId account(int number) {
    std::string text = "aaaaaaaaaa00";
    text[10] = static_cast<char>('a' + number / 26 % 26);
    text[11] = static_cast<char>('a' + number % 26);
    return *net::AccountId::parse(text);
}

const Conversation::IsPublic always = [](const Moment&) { return true; };

/// A conversation whose people never say the same and never too much.
struct Rig {
    explicit Rig(Limits limits = {}) : conversation(limits) {}

    std::expected<Said, std::string_view> say(int person, std::string_view text, Sight sight = Sight::live,
                                              Channel channel = Channel::spectators) {
        return conversation.say({.channel = channel,
                                 .author = {.id = account(person), .name = "Ada"},
                                 .text = text,
                                 .moment = {.tick = Tick{tick}, .at = now},
                                 .sight = sight},
                                now);
    }
    std::vector<std::string> texts(Sight sight, Channel channel = Channel::spectators,
                                   std::size_t count = 50) {
        std::vector<std::string> found;
        for (const Said& said : conversation.newest(channel, count, sight))
            found.push_back(said->text);
        return found;
    }

    Conversation conversation;
    net::Instant now = net::Instant(seconds(1000));
    std::uint32_t tick = 0;
};

using Texts = std::vector<std::string>;

TEST(Conversation, one_person_says_five_in_ten_seconds) {
    Rig rig;
    const auto say_until_refused = [&] {
        int said = 0;
        while (rig.say(1, "number " + std::to_string(rig.tick++)))
            ++said;
        return said;
    };
    EXPECT_EQ(say_until_refused(), 5);
    EXPECT_FALSE(rig.say(1, "one more").error().empty());
    EXPECT_TRUE(rig.say(2, "somebody else"));
    rig.now += seconds(2);
    EXPECT_EQ(say_until_refused(), 1);
    rig.now += seconds(60);
    EXPECT_EQ(say_until_refused(), 5);
}

TEST(Conversation, what_is_refused_counts_for_the_rate) {
    Rig rig;
    for (int tries = 0; tries < 5; ++tries)
        EXPECT_FALSE(rig.say(1, std::string(1024 * 1024, 'x')));
    EXPECT_FALSE(rig.say(1, "short"));
}

TEST(Conversation, all_together_say_so_much_and_who_sees_less_is_not_hindered) {
    Rig rig;
    int said = 0;
    for (int person = 0; person < 100; ++person)
        said += rig.say(person, "hello").has_value() ? 1 : 0;
    EXPECT_EQ(said, 20);
    EXPECT_TRUE(rig.say(200, "hello", Sight::released));
    EXPECT_TRUE(rig.say(201, "hello", Sight::live, Channel::players));
    rig.now += seconds(1);
    EXPECT_TRUE(rig.say(202, "hello"));
}

TEST(Conversation, the_same_words_again_are_refused_for_a_while) {
    Rig rig;
    EXPECT_TRUE(rig.say(1, "go go"));
    EXPECT_FALSE(rig.say(1, "go   go\u200b"));
    EXPECT_TRUE(rig.say(2, "go go"));
    rig.now += seconds(31);
    EXPECT_TRUE(rig.say(1, "go go"));
}

TEST(Conversation, who_is_muted_is_told_so_and_not_heard) {
    Rig rig;
    EXPECT_TRUE(rig.conversation.mute({.id = account(1)}));
    EXPECT_NE(rig.say(1, "hello").error().find("muted"), std::string_view::npos);
    EXPECT_FALSE(rig.conversation.may_react(account(1), rig.now));
    EXPECT_TRUE(rig.conversation.may_react(account(2), rig.now));
    EXPECT_EQ(rig.texts(Sight::live), Texts{});
    rig.conversation.unmute(account(1));
    EXPECT_TRUE(rig.say(1, "hello"));
}

TEST(Conversation, mutes_so_many_at_most) {
    Rig rig({.muted_max = 2});
    EXPECT_TRUE(rig.conversation.mute({.id = account(1)}));
    EXPECT_TRUE(rig.conversation.mute({.id = account(2)}));
    EXPECT_FALSE(rig.conversation.mute({.id = account(3)}));
    EXPECT_TRUE(rig.conversation.mute({.id = account(2)}));
    EXPECT_EQ(rig.conversation.muted().size(), 2u);
    rig.conversation.unmute(account(1));
    EXPECT_TRUE(rig.conversation.mute({.id = account(3)}));
}

TEST(Conversation, the_list_of_who_is_muted_fits_into_one_message) {
    Rig rig;
    // Of the longest names, and all of it has to be escaped.
    const Muted longest{.id = account(1), .name = std::string(64, '"')};
    std::vector<Muted> all(Limits{}.muted_max, longest);
    EXPECT_LE(muted_message(all).size(), wire::message_bytes_max);
    EXPECT_EQ(muted_message({&longest, 1}).substr(0, 26), R"({"people":[{"id":"aaaaaaaa)");
}

TEST(Conversation, what_is_said_with_more_sight_is_public_when_its_moment_is) {
    Rig rig;
    for (rig.tick = 1; rig.tick <= 3; ++rig.tick)
        ASSERT_TRUE(rig.say(1, "at " + std::to_string(rig.tick)));
    ASSERT_TRUE(rig.say(2, "known to all", Sight::released));
    EXPECT_EQ(rig.texts(Sight::live), (Texts{"at 1", "at 2", "at 3", "known to all"}));
    EXPECT_EQ(rig.texts(Sight::released), Texts{"known to all"});
    const auto before = [](std::uint32_t end) {
        return [end](const Moment& moment) { return moment.tick.value < end; };
    };
    EXPECT_EQ(rig.conversation.release(before(1)).size(), 0u);
    EXPECT_EQ(rig.conversation.release(before(3)).size(), 2u);
    EXPECT_EQ(rig.texts(Sight::released), (Texts{"known to all", "at 1", "at 2"}));
    EXPECT_TRUE(rig.conversation.has_pending());
    EXPECT_EQ(rig.conversation.release(before(4)).size(), 1u);
    EXPECT_FALSE(rig.conversation.has_pending());
    EXPECT_EQ(rig.conversation.release(always).size(), 0u) << "nothing twice";
}

TEST(Conversation, what_is_kept_is_bounded_for_each_channel) {
    Rig rig({.per_person = {.count = 1000, .per = seconds(1), .burst = 1000},
             .per_channel = {.count = 1000, .per = seconds(1), .burst = 1000},
             .kept_per_channel = 10});
    ASSERT_TRUE(rig.say(1, "a player", Sight::live, Channel::players));
    for (int number = 0; number < 100; ++number)
        ASSERT_TRUE(rig.say(2, std::to_string(number)));
    rig.conversation.release(always);
    for (const Sight sight : {Sight::live, Sight::released}) {
        EXPECT_EQ(rig.texts(sight).size(), 10u);
        EXPECT_EQ(rig.texts(sight).back(), "99");
        EXPECT_EQ(rig.texts(sight, Channel::spectators, 3), (Texts{"97", "98", "99"}));
        EXPECT_EQ(rig.texts(sight, Channel::players), Texts{"a player"});
    }
}

TEST(Conversation, pending_messages_push_nothing_public_out) {
    Rig rig({.per_person = {.count = 1000, .per = seconds(1), .burst = 1000},
             .per_channel = {.count = 1000, .per = seconds(1), .burst = 1000},
             .kept_per_channel = 10});
    ASSERT_TRUE(rig.say(1, "public", Sight::released));
    for (int number = 0; number < 50; ++number)
        ASSERT_TRUE(rig.say(2, std::to_string(number)));
    EXPECT_EQ(rig.texts(Sight::released), Texts{"public"});
}

TEST(Conversation, a_match_has_what_was_public_of_it_in_the_order_of_ticks) {
    Rig rig;
    rig.tick = 9;
    ASSERT_TRUE(rig.say(1, "late", Sight::live, Channel::players));
    rig.conversation.release(always);
    rig.tick = 4;
    ASSERT_TRUE(rig.say(2, "early", Sight::released));
    rig.tick = 5;
    ASSERT_TRUE(rig.say(3, "not public"));
    const auto said = rig.conversation.of_match({});
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0]->text, "early");
    EXPECT_EQ(said[1]->text, "late");
    EXPECT_TRUE(rig.conversation.of_match(*net::MatchId::parse("bbbbbbbbbbbb")).empty());
}

TEST(Conversation, who_saw_more_a_moment_ago_knows_it_still) {
    Rig rig;
    rig.conversation.saw_live(account(1), rig.now);
    EXPECT_TRUE(rig.conversation.has_seen_live(account(1), seconds(10), rig.now + milliseconds(9'999)));
    EXPECT_FALSE(rig.conversation.has_seen_live(account(1), seconds(10), rig.now + seconds(10)));
    EXPECT_FALSE(rig.conversation.has_seen_live(account(2), seconds(10), rig.now));
}

TEST(Conversation, more_people_than_it_remembers_are_refused_until_some_are_forgotten) {
    Rig rig({.per_channel = {.count = 1000, .per = seconds(1), .burst = 1000}, .people_max = 3});
    for (int person = 0; person < 3; ++person)
        EXPECT_TRUE(rig.say(person, "hello"));
    EXPECT_FALSE(rig.say(3, "hello"));
    EXPECT_TRUE(rig.say(2, "I am known"));
    rig.now += std::chrono::minutes(3);
    EXPECT_TRUE(rig.say(3, "hello"));
}

TEST(ChatMessage, is_json_in_which_nothing_is_lost) {
    Rig rig;
    const auto said = rig.conversation.say({.channel = Channel::players,
                                            .author = {.id = account(1), .name = "A<b>", .seat = Seat{3}},
                                            .text = "<script>\"\\ \u00e9",
                                            .moment = {.tick = Tick{7}, .at = rig.now},
                                            .unix_s = 1'800'000'000},
                                           rig.now);
    ASSERT_TRUE(said);
    const auto json = nlohmann::json::parse(chat_message(std::vector{*said}));
    EXPECT_EQ(json["type"], "chat");
    const auto& message = json["messages"][0];
    EXPECT_EQ(message["channel"], "players");
    EXPECT_EQ(message["author"]["name"], "A<b>");
    EXPECT_EQ(message["author"]["seat"], 3);
    EXPECT_EQ(message["text"], "<script>\"\\ \u00e9");
    EXPECT_EQ(message["tick"], 7);
    EXPECT_EQ(message["said_unix_s"], 1'800'000'000);
}

}  // namespace
}  // namespace gs::chat
