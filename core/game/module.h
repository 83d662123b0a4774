// Module: a game behind function pointers, so that rooms, netcode and the browser's client are compiled once
// and not per game. module_of<G>() makes the one of game G; games/<name>/module.cpp names it.
// States and inputs are bytes here: StateBuffer and InputVector own them, with the size of the game's types.
#pragma once

#include "core/base/hash.h"
#include "core/game/game.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace gs::game {

/// A tick as the netcode knows it: `inputs` are the bytes of an InputVector.
struct RawTurn {
    Tick tick;
    const void* inputs;
    std::span<const SeatEvent> events;
    std::uint64_t random = 0;
    bool start_asked = false;
    EventList* emitted = nullptr;  // null: nobody wants to know
};

struct RawFrame {
    const void* before;
    const void* after;
    float fraction;
    const void* seen_before = nullptr;  // null: there is only one moment
    const void* seen_after = nullptr;
    float seen_fraction = 0;
    Seat own;
    float aspect;
    float seconds;
    std::span<const ShownEvent> recent = {};
};

struct Module {
    const Info* info;
    std::size_t state_bytes;
    std::size_t input_bytes;

    void (*start)(void* state);
    /// Steps `state` in place; the first GS_GAME_CHECK that failed, if any.
    CheckFailure (*step)(void* state, const RawTurn& turn);
    bool (*write_state)(wire::BitWriter& writer, const void* state);
    /// False: not a state; `state` is then unspecified, but a valid object.
    bool (*read_state)(wire::BitReader& reader, void* state);

    void (*neutral)(void* input);
    void (*sanitise)(void* input);
    /// `newer` becomes the one input that stands for both.
    void (*merge)(const void* older, void* newer);
    /// Each of `count` inputs becomes the guess for the next tick.
    void (*repeat)(void* inputs, std::size_t count);
    bool (*same)(const void* input, const void* other);
    bool (*write_input)(wire::BitWriter& writer, const void* input, const void* before);
    bool (*read_input)(wire::BitReader& reader, void* input, const void* before);

    void (*from_controls)(const Controls& controls, const void* shown, Seat own, void* input);
    void (*draw)(const RawFrame& frame, DrawList& list);

    // ---- What not every game has: null or empty

    std::span<const EventInfo> event_kinds = {};
    std::span<const StatisticInfo> statistics = {};
    void (*standing)(const void* state, Standing& standing) = nullptr;
    void (*computer)(const void* state, Seat seat, void* input) = nullptr;
    void (*positions)(void* state, PositionList& list) = nullptr;
    std::uint8_t* (*view_age)(void* input) = nullptr;
};

namespace detail {

template <class T>
T& as(void* value) {
    return *static_cast<T*>(value);
}
template <class T>
const T& as(const void* value) {
    return *static_cast<const T*>(value);
}

template <Game G>
CheckFailure step(void* state, const RawTurn& turn) {
    using Input = typename G::Input;
    static_cast<void>(take_check_failure());
    const std::span inputs(static_cast<const Input*>(turn.inputs), G::info.seats_max);
    G::step(as<typename G::State>(state), Turn<Input>{.tick = turn.tick,
                                                      .inputs = inputs,
                                                      .events = turn.events,
                                                      .random = turn.random,
                                                      .start_asked = turn.start_asked,
                                                      .emitted = turn.emitted});
    return take_check_failure();
}

template <Game G>
void repeat(void* inputs, std::size_t count) {
    auto* const first = static_cast<typename G::Input*>(inputs);
    for (std::size_t index = 0; index < count; ++index)
        first[index] = G::repeat(first[index]);
}

template <Game G>
void draw(const RawFrame& frame, DrawList& list) {
    using State = typename G::State;
    const bool has_seen = frame.seen_before != nullptr;
    G::draw(Frame<State>{.before = as<State>(frame.before),
                         .after = as<State>(frame.after),
                         .fraction = frame.fraction,
                         .seen_before = as<State>(has_seen ? frame.seen_before : frame.before),
                         .seen_after = as<State>(has_seen ? frame.seen_after : frame.after),
                         .seen_fraction = has_seen ? frame.seen_fraction : frame.fraction,
                         .own = frame.own,
                         .aspect = frame.aspect,
                         .seconds = frame.seconds,
                         .recent = frame.recent},
            list);
}

/// What a game may have and need not.
template <Game G>
constexpr void add_extras(Module& module) {
    using State = typename G::State;
    using Input = typename G::Input;
    if constexpr (requires { G::event_kinds; }) module.event_kinds = G::event_kinds;
    if constexpr (requires { G::statistics; }) {
        static_assert(G::statistics.size() <= statistics_max);
        module.statistics = G::statistics;
    }
    if constexpr (requires(const State& state, Standing& standing) { G::standing(state, standing); }) {
        module.standing = [](const void* state, Standing& standing) {
            standing = {};
            G::standing(as<State>(state), standing);
        };
    }
    if constexpr (requires(const State& state, Seat seat) { G::computer(state, seat); }) {
        module.computer = [](const void* state, Seat seat, void* input) {
            as<Input>(input) = G::computer(as<State>(state), seat);
        };
    }
    if constexpr (requires(State& state, PositionList& list) { G::positions(state, list); }) {
        module.positions = [](void* state, PositionList& list) {
            list.clear();
            G::positions(as<State>(state), list);
        };
    }
    if constexpr (requires(Input& input) { G::view_age(input); }) {
        module.view_age = [](void* input) { return &G::view_age(as<Input>(input)); };
    }
}

}  // namespace detail

