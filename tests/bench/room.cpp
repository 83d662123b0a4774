// What a tick of a room costs, from the bytes of its players' inputs to the bytes that leave for each of
// them, without transport: beside the step of the game alone on the same inputs, in the same run.
#include "games/arena/module.h"
#include "games/plaza/module.h"
#include "server/rooms/rooms.h"
#include "tests/bench/bench.h"
#include "tests/bench/inputs.h"

namespace gs::bench {
namespace {

constexpr std::uint32_t rounds = 7;
constexpr std::uint32_t ticks_per_round = 1200;

/// Takes everything and keeps nothing.
class NoSession final : public net::Session {
  public:
    [[nodiscard]] net::TransportKind transport() const override { return net::TransportKind::webtransport; }
    [[nodiscard]] const net::Address& peer() const override { return peer_; }
    [[nodiscard]] net::SessionStats stats() const override { return {}; }
    void set_handler(net::SessionHandler&) override {}
    net::DatagramResult send_datagram(ByteView head, ByteView body) override {
        bytes += head.size() + body.size();
        return net::DatagramResult::sent;
    }
    std::expected<void, net::SendRefusal> send_message(std::string_view) override { return {}; }
    std::expected<std::uint32_t, net::SendRefusal> send_transfer(net::SharedBytes) override { return 1; }
    void set_receiving(Receiving) override {}
    void close(std::uint32_t, std::string_view) override {}

    std::size_t bytes = 0;

  private:
    net::Address peer_;
};

class Player final : public rooms::Member {
  public:
    Player(const game::Module& module, std::size_t index) : inputs_(module, index + 1) {}

    void on_left(rooms::LeftReason reason, std::string_view) override {
        if (reason != rooms::LeftReason::closed) give_up("a player left the room");
    }

    void enter(rooms::Room& room, std::size_t index, net::Instant now) {
        const std::string id = "player" + std::to_string(100'000 + index);
        const auto account = net::AccountId::parse(id);
        if (!account) give_up("the id of a player is none");
        const net::Person person{.id = *account, .name = id};
        const auto entered = room.enter(*this, session_, person, rooms::Role::player, "", now);
        if (!entered) give_up("a room has no place for its players");
        viewer_ = *entered;
        packet_.epoch = room.epoch();
    }

    /// The packet of a client that is two ticks ahead and has received everything; its hands are those of a
    /// bot, or the game's own computer where there is one.
    ByteView make_packet(const game::Module& module, const game::StateBuffer& shown, Tick next) {
        packet_.newest_received = next - 1;
        packet_.received_before = UINT32_MAX;
        packet_.first_input = next + 1;
        packet_.count = 2;
        for (std::uint32_t index = 0; index < 2; ++index) {
            if (module.computer == nullptr) {
                packet_.inputs[index] = inputs_.next(shown, viewer_->seat());
            } else {
                module.computer(shown.data(), viewer_->seat(), packet_.inputs[index].bytes);
            }
        }
        return netcode::write_input_packet(module, packet_, bytes_);
    }

    [[nodiscard]] rooms::Viewer& viewer() { return *viewer_; }
    [[nodiscard]] std::size_t bytes() const { return session_.bytes; }

  private:
    Inputs inputs_;
    NoSession session_;
    rooms::Viewer* viewer_ = nullptr;
    netcode::InputPacket packet_;
    netcode::InputPacketBytes bytes_ = {};
};

struct Cost {
    double room_us = 0;
    double step_us = 0;
    double bytes_per_player_s = 0;
};

class Run {
  public:
    Run(const game::Module& module, std::size_t count) : module_(module), shown_(module_), inputs_(module_) {
        shared_.unix_s = [] { return std::uint64_t{1}; };
        shared_.random = [this] { return ++randoms_; };
        rooms::RoomSetup setup;
        setup.game = &game_;
        setup.name = "bench";
        room_ = std::make_unique<rooms::Room>(setup, shared_, now_);
        for (std::size_t index = 0; index < count; ++index) {
            players_.push_back(std::make_unique<Player>(module_, index));
            players_.back()->enter(*room_, index, now_);
        }
        const rooms::up::Host start{.order = rooms::HostOrder::start, .seat = std::nullopt};
        static_cast<void>(room_->order(players_.front()->viewer(), start, now_));
        // After five seconds everybody has joined and got a keyframe, and a match counts down no more.
        for (std::uint32_t tick = 0; tick < 300; ++tick)
            tick_once();
    }

    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { room_->close("", now_); }

