// RealRoom: a server's room and people with the real client, in simulated time, for tests of one thing at a
// time (simulation.h is for everything at once). What a client sends may be changed on its way, as a client
// that lies would; a shadow of the log has the server's state. One thread, owned by the test.
#pragma once

#include "core/client/client.h"
#include "core/netcode/input_packet.h"
#include "server/net/memory_session.h"
#include "server/rooms/visits.h"
#include "tests/sim/shadow.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gs::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RealPlayer final : public net::SessionHandler {
  public:
    RealPlayer(const net::MemoryLinkOptions& line, const game::Module& module, net::Person who,
               net::Instant now)
        : person(std::move(who)), client(module, client::Client::Work::show), module_(module) {
        connect(line, now);
    }
    // Ends the session, while there is somebody to be told.
    ~RealPlayer() override { link_.reset(); }

    /// What the program at home does; the line itself is fine.
    enum class Mood : std::uint8_t {
        lively,
        mute,    // takes what comes and sends only pings
        frozen,  // looks at nothing, and sends only pings
    };
    Mood mood = Mood::lively;
    net::Person person;
    client::Client client;
    game::Controls hands;
    /// Changes an input that is about to be sent for a tick.
    std::function<void(Tick, void*)> lie;
    std::uint64_t tick_bytes = 0;  // of datagrams
    std::uint64_t entered = 0;
    std::optional<net::CloseInfo::By> closed;
    std::string resume;

    [[nodiscard]] net::MemoryLink& link() { return *link_; }
    [[nodiscard]] Seat seat() const { return client.seat(); }
    [[nodiscard]] client::Micros clock() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count();
    }

    void connect(const net::MemoryLinkOptions& line, net::Instant now) {
        now_ = now;
        link_ = std::make_unique<net::MemoryLink>(line, now);
        link_->client()->set_handler(*this);
        closed.reset();
        transfers_.clear();
    }
    void say(const nlohmann::json& message) {
        if (link_->client() == nullptr) return;
        [[maybe_unused]] const auto sent = link_->client()->send_message(message.dump());
    }
    void press(std::uint32_t buttons) {
        game::Controls controls = hands;
        controls.pressed = buttons;
        client.set_controls(controls);
    }
    void turn(net::Instant now) {
        now_ = now;
        link_->advance(now);
        const auto since_start = now.time_since_epoch();
        if (link_->client() == nullptr) return;
        if (since_start % seconds(1) == net::Duration{}) ping();
        if (mood != Mood::frozen && since_start % milliseconds(4) == net::Duration{}) work();
    }

    void on_datagram(net::Session&, ByteView payload) override {
        if (payload.empty() || payload[0] != static_cast<std::byte>(netcode::DatagramType::ticks)) return;
        tick_bytes += payload.size();
        if (mood != Mood::frozen) client.receive_datagram(payload, clock());
    }
    void on_message(net::Session&, std::string_view text) override {
        const auto message = nlohmann::json::parse(text);
        if (message["type"] != "entered") return;
        ++entered;
        resume = message["resume"].is_null() ? std::string() : message["resume"].get<std::string>();
        const Seat own = message["seat"].is_null() ? no_seat : Seat{message["seat"].get<std::uint8_t>()};
        client.enter(own, message["match"]["epoch"].get<std::uint32_t>(), clock());
    }
    void on_transfer(net::Session&, std::uint32_t id, ByteView bytes, TransferPart part) override {
        auto& whole = transfers_[id];
        whole.insert(whole.end(), bytes.begin(), bytes.end());
        if (part == TransferPart::more) return;
        if (part == TransferPart::last && mood != Mood::frozen) client.receive_transfer(whole, clock());
        transfers_.erase(id);
    }
    void on_writable(net::Session&) override {}
    void on_closed(net::Session&, const net::CloseInfo& info) override { closed = info.by; }

  private:
    void ping() {
        constexpr std::array<std::byte, 9> bytes = {std::byte{3}};
        link_->client()->send_datagram(bytes, {});
    }
    void work() {
        client.turn(clock());
        for (ByteView datagram = client.take_datagram(); !datagram.empty();
             datagram = client.take_datagram()) {
            if (mood == Mood::lively) send(datagram);
        }
        const client::Request request = client.take_request();
        if (mood != Mood::lively) return;
        if (request.kind == client::Request::Kind::repair)
            say({{"type", "repair"}, {"first", request.first.value}, {"count", request.count}});
        if (request.kind == client::Request::Kind::keyframe) say({{"type", "keyframe"}});
    }
    void send(ByteView datagram) {
        if (!lie) {
            link_->client()->send_datagram({}, datagram);
            return;
        }
        netcode::InputPacket packet;
        ASSERT_TRUE(netcode::read_input_packet(module_, datagram, packet));
        for (std::uint32_t index = 0; index < packet.count; ++index)
            lie(packet.first_input + index, packet.inputs[index].bytes);
        netcode::InputPacketBytes room;
        link_->client()->send_datagram({}, netcode::write_input_packet(module_, packet, room));
    }

    const game::Module& module_;
    std::unique_ptr<net::MemoryLink> link_;
    net::Instant now_ = {};
    std::map<std::uint32_t, std::vector<std::byte>> transfers_;
};