template <Game G>
[[nodiscard]] constexpr Module module_of() {
    using State = typename G::State;
    using Input = typename G::Input;
    using detail::as;
    static_assert(G::info.seats_max <= seats_limit);
    static_assert(G::info.lifecycle == Lifecycle::endless || G::info.seats_max <= match_seats_max);
    Module module = {
        .info = &G::info,
        .state_bytes = sizeof(State),
        .input_bytes = sizeof(Input),
        .start =
            [](void* state) {
                as<State>(state) = State{};
                G::start(as<State>(state));
            },
        .step = detail::step<G>,
        .write_state = [](wire::BitWriter& writer,
                          const void* state) { return G::serialize(writer, as<State>(state)); },
        .read_state = [](wire::BitReader& reader,
                         void* state) { return G::serialize(reader, as<State>(state)); },
        .neutral = [](void* input) { as<Input>(input) = Input{}; },
        .sanitise = [](void* input) { as<Input>(input) = G::sanitise(as<Input>(input)); },
        .merge = [](const void* older,
                    void* newer) { as<Input>(newer) = G::merge(as<Input>(older), as<Input>(newer)); },
        .repeat = detail::repeat<G>,
        .same = [](const void* input, const void* other) { return as<Input>(input) == as<Input>(other); },
        .write_input =
            [](wire::BitWriter& writer, const void* input, const void* before) {
                return G::serialize_input(writer, as<Input>(input), as<Input>(before));
            },
        .read_input =
            [](wire::BitReader& reader, void* input, const void* before) {
                return G::serialize_input(reader, as<Input>(input), as<Input>(before));
            },
        .from_controls =
            [](const Controls& controls, const void* shown, Seat own, void* input) {
                as<Input>(input) = G::from_controls(controls, as<State>(shown), own);
            },
        .draw = detail::draw<G>,
    };
    detail::add_extras<G>(module);
    static_assert(
        G::info.lifecycle == Lifecycle::endless || requires(const State& state, Standing& standing) {
            G::standing(state, standing);
        }, "a match has a standing");
    return module;
}

/// The game of a WebAssembly module, which has exactly one: defined by games/<name>/module.cpp. Native
/// programs name the games they know (server/app).
[[nodiscard]] const Module& the_module();

/// One state of a game, on the heap, aligned for any game. Copies are explicit.
class StateBuffer {
  public:
    explicit StateBuffer(const Module& module)
        : module_(&module), words_(std::make_unique<Word[]>(words(module.state_bytes))) {
        module.start(data());
    }

    [[nodiscard]] void* data() { return words_.get(); }
    [[nodiscard]] const void* data() const { return words_.get(); }
    void copy_from(const StateBuffer& other) { std::memcpy(data(), other.data(), module_->state_bytes); }

    /// The serialized state; `room` should have state_bytes_max. Empty when it does not fit.
    [[nodiscard]] ByteView write(MutableBytes room) const {
        wire::BitWriter writer(room);
        return module_->write_state(writer, data()) ? writer.written() : ByteView{};
    }

    /// FNV-1a-64 of the serialized state.
    [[nodiscard]] std::uint64_t hash(MutableBytes scratch) const { return hash_of(write(scratch)); }

  private:
    struct alignas(16) Word {
        std::byte bytes[16];
    };
    static constexpr std::size_t words(std::size_t bytes) {
        return (bytes + sizeof(Word) - 1) / sizeof(Word);
    }

    const Module* module_;
    std::unique_ptr<Word[]> words_;
};

/// The inputs of all seats in one tick; neutral at first.
class InputVector {
  public:
    explicit InputVector(const Module& module)
        : module_(&module), bytes_(std::make_unique<Slot[]>(slots(module))) {
        clear();
    }

    [[nodiscard]] void* at(Seat seat) { return raw() + seat.value * module_->input_bytes; }
    [[nodiscard]] const void* at(Seat seat) const { return raw() + seat.value * module_->input_bytes; }
    [[nodiscard]] const void* data() const { return raw(); }
    [[nodiscard]] std::size_t seats() const { return module_->info->seats_max; }

    void set(Seat seat, const void* input) { std::memcpy(at(seat), input, module_->input_bytes); }
    void copy_from(const InputVector& other) {
        std::memcpy(raw(), other.raw(), seats() * module_->input_bytes);
    }
    /// Becomes the guess for the next tick.
    void repeat() { module_->repeat(raw(), seats()); }
    void clear() {
        for (std::size_t seat = 0; seat < seats(); ++seat) {
            module_->neutral(at(Seat{static_cast<std::uint8_t>(seat)}));
        }
    }

  private:
    struct alignas(16) Slot {
        std::byte bytes[16];
    };
    static std::size_t slots(const Module& module) {
        return (module.info->seats_max * module.input_bytes + sizeof(Slot) - 1) / sizeof(Slot);
    }
    [[nodiscard]] std::byte* raw() { return bytes_[0].bytes; }
    [[nodiscard]] const std::byte* raw() const { return bytes_[0].bytes; }

    const Module* module_;
    std::unique_ptr<Slot[]> bytes_;
};

/// Room for one input of any game, outside of a vector.
struct alignas(16) InputBuffer16 {
    std::byte bytes[input_bytes_max] = {};
};

}  // namespace gs::game
