// TestKit: what every game has to pass, whatever its rules are. A game's test file names its module once,
//   GS_TEST_GAME(Pong, pong::module());
// and has a test for each function below: the same game from the same inputs, states and inputs that survive
// the network, rollback, hostile bytes, events and standings that make sense, computers that finish their
// matches, pictures that can be drawn. Uses GoogleTest; allocates; no clock: cost in time is `./gs bench
// games`.
#pragma once

#include "core/base/rng.h"
#include "core/game/module.h"
#include "core/game/test_run.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace gs::game {

struct TestKitOptions {
    std::uint64_t seed = 1;
    /// Of most tests. Enough for a match of a few minutes to be won, lost and left.
    std::uint32_t ticks = 12'000;
    /// What computers play against each other: an hour.
    std::uint32_t computer_ticks = 60 * 60 * 60;
    /// A match of computers alone is over after this, or it is taken for one that never ends.
    std::uint32_t match_ticks_max = 15 * 60 * 60;
    /// In an hour at least so many different seats win.
    std::size_t winners_min = 2;
};

class TestKit {
  public:
    explicit TestKit(const Module& module, TestKitOptions options = {})
        : module_(module), options_(options) {}

    // ---- The same game everywhere

    /// Two runs of the same inputs: equal states each second, equal events in every tick.
    void is_deterministic() const {
        test::Run one(module_, options_.seed);
        test::Run other(module_, options_.seed);
        for (std::uint32_t tick = 0; tick < options_.ticks; ++tick) {
            ASSERT_NO_FATAL_FAILURE(one.step());
            ASSERT_NO_FATAL_FAILURE(other.step());
            ASSERT_TRUE(same(one.events, other.events)) << "events differ at tick " << tick;
            if (!is_second(tick)) continue;
            ASSERT_EQ(one.hash(), other.hash()) << "states differ at tick " << tick;
        }
    }

    /// A client guesses wrong for some ticks, goes back, and plays what really happened.
    void comes_to_the_same_state_after_wrong_guesses() const {
        base::Rng rng(options_.seed + 1);
        test::Run truth(module_, options_.seed);
        test::Run guessing(module_, options_.seed);
        StateBuffer before_guess(module_);
        for (std::uint32_t tick = 0; tick < options_.ticks; ++tick) {
            if (rng.below(6) == 0) {
                before_guess.copy_from(guessing.state);
                guess(guessing, rng, tick);
                guessing.state.copy_from(before_guess);
            }
            ASSERT_NO_FATAL_FAILURE(truth.step());
            ASSERT_NO_FATAL_FAILURE(guessing.step());
            ASSERT_TRUE(same(truth.events, guessing.events)) << "events differ at tick " << tick;
            if (!is_second(tick)) continue;
            ASSERT_EQ(truth.hash(), guessing.hash()) << "at tick " << tick;
        }
    }

