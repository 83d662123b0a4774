#include "server/pages/replay_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace gs::pages {
namespace {

/// A file that was changed by hand may say anything; the year 9999 is enough.
constexpr std::uint64_t unix_s_max = 253'402'300'799;

/// On a card; the page of the match has all of them.
constexpr std::size_t card_lines_max = 4;

struct Moment {
    std::chrono::year_month_day day;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

Moment moment_of(std::uint64_t unix_s) {
    const std::chrono::sys_seconds at{std::chrono::seconds(std::min(unix_s, unix_s_max))};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return {.day = std::chrono::year_month_day(day),
            .time = std::chrono::hh_mm_ss<std::chrono::seconds>(at - day)};
}

data line_data(const ReplayLineModel& line, bool has_result) {
    data statistics(data::type::list);
    for (const std::int64_t value : line.statistics) {
        data entry;
        entry.set("value", fmt::format("{}", value));
        statistics.push_back(entry);
    }
    data entry;
    entry.set("name", text(line.name));
    entry.set("computer", flag(line.is_computer));
    entry.set("left", flag(line.has_left));
    entry.set("won", flag(line.has_won));
    entry.set("has_score", flag(has_result));
    entry.set("score", fmt::format("{}", line.score));
    entry.set("statistics", statistics);
    return entry;
}

data card_data(const ReplayCardModel& card, std::size_t lines_max) {
    data lines(data::type::list);
    for (const ReplayLineModel& line : std::span(card.lines).first(std::min(lines_max, card.lines.size())))
        lines.push_back(line_data(line, card.has_result));
    data values;
    values.set("match", text(card.match));
    values.set("game_title", text(card.game_title));
    values.set("room_name", text(card.room_name));
    values.set("lines", lines);
    values.set("has_more_lines", flag(card.lines.size() > lines_max));
    values.set("more_lines", number(card.lines.size() - std::min(lines_max, card.lines.size())));
    values.set("has_result", flag(card.has_result));
    values.set("length", clock_words(card.length_s));
    values.set("when", date_words(card.ended_unix_s));
    values.set("date_time", date_time(card.ended_unix_s));
    return values;
}

data events_data(const ReplayPageModel& model) {
    data events(data::type::list);
    for (const ReplayEventModel& event : model.events) {
        data entry;
        entry.set("at", clock_words(event.at_s));
        entry.set("at_s", fmt::format("{}", event.at_s));
        entry.set("words", text(event.words));
        events.push_back(entry);
    }
    return events;
}

std::string headline(const ReplayPageModel& model) {
    const auto& lines = model.card.lines;
    const auto winner = std::ranges::find(lines, true, &ReplayLineModel::has_won);
    if (winner != lines.end()) return fmt::format("{} wins", winner->name);
    return model.card.has_result ? "A draw" : "Ended without a winner";
}

}  // namespace

std::string clock_words(std::uint32_t seconds) {
    const std::uint32_t hours = seconds / 3600;
    if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, seconds / 60 % 60, seconds % 60);
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

std::string date_words(std::uint64_t unix_s) {
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Moment at = moment_of(unix_s);
    return fmt::format("{} {} {}, {:02}:{:02} UTC", static_cast<unsigned>(at.day.day()),
                       months[static_cast<unsigned>(at.day.month()) - 1], static_cast<int>(at.day.year()),
                       at.time.hours().count(), at.time.minutes().count());
}

std::string date_time(std::uint64_t unix_s) {
    const Moment at = moment_of(unix_s);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(at.day.year()),
                       static_cast<unsigned>(at.day.month()), static_cast<unsigned>(at.day.day()),
                       at.time.hours().count(), at.time.minutes().count(), at.time.seconds().count());
}

data replays_data(const ReplaysModel& model) {
    data games(data::type::list);
    for (const GameCardModel& game : model.games) {
        data entry = game_data(game);
        entry.set("chosen", flag(game.id == model.game));
        games.push_back(entry);
    }
    data replays(data::type::list);
    for (const ReplayCardModel& card : model.replays)
        replays.push_back(card_data(card, card_lines_max));
    data values;
    values.set("games", games);
    values.set("all_games", flag(model.game.empty()));
    values.set("player", text(model.player));
    values.set("replays", replays);
    values.set("any", flag(!model.replays.empty()));
    values.set("is_filtered", flag(!model.game.empty() || !model.player.empty()));
    values.set("has_next", flag(!model.next.empty()));
    values.set("next", text(model.next));
    values.set("is_first", flag(model.is_first));
    return values;
}

data replay_data(const ReplayPageModel& model) {
    data statistics(data::type::list);
    for (const std::string_view name : model.statistics) {
        data entry;
        entry.set("statistic", text(name));
        statistics.push_back(entry);
    }
    data values = card_data(model.card, model.card.lines.size());
    values.set("game", text(model.game));
    values.set("headline", headline(model));
    values.set("statistic_names", statistics);
    values.set("events", events_data(model));
    values.set("has_events", flag(!model.events.empty()));
    values.set("has_invite", flag(!model.invite.empty()));
    values.set("invite", text(model.invite));
    values.set("has_module", flag(!model.module_url.empty()));
    values.set("module_url", text(model.module_url));
    values.set("begin_s", fmt::format("{}", model.begin_s));
    values.set("is_equal", flag(model.check == ReplayPageModel::Check::equal));
    values.set("differs", flag(model.check == ReplayPageModel::Check::differs));
    return values;
}

data replay_wait_data(const ReplayWaitModel& model) {
    data values;
    values.set("room", text(model.room));
    values.set("room_name", text(model.room_name));
    values.set("game_title", text(model.game_title));
    values.set("has_invite", flag(!model.invite.empty()));
    values.set("invite", text(model.invite));
    values.set("has_delay", flag(model.delay_s > 0));
    values.set("delay_s", fmt::format("{}", model.delay_s));
    return values;
}

}  // namespace gs::pages
