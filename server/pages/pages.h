// Pages: HTML from models. Called by app/ for every page and fragment; returns strings and knows nothing of
// HTTP, so the caller sends the status, `Vary: HX-Request` and the security headers itself.
// Templates are compiled into the program; only the names of the hashed scripts and styles are read, once,
// from the manifest that `vite build` writes. One Pages per thread: rendering keeps state in the templates.
// Every value is HTML-escaped. Pages carry no inline script and no style attribute, so a strict CSP holds.
#pragma once

#include "core/base/error.h"
#include "server/pages/models.h"
#include "server/pages/replay_models.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace gs::pages {

/// What a request wants: the whole document, or the <title> and <main> that htmx puts into the open page.
enum class Part : std::uint8_t { document, main };

/// `hx_request` is the value of the HX-Request header, empty when there was none. The answer depends on it,
/// so it goes with `Vary: HX-Request`.
[[nodiscard]] Part part_for(std::string_view hx_request);

/// Where an open lobby asks for render_lobby_fragment() while nothing is pushed to it.
inline constexpr std::string_view lobby_fragment_path = "/fragments/lobby";

struct Options {
    enum class Assets : std::uint8_t {
        built,       // hashed files named by the manifest under `web_root`
        dev_server,  // Vite's own modules: the page is looked at through Vite's development server
    };
    Assets assets = Assets::built;
    std::filesystem::path web_root = {};  // the folder `vite build` wrote: manifest.json and assets/
};

class Pages {
  public:
    /// Fails with not_found or invalid and a sentence that says what to run when the manifest is missing or
    /// not what `vite build` writes.
    [[nodiscard]] static std::expected<Pages, Error> load(const Options& options);

    Pages(Pages&&) noexcept;
    Pages& operator=(Pages&&) noexcept;
    ~Pages();

    [[nodiscard]] std::string render_lobby(const LobbyModel& model, Part part);
    [[nodiscard]] std::string render_room(const RoomPageModel& model, Part part);
    /// What was said in a room, on its own.
    [[nodiscard]] std::string render_chat(std::span<const ChatLineModel> lines);
    [[nodiscard]] std::string render_new_room(const NewRoomModel& model, Part part);
    /// Goes with status 404 or 403.
    [[nodiscard]] std::string render_no_room(const NoRoomModel& model, Part part);
    [[nodiscard]] std::string render_leaderboard(const LeaderboardModel& model, Part part);
    [[nodiscard]] std::string render_replays(const ReplaysModel& model, Part part);
    [[nodiscard]] std::string render_replay(const ReplayPageModel& model, Part part);
    [[nodiscard]] std::string render_replay_wait(const ReplayWaitModel& model, Part part);
    [[nodiscard]] std::string render_echo(const EchoModel& model, Part part);
    [[nodiscard]] std::string render_error(const ErrorModel& model, Part part);

    /// What changes in an open lobby: room list, counts, taken seats. Elements that htmx puts into their
    /// places by their ids, pushed over the connection or answered at lobby_fragment_path.
    [[nodiscard]] std::string render_lobby_fragment(const LobbyModel& model);

  private:
    struct Templates;
    explicit Pages(std::unique_ptr<Templates> templates);

    std::unique_ptr<Templates> templates_;
};

}  // namespace gs::pages
