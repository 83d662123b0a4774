#include "server/app/games.h"

#include "server/app/modules.h"

namespace gs::app {

std::vector<rooms::GameEntry> games(const pages::GameModules& built) {
    std::vector<rooms::GameEntry> entries;
    for (const game::Module* module : app::modules()) {
        const auto found = built.find(module->info->id);
        rooms::GameEntry entry{.module = module};
        if (found != built.end()) {
            entry.module_url = found->second.url;
            entry.play_module_url = found->second.play_url;
            entry.module_hash = found->second.hash;
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::vector<rooms::PermanentRoom> permanent_rooms() { return {{.game = "plaza", .name = "The Plaza"}}; }

}  // namespace gs::app
