// A client whose server sends whatever the input says: ticks, repairs and keyframes, well-formed or not,
// while hands do something and time goes on. Nothing may break; what the client sends is always an input
// packet.
#include "core/base/assert.h"
#include "core/client/client.h"
#include "core/client/scripted_server.h"
#include "tests/fuzz/fuzz_input.h"

#include <memory>

namespace {

using namespace gs;
using client::testing::Bytes;
using client::testing::ScriptedServer;
using game::test_module;

/// Changes a few bytes, or cuts.
Bytes garbled(Bytes bytes, fuzz::Input& input) {
    const std::uint8_t how = input.u8();
    if (how & 0x40) bytes.resize(input.u16() % (bytes.size() + 1));
    for (unsigned changes = how & 3; changes > 0 && !bytes.empty(); --changes)
        bytes[input.u16() % bytes.size()] ^= static_cast<std::byte>(input.u8());
    return bytes;
}

class Played {
  public:
    void step(fuzz::Input& input) {
        const std::uint8_t what = input.u8();
        switch (what % 8) {
            case 0:
                return client_.receive_datagram(input.bytes(input.u8()), now_);
            case 1:
                return client_.receive_transfer(input.bytes(input.u16() % 2048), now_);
            case 2:
                return server_.ticks(1 + input.u8() % 64);
            case 3:
                return client_.receive_datagram(garbled(ticks(input), input), now_);
            case 4:
                return client_.receive_transfer(garbled(server_.keyframe(), input), now_);
            case 5: {
                const Tick first = back(input.u16() % 700);
                return client_.receive_transfer(garbled(server_.repair(first, 1 + input.u16() % 600), input),
                                                now_);
            }
            case 6: {
                game::Controls hands;
                hands.held = input.u8();
                hands.pressed = input.u8();
                client_.set_controls(hands);
                now_ += input.u16() * 16;
                client_.draw(now_, 1, *list_);
                return turn();
            }
            default:
                if (what == 7)
                    return client_.enter(input.u8() & 1 ? no_seat : client::testing::own_seat, 0, now_);
                now_ += 16'667;
                server_.tick();
                client_.receive_datagram(server_.usual_datagram(), now_);
                return turn();
        }
    }
    void turn() {
        client_.turn(now_);
        for (int sent = 0; sent < 4; ++sent) {
            const ByteView datagram = client_.take_datagram();
            if (datagram.empty()) break;
            netcode::InputPacket packet;
            GS_ASSERT(netcode::read_input_packet(test_module, datagram, packet),
                      "clients send input packets");
            server_.receive(datagram, 0);
        }
        const client::Request request = client_.take_request();
        if (request.kind == client::Request::Kind::repair)
            GS_ASSERT(request.count > 0 && request.count <= netcode::repair_ticks_max, "repairs are bounded");
        GS_ASSERT(client_.take_request().kind == client::Request::Kind::none, "a request is taken once");
    }
    Played() {
        server_.ticks(20);
        client_.enter(client::testing::own_seat, 0, now_);
    }

  private:
    [[nodiscard]] Tick back(std::uint32_t ticks) const {
        return Tick{
            std::max(1'000U, server_.next().value - std::min(server_.next().value - 1'000, ticks + 1))};
    }
    Bytes ticks(fuzz::Input& input) {
        const Tick first = back(input.u8());
        return server_.datagram(
            first, std::min<std::uint32_t>(1 + input.u8() % 16, server_.next().value - first.value));
    }

    ScriptedServer server_{Tick{1'000}};
    client::Client client_{test_module, client::Client::Work::show};
    client::Micros now_ = 1'000'000;
    std::unique_ptr<game::DrawList> list_ = std::make_unique<game::DrawList>();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    Played played;
    while (!input.empty())
        played.step(input);
    played.turn();
    return 0;
}
