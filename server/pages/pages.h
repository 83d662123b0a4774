// Pages: HTML from models. Called by app/ for every page and fragment; returns strings and knows nothing of
// HTTP, so the caller sends the status, `Vary: HX-Request` and the security headers itself.
// Templates are compiled into the program; only the names of the hashed scripts and styles are read, once,
// from the manifest that `vite build` writes. One Pages per thread: rendering keeps state in the templates.
// Every value is HTML-escaped. Pages carry no inline script and no style attribute, so a strict CSP holds.
#pragma once

#include "core/base/error.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace gs::pages {

/// What a request wants: the whole document, or the <title> and <main> that htmx puts into the open page.
enum class Part : std::uint8_t { document, main };

/// `hx_request` is the value of the HX-Request header, empty when there was none. The answer depends on it,
/// so it goes with `Vary: HX-Request`.
[[nodiscard]] Part part_for(std::string_view hx_request);

/// Where the open home page asks for render_status_fragment().
inline constexpr std::string_view status_fragment_path = "/fragments/status";

/// What the server is doing right now, as far as every visitor may know.
struct StatusModel {
    std::string_view version = {};
    std::chrono::seconds uptime = {};
    std::uint64_t webtransport_sessions = 0;  // open now
    std::uint64_t websocket_sessions = 0;     // open now
    std::uint64_t sessions_total = 0;         // since the start
    std::uint64_t datagrams_total = 0;        // received since the start
};

struct HomeModel {
    StatusModel status;
};

struct EchoModel {
    std::uint16_t quic_port = 0;  // the public UDP port, named in the page's advice
};

struct ErrorModel {
    int status = 500;
    std::string_view title = {};   // shown where we have no better words for `status`; may be empty
    std::string_view detail = {};  // what the visitor can do about it; may be empty
};

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

    [[nodiscard]] std::string render_home(const HomeModel& model, Part part);
    [[nodiscard]] std::string render_echo(const EchoModel& model, Part part);
    [[nodiscard]] std::string render_error(const ErrorModel& model, Part part);

    /// The live numbers of the home page, and the seats taken in its picture.
    [[nodiscard]] std::string render_status_fragment(const StatusModel& model);

  private:
    struct Templates;
    explicit Pages(std::unique_ptr<Templates> templates);

    std::unique_ptr<Templates> templates_;
};

}  // namespace gs::pages
