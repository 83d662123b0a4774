#include "server/rooms/match_restore.h"

#include "core/base/assert.h"
#include "core/wire/bit_stream.h"
#include "server/rooms/step_guard.h"

#include <algorithm>
#include <utility>

namespace gs::rooms {
namespace {

/// Counts up when a field is added: of another version a match is simulated from its beginning.
constexpr std::uint8_t progress_version = 1;
constexpr std::size_t event_bytes_max = 5 + 3 + 1 + 5;
constexpr std::size_t progress_bytes_max = 32 * 1024 + MatchProgress::events_max * event_bytes_max;

template <class Stream, class OptionalTick>
bool serialize_tick(Stream& s, OptionalTick& tick) {
    bool is_there = tick.has_value();
    if (!s.boolean(is_there)) return false;
    if (!is_there) return true;
    if constexpr (Stream::is_reading) tick.emplace();
    return s.varint(tick->value);
}

template <class Stream, class Event>
bool serialize_event(Stream& s, Event& event) {
    return s.varint(event.tick.value) && s.bits(event.event.kind, 8) && s.bits(event.event.seat.value, 8) &&
           s.bits(event.event.other.value, 8) && s.bits(event.event.detail, 8) &&
           s.signed_varint(event.event.value);
}

template <class Stream, class Progress>
bool serialize_head(Stream& s, Progress& progress) {
    return serialize_tick(s, progress.play_began) && serialize_tick(s, progress.result_tick) &&
           std::ranges::all_of(progress.presence,
                               [&s](auto& presence) { return s.enumerator(presence, Presence::computer); });
}

/// Makes ticks again, and with each what its room did.
class Rerun {
  public:
    Rerun(const game::Module& module, const RoomRecord& record, netcode::Replayer& replayer,
          MatchProgress& progress, MutableBytes scratch)
        : module_(module), record_(record), replayer_(replayer), progress_(progress), scratch_(scratch) {
        standing_ = standing();
    }

    /// Why it cannot go on; empty: it can.
    [[nodiscard]] std::string_view step(ByteView body) {
        using Made = netcode::Replayer::Made;
        emitted_.clear();
        const Tick tick = replayer_.next();
        const Made made = replayer_.step(body, &emitted_);
        if (made == Made::unreadable) return "an entry of its log is none of this game";
        if (made == Made::check_failed)
            return is_endless(replayer_.failure()) ? "a step does not end" : "the game finds itself broken";
        const auto& hash = replayer_.commands().hash;
        if (hash && *hash != replayer_.state().hash(scratch_))
            return "its state is another one than when it was played";
        for (const game::SeatEvent& event : replayer_.commands().events)
            take(event);
        progress_.events.add(module_, tick, emitted_.events());
        look_at_standing(tick);
        return {};
    }

  private:
    [[nodiscard]] game::Standing standing() const {
        game::Standing standing;
        if (module_.standing != nullptr) module_.standing(replayer_.state().data(), standing);
        return standing;
    }

    void take(const game::SeatEvent& event) {
        using Kind = game::SeatEvent::Kind;
        progress_.presence[event.seat.value] = presence_after(event.kind);
        if (event.kind == Kind::left) progress_.statistics.forget(event.seat);
        if (event.kind == Kind::computer_joined) progress_.statistics.join_computer(event.seat);
        if (event.kind != Kind::joined) return;
        const auto seat = std::ranges::find(record_.seats, event.seat, &SeatRecord::seat);
        if (seat != record_.seats.end() && seat->state != SeatState::computer)
            progress_.statistics.join(event.seat, seat->person.id);
    }

    void look_at_standing(Tick tick) {
        if (module_.info->lifecycle != game::Lifecycle::match) return;
        const Phase before = std::exchange(standing_, standing()).phase;
        const Phase phase = standing_.phase;
        if (before == Phase::playing || phase == Phase::playing)
            progress_.statistics.count(emitted_.events());
        if (!progress_.play_began && phase != Phase::waiting) progress_.play_began = tick;
        if (before != phase && phase == Phase::result) progress_.result_tick = tick;
    }

    const game::Module& module_;
    const RoomRecord& record_;
    netcode::Replayer& replayer_;
    MatchProgress& progress_;
    MutableBytes scratch_;
    game::EventList emitted_;
    game::Standing standing_;
};

std::string_view words_about(const game::Module& module, const netcode::LogHeader& header) {
    if (header.rules_version != module.info->rules_version ||
        header.tick_rate_hz != module.info->tick_rate_hz)
        return "the game has other rules now";
    return {};
}

}  // namespace

std::vector<std::byte> write_progress(const MatchProgress& progress) {
    std::vector<std::byte> bytes(progress_bytes_max);
    wire::BitWriter writer(bytes);
    const auto& events = progress.events.all();
    const auto count = static_cast<std::uint32_t>(std::min(events.size(), MatchProgress::events_max));
    const bool written = writer.bits(progress_version, 8) && serialize_head(writer, progress) &&
                         progress.statistics.write(writer) && writer.varint(count) &&
                         std::all_of(events.end() - count, events.end(),
                                     [&](const MatchEvent& event) { return serialize_event(writer, event); });
    GS_ASSERT(written, "everything in it is bounded");
    bytes.resize(writer.size());
    return bytes;
}

bool read_progress(ByteView bytes, MatchProgress& progress) {
    wire::BitReader reader(bytes);
    std::uint8_t version = 0;
    std::uint32_t count = 0;
    if (!reader.bits(version, 8) || version != progress_version || !serialize_head(reader, progress) ||
        !progress.statistics.read(reader) || !reader.varint(count) || count > MatchProgress::events_max) {
        return false;
    }
    progress.events.clear();
    for (std::uint32_t index = 0; index < count; ++index) {
        MatchEvent event;
        if (!serialize_event(reader, event)) return false;
        progress.events.bring_back(event);
    }
    return reader.at_end();
}

std::expected<Resumed, ResumeFailure> simulate_again(const game::Module& module, RestoredMatch& match,
                                                     const RoomRecord& record, MutableBytes scratch) {
    const netcode::MatchLog& log = match.log;
    const Tick first = log.header().first;
    if (const auto why = words_about(module, log.header()); !why.empty())
        return std::unexpected(ResumeFailure{.why = why, .at = first});
    MatchProgress progress(module);
    std::size_t from = match.keyframe;
    if (from >= log.keyframes().size() ||
        (!match.statistics.empty() && !read_progress(match.statistics, progress))) {
        progress = MatchProgress(module);
        from = 0;
    }
    netcode::Replayer replayer(module, guarded_step);
    if (log.keyframes().empty() || !replayer.start(log.keyframes()[from].bytes))
        return std::unexpected(
            ResumeFailure{.why = "a keyframe of its log is none of this game", .at = first});
    if (module.info->lifecycle == game::Lifecycle::endless) progress.play_began = first;
    Rerun rerun(module, record, replayer, progress, scratch);
    // Keyframes stand beside chunks.
    for (const netcode::Chunk& chunk : log.chunks()) {
        if (chunk.first < replayer.next()) continue;
        ByteView rest = chunk.bytes;
        for (std::uint32_t index = 0; index < chunk.count; ++index) {
            const auto body = netcode::take_entry(rest);
            const auto why = body ? rerun.step(*body) : std::string_view("its log is damaged");
            if (!why.empty()) return std::unexpected(ResumeFailure{.why = why, .at = chunk.first + index});
        }
    }
    return Resumed{
        .log = std::move(match.log), .at_end = std::move(replayer), .progress = std::move(progress)};
}

}  // namespace gs::rooms