    /// tests/golden/<id>.txt has lines of seed, ticks and hash that every build comes to.
    void plays_the_same_game_as_every_other_build(const std::string& folder) const {
        const std::string path = folder + "/" + std::string(module_.info->id) + ".txt";
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"),
                                                                   std::fclose);
        ASSERT_NE(file, nullptr) << path << " is missing";
        int runs = 0;
        char line[256];
        while (std::fgets(line, sizeof line, file.get()) != nullptr) {
            unsigned long long seed = 0;
            unsigned long long hash = 0;
            unsigned ticks = 0;
            if (std::sscanf(line, "%llu %u %llx", &seed, &ticks, &hash) != 3) continue;
            ++runs;
            const GoldenRun run = golden_run(module_, seed, ticks);
            EXPECT_FALSE(run.failure) << run.failure.why << " at tick " << run.ticks;
            EXPECT_EQ(hex(run.hash), hex(hash))
                << "seed " << seed << ", " << ticks
                << " ticks. When the rules were changed on purpose, write the new hash into " << path
                << " and raise rules_version; when not, find what this build computes differently.";
        }
        EXPECT_GE(runs, 3);
    }

    // ---- States

    /// Serialized, read and serialized again are the same bytes, and what was read goes on as the original.
    void goes_on_the_same_after_a_state_was_read() const {
        test::Run run(module_, options_.seed + 2);
        // What was in a state before it is read must not matter.
        test::Run elsewhere(module_, options_.seed + 102);
        StateBuffer copy(module_);
        for (std::uint32_t tick = 0; tick < options_.ticks; ++tick) {
            ASSERT_NO_FATAL_FAILURE(run.step(&copy));
            if (tick % 37 != 0) continue;
            const std::vector<std::byte> bytes = run.bytes();
            ASSERT_EQ(bytes, test::bytes_of(copy)) << "at tick " << tick;
            ASSERT_NO_FATAL_FAILURE(elsewhere.step());
            copy.copy_from(elsewhere.state);
            ASSERT_TRUE(read(copy, bytes)) << "at tick " << tick;
            ASSERT_EQ(bytes, test::bytes_of(copy)) << "read and written again, at tick " << tick;
        }
    }

    /// Of any bytes, some are states; those play on without breaking a check and are states again.
    void refuses_damaged_states_or_plays_on() const {
        base::Rng rng(options_.seed + 3);
        test::Run run(module_, options_.seed + 3);
        StateBuffer damaged(module_);
        for (int round = 0; round < 300; ++round) {
            for (int tick = 0; tick < 20; ++tick)
                ASSERT_NO_FATAL_FAILURE(run.step());
            const std::vector<std::byte> good = run.bytes();
            const std::size_t cut = rng.below(good.size());
            ASSERT_FALSE(read(damaged, ByteView(good).first(cut))) << "a state of " << cut << " bytes less";
            for (int kind = 0; kind < 8; ++kind) {
                std::vector<std::byte> bytes = good;
                damage(bytes, kind == 0, rng);
                if (!read(damaged, bytes)) continue;
                ASSERT_NO_FATAL_FAILURE(play_anything(damaged, rng, 30)) << "round " << round;
                ASSERT_FALSE(test::bytes_of(damaged).empty()) << "round " << round;
            }
        }
    }

    // ---- Inputs

    /// Any input that the rules allow comes over the network as it was, whatever the one before was.
    void inputs_survive_the_network() const {
        base::Rng rng(options_.seed + 4);
        for (int round = 0; round < 30'000; ++round) {
            const InputBuffer16 input = any_input(rng);
            InputBuffer16 before = round % 4 == 0 ? neutral() : any_input(rng);
            // The usual change is a small one.
            if (round % 4 == 1) before = input;
            module_.repeat(before.bytes, 1);
            std::vector<std::byte> room(input_wire_bytes_max + 1);
            wire::BitWriter writer(room);
            // Inputs begin anywhere in a byte.
            const unsigned offset = static_cast<unsigned>(rng.below(8));
            ASSERT_TRUE(writer.put(0, offset) && module_.write_input(writer, input.bytes, before.bytes));
            ASSERT_LE(writer.bit_count() - offset, input_wire_bytes_max * 8);
            wire::BitReader reader(writer.written());
            std::uint8_t skipped = 0;
            InputBuffer16 back = any_input(rng);
            ASSERT_TRUE(reader.bits(skipped, offset) && module_.read_input(reader, back.bytes, before.bytes));
            ASSERT_TRUE(module_.same(input.bytes, back.bytes)) << "round " << round;
            ASSERT_TRUE(reader.at_end()) << "a reader takes as many bits as the writer wrote";
        }
    }

    /// What sanitise() made is left alone by it, also after repeat() and merge(); and what hands do is sane.
    void inputs_stay_sane() const {
        base::Rng rng(options_.seed + 5);
        test::Run run(module_, options_.seed + 5);
        for (int round = 0; round < 10'000; ++round) {
            if (round % 10 == 0) {
                ASSERT_NO_FATAL_FAILURE(run.step());
            }
            const InputBuffer16 older = any_input(rng);
            InputBuffer16 newer = any_input(rng);
            ASSERT_TRUE(is_sane(newer)) << "sanitise() twice is not sanitise() once";
            module_.merge(older.bytes, newer.bytes);
            ASSERT_TRUE(is_writable(newer)) << "after merge()";
            module_.repeat(newer.bytes, 1);
            ASSERT_TRUE(is_sane(newer)) << "after repeat()";
            InputBuffer16 hands = neutral();
            const Seat own = {static_cast<std::uint8_t>(rng.below(256))};
            module_.from_controls(any_controls(rng), run.state.data(), own, hands.bytes);
            ASSERT_TRUE(is_sane(hands)) << "from_controls()";
        }
    }

    /// A press is a bit that repeat() clears. Games that count presses instead have a test of their own.
    void merging_loses_no_press() const {
        base::Rng rng(options_.seed + 6);
        for (int round = 0; round < 10'000; ++round) {
            const InputBuffer16 older = without_view_age(any_input(rng));
            const InputBuffer16 newer = without_view_age(any_input(rng));
            InputBuffer16 merged = newer;
            module_.merge(older.bytes, merged.bytes);
            const InputBuffer16 presses[] = {pressed(older), pressed(newer)};
            for (std::size_t byte = 0; byte < module_.input_bytes; ++byte) {
                for (const InputBuffer16& each : presses) {
                    ASSERT_EQ(each.bytes[byte] & ~merged.bytes[byte], std::byte{0})
                        << "byte " << byte << " of the input lost a press in round " << round;
                }
            }
            // What is held is what is held now.
            InputBuffer16 held = newer;
            module_.repeat(held.bytes, 1);
            module_.repeat(merged.bytes, 1);
            ASSERT_TRUE(module_.same(held.bytes, merged.bytes)) << "round " << round;
        }
    }

    /// Any bits from the network are refused or, sanitised, an input with which no check fails.
    void hostile_inputs_break_nothing() const {
        base::Rng rng(options_.seed + 7);
        test::Run run(module_, options_.seed + 7);
        for (std::uint32_t tick = 0; tick < options_.ticks; ++tick) {
            std::byte bytes[input_wire_bytes_max] = {};
            for (std::byte& byte : bytes)
                byte = static_cast<std::byte>(rng.next() >> 56);
            const Seat seat = {static_cast<std::uint8_t>(rng.below(module_.info->seats_max))};
            wire::BitReader reader(ByteView(bytes).first(rng.below(input_wire_bytes_max + 1)));
            InputBuffer16 input = neutral();
            if (module_.read_input(reader, input.bytes, run.inputs.at(seat))) {
                module_.sanitise(input.bytes);
                run.inputs.set(seat, input.bytes);
            }
            ASSERT_NO_FATAL_FAILURE(run.step_with_own_inputs());
        }
    }

    // ---- What others are told

    /// Tables refer to what exists.
    void tables_make_sense() const {
        for (const StatisticInfo& statistic : module_.statistics) {
            EXPECT_FALSE(statistic.name.empty());
            if (statistic.kind != StatisticInfo::Kind::share) continue;
            EXPECT_LT(statistic.part, module_.statistics.size()) << statistic.name;
            EXPECT_LT(statistic.whole, module_.statistics.size()) << statistic.name;
        }
        for (const EventInfo& info : module_.event_kinds) {
            EXPECT_FALSE(info.name.empty());
            EXPECT_LE(info.sound, Sound::fanfare) << info.name;
            for (const Counting& counting : info.counts) {
                if (counting.who == Counting::Who::nobody) continue;
                EXPECT_LT(counting.statistic, module_.statistics.size()) << info.name;
            }
        }
        EXPECT_LE(module_.info->interpolation_ticks, view_age_max);
        EXPECT_TRUE(module_.info->tick_rate_hz >= 20 && module_.info->tick_rate_hz <= 60);
    }

    /// Events are of kinds, seats and places that exist; a standing names seats that exist, and phases follow
    /// each other.
    void events_and_standings_make_sense() const {
        test::Run run(module_, options_.seed + 8);
        Standing before;
        int results = 0;
        if (module_.standing != nullptr) module_.standing(run.state.data(), before);
        for (std::uint32_t tick = 0; tick < options_.ticks; ++tick) {
            ASSERT_NO_FATAL_FAILURE(run.step());
            for (const Event& event : run.events.events())
                ASSERT_TRUE(is_sane(event)) << "at tick " << tick;
            if (module_.standing == nullptr) continue;
            Standing standing;
            module_.standing(run.state.data(), standing);
            const bool has_winner = standing.winner != no_seat;
            ASSERT_TRUE(!has_winner || standing.winner.value < module_.info->seats_max);
            ASSERT_TRUE(!has_winner || standing.phase == Phase::result) << "at tick " << tick;
            if (run.play.begins_match()) before = {.phase = Phase::waiting};
            const bool stops = before.phase == Phase::countdown && standing.phase == Phase::waiting;
            ASSERT_TRUE(stops || standing.phase >= before.phase) << "a phase went back at tick " << tick;
            if (before.phase == Phase::playing && standing.phase == Phase::result) ++results;
            before = standing;
        }
        EXPECT_TRUE(module_.standing == nullptr || results > 0) << "no match came to an end";
    }

    /// An hour among themselves: matches end, more than one of them wins, no check fails.
    void computers_play_for_an_hour() const {
        if (module_.computer == nullptr || module_.standing == nullptr) {
            GTEST_SKIP() << "this game has no computers, or no end";
        }
        test::ComputerTally tally(module_.info->seats_max);
        StateBuffer state(module_);
        InputVector inputs(module_);
        base::Rng rng(options_.seed + 9);
        std::uint32_t match_ticks = 0;
        for (std::uint32_t tick = 0; tick < options_.computer_ticks; ++tick) {
            std::vector<SeatEvent> events;
            if (match_ticks == 0) {
                module_.start(state.data());
                for (std::uint8_t seat = 0; seat < module_.info->seats_max; ++seat)
                    events.push_back({{seat}, SeatEvent::Kind::computer_joined});
            }
            const CheckFailure failure =
                module_.step(state.data(), {.tick = {match_ticks},
                                            .inputs = inputs.data(),
                                            .events = events,
                                            .random = match_ticks == 0 ? rng.next() : 0,
                                            .start_asked = true});
            ASSERT_FALSE(failure) << failure.why << ": " << failure.expression << " at tick " << tick;
            ASSERT_LT(++match_ticks, options_.match_ticks_max) << "this match does not end";
            Standing standing;
            module_.standing(state.data(), standing);
            if (standing.phase != Phase::result) continue;
            tally.add(standing.winner, match_ticks);
            match_ticks = 0;
        }
        tally.report(module_.info->tick_rate_hz);
        EXPECT_GE(tally.winners(), options_.winners_min);
    }

    /// In any state, any window and whatever happened: a list that fits, of numbers.
    void pictures_can_be_drawn() const {
        base::Rng rng(options_.seed + 10);
        test::Run run(module_, options_.seed + 10);
        StateBuffer before(module_);
        const auto list = std::make_unique<DrawList>();
        std::vector<ShownEvent> recent;
        for (int picture = 0; picture < 300; ++picture) {
            for (std::uint64_t ticks = rng.below(40); ticks > 0; --ticks) {
                before.copy_from(run.state);
                ASSERT_NO_FATAL_FAILURE(run.step());
                for (const Event& event : run.events.events())
                    recent.push_back({event, static_cast<float>(rng.below(2000)) * 0.001F});
            }
            constexpr float aspects[] = {0.F, 0.46F, 1.F, 1.78F, 3.F, 1e9F};
            module_.draw({.before = before.data(),
                          .after = run.state.data(),
                          .fraction = static_cast<float>(rng.below(100)) * 0.01F,
                          .own = {static_cast<std::uint8_t>(rng.below(256))},
                          .aspect = aspects[rng.below(std::size(aspects))],
                          .seconds = static_cast<float>(rng.below(1'000'000)) * 0.1F,
                          .recent = recent},
                         *list);
            recent.clear();
            ASSERT_LT(list->items().size(), DrawList::items_max) << "the rest would be missing";
            ASSERT_TRUE(wire::is_finite(list->camera.height) && list->camera.height > 0);
            for (const DrawItem& item : list->items()) {
                ASSERT_TRUE(wire::is_finite(item.at.x) && wire::is_finite(item.at.y));
                ASSERT_TRUE(item.half_size.x >= 0 && item.half_size.y >= 0);
            }
        }
    }

    /// Nothing to pass: what a state and an input weigh, in the test's output.
    void tells_its_sizes() const {
        test::Run run(module_, options_.seed + 11);
        std::size_t largest = 0;
        std::size_t input_bits = 0;
        std::size_t input_count = 0;
        std::size_t events = 0;
        InputVector guess(module_);
        for (std::uint32_t tick = 0; tick < options_.ticks; ++tick) {
            guess.copy_from(run.inputs);
            guess.repeat();
            ASSERT_NO_FATAL_FAILURE(run.step());
            events += run.events.events().size();
            if (is_second(tick)) largest = std::max(largest, run.bytes().size());
            for (std::uint8_t seat = 0; seat < module_.info->seats_max; ++seat) {
                if (module_.same(run.inputs.at({seat}), guess.at({seat}))) continue;
                std::vector<std::byte> room(input_wire_bytes_max);
                wire::BitWriter writer(room);
                ASSERT_TRUE(module_.write_input(writer, run.inputs.at({seat}), guess.at({seat})));
                input_bits += writer.bit_count();
                ++input_count;
            }
        }
        std::printf(
            "%s: state %zu bytes, at most %zu serialized; input %zu bytes, %.1f bits per change; "
            "%.2f events a second\n",
            module_.info->id.data(), module_.state_bytes, largest, module_.input_bytes,
            static_cast<double>(input_bits) / static_cast<double>(std::max<std::size_t>(input_count, 1)),
            static_cast<double>(events) * module_.info->tick_rate_hz / options_.ticks);
        EXPECT_LE(largest, state_bytes_max);
    }

  private:
    [[nodiscard]] bool is_second(std::uint32_t tick) const { return tick % module_.info->tick_rate_hz == 0; }

    [[nodiscard]] bool read(StateBuffer& state, ByteView bytes) const {
        wire::BitReader reader(bytes);
        return module_.read_state(reader, state.data()) && reader.at_end();
    }

    static std::string hex(std::uint64_t value) {
        char text[17];
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
        return text;
    }

    static bool same(const EventList& one, const EventList& other) {
        return std::ranges::equal(one.events(), other.events(), [](const Event& a, const Event& b) {
            return a.is_like(b) && a.value == b.value && a.at == b.at && a.to == b.to;
        });
    }

    [[nodiscard]] InputBuffer16 neutral() const {
        InputBuffer16 input;
        module_.neutral(input.bytes);
        return input;
    }

    [[nodiscard]] InputBuffer16 any_input(base::Rng& rng) const {
        InputBuffer16 input;
        for (std::byte& byte : input.bytes)
            byte = static_cast<std::byte>(rng.next() >> 56);
        module_.sanitise(input.bytes);
        return input;
    }

    /// Hands on every device, and a page that has gone mad.
    static Controls any_controls(base::Rng& rng) {
        const auto number = [&rng] {
            constexpr float odd[] = {1e30F, -1e30F, __builtin_inff(), __builtin_nanf("")};
            const std::uint64_t which = rng.below(40);
            return which < 4 ? odd[which] : static_cast<float>(rng.below(4001)) * 0.01F - 20;
        };
        const auto unit = [&] { return number() * 0.05F; };
        return {.held = static_cast<std::uint32_t>(rng.next() >> 55),
                .pressed = static_cast<std::uint32_t>(rng.next() >> 55),
                .move = rng.below(2) == 0 ? Vec2{} : Vec2{unit(), unit()},
                .pointer_at = {number(), number()},
                .aim = rng.below(2) == 0 ? Vec2{} : Vec2{unit(), unit()},
                .view_age_ticks = static_cast<std::uint8_t>(rng.next() >> 56)};
    }

    /// The age belongs to a press, but is a number: of two, one is right.
    [[nodiscard]] InputBuffer16 without_view_age(InputBuffer16 input) const {
        if (module_.view_age != nullptr) *module_.view_age(input.bytes) = 0;
        return input;
    }

    [[nodiscard]] bool is_sane(const InputBuffer16& input) const {
        InputBuffer16 again = input;
        module_.sanitise(again.bytes);
        return module_.same(input.bytes, again.bytes);
    }

    [[nodiscard]] bool is_writable(const InputBuffer16& input) const {
        std::byte room[input_wire_bytes_max];
        wire::BitWriter writer(room);
        const InputBuffer16 before = neutral();
        return module_.write_input(writer, input.bytes, before.bytes);
    }

    [[nodiscard]] InputBuffer16 pressed(const InputBuffer16& input) const {
        InputBuffer16 rest = input;
        module_.repeat(rest.bytes, 1);
        InputBuffer16 bits;
        for (std::size_t byte = 0; byte < module_.input_bytes; ++byte)
            bits.bytes[byte] = input.bytes[byte] & ~rest.bytes[byte];
        return bits;
    }

    /// Steps a state that is thrown away afterwards.
    void guess(test::Run& run, base::Rng& rng, std::uint32_t tick) const {
        InputVector inputs(module_);
        inputs.copy_from(run.inputs);
        EventList guessed;
        for (std::uint32_t ahead = 0, ticks = 1 + static_cast<std::uint32_t>(rng.below(30)); ahead < ticks;
             ++ahead) {
            inputs.repeat();
            const Seat seat = {static_cast<std::uint8_t>(rng.below(module_.info->seats_max))};
            inputs.set(seat, any_input(rng).bytes);
            static_cast<void>(module_.step(
                run.state.data(),
                {.tick = {tick + ahead}, .inputs = inputs.data(), .events = {}, .emitted = &guessed}));
        }
    }

    static void damage(std::vector<std::byte>& bytes, bool all, base::Rng& rng) {
        for (std::byte& byte : bytes) {
            if (all) byte = static_cast<std::byte>(rng.next() >> 56);
        }
        for (std::uint64_t flips = 1 + rng.below(4); flips > 0; --flips)
            bytes[rng.below(bytes.size())] ^= static_cast<std::byte>(1U << rng.below(8));
    }

    void play_anything(StateBuffer& state, base::Rng& rng, std::uint32_t ticks) const {
        InputVector inputs(module_);
        for (std::uint32_t tick = 0; tick < ticks; ++tick) {
            const Seat seat = {static_cast<std::uint8_t>(rng.below(module_.info->seats_max))};
            inputs.set(seat, any_input(rng).bytes);
            const CheckFailure failure =
                module_.step(state.data(), {.tick = {tick}, .inputs = inputs.data(), .events = {}});
            ASSERT_FALSE(failure) << failure.why << ": " << failure.expression;
            inputs.repeat();
        }
    }

    [[nodiscard]] testing::AssertionResult is_sane(const Event& event) const {
        const auto wrong = [&event](const char* what) {
            return testing::AssertionFailure() << "an event of kind " << +event.kind << ' ' << what;
        };
        const auto exists = [this](Seat seat) {
            return seat == no_seat || seat.value < module_.info->seats_max;
        };
        if (event.kind >= module_.event_kinds.size()) return wrong("that is not in the table");
        if (!exists(event.seat) || !exists(event.other)) return wrong("has a seat that does not exist");
        if (!wire::is_finite(event.at.x) || !wire::is_finite(event.at.y) || !wire::is_finite(event.to.x) ||
            !wire::is_finite(event.to.y)) {
            return wrong("is nowhere");
        }
        for (const Counting& counting : module_.event_kinds[event.kind].counts) {
            const bool counts_nobody = (counting.who == Counting::Who::seat && event.seat == no_seat) ||
                                       (counting.who == Counting::Who::other && event.other == no_seat);
            if (counts_nobody) return wrong("is counted for nobody");
        }
        return testing::AssertionSuccess();
    }

    const Module& module_;
    TestKitOptions options_;
};

}  // namespace gs::game

