// Input packets from a hostile client into the queue of its seat: at most one input a tick comes out, always
// one that the rules allow, and what waits is bounded.
#include "core/base/assert.h"
#include "core/game/test_game.h"
#include "core/netcode/input_queue.h"
#include "tests/fuzz/fuzz_input.h"

#include <cstring>

namespace {

using namespace gs;
using Input = game::TestGame::Input;
using game::test_module;

/// Within the rules, but for presses, which merging adds up.
void check_allowed(Input input) {
    const std::uint8_t presses = input.presses;
    Input sane = game::TestGame::sanitise(input);
    sane.presses = presses;
    GS_ASSERT(sane == input, "inputs are sanitised");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    netcode::InputQueue queue(test_module);
    netcode::InputPacket packet;
    Tick next{input.u16()};
    if (input.u8() & 1) next.value = UINT32_MAX - 5'000;
    Input last;
    while (!input.empty()) {
        const std::uint8_t what = input.u8();
        if (what % 4 == 0) {
            if (netcode::read_input_packet(test_module, input.bytes(input.u8()), packet)) {
                const auto complete = packet.complete_up_to();
                GS_ASSERT(!complete || (packet.newest_received && *complete <= *packet.newest_received),
                          "nothing is complete beyond the newest");
                queue.receive(packet, next, what % 5);
                netcode::InputPacketBytes room;
                netcode::InputPacket again;
                GS_ASSERT(netcode::read_input_packet(
                              test_module, netcode::write_input_packet(test_module, packet, room), again),
                          "what was read can be written");
                GS_ASSERT(again.count == packet.count, "and is the same");
            }
        } else if (what % 4 == 1) {
            // Well-formed, about the present: the fuzzer need not find it.
            packet = {
                .first_input = Tick{next.value - std::min<std::uint32_t>(next.value, 8) + input.u8() % 64},
                .count = input.u8() % 8U,
                .inputs = {}};
            for (std::uint32_t index = 0; index < packet.count; ++index) {
                const Input wanted = {.held = input.u8(), .presses = input.u8()};
                std::memcpy(packet.inputs[index].bytes, &wanted, sizeof(wanted));
            }
            queue.receive(packet, next, 2);
        } else if (what % 4 == 2) {
            queue.put_back(next, &last);
        } else {
            const auto consumed = queue.consumed();
            const Input repeated = game::TestGame::repeat(last);
            queue.take(next, &repeated, &last);
            check_allowed(last);
            GS_ASSERT(!queue.consumed() || *queue.consumed() <= next, "nothing is consumed before its time");
            GS_ASSERT(!consumed || *queue.consumed() >= *consumed, "consumed never goes back");
            ++next;
        }
        if (what == 0xff) queue.clear();
    }
    const auto missing = [&] {
        queue.take(next, &last, &last);
        ++next;
    };
    for (std::uint32_t tick = 0; tick <= netcode::ticks_ahead_max + netcode::ticks_repeated_max + 1; ++tick)
        missing();
    GS_ASSERT(last == Input{}, "nothing waits or is repeated for longer than allowed");
    return 0;
}
