#include "core/netcode/verify.h"

#include "core/netcode/replayer.h"

#include <algorithm>
#include <vector>

namespace gs::netcode {
namespace {

using Found = Verification::Found;

class Verifier {
  public:
    Verifier(const game::Module& module, const LogFile& log)
        : module_(module), log_(log), replayer_(module) {}

    Verification run() {
        const LogHeader& header = log_.header;
        const bool has_rules = header.game == module_.info->id &&
                               header.rules_version == module_.info->rules_version &&
                               header.tick_rate_hz == module_.info->tick_rate_hz;
        if (!has_rules) return differs(Found::other_rules, header.first);
        if (log_.chunks.empty()) return result_;
        keyframe_ = log_.keyframes.begin();
        if (keyframe_ == log_.keyframes.end() || keyframe_->tick != header.first)
            return differs(Found::no_keyframe, header.first);
        if (!replayer_.start(keyframe_->bytes) || replayer_.next() != header.first)
            return differs(Found::keyframe_unreadable, header.first);
        ++keyframe_;
        ++result_.keyframes;
        for (const Chunk& chunk : log_.chunks) {
            if (!take_keyframes(chunk.first) || !take_chunk(chunk)) break;
        }
        return result_;
    }

  private:
    bool take_keyframes(Tick before) {
        for (; keyframe_ != log_.keyframes.end() && keyframe_->tick <= before; ++keyframe_) {
            const ByteView simulated =
                write_keyframe(module_, replayer_.next(), replayer_.state(), replayer_.inputs(), scratch_);
            if (!std::ranges::equal(simulated, keyframe_->bytes)) {
                differs(Found::keyframe_differs, keyframe_->tick);
                return false;
            }
            ++result_.keyframes;
        }
        return true;
    }

    bool take_chunk(const Chunk& chunk) {
        ByteView entries = chunk.bytes;
        for (std::uint32_t index = 0; index < chunk.count; ++index) {
            const Tick tick = replayer_.next();
            const auto body = take_entry(entries);
            const auto made = body ? replayer_.step(*body) : Replayer::Made::unreadable;
            if (made == Replayer::Made::unreadable) {
                differs(Found::entry_unreadable, tick);
                return false;
            }
            ++result_.ticks;
            if (made == Replayer::Made::check_failed) {
                differs(Found::check_failed, tick);
                return false;
            }
            if (!compare_hash(tick)) return false;
        }
        return true;
    }

    bool compare_hash(Tick tick) {
        const std::optional<std::uint64_t>& hash = replayer_.commands().hash;
        if ((tick.value % module_.info->tick_rate_hz == 0) != hash.has_value()) {
            differs(Found::hash_missing, tick);
            return false;
        }
        if (!hash) return true;
        ++result_.hashes;
        const std::uint64_t simulated = replayer_.state().hash(scratch_);
        if (simulated == *hash) return true;
        differs(Found::hash_differs, tick);
        result_.expected = *hash;
        result_.simulated = simulated;
        return false;
    }

    Verification& differs(Found found, Tick at) {
        result_.found = found;
        result_.at = at;
        return result_;
    }

    const game::Module& module_;
    const LogFile& log_;
    Replayer replayer_;
    std::vector<Keyframe>::const_iterator keyframe_ = {};
    std::vector<std::byte> scratch_ = std::vector<std::byte>(keyframe_bytes_max);
    Verification result_;
};

}  // namespace

std::string_view words_of(Verification::Found found) {
    switch (found) {
        case Found::equal:
            return "all hashes and keyframes are equal";
        case Found::other_rules:
            return "it was played by other rules than this program has";
        case Found::no_keyframe:
            return "it has no keyframe to begin with";
        case Found::keyframe_unreadable:
            return "the keyframe is none of this game";
        case Found::keyframe_differs:
            return "the keyframe is not the state that the log gives";
        case Found::entry_unreadable:
            return "the entry is none of this game";
        case Found::hash_missing:
            return "a hash is missing, or stands where none belongs";
        case Found::hash_differs:
            return "the state after this tick is another one";
        case Found::check_failed:
            return "the game broke a check of its own";
    }
    return {};
}

Verification verify(const game::Module& module, const LogFile& log) { return Verifier(module, log).run(); }

}  // namespace gs::netcode
