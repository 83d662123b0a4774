// RoomRig: rooms with memory sessions and fake time, for tests. TestVisitor: what a client does, in the
// simplest way that can be checked: keeps a state by the log it is sent, compares every hash, counts what it
// got.
#pragma once

#include "core/netcode/entry.h"
#include "core/netcode/input_packet.h"
#include "core/netcode/keyframe.h"
#include "core/netcode/log_file.h"
#include "core/netcode/tick_packet.h"
#include "server/net/close_codes.h"
#include "server/net/memory_session.h"
#include "server/net/recording_handler.h"
#include "server/rooms/match_game.h"
#include "server/rooms/test_game.h"
#include "server/rooms/visits.h"

#include <nlohmann/json.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gs::rooms::testing {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct KeptDesync {
    DesyncReport report;
    std::vector<std::byte> log;
};

class KeptLogs final : public LogStore {
  public:
    struct Kept {
        RoomInfo room;
        game::CheckFailure failure;
        std::vector<std::byte> log;
    };
    std::vector<Kept> kept;

    void keep_broken(const RoomInfo& room, const game::CheckFailure& failure,
                     const netcode::MatchLog& log) override {
        kept.push_back({.room = room, .failure = failure, .log = netcode::write_log_file(log)});
    }
    std::vector<KeptDesync> desyncs;
    void keep_desync(const RoomInfo&, const DesyncReport& report, const netcode::MatchLog& log) override {
        desyncs.push_back({.report = report, .log = netcode::write_log_file(log)});
    }
    struct Unrestored {
        RoomId room;
        std::string why;
        Tick at;
    };
    std::vector<Unrestored> unrestored;
    void keep_unrestored(const RoomId& room, std::string_view why, Tick at,
                         const netcode::MatchLog&) override {
        unrestored.push_back({.room = room, .why = std::string(why), .at = at});
    }
    std::vector<std::pair<Seat, Doubts>> suspicious;
    void note_suspicious(const RoomInfo&, Seat seat, const Doubts& doubts) override {
        suspicious.emplace_back(seat, doubts);
    }
};

/// A session's other end.
class TestVisitor final : public net::SessionHandler {
  public:
    TestVisitor(const net::MemoryLinkOptions& options, const game::Module& game, net::Instant now)
        : network(std::make_unique<net::MemoryLink>(options, now)), module(game), state(game), inputs(game) {
        link().client()->set_handler(*this);
    }
    // Ends the session, while there is somebody to be told.
    ~TestVisitor() override { network.reset(); }

    std::unique_ptr<net::MemoryLink> network;
    const game::Module& module;
    net::Person person;

    [[nodiscard]] net::MemoryLink& link() { return *network; }

    // ---- What came
    std::vector<json> messages;
    std::vector<std::string> datagrams;  // all of them, if `keeps_datagrams`
    bool keeps_datagrams = false;
    std::uint64_t datagram_count = 0;
    std::uint64_t datagram_bytes = 0;
    std::uint64_t keyframes = 0;
    std::uint64_t repairs = 0;
    std::uint64_t ticks_repaired = 0;
    std::uint64_t hashes_equal = 0;
    std::uint64_t hashes_wrong = 0;
    std::uint64_t matches_begun = 0;  // with a new state, while it was there
    std::uint64_t garbled = 0;        // nothing that is sent may be
    std::optional<netcode::TickHead> newest_head;
    std::optional<net::RecordingHandler::Close> closed;

    // ---- The state that follows from it
    bool has_state = false;
    Tick next = {};  // state is the one before it
    game::StateBuffer state;
    game::InputVector inputs;
    std::map<std::uint32_t, std::vector<std::byte>> waiting;
    std::uint32_t epoch = UINT32_MAX;

