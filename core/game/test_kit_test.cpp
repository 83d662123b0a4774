// A kit that finds nothing is worth nothing: here are games with one mistake each.
#include "core/game/test_kit.h"

#include <gtest/gtest-spi.h>

namespace gs::game {
namespace {

/// Right in everything, until a test breaks it.
struct SmallGame {
    static constexpr Info info = {.id = "small",
                                  .title = "Small",
                                  .tagline = "Nobody plays this.",
                                  .rules_version = 1,
                                  .tick_rate_hz = 60,
                                  .ticks_per_send = 2,
                                  .seats_min = 1,
                                  .seats_max = 2,
                                  .lifecycle = Lifecycle::endless};
    static constexpr std::array event_kinds = {EventInfo{.name = "stepped"}};

    enum class Mistake : std::uint8_t {
        none,
        remembers_outside_of_the_state,
        loses_presses,
        forgets_to_serialize,
        emits_for_a_seat_too_many,
        leaves_inputs_insane,
        draws_too_much
    };
    static inline Mistake mistake = Mistake::none;
    static inline std::uint32_t hidden = 0;

    struct Input {
        std::uint8_t held = 0;
        std::uint8_t pressed = 0;
        friend bool operator==(const Input&, const Input&) = default;
    };
    struct State {
        std::uint32_t sum = 0;
        std::uint32_t last = 0;
    };

    static void start(State&) {}
    static void step(State& state, const Turn<Input>& turn) {
        state.sum = state.sum * 31 + state.last;
        for (const Input& input : turn.inputs)
            state.last = state.last * 7 + input.held + (input.pressed != 0 ? 100 : 0);
        if (mistake == Mistake::remembers_outside_of_the_state) state.sum += ++hidden;
        const bool is_wrong = mistake == Mistake::emits_for_a_seat_too_many;
        turn.emit({.kind = 0, .seat = {is_wrong ? std::uint8_t{2} : std::uint8_t{1}}});
    }
    static Input sanitise(Input input) {
        input.held &= 7;
        input.pressed &= mistake == Mistake::leaves_inputs_insane ? 3 : 1;
        if (mistake == Mistake::leaves_inputs_insane) input.pressed = input.pressed / 2 + 1;
        return input;
    }
    static Input merge(Input older, Input newer) {
        if (mistake != Mistake::loses_presses) newer.pressed |= older.pressed;
        return newer;
    }
    static Input repeat(Input input) { return {.held = input.held}; }
    template <class Stream, class S>
    static bool serialize(Stream& s, S& state) {
        return s.bits(state.sum, 32) && (mistake == Mistake::forgets_to_serialize || s.bits(state.last, 32));
    }
    template <class Stream, class In>
    static bool serialize_input(Stream& s, In& input, const Input&) {
        return s.bits(input.held, 3) && s.bits(input.pressed, 1);
    }
    static Input from_controls(const Controls& controls, const State&, Seat) {
        return sanitise({.held = static_cast<std::uint8_t>(controls.held & 7)});
    }
    static void draw(const Frame<State>&, DrawList& list) {
        list.clear();
        const std::size_t items = mistake == Mistake::draws_too_much ? DrawList::items_max : 3;
        for (std::size_t item = 0; item < items; ++item)
            list.disc({}, 1, {});
    }
};

using Mistake = SmallGame::Mistake;

TestKit kit() {
    static constexpr Module module = module_of<SmallGame>();
    return TestKit(module, {.ticks = 600});
}

TEST(TestKit, is_content_with_a_game_that_is_right) {
    SmallGame::mistake = Mistake::none;
    kit().is_deterministic();
    kit().comes_to_the_same_state_after_wrong_guesses();
    kit().goes_on_the_same_after_a_state_was_read();
    kit().refuses_damaged_states_or_plays_on();
    kit().inputs_survive_the_network();
    kit().inputs_stay_sane();
    kit().merging_loses_no_press();
    kit().hostile_inputs_break_nothing();
    kit().tables_make_sense();
    kit().events_and_standings_make_sense();
    kit().pictures_can_be_drawn();
}

TEST(TestKit, finds_what_is_remembered_outside_of_the_state) {
    SmallGame::mistake = Mistake::remembers_outside_of_the_state;
    EXPECT_FATAL_FAILURE(kit().is_deterministic(), "states differ");
    EXPECT_FATAL_FAILURE(kit().comes_to_the_same_state_after_wrong_guesses(), "at tick");
}

TEST(TestKit, finds_a_lost_press) {
    SmallGame::mistake = Mistake::loses_presses;
    EXPECT_FATAL_FAILURE(kit().merging_loses_no_press(), "lost a press");
}

TEST(TestKit, finds_what_is_not_serialized) {
    SmallGame::mistake = Mistake::forgets_to_serialize;
    EXPECT_FATAL_FAILURE(kit().goes_on_the_same_after_a_state_was_read(), "at tick");
}

TEST(TestKit, finds_events_of_seats_that_do_not_exist) {
    SmallGame::mistake = Mistake::emits_for_a_seat_too_many;
    EXPECT_FATAL_FAILURE(kit().events_and_standings_make_sense(), "a seat that does not exist");
}

TEST(TestKit, finds_inputs_that_do_not_stay_as_they_are) {
    SmallGame::mistake = Mistake::leaves_inputs_insane;
    EXPECT_FATAL_FAILURE(kit().inputs_stay_sane(), "after repeat()");
    EXPECT_FATAL_FAILURE(kit().inputs_survive_the_network(), "round");
}

TEST(TestKit, finds_pictures_that_do_not_fit) {
    SmallGame::mistake = Mistake::draws_too_much;
    EXPECT_FATAL_FAILURE(kit().pictures_can_be_drawn(), "the rest would be missing");
}

}  // namespace
}  // namespace gs::game
