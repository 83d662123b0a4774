#include "server/rooms/desync.h"

#include "core/base/hash.h"
#include "core/netcode/replayer.h"

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
    netcode::Replayer replayer(module);
    if (from == nullptr || !replayer.start(from->bytes)) return std::nullopt;
    DesyncFinding finding;
    std::vector<std::byte> scratch(game::state_bytes_max);
    for (const netcode::Chunk& chunk : log.chunks) {
        ByteView rest = chunk.bytes;
        Tick tick = chunk.first;
        for (std::uint32_t index = 0; index < chunk.count && replayer.next() < end; ++index, ++tick) {
            const auto body = netcode::take_entry(rest);
            if (!body) return std::nullopt;
            if (tick < replayer.next()) continue;
            if (tick != replayer.next() || replayer.step(*body) == netcode::Replayer::Made::unreadable)
                return std::nullopt;
            const auto& hash = replayer.commands().hash;
            if (hash && !finding.log_differs && replayer.state().hash(scratch) != *hash)
                finding.log_differs = tick;
        }
    }
    if (replayer.next() != end) return std::nullopt;
    const ByteView truth = replayer.state().write(scratch);
    finding.hash = hash_of(truth);
    if (!report.state.empty())
        finding.first_byte = first_difference(truth, std::as_bytes(std::span(report.state)));
    return finding;
}

}  // namespace gs::rooms
