// Visit: one visitor's session at /wt or /ws, from its first message to its end: who they are (by a ticket),
// whether they watch the lobby or are in a room, and how much they may send. The SessionHandler of its
// session; hostile bytes end here: what is too much, too large or no message goes no further. Made and owned
// by Visits, on the shard's thread. Not its job: what happens in a room (room.h).
#pragma once

#include "server/net/rate_limit.h"
#include "server/net/session.h"
#include "server/rooms/messages.h"
#include "server/rooms/room.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gs::rooms {

class Visits;
using net::Rate;
using net::RateLimit;

struct VisitLimits {
    net::Duration hello_within = std::chrono::seconds(5);  // a page has its ticket before it dials
    std::uint32_t tickets_tried_max = 3;
    /// Clients send something every second, also from a hidden tab.
    net::Duration silence_max = std::chrono::seconds(12);
    /// A player's 60 inputs and a ping, twice over.
    Rate datagrams = {.count = 150, .per = std::chrono::seconds(1), .burst = 150};
    Rate messages = {.count = 20, .per = std::chrono::seconds(1), .burst = 40};
    Rate desyncs = {.count = 1, .per = std::chrono::seconds(10), .burst = 1};  // each writes files
    Rate repairs = {.count = 4, .per = std::chrono::seconds(1), .burst = 8};
    /// Over the rate by so many in a minute is not a hiccup any more.
    Rate excess = {.count = 1'000, .per = std::chrono::minutes(1), .burst = 1'000};
    /// Datagrams that nobody of ours sends: a page of another version has a few, then it loads anew.
    std::uint32_t bad_datagrams_max = 50;
};

struct VisitCounters {
    std::uint64_t opened = 0;
    std::uint64_t welcomed = 0;
    std::uint64_t tickets_refused = 0;
    std::uint64_t without_hello = 0;  // closed: no ticket in time
    std::uint64_t timed_out = 0;      // closed: nothing came any more
    std::uint64_t datagrams_over_rate = 0;
    std::uint64_t datagrams_bad = 0;
    std::uint64_t repairs_over_rate = 0;
    std::uint64_t desyncs_over_rate = 0;
    std::uint64_t closed_too_much = 0;
    std::uint64_t closed_bad_message = 0;
};

class Visit final : public net::SessionHandler, public Member {
  public:
    Visit(Visits& visits, net::Session& session, net::Instant now);

    enum class State : std::uint8_t {
        nobody,  // no ticket yet
        lobby,
        in_room,  // as player, spectator or preview
        closing,  // close() has been called; on_closed() will follow
    };
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] const net::Person& person() const { return person_; }
    [[nodiscard]] net::Session& session() { return session_; }
    [[nodiscard]] const Viewer* viewer() const { return viewer_; }
    /// It has the lobby before its eyes, with or without a room on the lobby's screen.
    [[nodiscard]] bool sees_lobby() const {
        return state_ == State::lobby || (viewer_ != nullptr && viewer_->is_preview());
    }

    /// Ends it when its time is over.
    void look(net::Instant now);
    void close(std::uint32_t code, std::string_view reason);

    void on_datagram(net::Session& session, ByteView payload) override;
    void on_message(net::Session& session, std::string_view text) override;
    void on_transfer(net::Session& session, std::uint32_t transfer_id, ByteView bytes,
                     TransferPart part) override;
    void on_writable(net::Session&) override {}
    void on_closed(net::Session& session, const net::CloseInfo& info) override;

    void on_left(LeftReason reason, std::string_view words) override;

  private:
    void handle(up::Hello& hello, net::Instant now);
    void handle(up::Enter& enter, net::Instant now);
    void handle(up::Lobby& lobby, net::Instant now);
    void handle(up::Leave& leave, net::Instant now);
    void handle(up::Repair& repair, net::Instant now);
    void handle(up::WantKeyframe& wish, net::Instant now);
    void handle(up::Host& host, net::Instant now);
    void handle(up::Rematch& rematch, net::Instant now);
    void handle(up::Desync& desync, net::Instant now);
    void handle(up::Rename& rename, net::Instant now);
    void handle(up::Chat& chat, net::Instant now);
    void handle(up::React& reaction, net::Instant now);
    void silence(const up::Host& order);
    /// Before the viewer is gone.
    void tell_of_leaving(net::Instant now);

    void go(const Admission& admission, std::string_view resume, net::Instant now);
    void enter(Room& room, const Admission& admission, std::string_view resume, net::Instant now);
    void leave_room(net::Instant now);
    void to_lobby();
    void refuse(RefusedReason reason, std::string_view words);
    void refuse(EnterRefusal refusal);
    void answer_ping(ByteView payload);
    void on_bad_datagram();
    void too_much();
    void send(std::string_view text);

    Visits& visits_;
    net::Session& session_;
    State state_ = State::nobody;
    net::Person person_;
    Room* room_ = nullptr;      // while in a room
    Viewer* viewer_ = nullptr;  // the room's
    net::Instant heard_at_;
    net::Instant hello_by_;
    std::uint32_t tickets_tried_ = 0;
    std::uint32_t bad_datagrams_ = 0;
    RateLimit datagrams_;
    RateLimit messages_;
    RateLimit repairs_;
    RateLimit desyncs_;
    RateLimit excess_;
};

}  // namespace gs::rooms
