#include "core/netcode/match_log.h"

#include "core/base/assert.h"
#include "core/netcode/chunk.h"
#include "core/netcode/entry.h"

#include <algorithm>
#include <utility>

namespace gs::netcode {
namespace {

constexpr std::size_t recent_bytes_at_first = 8 * 1024;
constexpr std::size_t chunk_bytes_at_first = 1024;

}  // namespace

MatchLog::MatchLog(LogHeader header) : header_(std::move(header)), next_(header_.first) {
    GS_ASSERT(header_.tick_rate_hz > 0, "a match has ticks");
    recent_.resize(recent_bytes_at_first);
    // Half a minute; the lists double with the match. Most rooms are small and short, and there are many.
    chunks_.reserve(16);
    keyframes_.reserve(2);
}

bool MatchLog::wants_keyframe() const {
    const std::uint32_t played = next_.value - header_.first.value;
    const bool is_there = !keyframes_.empty() && keyframes_.back().tick == next_;
    return played % (chunk_ticks() * chunks_per_keyframe) == 0 && !is_there;
}

void MatchLog::add_keyframe(ByteView bytes) {
    GS_ASSERT((next_.value - header_.first.value) % chunk_ticks() == 0, "keyframes stand beside chunks");
    keyframes_.push_back({.tick = next_, .bytes = {bytes.begin(), bytes.end()}});
}

void MatchLog::begin_chunk() {
    // What the last one took is a good guess for the next.
    const std::size_t guess = chunks_.empty() ? chunk_bytes_at_first : chunks_.back().bytes.size() * 5 / 4;
    const std::uint64_t previous =
        chunks_.empty() ? chain_start(header_.match) : hash_of_chunk(chunks_.back());
    chunks_.push_back({.first = next_, .count = 0, .previous = previous, .bytes = {}});
    chunks_.back().bytes.reserve(std::max(guess, chunk_bytes_at_first));
}

void MatchLog::append(ByteView entry) {
    GS_ASSERT(!entry.empty() && entry.size() <= entry_bytes_max, "an entry has its bounds");
    if (chunks_.empty() || chunks_.back().count == chunk_ticks()) begin_chunk();
    Chunk& chunk = chunks_.back();
    chunk.bytes.insert(chunk.bytes.end(), entry.begin(), entry.end());
    ++chunk.count;
    entry_bytes_ += entry.size();
    remember(entry);
    ++next_;
}

void MatchLog::remember(ByteView entry) {
    if (recent_end_ + entry.size() > recent_.size()) {
        // The half that is kept moves to the front; it grows when even that leaves too little room.
        const std::uint32_t played = next_.value - header_.first.value;
        const std::uint32_t kept = std::min(played, recent_ticks_max - 1);
        const std::size_t from =
            kept == 0 ? recent_end_ : recent_at_[(next_ - kept).value % recent_ticks_max];
        if ((recent_end_ - from) * 2 + entry.size() > recent_.size()) recent_.resize(recent_.size() * 2);
        std::copy(recent_.begin() + static_cast<std::ptrdiff_t>(from),
                  recent_.begin() + static_cast<std::ptrdiff_t>(recent_end_), recent_.begin());
        recent_end_ -= from;
        for (std::uint32_t back = 1; back <= kept; ++back) {
            recent_at_[(next_ - back).value % recent_ticks_max] -= static_cast<std::uint32_t>(from);
        }
    }
    recent_at_[next_.value % recent_ticks_max] = static_cast<std::uint32_t>(recent_end_);
    std::copy(entry.begin(), entry.end(), recent_.begin() + static_cast<std::ptrdiff_t>(recent_end_));
    recent_end_ += entry.size();
}

MatchLog::Slice MatchLog::recent(Tick first, std::uint32_t count, std::size_t bytes_max) const {
    const std::uint32_t played = next_.value - header_.first.value;
    const std::uint32_t kept = std::min(played, recent_ticks_max);
    if (first >= next_ || first < next_ - kept) return {};
    count = std::min(count, next_.value - first.value);
    const auto begin_of = [this](Tick tick) -> std::size_t {
        return tick == next_ ? recent_end_ : recent_at_[tick.value % recent_ticks_max];
    };
    const std::size_t begin = begin_of(first);
    while (count > 0 && begin_of(first + count) - begin > bytes_max)
        --count;
    return {.bytes = ByteView(recent_).subspan(begin, begin_of(first + count) - begin), .count = count};
}

std::uint32_t MatchLog::copy(Tick first, std::uint32_t count, std::vector<std::byte>& to) const {
    if (first < header_.first || first >= next_) return 0;
    std::uint32_t copied = 0;
    for (std::size_t index = (first.value - header_.first.value) / chunk_ticks();
         index < chunks_.size() && copied < count; ++index) {
        const Chunk& chunk = chunks_[index];
        ByteView rest = chunk.bytes;
        for (std::uint32_t at = 0; at < chunk.count && copied < count; ++at) {
            const std::byte* const begin = rest.data();
            const auto body = take_entry(rest);
            GS_ASSERT(body.has_value(), "a log holds entries");
            if (chunk.first + at < first) continue;
            to.insert(to.end(), begin, rest.data());
            ++copied;
        }
    }
    return copied;
}

}  // namespace gs::netcode
