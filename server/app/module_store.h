// ModuleStore: the WebAssembly modules of games, kept by their hashes as data/modules/<hash>.wasm, so that a
// match can still be shown after its game has changed. Filled at start from the built pages; served at
// /modules/<hash>.wasm, for ever the same. Owned by the world, on the shard's thread; reads the disk once for
// each module that somebody asks for. A module that cannot be kept costs nothing but old replays: that is
// logged, and the server goes on.
#pragma once

#include "server/app/data_folder.h"
#include "server/app/log.h"
#include "server/http/router.h"
#include "server/rooms/room_setup.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>

namespace gs::app {

class ModuleStore {
  public:
    /// Some years of releases; a module has a third of a megabyte.
    static constexpr std::size_t modules_max = 256;
    static constexpr std::size_t module_bytes_max = std::size_t{16} * 1024 * 1024;

    /// Keeps those of `games` that are not kept yet: files of `assets`, which is empty while developing.
    ModuleStore(const DataFolder& data, const std::filesystem::path& assets,
                std::span<const rooms::GameEntry> games, Log& log);

    /// The store outlives the router.
    void add_routes(http::Router& router);

    /// Where a browser gets the module of that hash; empty when it is not here.
    [[nodiscard]] std::string url_of(std::uint64_t hash) const;

  private:
    void keep(const std::filesystem::path& assets, const rooms::GameEntry& game, Log& log);
    void forget_oldest(std::span<const rooms::GameEntry> games);
    [[nodiscard]] http::Response serve(const http::Request& request);

    const DataFolder& data_;
    std::set<std::uint64_t> kept_;
    std::map<std::uint64_t, std::string> current_;  // of games as they are now: url among the pages' files
    std::map<std::uint64_t, http::SharedText> open_;
};

}  // namespace gs::app