/// A name and the module; then, if need be, options: `.ticks = 3000`.
#define GS_TEST_GAME(Name, the_games_module, ...)                                                            \
    static ::gs::game::TestKit Name##_kit() { return ::gs::game::TestKit(the_games_module, {__VA_ARGS__}); } \
    TEST(Name##Kit, is_deterministic) { Name##_kit().is_deterministic(); }                                   \
    TEST(Name##Kit, comes_to_the_same_state_after_wrong_guesses) {                                           \
        Name##_kit().comes_to_the_same_state_after_wrong_guesses();                                          \
    }                                                                                                        \
    TEST(Name##Kit, goes_on_the_same_after_a_state_was_read) {                                               \
        Name##_kit().goes_on_the_same_after_a_state_was_read();                                              \
    }                                                                                                        \
    TEST(Name##Kit, refuses_damaged_states_or_plays_on) {                                                    \
        Name##_kit().refuses_damaged_states_or_plays_on();                                                   \
    }                                                                                                        \
    TEST(Name##Kit, inputs_survive_the_network) { Name##_kit().inputs_survive_the_network(); }               \
    TEST(Name##Kit, inputs_stay_sane) { Name##_kit().inputs_stay_sane(); }                                   \
    TEST(Name##Kit, merging_loses_no_press) { Name##_kit().merging_loses_no_press(); }                       \
    TEST(Name##Kit, hostile_inputs_break_nothing) { Name##_kit().hostile_inputs_break_nothing(); }           \
    TEST(Name##Kit, tables_make_sense) { Name##_kit().tables_make_sense(); }                                 \
    TEST(Name##Kit, events_and_standings_make_sense) { Name##_kit().events_and_standings_make_sense(); }     \
    TEST(Name##Kit, computers_play_for_an_hour) { Name##_kit().computers_play_for_an_hour(); }               \
    TEST(Name##Kit, pictures_can_be_drawn) { Name##_kit().pictures_can_be_drawn(); }                         \
    TEST(Name##Kit, tells_its_sizes) { Name##_kit().tells_its_sizes(); }                                     \
    TEST(Name##Kit, plays_the_same_game_as_every_other_build) {                                              \
        Name##_kit().plays_the_same_game_as_every_other_build(GS_GOLDEN_DIR);                                \
    }                                                                                                        \
    static_assert(true)
