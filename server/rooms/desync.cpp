#include "server/rooms/desync.h"

#include "core/base/hash.h"
#include "core/netcode/entry.h"
#include "core/netcode/keyframe.h"

#include <algorithm>
#include <vector>

namespace gs::rooms {
namespace {

const netcode::Keyframe* newest_before(const netcode::LogFile& log, Tick end) {
    const netcode::Keyframe* best = nullptr;
    for (const netcode::Keyframe& keyframe : log.keyframes) {
        if (keyframe.tick < end && (best == nullptr || keyframe.tick > best->tick)) best = &keyframe;
    }
    return best;
}

std::optional<std::size_t> first_difference(ByteView truth, ByteView claim) {
    const auto [at, other] = std::ranges::mismatch(truth, claim);
    if (at == truth.end() && other == claim.end()) return std::nullopt;
    return static_cast<std::size_t>(at - truth.begin());
}

}  // namespace

std::optional<DesyncFinding> examine(const game::Module& module, const netcode::LogFile& log,
                                     const DesyncReport& report) {
    const Tick end = report.tick + 1;
    const netcode::Keyframe* from = newest_before(log, end);
    game::StateBuffer state(module);
    game::InputVector inputs(module);
    Tick next;
    if (from == nullptr || !netcode::read_keyframe(module, from->bytes, next, state, inputs))
        return std::nullopt;
    DesyncFinding finding;
    std::vector<std::byte> scratch(game::state_bytes_max);
    for (const netcode::Chunk& chunk : log.chunks) {
        ByteView rest = chunk.bytes;
        Tick tick = chunk.first;
        for (std::uint32_t index = 0; index < chunk.count && next < end; ++index, ++tick) {
            const auto body = netcode::take_entry(rest);
            if (!body) return std::nullopt;
            if (tick < next) continue;
            netcode::TickCommands commands;
            if (tick != next || !netcode::read_entry(module, *body, inputs, commands)) return std::nullopt;
            if (commands.begins) module.start(state.data());
            static_cast<void>(
                module.step(state.data(), {.tick = tick,
                                           .inputs = inputs.data(),
                                           .events = {commands.events.begin(), commands.events.size()},
                                           .random = commands.random,
                                           .start_asked = commands.start_asked}));
            ++next;
            if (commands.hash && !finding.log_differs && state.hash(scratch) != *commands.hash)
                finding.log_differs = tick;
        }
    }
    if (next != end) return std::nullopt;
    const ByteView truth = state.write(scratch);
    finding.hash = hash_of(truth);
    if (!report.state.empty())
        finding.first_byte = first_difference(truth, std::as_bytes(std::span(report.state)));
    return finding;
}

}  // namespace gs::rooms