class RealRoom {
  public:
    explicit RealRoom(const game::Module& module) : shadow(module), module_(module) {
        shared.unix_s = [] { return std::uint64_t{1'800'000'000}; };
        shared.random = [] { return std::uint64_t{42}; };
        rooms = std::make_unique<rooms::Rooms>(
            rooms::RoomsOptions{.games = {{.module = &module, .module_url = "/assets/test.wasm"}},
                                .permanent = {{.game = std::string(module.info->id), .name = "Room"}}},
            shared, now);
        visits = std::make_unique<rooms::Visits>(
            *rooms, tickets,
            rooms::Visits::Options{.limits = {}, .clock = [this] { return now; }, .lobby_html = {}});
    }
    ~RealRoom() { players.clear(); }

    net::Instant now = net::Instant(std::chrono::hours(1));
    rooms::RoomShared shared;
    rooms::Tickets tickets;
    std::unique_ptr<rooms::Rooms> rooms;
    std::unique_ptr<rooms::Visits> visits;
    std::vector<std::unique_ptr<RealPlayer>> players;
    Shadow shadow;
    /// After each tick of the room.
    std::function<void()> on_tick;

    [[nodiscard]] rooms::Room& room() { return *rooms->featured(); }

    RealPlayer& come(std::string name, const net::MemoryLinkOptions& line = {}) {
        net::Person who{.id = crypto::random_id<net::AccountId>(), .name = std::move(name)};
        players.push_back(std::make_unique<RealPlayer>(line, module_, std::move(who), now));
        greet(*players.back(), {});
        return *players.back();
    }
    void come_back(RealPlayer& player, const net::MemoryLinkOptions& line = {}) {
        player.connect(line, now);
        greet(player, player.resume);
    }
    /// In steps of 1 ms.
    void run(net::Duration duration) {
        for (const net::Instant end = now + duration; now < end;) {
            now += milliseconds(1);
            for (auto& player : players)
                player->turn(now);
            if (now >= rooms->next_due()) {
                const Tick before = room().match().next();
                rooms->turn(now);
                const auto wrong = shadow.follow(room().match().log());
                ASSERT_FALSE(wrong) << *wrong;
                if (on_tick && room().match().next() > before) on_tick();
            }
            if (now >= visits->next_due()) visits->turn(now);
        }
    }
    /// What `player` has confirmed is what the server has.
    void expect_in_sync(const RealPlayer& player, std::int32_t behind_max) {
        const auto tick = player.client.confirmed();
        ASSERT_TRUE(tick.has_value()) << player.person.name;
        EXPECT_LE(room().match().next() - *tick, behind_max) << player.person.name;
        const auto expected = shadow.hash_after(*tick);
        ASSERT_TRUE(expected.has_value()) << player.person.name;
        EXPECT_EQ(player.client.state().hash(scratch_), *expected) << player.person.name;
        EXPECT_EQ(player.client.stats().desyncs, 0) << player.person.name;
    }

  private:
    void greet(RealPlayer& player, const std::string& resume) {
        player.link().server()->set_handler(*visits->open(*player.link().server()));
        const auto ticket = tickets.issue(
            {.person = player.person, .role = rooms::Role::player, .room = room().setup().id}, now);
        nlohmann::json hello = {{"type", "hello"}, {"ticket", ticket.value_or("none")}};
        if (!resume.empty()) hello["resume"] = resume;
        player.say(hello);
    }

    const game::Module& module_;
    std::vector<std::byte> scratch_ = std::vector<std::byte>(game::state_bytes_max);
};

[[nodiscard]] inline net::MemoryLinkOptions line_of(net::Duration each_way) {
    net::MemoryLinkOptions options;
    options.to_server.delay = options.to_client.delay = each_way;
    return options;
}

}  // namespace gs::sim
