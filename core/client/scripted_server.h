// ScriptedServer: for tests of the client: one match of the test game with one seat that the client plays,
// made tick by tick as a test says, and every kind of bytes that a server sends. PlayedLink puts a network
// with delay, jitter, loss, doubles and pauses between it and a Client, in simulated time.
#pragma once

#include "core/base/rng.h"
#include "core/client/client.h"
#include "core/game/test_game.h"
#include "core/netcode/entry.h"
#include "core/netcode/input_queue.h"
#include "core/netcode/keyframe.h"
#include "core/netcode/match_log.h"
#include "core/netcode/tick_packet.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace gs::client::testing {

using Bytes = std::vector<std::byte>;
using game::test_module;
using game::TestGame;

inline constexpr Seat own_seat = {3};
inline constexpr Seat other_seat = {5};

class ScriptedServer {
  public:
    explicit ScriptedServer(Tick first = {1'000}, std::uint32_t of_epoch = 0)
        : epoch(of_epoch),
          log_({.game = "test", .match = "m", .rules_version = 1, .tick_rate_hz = 60, .first = first}) {}

    std::uint32_t epoch;
    bool lies_about_hashes = false;
    TestGame::Input other;  // what the other seat wants in the next tick; its presses are over then
    std::uint32_t presses_of_other = 0;
    std::uint32_t acknowledged = 0;  // everything before it has come to the client

    [[nodiscard]] Tick next() const { return log_.next(); }
    [[nodiscard]] const netcode::MatchLog& log() const { return log_; }
    [[nodiscard]] const TestGame::State& state() const {
        return *static_cast<const TestGame::State*>(state_.data());
    }
    [[nodiscard]] std::uint64_t hash() { return state_.hash(scratch_); }
    [[nodiscard]] const netcode::InputQueue& queue() const { return queue_; }

    void tick() {
        netcode::TickCommands commands;
        if (next() == log_.header().first) {
            commands.events.push_back({.seat = own_seat, .kind = game::SeatEvent::Kind::joined});
            commands.events.push_back({.seat = other_seat, .kind = game::SeatEvent::Kind::joined});
        }
        writer_.begin(commands);
        game::InputVector guesses(test_module);
        guesses.copy_from(inputs_);
        guesses.repeat();
        inputs_.copy_from(guesses);
        game::InputBuffer16 input;
        queue_.take(next(), guesses.at(own_seat), input.bytes);
        inputs_.set(own_seat, input.bytes);
        static_cast<void>(writer_.add_input(own_seat, input.bytes, guesses.at(own_seat)));
        inputs_.set(other_seat, &other);
        static_cast<void>(writer_.add_input(other_seat, &other, guesses.at(other_seat)));
        presses_of_other += other.presses;
        other.presses = 0;
        static_cast<void>(
            test_module.step(state_.data(), {.tick = next(),
                                             .inputs = inputs_.data(),
                                             .events = {commands.events.begin(), commands.events.size()}}));
        std::optional<std::uint64_t> logged;
        if (next().value % 60 == 0) logged = hash() + (lies_about_hashes ? 1 : 0);
        log_.append(writer_.finish(logged));
    }
    void ticks(std::uint32_t count) {
        for (; count > 0; --count)
            tick();
    }

    void receive(ByteView datagram, int quarters_left) {
        netcode::InputPacket packet;
        if (!netcode::read_input_packet(test_module, datagram, packet)) std::abort();
        if (packet.epoch != epoch) return;
        newest_packet = packet;
        if (const auto complete = packet.complete_up_to())
            acknowledged = std::max(acknowledged, complete->value + 1);
        queue_.receive(packet, next(), quarters_left);
    }
    std::optional<netcode::InputPacket> newest_packet;

    [[nodiscard]] Bytes keyframe() {
        Bytes room(netcode::keyframe_bytes_max + 16);
        wire::BitWriter head(room);
        static_cast<void>(head.bits(std::uint8_t{1}, 8) && head.varint(epoch));
        const ByteView body = netcode::write_keyframe(test_module, next(), state_, inputs_,
                                                      MutableBytes(room).subspan(head.size()));
        room.resize(head.size() + body.size());
        return room;
    }
    /// `count` ticks from `first` on as a datagram.
    [[nodiscard]] Bytes datagram(Tick first, std::uint32_t count) {
        netcode::TickHeadBytes room;
        return packet(netcode::write_tick_head({.consumed = queue_.consumed(),
                                                .early_quarter_ticks = queue_.early_quarter_ticks(),
                                                .epoch = epoch,
                                                .first = first,
                                                .count = count},
                                               room),
                      first, count);
    }
    [[nodiscard]] Bytes repair(Tick first, std::uint32_t count) {
        netcode::TickHeadBytes room;
        count = std::min(count, next().value - first.value);
        return packet(netcode::write_repair_head({.epoch = epoch, .first = first, .count = count}, room),
                      first, count);
    }
    /// As a room chooses: what is not acknowledged, 16 ticks at most.
    [[nodiscard]] Bytes usual_datagram() {
        const std::uint32_t end = next().value;
        const std::uint32_t oldest = std::max(log_.header().first.value, end - std::min(end, 16U));
        const std::uint32_t first = std::clamp(acknowledged, oldest, end - 2);
        return datagram(Tick{first}, end - first);
    }

  private:
    Bytes packet(ByteView head, Tick first, std::uint32_t count) {
        Bytes bytes(head.begin(), head.end());
        if (log_.copy(first, count, bytes) != count) std::abort();
        return bytes;
    }

    game::StateBuffer state_{test_module};
    game::InputVector inputs_{test_module};
    netcode::InputQueue queue_{test_module};
    netcode::EntryWriter writer_{test_module};
    netcode::MatchLog log_;
    Bytes scratch_ = Bytes(game::state_bytes_max);
};

/// Of one direction, changeable at any time.
struct Weather {
    Micros delay_us = 20'000;
    Micros jitter_us = 0;
    std::uint32_t loss_permille = 0;
    std::uint32_t duplicate_permille = 0;
};

class PlayedLink {
  public:
    explicit PlayedLink(std::uint64_t seed = 1) : rng_(seed) {
        server.ticks(5);
        client.enter(own_seat, server.epoch, now);
        send_bulk(server.keyframe());
        run(500'000);
    }

    ScriptedServer server;
    Client client{test_module, Client::Work::show};
    Weather up;
    Weather down;
    Micros now = 5'000'000;
    /// By so much the client's clock goes faster than the server's.
    double drift = 0;
    Micros clock_step = 0;  // added to what the client sees as the time
    bool server_stalls = false;
    bool client_sleeps = false;  // turn() is not called
    std::uint32_t presses_made = 0;
    std::map<std::uint32_t, std::uint32_t> presses_sampled;  // by the tick that the client made them for
    std::uint32_t press_permille = 0;                        // in every 40 ms
    std::uint32_t repairs = 0;
    std::uint32_t keyframe_requests = 0;
    std::uint32_t datagrams_sent = 0;

    [[nodiscard]] Micros client_now() const {
        return now + clock_step + static_cast<Micros>(static_cast<double>(now) * drift);
    }

    void run(Micros duration) {
        for (const Micros end = now + duration; now < end; now += 1'000)
            turn();
    }
    void press() {
        ++presses_made;
        game::Controls controls = hands;
        controls.pressed = game::Controls::action_1;
        client.set_controls(controls);
    }
    game::Controls hands;

  private:
    void turn() {
        deliver();
        if (!server_stalls && now >= tick_due_) {
            tick_due_ += 16'667;
            // Time that was lost is not made up for.
            if (tick_due_ < now) tick_due_ = now + 16'667;
            server.tick();
            if (server.next().value % 2 == 0) send(down, server.usual_datagram(), to_client_);
        }
        if (client_sleeps) return;
        if (now % 40'000 == 0) {
            if (rng_.chance(press_permille))
                press();
            else
                client.set_controls(hands);
        }
        if (now % 4'000 == 0) turn_client();
    }
    void turn_client() {
        client.turn(client_now());
        for (ByteView datagram = client.take_datagram(); !datagram.empty();
             datagram = client.take_datagram()) {
            ++datagrams_sent;
            note_samples(datagram);
            send(up, Bytes(datagram.begin(), datagram.end()), to_server_);
        }
        const Request request = client.take_request();
        if (request.kind == Request::Kind::keyframe) {
            ++keyframe_requests;
            asked_keyframe_at_ = now + up.delay_us;
        } else if (request.kind == Request::Kind::repair) {
            ++repairs;
            asked_repair_ = request;
            asked_repair_at_ = now + up.delay_us;
        }
    }
    void note_samples(ByteView datagram) {
        netcode::InputPacket packet;
        if (!netcode::read_input_packet(test_module, datagram, packet)) std::abort();
        for (std::uint32_t index = 0; index < packet.count; ++index) {
            TestGame::Input input;
            std::memcpy(&input, packet.inputs[index].bytes, sizeof(input));
            const auto [place, is_new] =
                presses_sampled.emplace(packet.first_input.value + index, input.presses);
            // What was sent once does not become something else.
            if (!is_new && place->second != input.presses) std::abort();
        }
    }
    void send(const Weather& weather, const Bytes& bytes, std::multimap<Micros, Bytes>& to) {
        for (int copies = rng_.chance(weather.duplicate_permille) ? 2 : 1; copies > 0; --copies) {
            if (rng_.chance(weather.loss_permille)) continue;
            const auto jitter =
                static_cast<Micros>(rng_.below(static_cast<std::uint64_t>(weather.jitter_us) + 1));
            to.emplace(now + weather.delay_us + jitter, bytes);
        }
    }
    void send_bulk(Bytes bytes) { bulk_.emplace(now + down.delay_us * 2, std::move(bytes)); }
    void deliver() {
        while (!to_server_.empty() && to_server_.begin()->first <= now) {
            server.receive(to_server_.begin()->second,
                           static_cast<int>(std::max<Micros>(0, tick_due_ - now) * 4 / 16'667));
            to_server_.erase(to_server_.begin());
        }
        if (asked_keyframe_at_ != 0 && now >= asked_keyframe_at_) {
            asked_keyframe_at_ = 0;
            send_bulk(server.keyframe());
        }
        if (asked_repair_at_ != 0 && now >= asked_repair_at_) {
            asked_repair_at_ = 0;
            send_bulk(server.repair(asked_repair_.first, asked_repair_.count));
        }
        while (!to_client_.empty() && to_client_.begin()->first <= now) {
            client.receive_datagram(to_client_.begin()->second, client_now());
            to_client_.erase(to_client_.begin());
        }
        while (!bulk_.empty() && bulk_.begin()->first <= now) {
            client.receive_transfer(bulk_.begin()->second, client_now());
            bulk_.erase(bulk_.begin());
        }
    }

    base::Rng rng_;
    Micros tick_due_ = now;
    std::multimap<Micros, Bytes> to_client_;
    std::multimap<Micros, Bytes> to_server_;
    std::multimap<Micros, Bytes> bulk_;
    Micros asked_keyframe_at_ = 0;
    Micros asked_repair_at_ = 0;
    Request asked_repair_;
};

}  // namespace gs::client::testing
