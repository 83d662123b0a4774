// ReplayTable: the rows of kept matches in the database: written before and after their files, read at start
// and when somebody opens one. Blocking; one thread at a time, as its Database. What it reads was written by
// this program, but may have been changed since by others: what makes no sense is left out. Not its job: the
// files.
#pragma once

#include "server/rooms/archive.h"
#include "server/storage/database.h"

#include <span>
#include <string>
#include <vector>

namespace gs::storage {

using rooms::KeptMatch;
using rooms::MatchEvent;
using rooms::MatchId;

class ReplayTable {
  public:
    explicit ReplayTable(Database database) : database_(std::move(database)) {}

    /// The newest `count_max`, the newest first.
    [[nodiscard]] std::expected<std::vector<KeptMatch>, Error> newest(std::size_t count_max);
    /// Nothing when there is no such row.
    [[nodiscard]] std::expected<std::optional<KeptMatch>, Error> find(const MatchId& match);
    [[nodiscard]] std::expected<std::vector<MatchEvent>, Error> events(const MatchId& match);

    /// Whose files have been written (or, `Files::missing`, have not), as far as rows know; any order.
    enum class Files : bool { missing, written };
    [[nodiscard]] std::expected<std::vector<MatchId>, Error> matches(Files files);
    /// That have a file and have not been verified, the newest first.
    [[nodiscard]] std::expected<std::vector<MatchId>, Error> unverified();

    /// A row without file, or the same again.
    [[nodiscard]] std::expected<void, Error> put(const KeptMatch& kept,
                                                 const std::vector<MatchEvent>& events);
    [[nodiscard]] std::expected<void, Error> set_bytes(const MatchId& match, std::uint64_t bytes);
    [[nodiscard]] std::expected<void, Error> set_check(const MatchId& match, KeptMatch::Check check);
    [[nodiscard]] std::expected<void, Error> remove(const MatchId& match);

    /// What was said, as JSON; empty when nothing is kept.
    [[nodiscard]] std::expected<std::string, Error> chat(const MatchId& match);
    [[nodiscard]] std::expected<void, Error> put_chat(const MatchId& match, std::string_view messages);
    /// Of matches that are not there.
    [[nodiscard]] std::expected<void, Error> remove_stray_chat();

    struct Size {
        std::uint64_t matches = 0;
        std::uint64_t bytes = 0;
    };
    [[nodiscard]] std::expected<Size, Error> size();
    struct Oldest {
        MatchId match = {};
        std::uint64_t public_unix_s = 0;
    };
    /// Of those that have a file.
    [[nodiscard]] std::expected<std::optional<Oldest>, Error> oldest();

  private:
    [[nodiscard]] std::expected<std::vector<KeptMatch>, Error> read(Statement& statement);
    [[nodiscard]] std::expected<std::vector<MatchId>, Error> read_ids(std::string_view sql);

    Database database_;
};

}  // namespace gs::storage
