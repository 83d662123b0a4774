#include "tests/sim/shadow.h"

#include "core/netcode/keyframe.h"
#include "core/netcode/log_file.h"
#include "core/netcode/verify.h"

namespace gs::sim {
namespace {

/// Longer than any client is behind.
constexpr std::size_t hashes_kept = 60 * 60;

std::string at(Tick tick, std::string_view what) {
    return "tick " + std::to_string(tick.value) + ": " + std::string(what);
}

}  // namespace

std::optional<std::string> Shadow::follow(const netcode::MatchLog& log) {
    if (next_ < log.header().first && log.next() > log.header().first) {
        // Another match began before the last ticks of the one before were seen.
        const auto& keyframes = log.keyframes();
        if (keyframes.empty() || keyframes[0].tick != log.header().first)
            return at(next_, "a log begins without a keyframe");
        if (!netcode::read_keyframe(module_, keyframes[0].bytes, next_, state_, inputs_))
            return at(next_, "a log begins with something that is no keyframe");
    }
    while (next_ < log.next() && next_ >= log.header().first) {
        const auto slice = log.recent(next_, 1, netcode::entry_bytes_max);
        ByteView bytes = slice.bytes;
        const auto body = netcode::take_entry(bytes);
        if (slice.count != 1 || !body || !bytes.empty())
            return at(next_, "the log does not give its newest entries");
        if (auto wrong = step(*body)) return wrong;
    }
    return std::nullopt;
}

std::optional<std::string> Shadow::step(ByteView body) {
    if (!netcode::read_entry(module_, body, inputs_, commands_)) return at(next_, "an entry cannot be read");
    if (commands_.begins) module_.start(state_.data());
    const game::CheckFailure failure =
        module_.step(state_.data(), {.tick = next_,
                                     .inputs = inputs_.data(),
                                     .events = {commands_.events.begin(), commands_.events.size()},
                                     .random = commands_.random,
                                     .start_asked = commands_.start_asked});
    if (failure) return at(next_, failure.why);
    const std::uint64_t hash = state_.hash(scratch_);
    if (commands_.hash && *commands_.hash != hash)
        return at(next_, "the log has another hash than its simulation");
    if ((next_.value % module_.info->tick_rate_hz == 0) != commands_.hash.has_value())
        return at(next_, "hashes stand once a second");
    hashes_[next_.value] = hash;
    if (hashes_.size() > hashes_kept) hashes_.erase(hashes_.begin());
    ++next_;
    return std::nullopt;
}

std::optional<std::uint64_t> Shadow::hash_after(Tick tick) const {
    const auto found = hashes_.find(tick.value);
    return found == hashes_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> verify_file(const game::Module& module, const netcode::MatchLog& log) {
    const auto read = netcode::read_log_file(netcode::write_log_file(log));
    if (!read.file) return "the file of a log cannot be read, at byte " + std::to_string(read.at);
    const netcode::Verification verified = netcode::verify(module, *read.file);
    if (!verified.is_equal()) return at(verified.at, netcode::words_of(verified.found));
    return std::nullopt;
}

}  // namespace gs::sim