    Cost measure() {
        const std::size_t bytes_before = bytes();
        room_time_ = step_time_ = {};
        for (std::uint32_t tick = 0; tick < ticks_per_round; ++tick)
            tick_once();
        const double ticks = ticks_per_round;
        return {.room_us = std::chrono::duration<double, std::micro>(room_time_).count() / ticks,
                .step_us = std::chrono::duration<double, std::micro>(step_time_).count() / ticks,
                .bytes_per_player_s = static_cast<double>(bytes() - bytes_before) /
                                      static_cast<double>(players_.size()) / (ticks / 60)};
    }

  private:
    void tick_once() {
        const Tick next = room_->match().next();
        packets_.clear();
        // Half of the players send in each tick, as their clients do every second one.
        for (std::size_t index = next.value % 2; index < players_.size() && next.value > 0; index += 2) {
            packets_.emplace_back(players_[index].get(), players_[index]->make_packet(module_, shown_, next));
        }
        now_ = room_->next_due();
        const auto began = Clock::now();
        for (const auto& [player, packet] : packets_) {
            if (!room_->on_input(player->viewer(), packet, now_)) give_up("a room refuses good inputs");
        }
        room_->turn(now_);
        room_time_ += Clock::now() - began;
        step_alone(next);
    }

    /// The game's step on what the log has of `tick`.
    void step_alone(Tick tick) {
        entry_.clear();
        room_->match().log().copy(tick, 1, entry_);
        ByteView rest = entry_;
        netcode::TickCommands commands;
        const auto body = netcode::take_entry(rest);
        if (!body || !netcode::read_entry(module_, *body, inputs_, commands)) {
            give_up("a log holds what is no entry");
        }
        if (commands.begins) module_.start(shown_.data());
        const std::span events(commands.events.begin(), commands.events.size());
        const auto began = Clock::now();
        const auto failure = module_.step(shown_.data(), {.tick = tick,
                                                          .inputs = inputs_.data(),
                                                          .events = events,
                                                          .random = commands.random,
                                                          .start_asked = commands.start_asked});
        step_time_ += Clock::now() - began;
        if (failure) give_up("a game broke a check of its own");
    }

    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const auto& player : players_)
            sum += player->bytes();
        return sum;
    }

    const game::Module& module_;
    rooms::GameEntry game_{.module = &module_};
    rooms::RoomShared shared_;
    std::uint64_t randoms_ = 0;
    net::Instant now_ = net::Instant(std::chrono::seconds(1));
    game::StateBuffer shown_;  // the room's, made again from its log
    game::InputVector inputs_;
    std::vector<std::byte> entry_;
    Clock::duration room_time_{};
    Clock::duration step_time_{};
    std::vector<std::unique_ptr<Player>> players_;
    std::unique_ptr<rooms::Room> room_;
    std::vector<std::pair<Player*, ByteView>> packets_;
};

void add_rows(std::vector<Row>& rows, const game::Module& module, std::size_t players,
              std::optional<double> target) {
    Run run(module, players);
    std::vector<double> room;
    std::vector<double> step;
    std::vector<double> bytes;
    for (std::uint32_t round = 0; round < rounds; ++round) {
        const Cost cost = run.measure();
        room.push_back(cost.room_us);
        step.push_back(cost.step_us);
        bytes.push_back(cost.bytes_per_player_s);
    }
    const std::string who = std::string(module.info->id) + ", " + std::to_string(players) + " players moving";
    rows.push_back({.name = "tick of a room, " + who,
                    .value = median(room),
                    .unit = "us",
                    .floor = median(step),
                    .target = target,
                    .note = "decode to encode, no transport; floor: the step alone"});
    rows.push_back({.name = "payload down per player, " + who, .value = median(bytes), .unit = "B/s"});
}

}  // namespace

std::vector<Row> room() {
    std::vector<Row> rows;
    add_rows(rows, arena::module(), 8, 3);
    add_rows(rows, plaza::module(), 8, 3);
    add_rows(rows, plaza::module(), 200, std::nullopt);
    return rows;
}

}  // namespace gs::bench