    [[nodiscard]] const RaceState& race() const { return *static_cast<const RaceState*>(state.data()); }
    [[nodiscard]] const CountState& count() const { return *static_cast<const CountState*>(state.data()); }
    [[nodiscard]] const json* last(std::string_view type) const {
        for (auto it = messages.rbegin(); it != messages.rend(); ++it) {
            if ((*it)["type"] == type) return &*it;
        }
        return nullptr;
    }
    [[nodiscard]] std::size_t count_of(std::string_view type) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(messages, [&](const json& message) { return message["type"] == type; }));
    }
    /// By `entered` and the rosters after it.
    [[nodiscard]] std::map<int, json> roster() const {
        std::map<int, json> seats;
        for (const json& message : messages) {
            if (message["type"] == "entered") {
                seats.clear();
                for (const json& seat : message["roster"])
                    seats[seat["seat"]] = seat;
            }
            if (message["type"] != "roster") continue;
            for (const json& seat : message["changes"]) {
                seats[seat["seat"]] = seat;
                if (seat.value("left", false)) seats.erase(seat["seat"].get<int>());
            }
        }
        return seats;
    }
    [[nodiscard]] int seat() const {
        const json* entered = last("entered");
        return entered == nullptr || (*entered)["seat"].is_null() ? -1 : (*entered)["seat"].get<int>();
    }
    [[nodiscard]] bool is_open() { return link().client() != nullptr && !closed; }

    // ---- What goes
    void say(const json& message) { say_text(message.dump()); }
    void say_text(std::string_view text) {
        if (link().client() == nullptr) return;
        // A queue that is full refuses, as it does for any client.
        [[maybe_unused]] const auto sent = link().client()->send_message(text);
    }
    void send(ByteView datagram) {
        if (link().client() != nullptr) link().client()->send_datagram({}, datagram);
    }
    /// Inputs for `first`, `first` + 1 …, with an acknowledgement of what has come.
    template <class Input = CountInput>
    void send_inputs(Tick first, const std::vector<Input>& wanted) {
        netcode::InputPacket packet = acknowledgement();
        packet.first_input = first;
        packet.count = static_cast<std::uint32_t>(wanted.size());
        for (std::size_t index = 0; index < wanted.size(); ++index)
            std::memcpy(packet.inputs[index].bytes, &wanted[index], sizeof(Input));
        send_packet(packet);
    }
    void send_packet(const netcode::InputPacket& packet) {
        netcode::InputPacketBytes room;
        send(netcode::write_input_packet(module, packet, room));
    }
    /// Asks for what is missing, as a client does.
    void mend() {
        if (waiting.empty() || waiting.begin()->first <= next.value) return;
        say({{"type", "repair"}, {"first", next.value}, {"count", waiting.begin()->first - next.value}});
    }
    [[nodiscard]] netcode::InputPacket acknowledgement() const {
        netcode::InputPacket packet;
        packet.epoch = epoch;
        if (has_state && next.value > 0) {
            packet.newest_received = next - 1;
            packet.received_before = 0xffffffff;
        }
        return packet;
    }

    // ---- SessionHandler
    void on_datagram(net::Session&, ByteView payload) override {
        ++datagram_count;
        datagram_bytes += payload.size();
        if (keeps_datagrams) datagrams.emplace_back(text_of(payload));
        if (payload.empty()) {
            ++garbled;
        } else if (payload[0] == std::byte{1}) {
            const auto packet = netcode::read_tick_datagram(payload);
            if (!packet) {
                ++garbled;
                return;
            }
            newest_head = packet->head;
            take(*packet);
        }
    }
    void on_message(net::Session&, std::string_view text) override {
        messages.push_back(json::parse(text));
        if (messages.back()["type"] == "entered") {
            // Of a room before this one nothing is meant any more.
            has_state = false;
            waiting.clear();
            epoch = messages.back()["match"]["epoch"];
            // Lanes are not ordered: what is of this room may have come before.
            for (const std::vector<std::byte>& early : std::exchange(early_, {}))
                take_transfer(early);
        }
    }
    void on_transfer(net::Session&, std::uint32_t id, ByteView bytes, TransferPart part) override {
        auto& whole = transfers_[id];
        whole.insert(whole.end(), bytes.begin(), bytes.end());
        if (part == TransferPart::more) return;
        if (part == TransferPart::last) take_transfer(whole);
        transfers_.erase(id);
    }
    void on_writable(net::Session&) override {}
    void on_closed(net::Session&, const net::CloseInfo& info) override {
        closed = {.by = info.by, .code = info.code, .reason = std::string(info.reason)};
    }

  private:
    void take_transfer(ByteView bytes) {
        wire::BitReader begin(bytes.subspan(1));
        std::uint32_t of_epoch = 0;
        if (!begin.varint(of_epoch)) ++garbled;
        if (of_epoch != epoch) {
            early_.emplace_back(bytes.begin(), bytes.end());
            return;
        }
        if (bytes[0] == std::byte{2}) {
            ++repairs;
            const auto packet = netcode::read_repair_transfer(bytes);
            if (packet) ticks_repaired += packet->head.count;
            if (packet) return take(*packet);
            ++garbled;
            return;
        }
        ++keyframes;
        wire::BitReader reader(bytes);
        std::uint8_t type = 0;
        if (!reader.bits(type, 8) || type != 1 || !reader.varint(of_epoch)) {
            ++garbled;
            return;
        }
        if (!netcode::read_keyframe(module, bytes.subspan(reader.position()), next, state, inputs)) ++garbled;
        has_state = true;
        apply_waiting();
    }
    void take(const netcode::TickPacket& packet) {
        if (packet.head.epoch != epoch) return;
        ByteView rest = packet.entries;
        for (std::uint32_t index = 0; index < packet.head.count; ++index) {
            const auto body = netcode::take_entry(rest);
            if (!body) {
                ++garbled;
                return;
            }
            const Tick tick = packet.head.first + index;
            if (has_state && tick < next) continue;
            waiting.try_emplace(tick.value, body->begin(), body->end());
        }
        if (!rest.empty()) ++garbled;
        apply_waiting();
    }
    void apply_waiting() {
        if (!has_state) return;
        waiting.erase(waiting.begin(), waiting.lower_bound(next.value));
        while (!waiting.empty() && waiting.begin()->first == next.value) {
            apply(waiting.begin()->second);
            waiting.erase(waiting.begin());
        }
    }
    void apply(ByteView body) {
        netcode::TickCommands commands;
        if (!netcode::read_entry(module, body, inputs, commands)) {
            ++garbled;
            return;
        }
        if (commands.begins) {
            module.start(state.data());
            ++matches_begun;
        }
        static_cast<void>(
            module.step(state.data(), {.tick = next,
                                       .inputs = inputs.data(),
                                       .events = {commands.events.begin(), commands.events.size()},
                                       .random = commands.random,
                                       .start_asked = commands.start_asked}));
        ++next;
        if (!commands.hash) return;
        ++(state.hash(scratch_) == *commands.hash ? hashes_equal : hashes_wrong);
    }

    std::map<std::uint32_t, std::vector<std::byte>> transfers_;
    std::vector<std::vector<std::byte>> early_;
    std::vector<std::byte> scratch_ = std::vector<std::byte>(netcode::keyframe_bytes_max);
};

