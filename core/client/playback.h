// Playback: shows a match from its log: chunks and keyframes come in (over HTTP, from a file, or from the
// Client of a live viewer, tick by tick), pictures of any moment come out. Plays at any speed, goes anywhere
// by simulating forward from the nearest state that is known, and says which pieces it needs next.
// Without I/O and clock, one owner, one thread; in the browser behind playback_exports.h. Pieces are hostile
// until they are read; memory is bounded: what is farthest from the picture is forgotten first.
//
// A turn: take_…() what came, turn(now), work(n) until it is done or time is up, draw(); wanted() tells what
// to fetch, warm(n) uses time that is left. A moment is a tick with fraction: 7.5 is half way between the
// states after tick 7 and after 8.
#pragma once

#include "core/client/event_log.h"
#include "core/client/match_picture.h"
#include "core/client/shown_clock.h"
#include "core/client/tick_witness.h"
#include "core/netcode/entry.h"
#include "core/netcode/limits.h"

#include <array>
#include <optional>
#include <vector>

namespace gs::client {

/// What is wrong with a piece; web/src/player/failure_words.ts has words for each.
enum class PieceError : std::uint8_t {
    none = 0,
    cut = 1,        // shorter than it says
    altered = 2,    // its checksum does not match
    malformed = 3,  // holds what is no piece of a match
    misplaced = 4,  // is another piece than was asked for
    unchained = 5,  // does not go on where the chunk before it ends
    disagrees = 6,  // a keyframe or a hash is not what the log leads to
};

/// Why a file cannot be shown; web/src/worker/file_words.ts has words for each.
enum class FileError : std::uint8_t {
    none = 0,
    not_a_log = 1,   // another kind of file
    cut = 2,         // ends in the middle of a part
    altered = 3,     // a checksum does not match
    malformed = 4,   // checksums match, but what they cover is no match
    too_large = 5,   // for a page
    other_game = 6,  // than this module's
    other_rules = 7,
    empty = 8,  // there is no state to begin with, or nothing after it
};

class Playback final : public TickWitness, public MatchPicture {
  public:
    explicit Playback(const game::Module& module);

    struct Source {
        std::uint64_t chain = 0;  // netcode::chain_start() of the match
        Tick first = {};
        std::uint32_t chunk_ticks = 0;  // at least 1
        /// All of it is fetched by and by, as far as memory goes: then it can be gone anywhere at once.
        bool is_whole_wanted = false;
    };
    /// Another match: everything before is forgotten.
    void open(const Source& source);

    /// The largest file that is opened: three hours of eight people.
    static constexpr std::size_t file_bytes_max = std::size_t{16} * 1024 * 1024;
    /// For the page: web/src/worker/playback_module.ts reads it as numbers in this order.
    struct FileFacts {
        double error = 0;  // FileError
        double at = 0;     // the byte
        double first = 0;  // tick
        double end = 0;    // the first tick after it
        double chunks = 0;
        double play_began = 0;  // tick; known when everything was checked
    };
    /// Another match, all of it from a file, and nothing is fetched. Its bytes are right then; whether the
    /// match is, warm() finds out: there may be a picture when that has made all of it without a failure.
    const FileFacts& open_file(ByteView bytes);
    [[nodiscard]] const FileFacts& file_facts() const { return file_; }
    /// What people talk about, as far as a file was checked.
    [[nodiscard]] std::span<const EventNotice> found_events() const { return found_; }

    /// The state before the `number`th chunk.
    PieceError take_keyframe(std::uint32_t number, ByteView bytes);
    PieceError take_chunk(std::uint32_t number, ByteView bytes);
    void on_tick(Tick tick, ByteView body, const game::StateBuffer& state,
                 const game::InputVector& inputs) override;

    enum class Over : std::uint8_t { no, yes };
    /// Ticks before `end` can be had; `over`: there will be no more, so the last chunk may be a shorter one.
    void set_end(Tick end, Over over);

    /// Goes to `moment`; the picture stays until that can be shown.
    void seek(double moment);
    /// One tick or more on (or back), to a whole one.
    void step_ticks(std::int32_t ticks);
    /// Times real time; 0: stands still.
    void set_speed(float speed);
    /// Whose eyes the picture is seen with; no_seat: everybody's.
    void follow(Seat seat) { followed_ = seat; }

