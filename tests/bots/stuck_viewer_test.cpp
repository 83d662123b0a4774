// Who watches live and takes nothing any more, over real sockets: a WebSocket that is not read, behind a
// small buffer of the kernel, and a WebTransport client that neither reads nor acknowledges. One thread has
// rooms, both servers and all clients; time is the test's, so that seconds of being slow take as long as the
// machine needs for them.
#include "server/rooms/room_rig.h"
#include "tests/bots/rig.h"
#include "tools/bots/websocket_frames.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace gs::bots {
namespace {

using nlohmann::json;
using rooms::LivePace;
using rooms::Role;
using rooms::Viewer;
using rooms::testing::count_200;
using rooms::testing::CountInput;
using rooms::testing::RoomRig;
using rooms::testing::TestVisitor;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Below a tick, and below what QUIC takes for a long way.
constexpr net::Duration step = milliseconds(4);
/// Enough for some 8 KB per second and spectator.
constexpr int player_count = 20;
/// What may wait in a session: messages about the room and that one watches late now, never ticks.
constexpr std::size_t queue_bytes_max = 32 * 1024;
/// What the kernel, or QUIC's congestion window, may take before the session says that it takes nothing.
constexpr std::uint64_t on_the_way_bytes_max = 256 * 1024;

/// Silence is another matter, and is not what ends these sessions.
http::Limits patient() {
    http::Limits limits;
    limits.websocket_silence = limits.write_timeout = minutes(10);
    return limits;
}

json hello(const std::string& ticket) { return {{"type", "hello"}, {"ticket", ticket}}; }

/// A WebSocket client without anything between the test and its socket, which has a small buffer.
class BareWebSocket {
  public:
    explicit BareWebSocket(const net::Address& to) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int buffer_bytes = 4 * 1024;
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
        is_connected_ = ::connect(fd_, to.data(), to.size()) == 0;
        send("GET /ws HTTP/1.1\r\nHost: " + to.to_string() +
             "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }
    BareWebSocket(const BareWebSocket&) = delete;
    BareWebSocket& operator=(const BareWebSocket&) = delete;
    ~BareWebSocket() { ::close(fd_); }
    void hang_up() { ::shutdown(fd_, SHUT_RDWR); }

    [[nodiscard]] bool is_connected() const { return is_connected_; }
    /// As soon as the server has answered.
    void say_first(const json& message) {
        append_masked_frame(unsent_, WebSocketOpcode::text, {bytes_of(message.dump())}, 0x12345678);
    }
    /// Everything that has come.
    void read() {
        char part[4096];
        for (ssize_t got = 0; (got = ::recv(fd_, part, sizeof part, MSG_DONTWAIT)) > 0;)
            received_.append(part, static_cast<std::size_t>(got));
        if (!is_upgraded_) {
            const std::size_t end = received_.find("\r\n\r\n");
            if (end == std::string::npos) return;
            is_upgraded_ = true;
            received_.erase(0, end + 4);
            send(unsent_);
        }
        take_frames();
    }

    std::vector<json> messages;
    std::uint64_t faults = 0;

  private:
    void send(std::string_view bytes) const { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    void take_frames() {
        using Event = WebSocketReader::Event;
        ByteView rest = bytes_of(received_);
        for (Event event{}; (event = reader_.take(rest)) != Event::more;) {
            if (event == Event::text) messages.push_back(json::parse(text_of(reader_.payload())));
            if (event != Event::fault) continue;
            ++faults;
            break;
        }
        received_.clear();
    }

    int fd_;
    bool is_connected_ = false;
    bool is_upgraded_ = false;
    std::string unsent_;
    std::string received_;
    WebSocketReader reader_{wire::message_bytes_max};
};

/// A spectator who simulates what comes, over a client of the bots.
struct Spectator {
    Spectator(RoomRig& rig, const LoopbackServer& server, const MovingClock& clock, std::string name)
        : loop({.clock = [&clock] { return clock.now(); }}),
          delay_line(loop),
          state({}, count_200, clock.now()),
          dialled(state),
          dialer(server.dialer(loop, delay_line)) {
        state.person = rig.person(std::move(name));
        dialled.on_open = [this, &rig](net::Session& session) {
            const std::string ticket = rig.ticket(state.person, Role::spectator, rig.room().setup().id);
            EXPECT_TRUE(session.send_message(hello(ticket).dump()).has_value());
        };
        client = dialer->dial(server.target(), dialled);
    }

    Loop loop;
    DelayLine delay_line;
    TestVisitor state;
    Dialled dialled;
    std::unique_ptr<Dialer> dialer;
    std::unique_ptr<Client> client;
};

/// What the server has of somebody who is stuck, and the most that there ever was of it.
struct Watched {
    net::Person person;
    std::uint32_t stride_max = 0;
    std::size_t queue_bytes_max = 0;
};

class Stand final : public net::SessionAcceptor {
  public:
    Stand() {
        for (int number = 0; number < player_count; ++number)
            players_.push_back(&rig.play("Player " + std::to_string(number)));
        over_tcp.person = rig.person("Stuck over TCP");
        over_udp.person = stuck_udp.state.person;
        stuck_tcp.say_first(hello(rig.ticket(over_tcp.person, Role::spectator, rig.room().setup().id)));
    }
    // Servers and visits want their sessions to have ended.
    ~Stand() override {
        is_stuck = false;
        for (Spectator* each : {&reads_tcp, &reads_udp, &stuck_udp})
            each->client.reset();
        stuck_tcp.hang_up();
        EXPECT_TRUE(run_until([&] { return rig.visits->size() == players_.size(); }));
    }
    Stand(const Stand&) = delete;
    Stand& operator=(const Stand&) = delete;

    // net::SessionAcceptor
    [[nodiscard]] bool serves(const net::SessionRequest& request) const override {
        return request.path == "/wt" || request.path == "/ws";
    }
    net::SessionHandler* accept(const net::SessionRequest&, net::Session& session) override {
        return rig.visits->open(session);
    }

    /// Null: not in the room.
    [[nodiscard]] Viewer* viewer(const net::Person& person) {
        const auto viewers = rig.room().viewers();
        const auto found = std::ranges::find_if(
            viewers, [&](const auto& viewer) { return viewer->person().id == person.id; });
        return found == viewers.end() ? nullptr : found->get();
    }
    [[nodiscard]] net::SessionStats stats(const Watched& who) {
        return viewer(who.person)->session().stats();
    }
    [[nodiscard]] bool are_stuck_ones_here() {
        return viewer(over_tcp.person) != nullptr && viewer(over_udp.person) != nullptr;
    }
    /// Whether `asked` is true of both who are stuck.
    bool both(const std::function<bool(const Viewer&)>& asked) {
        return are_stuck_ones_here() && asked(*viewer(over_tcp.person)) && asked(*viewer(over_udp.person));
    }

    /// False after minutes without.
    bool run_until(const std::function<bool()>& done) {
        for (int steps = 0; steps < 30'000; ++steps) {
            if (done()) return true;
            turn();
        }
        return false;
    }
    void run(net::Duration duration) {
        for (const net::Instant end = clock.now() + duration; clock.now() < end;)
            turn();
    }

    MovingClock clock{MovingClock::Runs::when_told};
    RoomRig rig{{.game = &count_200, .visit_limits = {.silence_max = minutes(10)}}};
    WebSocketServer websocket{*this, patient()};
    QuicServer quic{*this, clock};
    Spectator reads_tcp{rig, websocket, clock, "Reads over TCP"};
    Spectator reads_udp{rig, quic, clock, "Reads over UDP"};
    Spectator stuck_udp{rig, quic, clock, "Stuck over UDP"};
    BareWebSocket stuck_tcp{websocket.target().address};
    bool is_stuck = false;
    Watched over_tcp;
    Watched over_udp;

  private:
    void turn() {
        clock.add(step);
        rig.now = clock.now();
        ++turns_;
        if (turns_ % 4 == 0) play();
        if (turns_ % 64 == 0) rig.stay_alive();
        rig.turn();
        websocket.turn();
        quic.turn();
        reads_tcp.loop.turn({});
        reads_udp.loop.turn({});
        if (!is_stuck) {
            stuck_udp.loop.turn({});
            stuck_tcp.read();
        }
        look(over_tcp);
        look(over_udp);
    }
    /// Everybody does something else in each tick.
    void play() {
        for (std::size_t index = 0; index < players_.size(); ++index) {
            const auto step_of = static_cast<std::int8_t>((turns_ * 7 + index * 13) % 90);
            players_[index]->send_inputs<CountInput>(rig.room().match().next() + 2, {{.step = step_of}});
        }
    }
    void look(Watched& who) {
        const Viewer* const found = viewer(who.person);
        if (found == nullptr) return;
        if (found->is_live()) who.stride_max = std::max(who.stride_max, found->live_pace.stride());
        who.queue_bytes_max = std::max(who.queue_bytes_max, found->session().stats().send_queue_bytes);
    }

    std::vector<TestVisitor*> players_;
    std::uint64_t turns_ = 0;
};

/// Of who reads: everything up to now, and each hash as the server has it.
void expect_served(Stand& stand, const TestVisitor& who, std::uint64_t hashes_before) {
    EXPECT_LE(stand.rig.room().match().next() - who.next, 16) << who.person.name;
    EXPECT_GT(who.hashes_equal, hashes_before + 5) << who.person.name;
    EXPECT_EQ(who.hashes_wrong + who.garbled, 0u) << who.person.name;
    EXPECT_EQ(who.keyframes, 1u) << who.person.name << " needed nothing but ticks";
}

std::string class_of(const std::vector<json>& messages) {
    const auto entered = std::ranges::find(messages.rbegin(), messages.rend(), "entered",
                                           [](const json& message) { return message["type"]; });
    return entered == messages.rend() ? "not in" : (*entered)["class"].get<std::string>();
}

TEST(StuckViewers, are_thinned_and_moved_to_the_chunks_while_nothing_piles_up_and_nobody_else_waits) {
    Stand stand;
    ASSERT_TRUE(stand.stuck_tcp.is_connected());
    ASSERT_TRUE(stand.run_until([&] {
        return stand.both([](const Viewer& who) { return !who.wants_keyframe(); }) &&
               stand.reads_tcp.state.hashes_equal >= 2 && stand.reads_udp.state.hashes_equal >= 2 &&
               stand.stuck_udp.state.hashes_equal >= 2 && class_of(stand.stuck_tcp.messages) == "live";
    }));
    const net::SessionStats tcp_before = stand.stats(stand.over_tcp);
    const net::SessionStats udp_before = stand.stats(stand.over_udp);
    const std::uint64_t others_before = stand.reads_tcp.state.datagram_bytes;
    stand.is_stuck = true;

    ASSERT_TRUE(stand.run_until([&] {
        return stand.both([](const Viewer& who) { return who.live_pace.stride() == LivePace::stride_max; });
    }));
    EXPECT_EQ(stand.rig.counters().live_thinned, 4u) << "those two, to a half and a quarter";
    ASSERT_TRUE(
        stand.run_until([&] { return stand.both([](const Viewer& who) { return !who.is_live(); }); }));
    EXPECT_EQ(stand.rig.counters().live_moved, 2u);

    // From now on nothing is pushed to them; to everybody else it is.
    const net::SessionStats tcp_moved = stand.stats(stand.over_tcp);
    const net::SessionStats udp_moved = stand.stats(stand.over_udp);
    const std::uint64_t tcp_hashes = stand.reads_tcp.state.hashes_equal;
    const std::uint64_t udp_hashes = stand.reads_udp.state.hashes_equal;
    stand.run(seconds(10));
    ASSERT_TRUE(stand.are_stuck_ones_here());
    EXPECT_EQ(stand.stats(stand.over_tcp).datagrams_sent, tcp_moved.datagrams_sent);
    EXPECT_LE(stand.stats(stand.over_udp).datagrams_sent, udp_moved.datagrams_sent + 1) << "one was held";
    expect_served(stand, stand.reads_tcp.state, tcp_hashes);
    expect_served(stand, stand.reads_udp.state, udp_hashes);
    for (const auto& player : stand.rig.visitors)
        expect_served(stand, *player, 10);

    // Beside what the match was for others, they cost next to nothing.
    for (const auto& [who, before] :
         {std::pair(&stand.over_tcp, &tcp_before), {&stand.over_udp, &udp_before}}) {
        const net::SessionStats after = stand.stats(*who);
        EXPECT_EQ(who->stride_max, LivePace::stride_max) << who->person.name;
        EXPECT_LE(who->queue_bytes_max, queue_bytes_max) << who->person.name;
        EXPECT_LE(after.bytes_sent - before->bytes_sent, on_the_way_bytes_max) << who->person.name;
        EXPECT_GT(after.datagrams_replaced, before->datagrams_replaced) << who->person.name;
    }
    EXPECT_GT(stand.reads_tcp.state.datagram_bytes - others_before, 2 * queue_bytes_max);

    // When they read again they learn what has become of them.
    stand.is_stuck = false;
    EXPECT_TRUE(stand.run_until([&] {
        return class_of(stand.stuck_tcp.messages) == "delayed" &&
               class_of(stand.stuck_udp.state.messages) == "delayed";
    }));
    EXPECT_EQ(stand.stuck_tcp.faults, 0u);
}

}  // namespace
}  // namespace gs::bots