struct RigOptions {
    const game::Module* game = &count_8;
    RoomLimits room_limits = {};
    RoomsOptions rooms = {};
    VisitLimits visit_limits = {};
    std::function<std::string()> lobby_html = {};
    bool permanent = true;
    std::function<Talk*(Rooms&)> talk = {};
};

class RoomRig {
  public:
    using Options = RigOptions;

    explicit RoomRig(Options options = {}) : options_(std::move(options)) {
        shared.limits = options_.room_limits;
        shared.broken_logs = &logs;
        shared.unix_s = [] { return std::uint64_t{1'800'000'000}; };
        shared.random = [] { return std::uint64_t{42}; };
        RoomsOptions rooms_options = options_.rooms;
        rooms_options.games = {{.module = options_.game,
                                .module_url = "/assets/count-1.wasm",
                                .play_module_url = "/assets/count.play-1.wasm"}};
        if (options_.permanent)
            rooms_options.permanent = {{.game = std::string(options_.game->info->id), .name = "The Count"}};
        rooms = std::make_unique<Rooms>(std::move(rooms_options), shared, now);
        visits = std::make_unique<Visits>(
            *rooms, tickets,
            Visits::Options{.limits = options_.visit_limits,
                            .clock = [this] { return now; },
                            .lobby_html = options_.lobby_html,
                            .talk = options_.talk ? options_.talk(*rooms) : nullptr});
    }
    net::Instant now = net::Instant(std::chrono::hours(1));
    RoomShared shared;
    KeptLogs logs;
    Tickets tickets;
    std::unique_ptr<Rooms> rooms;
    std::unique_ptr<Visits> visits;
    std::vector<std::unique_ptr<TestVisitor>> visitors;

    /// The permanent one.
    [[nodiscard]] Room& room() { return *rooms->featured(); }
    [[nodiscard]] const RoomCounters& counters() const { return shared.counters; }

    [[nodiscard]] net::Person person(std::string name) {
        return {.id = crypto::random_id<net::AccountId>(), .name = std::move(name)};
    }
    TestVisitor& dial(const net::MemoryLinkOptions& link = {}) {
        visitors.push_back(std::make_unique<TestVisitor>(link, *options_.game, now));
        TestVisitor& visitor = *visitors.back();
        visitor.link().server()->set_handler(*visits->open(*visitor.link().server()));
        return visitor;
    }
    [[nodiscard]] std::string ticket(const net::Person& who, Role role,
                                     std::optional<RoomId> to = std::nullopt) {
        return tickets.issue({.person = who, .role = role, .room = to}, now).value_or("none");
    }
    TestVisitor& come(const net::Person& who, Role role, RoomId to, const net::MemoryLinkOptions& link = {},
                      const std::string& resume = {}) {
        TestVisitor& visitor = dial(link);
        visitor.person = who;
        json hello = {{"type", "hello"}, {"ticket", ticket(who, role, to)}};
        if (!resume.empty()) hello["resume"] = resume;
        visitor.say(hello);
        return visitor;
    }
    TestVisitor& play(std::string name, const net::MemoryLinkOptions& link = {}) {
        return come(person(std::move(name)), Role::player, room().setup().id, link);
    }
    TestVisitor& watch(std::string name, const net::MemoryLinkOptions& link = {}) {
        return come(person(std::move(name)), Role::spectator, room().setup().id, link);
    }

    /// In steps of 1 ms, as the shard would turn. Visitors who are in a room acknowledge and ping.
    void run(net::Duration duration) {
        for (const net::Instant end = now + duration; now < end;) {
            now += milliseconds(1);
            turn();
            if (alive && now.time_since_epoch() % milliseconds(250) == net::Duration{}) stay_alive();
        }
    }
    void turn() {
        for (auto& visitor : visitors)
            visitor->link().advance(now);
        if (now >= rooms->next_due()) rooms->turn(now);
        if (now >= visits->next_due()) visits->turn(now);
    }
    void stay_alive() {
        for (auto& visitor : visitors) {
            if (!visitor->has_state) continue;
            visitor->send_packet(visitor->acknowledgement());
            visitor->mend();
        }
    }
    bool alive = true;

  private:
    Options options_;
};

}  // namespace gs::rooms::testing
