// RoomTalk: puts what people say (server/chat) and the rooms together: who says something knows what, who
// gets it and when (the table in docs/protocol.md, "Chat"). Asks the room's Release when something becomes
// public. Sends are gathered, so that a viewer gets a few messages a second at most, however many talk.
// Owned by the world, on the shard's thread; rooms outlive it.
#pragma once

#include "server/app/public_talk.h"
#include "server/chat/conversation.h"
#include "server/chat/reactions.h"
#include "server/rooms/rooms.h"
#include "server/rooms/talk.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gs::app {

struct TalkCounters {
    std::uint64_t said = 0;
    std::uint64_t refused = 0;
    std::uint64_t reactions = 0;
    std::uint64_t reactions_over_rate = 0;
    std::uint64_t sends_lost = 0;  // the viewer's queue was full
};

class RoomTalk final : public rooms::Talk, public PublicTalk {
  public:
    struct Surroundings {
        rooms::Rooms& rooms;
        std::function<std::uint64_t()> unix_s;
        std::function<void()> woken;  // next_due() has become earlier
        /// The talk of a match that is over, as text in JSON, and back; empty: there is none.
        std::function<void(const rooms::MatchId&, std::string)> keep;
        std::function<std::string(const rooms::MatchId&)> kept;
    };
    explicit RoomTalk(Surroundings around) : around_(std::move(around)) {}

    // rooms::Talk
    void on_entered(rooms::Room& room, rooms::Viewer& viewer, net::Instant now) override;
    void on_leaving(rooms::Room& room, const rooms::Viewer& viewer, net::Instant now) override;
    [[nodiscard]] std::string_view say(rooms::Room& room, const rooms::Viewer& viewer,
                                       const net::Person& person, const rooms::up::Chat& chat,
                                       net::Instant now) override;
    void react(rooms::Room& room, const rooms::Viewer& viewer, std::size_t kind, net::Instant now) override;
    [[nodiscard]] bool remembers(const rooms::Room& room, const net::AccountId& person) const override;
    [[nodiscard]] std::string_view silence(rooms::Room& room, const net::AccountId& person,
                                           bool is_muted) override;

    // PublicTalk
    [[nodiscard]] std::vector<chat::Said> newest(const rooms::RoomId& room) const override;
    [[nodiscard]] std::string_view say(const rooms::RoomId& room, const net::Person& person,
                                       std::string_view text, net::Instant now) override;
    [[nodiscard]] nlohmann::json of_match(const rooms::PublicMatch& match) override;

    [[nodiscard]] net::Instant next_due() const;
    /// Sends what has gathered, and what has become public.
    void turn(net::Instant now);
    /// About once a second, and at the end: what is public of matches that are over is kept.
    void keep_matches();

    [[nodiscard]] const TalkCounters& counters() const { return counters_; }

  private:
    struct Entry {
        chat::Conversation conversation;
        chat::Reactions reactions;
        std::vector<chat::Said> fresh;    // since the last turn
        std::set<rooms::MatchId> unkept;  // of which something new is public
        /// Somebody has been muted in this room; and which host has the list as it is.
        bool has_muted = false;
        std::optional<net::AccountId> muted_told_to = std::nullopt;
        net::Instant sent_at = {};
        net::Instant reacted_at = {};  // when reactions were sent last
    };

    [[nodiscard]] std::string_view say(rooms::Room& room, chat::Words words, std::optional<Tick> seen,
                                       net::Instant now);
    [[nodiscard]] chat::Sight sight_of(const rooms::Room& room, const Entry& entry,
                                       const net::AccountId& person, net::Instant now) const;
    [[nodiscard]] chat::Conversation::IsPublic public_now(const rooms::Room& room, net::Instant now) const;
    void send_fresh(rooms::Room& room, Entry& entry, net::Instant now);
    void send_reactions(rooms::Room& room, Entry& entry, net::Instant now);
    void tell_host(const rooms::Room& room, Entry& entry);
    /// By what others know them by here; empty: they are not here, and have said nothing.
    [[nodiscard]] std::string name_of(const rooms::Room& room, const Entry& entry,
                                      const net::AccountId& person) const;
    void send(const rooms::Viewer& viewer, const std::vector<std::string>& texts);
    void keep_matches(const rooms::RoomId& id, Entry& entry);
    void wake();

    Surroundings around_;
    std::map<rooms::RoomId, Entry> entries_;
    TalkCounters counters_;
    net::Instant turned_at_ = {};
};

}  // namespace gs::app
