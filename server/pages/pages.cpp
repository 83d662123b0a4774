#include "server/pages/pages.h"

#include "core/base/assert.h"
#include "server/pages/manifest.h"
#include "server/pages/seat_map.h"
#include "server/pages/words.h"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <page_templates.h>
#include <utility>
#include <vector>

namespace gs::pages {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

namespace {

mustache compiled(std::string_view source) {
    mustache made{std::string(source)};
    GS_ASSERT(made.is_valid(), "a template of this program is well-formed");
    return made;
}

data text(std::string_view value) { return data(std::string(value)); }

data number(std::uint64_t value) { return data(fmt::format("{}", value)); }

data paths(const std::vector<std::string>& names) {
    data list(data::type::list);
    for (const std::string& name : names) {
        data entry;
        entry.set("path", name);
        list.push_back(entry);
    }
    return list;
}

data rows_data() {
    data list(data::type::list);
    std::uint64_t index = 0;
    for (const SeatRow& row : seat_rows()) {
        data entry;
        entry.set("index", number(index++));
        entry.set("left", fmt::format("{}", row.left));
        entry.set("top", fmt::format("{}", row.top));
        entry.set("tier_top", fmt::format("{}", row.top + row.seat_height * 2 / 3));
        entry.set("pitch", fmt::format("{}", row.pitch));
        entry.set("seat_width", fmt::format("{}", row.seat_width));
        entry.set("seat_height", fmt::format("{}", row.seat_height));
        list.push_back(entry);
    }
    return list;
}

data seats_data(std::uint64_t people) {
    data list(data::type::list);
    for (const Seat& seat : taken_seats(people)) {
        // A guest's head stands nine units above the seat, which is 21 units high.
        const int head = seat.height * 9 / 21;
        data entry;
        entry.set("x", fmt::format("{}", seat.x));
        entry.set("y", fmt::format("{}", seat.y - head));
        entry.set("width", fmt::format("{}", seat.width));
        entry.set("height", fmt::format("{}", seat.height + head));
        list.push_back(entry);
    }
    return list;
}

std::uint64_t connected(const StatusModel& model) {
    return model.webtransport_sessions + model.websocket_sessions;
}

}  // namespace

struct Pages::Templates {
    AssetNames assets;
    Options::Assets from;
    mustache document = compiled(templates::document);
    mustache home = compiled(templates::home);
    mustache echo = compiled(templates::echo);
    mustache error = compiled(templates::error);
    mustache status = compiled(templates::status);
    mustache seats = compiled(templates::seats);

    std::string render_status(const StatusModel& model);

    enum class Place : std::uint8_t { in_page, out_of_band };
    std::string render_seats(const StatusModel& model, Place place);

    /// `main` is HTML, already rendered; `title` is text.
    std::string finish(std::string_view title, const std::string& main, Part part);
};

std::string Pages::Templates::render_status(const StatusModel& model) {
    data values;
    values.set("fragment_path", text(status_fragment_path));
    values.set("uptime", spoken(model.uptime));
    values.set("connected", grouped(connected(model)));
    values.set("connected_words", connected(model) == 1 ? "seat taken right now" : "seats taken right now");
    values.set("webtransport", grouped(model.webtransport_sessions));
    values.set("websocket", grouped(model.websocket_sessions));
    values.set("sessions_total", grouped(model.sessions_total));
    values.set("datagrams_total", grouped(model.datagrams_total));
    values.set("version", text(model.version));
    return status.render(values);
}

std::string Pages::Templates::render_seats(const StatusModel& model, Place place) {
    data values;
    values.set("stand_width", fmt::format("{}", stand_width));
    values.set("stand_height", fmt::format("{}", stand_height));
    values.set("out_of_band", place == Place::out_of_band);
    values.set("seats", seats_data(connected(model)));
    return seats.render(values);
}

std::string Pages::Templates::finish(std::string_view title, const std::string& main, Part part) {
    data values;
    values.set("title", text(title));
    if (part == Part::main) {
        static const std::string title_element = "<title>{{title}}</title>\n";
        return mustache{title_element}.render(values) + main;
    }
    values.set("main", main);
    values.set("script", assets.script);
    values.set("style", assets.style);
    values.set("icon", assets.icon);
    values.set("font_preloads", paths(assets.font_preloads));
    values.set("module_preloads", paths(assets.module_preloads));
    values.set("dev_server", from == Options::Assets::dev_server);
    return document.render(values);
}

Part part_for(std::string_view hx_request) { return hx_request == "true" ? Part::main : Part::document; }

std::expected<Pages, Error> Pages::load(const Options& options) {
    if (options.assets == Options::Assets::dev_server) {
        return Pages(std::make_unique<Templates>(
            Templates{.assets = dev_server_assets(), .from = Options::Assets::dev_server}));
    }
    auto assets = read_manifest(options.web_root);
    if (!assets) return std::unexpected(assets.error());
    return Pages(
        std::make_unique<Templates>(Templates{.assets = std::move(*assets), .from = Options::Assets::built}));
}

Pages::Pages(std::unique_ptr<Templates> templates) : templates_(std::move(templates)) {}
Pages::Pages(Pages&&) noexcept = default;
Pages& Pages::operator=(Pages&&) noexcept = default;
Pages::~Pages() = default;

std::string Pages::render_home(const HomeModel& model, Part part) {
    data values;
    values.set("stand_width", fmt::format("{}", stand_width));
    values.set("stand_height", fmt::format("{}", stand_height));
    values.set("rows", rows_data());
    values.set("status", templates_->render_status(model.status));
    values.set("seats", templates_->render_seats(model.status, Templates::Place::in_page));
    return templates_->finish("Grandstand", templates_->home.render(values), part);
}

std::string Pages::render_echo(const EchoModel& model, Part part) {
    data values;
    values.set("quic_port", number(model.quic_port));
    return templates_->finish("Your connection · Grandstand", templates_->echo.render(values), part);
}

std::string Pages::render_error(const ErrorModel& model, Part part) {
    const std::string_view heading = error_heading(model.status, model.title);
    data values;
    values.set("heading", text(heading));
    values.set("detail", text(model.detail.empty() ? error_detail(model.status) : model.detail));
    return templates_->finish(fmt::format("{} · Grandstand", heading), templates_->error.render(values),
                              part);
}

std::string Pages::render_status_fragment(const StatusModel& model) {
    return templates_->render_status(model) + templates_->render_seats(model, Templates::Place::out_of_band);
}

}  // namespace gs::pages