    /// Time goes on. With `live`, the picture is there as closely as it can, at about real time.
    void turn(netcode::Micros now, std::optional<double> live);
    /// Simulates `ticks_max` ticks at most; true: the picture is where it should be.
    bool work(std::uint32_t ticks_max);
    /// Simulates what is here and was never simulated, near the picture first, so that every seek begins at
    /// most a chunk away: `ticks_max` ticks at most. How many chunks are left; 0: nothing can be done.
    std::uint32_t warm(std::uint32_t ticks_max);

    void draw(float aspect, game::DrawList& list) override;

    struct Piece {
        std::uint32_t number;
        std::uint32_t is_keyframe;  // 0 or 1
    };
    /// What is needed, the most urgent first; valid until the next call.
    [[nodiscard]] std::span<const Piece> wanted();

    /// Events that playing has come past, each once, at up to double speed; valid until the next call.
    [[nodiscard]] std::span<const EventNotice> take_event_notices() override;

    /// The state after the tick that is shown; null before the first picture.
    [[nodiscard]] const game::StateBuffer* shown_state() const override;
    /// Of the state after `tick`, for ticks divisible by the tick rate, among the last that were simulated.
    [[nodiscard]] std::optional<std::uint64_t> hash_at(Tick tick) const override;

    /// For the page: web/src/player/playback_module.ts reads it as numbers in this order.
    struct Stats {
        double shown = -1;        // the moment of the picture; −1 before the first
        double goal = -1;         // where it should be
        double known_end = 0;     // the picture can play on until this moment without new pieces
        double is_waiting = 0;    // for pieces
        double desyncs = 0;       // hashes and keyframes that the log does not lead to
        double failure = 0;       // the newest PieceError found while simulating, 0: none
        double failure_tick = 0;  // and where
        double ticks_simulated = 0;
        double bytes_kept = 0;
    };
    [[nodiscard]] const Stats& stats() const { return stats_; }

  private:
    /// A chunk, or the state before one as a keyframe: the server's, or an own one.
    struct Kept {
        std::uint32_t key;  // twice the number, and one more for a keyframe
        std::uint32_t count = 0;
        std::uint64_t previous = 0;
        std::uint64_t hash = 0;
        bool is_own = false;      // of a chunk: kept tick by tick, without hashes; of a keyframe: made here
        bool is_checked = false;  // of a keyframe: the log leads to it; of a chunk: it was simulated once
        std::vector<std::byte> bytes = {};
    };
    struct Hashed {
        std::optional<Tick> tick;
        std::uint64_t hash = 0;
    };
    /// A simulated state; everything before `next` is in it.
    struct Cursor {
        explicit Cursor(const game::Module& module) : state(module), inputs(module) {}
        bool is_set = false;
        Tick next;
        game::StateBuffer state;
        game::InputVector inputs;
        netcode::TickCommands commands;  // of the newest tick, as its events
        game::EventList emitted;
        std::uint32_t reading_number = 0;  // the entry of reading_tick begins at reading_offset of that chunk
        Tick reading_tick;
        std::size_t reading_offset = 0;
        bool is_reading = false;
    };

    /// Of the state before that chunk, among what is kept; the chunk's own is twice the number.
    [[nodiscard]] static constexpr std::uint32_t keyframe_key(std::uint32_t number) { return 2 * number + 1; }
    [[nodiscard]] static EventNotice notice_of(Tick tick, const game::Event& event, std::uint32_t id) {
        return {.id = id,
                .tick = tick.value,
                .status = EventStatus::confirmed,
                .is_first = 1,
                .reserved = 0,
                .event = event};
    }
    [[nodiscard]] std::uint32_t number_of(Tick tick) const {
        return (tick.value - source_.first.value) / source_.chunk_ticks;
    }
    [[nodiscard]] Tick start_of(std::uint32_t number) const {
        return source_.first + number * source_.chunk_ticks;
    }
    [[nodiscard]] std::vector<Kept>::iterator place_of(std::uint32_t key);
    [[nodiscard]] const Kept* find(std::uint32_t key) const;
    [[nodiscard]] const Kept* find_chunk(std::uint32_t number) const { return find(2 * number); }
    void put(Kept kept);
    void forget(std::vector<Kept>::iterator place);
    void read_anew() { cursor_.is_reading = warm_.is_reading = false; }
    void forget_what_is_far();
    [[nodiscard]] bool has_entry(Tick tick) const;
    [[nodiscard]] Tick covered_from(Tick last) const;
    [[nodiscard]] Tick known_end(Tick from) const;
    [[nodiscard]] std::optional<Tick> newest_state_before(Tick next, Tick oldest) const;

