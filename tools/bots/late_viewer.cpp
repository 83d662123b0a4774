#include "tools/bots/late_viewer.h"

#include "core/netcode/chunk.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace gs::bots {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr net::Duration chunk_period = seconds(netcode::chunk_seconds);
constexpr net::Duration again_period = milliseconds(500);
constexpr std::uint32_t tick_rate_max = 120;

std::uint32_t number_at(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint32_t>() : 0;
}

}  // namespace

LateViewer::LateViewer(Loop& loop, const net::Address& server, std::string authority, Options options,
                       std::function<void(std::string)> failed)
    : loop_(loop),
      options_(options),
      failed_(std::move(failed)),
      channel_(loop, server, std::move(authority)),
      timer_(loop, [this] { ask(); }),
      draws_(options.seed) {}

/// A share of `period` that is each viewer's own, and another one each time.
net::Duration LateViewer::some_of(net::Duration period) {
    draws_ = draws_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return period * static_cast<std::int64_t>(draws_ >> 54) / 1024;
}

void LateViewer::enter(std::string match) {
    // The one before is watched to its end.
    if (wanted_ != Wanted::nothing) {
        next_match_ = std::move(match);
        return;
    }
    match_ = std::move(match);
    next_match_.clear();
    wanted_ = Wanted::facts;
    ask_later(some_of(again_period));
}

void LateViewer::ask_later(net::Duration delay) { timer_.set(loop_.now() + delay); }

void LateViewer::ask() {
    if (channel_.is_busy()) return;
    const std::string path = "/api/v1/matches/" + match_;
    switch (wanted_) {
        case Wanted::nothing:
            return;
        case Wanted::facts:
            return channel_.get(path, [this](const Answer& answer) { on_facts(answer); });
        case Wanted::keyframe:
            return channel_.get(path + "/keyframes/" + std::to_string(chunk_),
                                [this](const Answer& answer) { on_keyframe(answer); });
        case Wanted::chunk:
            return channel_.get(path + "/chunks/" + std::to_string(chunk_),
                                [this](const Answer& answer) { on_chunk(answer); });
    }
}

void LateViewer::fail(std::string words) {
    wanted_ = Wanted::nothing;
    timer_.set(net::never);
    failed_(std::move(words));
}

void LateViewer::on_facts(const Answer& answer) {
    if (!answer) return fail("no match: " + answer.error());
    is_watching_ = true;
    // That there is a match is not public before its first tick is.
    if (answer->status == 404) return ask_later(again_period + some_of(again_period));
    const auto facts = nlohmann::json::parse(answer->body, nullptr, false);
    if (answer->status != 200 || !facts.is_object()) return fail("what is public of a match is not told");
    chunk_ticks_ = number_at(facts, "chunk_ticks");
    if (chunk_ticks_ == 0 || chunk_ticks_ > netcode::chunk_seconds * tick_rate_max)
        return fail("a match has no such chunks");
    const std::uint32_t released = number_at(facts, "released_chunks");
    const std::uint32_t newest = released == 0 ? 0 : released - 1;
    chunk_ = newest - newest % netcode::chunks_per_keyframe;
    wanted_ = Wanted::keyframe;
    chain_.reset();
    ask();
}

void LateViewer::on_keyframe(const Answer& answer) {
    if (!answer) return fail("no keyframe: " + answer.error());
    if (answer->status == 404) return ask_later(again_period + some_of(again_period));
    if (answer->status != 200) return fail("no keyframe: status " + std::to_string(answer->status));
    if (options_.simulates) {
        replayer_ = std::make_unique<netcode::Replayer>(*options_.module);
        scratch_.resize(netcode::keyframe_bytes_max);
        if (!replayer_->start(bytes_of(answer->body))) return fail("a keyframe cannot be read");
    }
    wanted_ = Wanted::chunk;
    ask();
}

void LateViewer::on_chunk(const Answer& answer) {
    if (!answer) return fail("no chunk: " + answer.error());
    if (answer->status == 404) {
        const bool has_next = !next_match_.empty();
        if (!has_next) return ask_later(again_period + some_of(again_period));
        wanted_ = Wanted::nothing;
        return enter(std::exchange(next_match_, {}));
    }
    if (answer->status != 200) return fail("no chunk: status " + std::to_string(answer->status));
    const auto chunk = netcode::read_chunk(bytes_of(answer->body), chunk_ticks_);
    if (!chunk || (chain_ && chunk->previous != *chain_)) {
        ++counters_.differences;
        return fail("a chunk does not hang together with the one before");
    }
    chain_ = chunk->hash;
    counters_.ticks += chunk->count;
    if (replayer_) simulate(chunk->entries, chunk->count);
    if (wanted_ == Wanted::nothing) return;
    ++chunk_;
    // At the pace of a picture, as a page asks: as far behind as its keyframe was.
    const bool is_full = chunk->count == chunk_ticks_;
    ask_later(is_full ? chunk_period : again_period);
}

void LateViewer::simulate(ByteView entries, std::uint32_t count) {
    for (std::uint32_t index = 0; index < count; ++index) {
        const auto body = netcode::take_entry(entries);
        if (!body || replayer_->step(*body) == netcode::Replayer::Made::unreadable)
            return fail("a chunk has an entry that is none");
        const auto& hash = replayer_->commands().hash;
        if (!hash) continue;
        ++counters_.hashes_checked;
        if (replayer_->state().hash(scratch_) != *hash) ++counters_.differences;
    }
}

}  // namespace gs::bots
