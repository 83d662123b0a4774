// The release gate: two courses of one match, the same until a moment and then different as the input says,
// for less time than the public delay. Not one byte of what the public can get may differ.
#include "core/base/assert.h"
#include "server/rooms/public_view.h"
#include "tests/fuzz/fuzz_input.h"

#include <array>
#include <memory>

namespace {

using namespace gs;
using namespace gs::rooms;
using namespace gs::rooms::testing;

constexpr net::Duration step = milliseconds(50);

/// A race of two that is shown late.
class Course {
  public:
    explicit Course(std::uint32_t delay_s)
        : rig_({.game = &race, .permanent = false}), matches_(*rig_.rooms) {
        const net::Person ada = rig_.person("Ada");
        room_ = *rig_.rooms->make(
            {.game = "race", .access = Access::listed, .public_delay_s = delay_s, .maker = ada.id}, rig_.now);
        players_ = {&rig_.come(ada, Role::player, room_),
                    &rig_.come(rig_.person("Bob"), Role::player, room_)};
        rig_.run(milliseconds(300));
        eve_ = &rig_.come(rig_.person("Eve"), Role::spectator, room_);
        rig_.run(milliseconds(200));
        match_ = *room().info().match;
    }

    /// One that is no news by itself: who comes and goes is public at once.
    void act(std::uint8_t what) {
        TestVisitor& who = *players_[what >> 7];
        switch (what & 3) {
            case 0:
                break;
            case 1:
                who.send_inputs<RaceInput>(room().match().next() + 3, {{.pressed = race_press}});
                break;
            case 2:
                players_[0]->say({{"type", "host"}, {"do", "start"}});
                break;
            case 3:
                who.say({{"type", "rematch"}});
                break;
        }
        rig_.run(step);
        // Who is sent no ticks acknowledges none; a page pings.
        const std::array<std::byte, 9> ping = {static_cast<std::byte>(netcode::DatagramType::ping)};
        if (++acts_ % 20 == 0) eve_->send(ping);
        const MatchId newest = *room().info().match;
        if (names_.empty() || names_.back().first != newest.text())
            names_.emplace_back(newest.text(), "match " + std::to_string(names_.size()));
    }

    [[nodiscard]] std::string is_public() {
        std::vector<std::pair<std::string, std::string>> names = names_;
        names.emplace_back(room_.text(), "room");
        names.emplace_back(eve_->person.id.text(), "eve");
        return with_ids(everything_public(rig_, matches_, match_, *eve_), names);
    }

  private:
    [[nodiscard]] Room& room() { return *rig_.rooms->find(room_); }

    RoomRig rig_;
    PublicMatches matches_;
    RoomId room_;
    MatchId match_;
    std::array<TestVisitor*, 2> players_ = {};
    TestVisitor* eve_ = nullptr;
    std::vector<std::pair<std::string, std::string>> names_;
    int acts_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::uint32_t delay_s = 1 + input.u8() % 4;
    const int same = input.u8();
    Course one(delay_s);
    Course other(delay_s);
    for (int count = 0; count < same; ++count) {
        const std::uint8_t what = input.u8();
        one.act(what);
        other.act(what);
    }
    const auto hidden = static_cast<int>(seconds(delay_s) / step) - 4;
    for (int count = 0; count < hidden; ++count) {
        one.act(input.u8());
        other.act(input.u8());
        GS_ASSERT(one.is_public() == other.is_public(), "what is public tells of what is not");
    }
    return 0;
}
