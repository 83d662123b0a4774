#include "tests/sim/simulation.h"

#include "core/game/test_game.h"
#include "core/wire/limits.h"
#include "tests/sim/person_at_home.h"
#include "tests/sim/shadow.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gs::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr net::Duration step = milliseconds(2);
/// Short, so that a run of some 20 s has both: who is back in time and who is not.
constexpr net::Duration seat_held = seconds(5);
/// Shorter than a server's, so that the wait of whoever was lost again and again ends before the run does.
constexpr net::Duration keyframe_period_max = seconds(4);
/// For the last retransmission, the last repair and a keyframe that has to wait its turn.
constexpr net::Duration calm_for = seconds(9);
/// As late as a viewer on the worst line may be when all has been calm for long.
constexpr std::int32_t ticks_behind_max = 180;

class Simulation {
  public:
    explicit Simulation(std::uint64_t seed)
        : rng_(seed),
          is_crowd_(rng_.chance(30)),
          module_(is_crowd_ ? game::crowd_module : game::test_module),
          shadow_(module_) {
        shared_.limits.seat_held = seat_held;
        shared_.limits.keyframe_period_max = keyframe_period_max;
        if (rng_.chance(300)) shared_.limits.match_max = seconds(3 + rng_.below(10));
        shared_.unix_s = [] { return std::uint64_t{1'800'000'000}; };
        shared_.random = [this] { return rng_.next() | 1; };
        rooms_ = std::make_unique<rooms::Rooms>(
            rooms::RoomsOptions{.games = {{.module = &module_, .module_url = "/assets/test.wasm"}},
                                .permanent = {{.game = "test", .name = "Test"}}},
            shared_, now_);
        visits_ = std::make_unique<rooms::Visits>(
            *rooms_, tickets_,
            rooms::Visits::Options{.limits = {}, .clock = [this] { return now_; }, .lobby_html = {}});
        outside_.emplace(Outside{.visits = *visits_,
                                 .tickets = tickets_,
                                 .room = rooms_->featured()->setup().id,
                                 .module = module_,
                                 .seat_held = seat_held,
                                 .is_restless = is_crowd_,
                                 .stay_in = [this](Seat seat) { return room().seats().at(seat).order; }});
        const std::size_t count = is_crowd_ ? 85 + rng_.below(15) : 1 + rng_.below(10);
        for (std::size_t index = 0; index < count; ++index) {
            people_.push_back(std::make_unique<PersonAtHome>(
                *outside_, index,
                rng_.chance(is_crowd_ ? 50 : 250) ? PersonAtHome::Wish::watch : PersonAtHome::Wish::play,
                base::Rng(rng_.next()), now_));
        }
    }
    ~Simulation() { people_.clear(); }

    std::optional<std::string> run() {
        const net::Instant wild_until = now_ + seconds(12 + rng_.below(10));
        while (now_ < wild_until && wrong_.empty())
            turn();
        for (auto& person : people_)
            person->calm_down();
        calm_ = true;
        const net::Instant end = now_ + calm_for;
        while (now_ < end && wrong_.empty())
            turn();
        if (wrong_.empty()) check_end();
        if (wrong_.empty()) return std::nullopt;
        return wrong_ + " (at " +
               std::to_string(std::chrono::duration_cast<milliseconds>(now_ - began_).count()) + " ms)";
    }

    void add_to(Report& report) {
        report.ticks += shared_.counters.ticks;
        report.overruns += shared_.counters.overruns;
        report.matches += shared_.counters.matches;
        report.late_inputs += rooms_->input_counters().late;
        report.states_compared += states_compared_;
        for (const auto& person : people_) {
            report.presses += person->presses;
            report.came_back += person->came_back;
            report.seats_lost += person->seats_lost;
            report.repairs += person->repairs;
            report.keyframes_asked += person->keyframes_asked;
        }
    }

  private:
    [[nodiscard]] rooms::Room& room() { return *rooms_->featured(); }
    void expect(bool holds, std::string_view what) {
        if (!holds && wrong_.empty()) wrong_ = what;
    }

    void turn() {
        now_ += step;
        for (auto& person : people_) {
            // On average something happens to each about every 7 s.
            if (rng_.below(3'500) == 0) person->suffer(now_);
            person->turn(now_);
        }
        if (!calm_ && rng_.below(4'000) == 0)
            overloaded_until_ = now_ + milliseconds(20 + rng_.below(rng_.chance(200) ? 1'500 : 150));
        if (now_ < overloaded_until_) return;
        if (now_ >= rooms_->next_due()) {
            rooms_->turn(now_);
            if (auto wrong = shadow_.follow(room().match().log())) expect(false, "log: " + *wrong);
        }
        if (now_ >= visits_->next_due()) visits_->turn(now_);
        if (now_ >= look_at_) look();
    }

    /// What has to hold all the time.
    void look() {
        look_at_ = now_ + milliseconds(100);
        for (const auto& person : people_) {
            expect(person->wrong.empty(), person->wrong);
            expect(person->desyncs == 0, person->name() + ": a desync");
            if (person->is_in_room()) compare(*person);
            net::MemoryLink* link = person->link();
            for (net::Session* session : {link ? link->server() : nullptr, link ? link->client() : nullptr}) {
                if (session == nullptr) continue;
                expect(session->stats().send_queue_bytes <=
                           wire::send_queue_bytes_max + wire::transfer_bytes_max,
                       "a session's queue is over its bound");
            }
        }
        const rooms::RoomCounters& counters = shared_.counters;
        expect(counters.rooms_broken == 0, "the room broke");
        expect(counters.packets_bad == 0, "a client sent a packet that is none");
        expect(counters.acknowledgements_bad == 0, "a client acknowledged what was never made");
        expect(visits_->counters().datagrams_bad == 0, "a client sent a datagram that is none");
        expect(visits_->counters().closed_bad_message == 0, "a client sent a message that is none");
        expect(visits_->counters().closed_too_much == 0, "a client sent too much");
        expect(visits_->size() <= people_.size() * 20, "visits are not forgotten");
        check_seats();
    }

    void check_seats() {
        const rooms::Seats& seats = room().seats();
        std::size_t taken = 0;
        for (std::size_t index = 0; index < seats.count(); ++index) {
            const auto& place = seats.at(Seat{static_cast<std::uint8_t>(index)});
            if (place.state == rooms::SeatState::free) continue;
            ++taken;
            // Given up with the next look at seats after its time.
            if (place.state == rooms::SeatState::dropped)
                expect(place.held_until + milliseconds(200) > std::min(now_, overloaded_until_),
                       "a seat is held too long");
        }
        expect(taken == seats.taken(), "seats are miscounted");
    }

    /// Whatever state a client has confirmed, it is the server's after that tick.
    void compare(const PersonAtHome& person) {
        const auto tick = person.client().confirmed();
        if (!tick) return;
        const auto expected = shadow_.hash_after(*tick);
        if (!expected) return;
        ++states_compared_;
        expect(person.client().state().hash(scratch_) == *expected,
               person.name() + ": another state than the server's");
    }

    void check_end() {
        if (auto wrong = verify_file(module_, room().match().log())) expect(false, "file: " + *wrong);
        expect(!room().match().has_events(), "events still wait");
        std::size_t players = 0;
        for (const auto& person : people_) {
            const bool is_full = person->wishes_to_play() && !room().seats().first_free();
            expect(person->is_in_room() || is_full, person->whereabouts() + ": is not back in the room");
            if (!person->is_in_room()) continue;
            const auto tick = person->client().confirmed();
            expect(tick && room().match().next() - *tick <= ticks_behind_max,
                   person->whereabouts() + ": is stuck");
            if (!person->is_player()) continue;
            ++players;
            check_presses(*person);
        }
        expect(room().seats().taken() <= players + 0, "somebody who is gone still has a seat");
    }

    void check_presses(const PersonAtHome& person) {
        const void* state = shadow_.state().data();
        const std::uint32_t counted =
            is_crowd_ ? static_cast<const game::CrowdGame::State*>(state)->seat[person.seat().value].presses
                      : static_cast<const game::TestGame::State*>(state)->seat[person.seat().value].presses;
        const Pressed pressed = person.pressed();
        if (counted >= pressed.certain && counted <= pressed.certain + pressed.uncertain) return;
        expect(false, person.name() + ": pressed " + std::to_string(pressed.certain) + " times, and " +
                          std::to_string(pressed.uncertain) + " as sessions ended; the game counted " +
                          std::to_string(counted));
    }

    base::Rng rng_;
    bool is_crowd_;
    const game::Module& module_;
    Shadow shadow_;
    net::Instant began_ = net::Instant(std::chrono::hours(1));
    net::Instant now_ = began_;
    rooms::RoomShared shared_;
    rooms::Tickets tickets_;
    std::unique_ptr<rooms::Rooms> rooms_;
    std::unique_ptr<rooms::Visits> visits_;
    std::optional<Outside> outside_;
    std::vector<std::unique_ptr<PersonAtHome>> people_;
    net::Instant overloaded_until_ = {};
    net::Instant look_at_ = {};
    bool calm_ = false;
    std::uint64_t states_compared_ = 0;
    std::vector<std::byte> scratch_ = std::vector<std::byte>(game::state_bytes_max);
    std::string wrong_;
};

}  // namespace

std::optional<std::string> run(std::uint64_t seed, Report& report) {
    Simulation simulation(seed);
    auto wrong = simulation.run();
    simulation.add_to(report);
    return wrong;
}

}  // namespace gs::sim