    bool make(Tick tick, std::uint32_t ticks_max);
    bool restart(Tick tick);
    bool use(Cursor& cursor, ByteView keyframe);
    [[nodiscard]] std::optional<ByteView> next_body(Cursor& cursor);
    bool advance(Cursor& cursor);
    bool step();
    void check_hash(Tick tick, const std::optional<std::uint64_t>& expected);
    void meet_keyframe(Cursor& cursor);
    [[nodiscard]] std::optional<std::uint32_t> coldest();
    bool begin_to_warm(std::uint32_t number);
    bool warm_tick();
    void note_found(Tick tick);
    void keep_state(Tick next, const game::StateBuffer& state, const game::InputVector& inputs);
    void note_events(Tick tick);
    void fail(PieceError error, Tick tick);
    [[nodiscard]] bool is_recent(Tick tick) const { return recent_ticks_[tick.value % recent_max] == tick; }
    void remember(Tick tick);
    [[nodiscard]] game::StateBuffer& before() { return recent_[recent_max]; }
    [[nodiscard]] game::StateBuffer& after() { return recent_[recent_max + 1]; }
    void show();
    void want(std::uint32_t number, bool is_keyframe);
    void want_the_rest();

    /// Half an hour of eight people takes 2 MB of chunks, and 4 MB of states; of more, what is far is
    /// forgotten.
    static constexpr std::size_t bytes_kept_max = std::size_t{12} * 1024 * 1024;
    /// What is fetched or made ahead must not drive out what is needed; each chunk gets a state in time.
    static constexpr std::size_t bytes_fetched_ahead_max = bytes_kept_max / 4;
    static constexpr std::size_t bytes_warm_max = bytes_kept_max / 4 * 3;
    static constexpr std::size_t recent_max = 8;
    static constexpr std::size_t hashes_max = 16;
    static constexpr std::size_t wanted_max = 16;
    static constexpr std::size_t noted_max = 256;
    static constexpr std::size_t found_max = 4'096;  // as a server keeps of a match

    const game::Module& module_;
    const std::uint32_t tick_rate_hz_;
    Source source_;
    Tick end_;
    Over over_ = Over::no;

    std::vector<Kept> kept_;  // in the order of keys
    std::size_t kept_bytes_ = 0;

    Cursor cursor_;  // what the picture is made with
    Cursor warm_;
    std::uint32_t cold_count_ = 0;  // chunks that were never simulated, when warm() looked last
    bool has_cold_ = false;         // there may be one that can be

    bool is_file_ = false;
    FileFacts file_;
    std::vector<EventNotice> found_;

    std::vector<game::StateBuffer> recent_;  // `[tick % recent_max]`: after that tick; then the picture's two
    std::array<std::optional<Tick>, recent_max> recent_ticks_ = {};
    std::array<Hashed, hashes_max> hashes_ = {};
    std::vector<EventNotice> noted_;  // of the last two seconds before the goal
    std::vector<std::byte> scratch_;

    // The picture.
    std::optional<Tick> shown_tick_;
    double shown_ = -1;
    double goal_ = 0;
    bool is_sought_ = false;  // the goal was not reached by playing
    float speed_ = 1;
    Seat followed_ = no_seat;
    ShownClock clock_;
    netcode::Micros turned_at_ = 0;

    std::array<Piece, wanted_max> wanted_ = {};
    std::size_t wanted_count_ = 0;
    std::vector<game::ShownEvent> shown_events_;
    std::vector<EventNotice> notices_;
    std::vector<EventNotice> taken_;
    std::uint32_t next_event_id_ = 1;
    Stats stats_;
};

}  // namespace gs::client
