// PersonAtHome: somebody who plays or watches in a simulation: a browser with its page, its clock and its
// line. Has the real client; presses keys, loses the line, comes back with what `entered` gave, changes tabs,
// looks away, reads slowly. What it does is decided by the simulation's random numbers.
#pragma once

#include "core/base/rng.h"
#include "core/client/client.h"
#include "server/net/memory_session.h"
#include "server/rooms/visits.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gs::sim {

/// What the simulated server offers to those outside.
struct Outside {
    rooms::Visits& visits;
    rooms::Tickets& tickets;
    rooms::RoomId room;
    const game::Module& module;
    net::Duration seat_held;
    /// Hands never rest, and each input is as long as can be: there is more than fits into a tick.
    bool is_restless = false;
    /// Which stay in a seat it is; another number means that the game has begun it anew.
    std::function<std::uint64_t(Seat)> stay_in;
};

/// How often somebody pressed, for as long as a seat was theirs.
struct Pressed {
    std::uint32_t certain = 0;    // the server said so, or the client is still there to send them again
    std::uint32_t uncertain = 0;  // on their way when a session ended
};

class PersonAtHome final : public net::SessionHandler {
  public:
    enum class Wish : std::uint8_t { play, watch };

    PersonAtHome(const Outside& outside, std::size_t index, Wish wish, base::Rng rng, net::Instant now);
    ~PersonAtHome() override;

    /// One moment; called all the time.
    void turn(net::Instant now);
    /// From now on nothing bad is done any more, hands rest, and who is away comes back.
    void calm_down() { calm_ = true; }

    /// Something happens to this person, as chance says.
    void suffer(net::Instant now);

    [[nodiscard]] bool is_in_room() const { return link_ != nullptr && in_room_ && client_.is_running(); }
    [[nodiscard]] bool wishes_to_play() const { return wish_ == Wish::play; }
    [[nodiscard]] bool is_player() const { return seat_ != no_seat; }
    [[nodiscard]] Seat seat() const { return seat_; }
    [[nodiscard]] const client::Client& client() const { return client_; }
    [[nodiscard]] net::MemoryLink* link() { return link_.get(); }
    /// Of this stay in the seat; the room tells stays apart by Seats::Place::order.
    [[nodiscard]] Pressed pressed() const;
    [[nodiscard]] std::string name() const { return person_.name; }
    /// For the words of a failure.
    [[nodiscard]] std::string whereabouts() const;

    /// Something that must not be, in words; empty: all was well.
    std::string wrong;
    std::uint64_t desyncs = 0;
    std::uint64_t came_back = 0;
    std::uint64_t seats_lost = 0;
    std::uint64_t presses = 0;
    std::uint64_t repairs = 0;
    std::uint64_t keyframes_asked = 0;

    void on_datagram(net::Session& session, ByteView payload) override;
    void on_message(net::Session& session, std::string_view text) override;
    void on_transfer(net::Session& session, std::uint32_t id, ByteView bytes, TransferPart part) override;
    void on_writable(net::Session&) override {}
    void on_closed(net::Session& session, const net::CloseInfo& info) override;

  private:
    /// Not of a tab that nobody looks at any more.
    [[nodiscard]] bool is_current(const net::Session& session) const;
    void dial(net::Instant now);
    void hang_up(net::Instant back_at);
    void entered(const nlohmann::json& message);
    void end_stay();
    void end_session();
    void use_hands();
    void talk();
    void note_samples(ByteView datagram);
    void fail(std::string_view what);
    [[nodiscard]] client::Micros clock() const;

    const Outside& outside_;
    net::Person person_;
    Wish wish_;
    base::Rng rng_;
    net::Instant now_;
    bool calm_ = false;

    std::unique_ptr<net::MemoryLink> link_;
    std::vector<std::unique_ptr<net::MemoryLink>> old_links_;  // tabs that nobody looks at any more
    std::uint64_t dials_ = 0;
    net::Instant dial_at_;
    bool ended_ = false;  // of the session; the link goes in the next turn
    client::Client client_;
    bool in_room_ = false;
    bool is_leaving_ = false;
    Seat seat_ = no_seat;
    std::string resume_;
    std::map<std::uint32_t, std::vector<std::byte>> transfers_;

    // Away with a seat.
    std::optional<Seat> held_seat_;
    std::uint64_t stay_ = 0;
    net::Instant held_until_ = {};

    // The clock of this machine.
    std::int64_t clock_offset_us_;
    double clock_drift_;

    net::Instant asleep_until_ = {};
    net::Instant reads_again_at_ = {};
    net::Instant hands_at_ = {};
    net::Instant turn_at_ = {};
    game::Controls hands_;

    // Presses of this stay, from what was sent.
    std::map<std::uint32_t, std::uint32_t> sampled_;  // of this session, by tick
    Pressed before_;                                  // of sessions before it
    double desyncs_seen_ = 0;
};

}  // namespace gs::sim
