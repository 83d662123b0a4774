// Visits and their rooms against whatever sessions bring: messages, datagrams, ends and time in any order,
// from two visitors at once. Some are well-formed, so that the input gets past the door. Nothing may break,
// and what is owned by somebody is gone when everybody has left.
#include "server/rooms/fake_session.h"
#include "server/rooms/test_game.h"
#include "server/rooms/visits.h"
#include "tests/fuzz/fuzz_input.h"

#include <array>
#include <memory>

namespace {

using namespace gs;
using namespace gs::rooms;

class World {
  public:
    World() {
        shared_.unix_s = [] { return std::uint64_t{0}; };
        shared_.random = [] { return std::uint64_t{1}; };
        rooms_ = std::make_unique<Rooms>(
            RoomsOptions{.games = {{.module = &rooms::testing::count_8}},
                         .permanent = {{.game = "count", .name = "One"}, {.game = "count", .name = "Two"}}},
            shared_, now_);
        visits_ = std::make_unique<Visits>(*rooms_, tickets_,
                                           Visits::Options{.clock = [this] { return now_; },
                                                           .lobby_html = [] { return std::string("<p>"); }});
    }
    ~World() {
        for (std::size_t index = 0; index < sessions_.size(); ++index)
            end(index);
        GS_ASSERT(visits_->size() == 0, "visits end with their sessions");
        pass(std::chrono::minutes(2), std::chrono::seconds(1));
        GS_ASSERT(rooms_->counts().seats_taken == 0, "seats are held for a while only");
    }

    void message(std::size_t who, std::string_view text) { handler(who).on_message(*sessions_[who], text); }
    void datagram(std::size_t who, ByteView bytes) { handler(who).on_datagram(*sessions_[who], bytes); }
    void transfer(std::size_t who, ByteView bytes) {
        handler(who).on_transfer(*sessions_[who], 1, bytes, net::SessionHandler::TransferPart::last);
    }
    void end(std::size_t who) {
        if (sessions_[who] == nullptr) return;
        handlers_[who]->on_closed(*sessions_[who], {.by = net::CloseInfo::By::peer, .code = 0, .reason = {}});
        sessions_[who].reset();
    }
    void pass(net::Duration duration, net::Duration step = std::chrono::milliseconds(50)) {
        for (const net::Instant until = now_ + duration; now_ < until;) {
            now_ += step;
            rooms_->turn(now_);
            visits_->turn(now_);
        }
    }
    /// A message with a ticket that is good.
    void come(std::size_t who, std::string_view type, std::uint8_t choice) {
        const std::vector<RoomInfo> list = rooms_->list(now_);
        if (list.empty()) return;
        const net::Person person{.id = *net::AccountId::parse(choice & 1 ? "aaaaaaaaaaab" : "aaaaaaaaaaac"),
                                 .name = "Ada"};
        Admission admission{.person = person, .role = static_cast<Role>((choice >> 1) % 3)};
        if (admission.role != Role::lobby) admission.room = list[(choice >> 3) % list.size()].id;
        const auto ticket = tickets_.issue(std::move(admission), now_);
        if (!ticket) return;
        message(who, R"({"type":")" + std::string(type) + R"(","ticket":")" + *ticket + "\"}");
    }
    void fill_up(std::size_t who) {
        static_cast<void>(handler(who));
        sessions_[who]->is_full = !sessions_[who]->is_full;
    }

  private:
    net::SessionHandler& handler(std::size_t who) {
        if (sessions_[who] == nullptr) {
            sessions_[who] = std::make_unique<rooms::testing::FakeSession>();
            sessions_[who]->keeps = false;
            handlers_[who] = visits_->open(*sessions_[who]);
        }
        return *handlers_[who];
    }

    net::Instant now_ = net::Instant(std::chrono::hours(1));
    RoomShared shared_;
    Tickets tickets_;
    std::unique_ptr<Rooms> rooms_;
    std::unique_ptr<Visits> visits_;
    std::array<std::unique_ptr<rooms::testing::FakeSession>, 2> sessions_;
    std::array<net::SessionHandler*, 2> handlers_ = {};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    World world;
    for (int steps = 0; !input.empty() && steps < 200; ++steps) {
        const std::uint8_t operation = input.u8();
        const std::uint8_t value = input.u8();
        const std::size_t who = operation >> 7;
        switch (operation & 7) {
            case 0:
                world.message(who, text_of(input.bytes(value)));
                break;
            case 1:
                world.datagram(who, input.bytes(value));
                break;
            case 2:
                world.pass(std::chrono::milliseconds(value * 10));
                break;
            case 3:
                world.come(who, "hello", value);
                break;
            case 4:
                world.come(who, "enter", value);
                break;
            case 5:
                world.end(who);
                break;
            case 6:
                world.fill_up(who);
                break;
            default:
                if (value == 7) world.transfer(who, input.bytes(value));
                break;
        }
    }
    return 0;
}
