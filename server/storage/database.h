// Database: the SQLite file data/grandstand.db, brought to the version that this program knows, and
// statements on it. Blocking calls. One thread at a time; another thread opens the file once more (readers
// never wait for the writer: WAL). Errors carry an errno, so that alarm.h can tell what they mean. Not its
// job: what is in the tables (replay_table.h).
#pragma once

#include "core/base/error.h"
#include "server/storage/disk.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gs::storage {

/// One run of a statement. Values are bound in their order, then rows are read until there are no more.
class Statement {
  public:
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;
    ~Statement();

    Statement& bind(std::string_view text);
    Statement& bind(std::uint64_t number);
    Statement& bind_null();

    /// False: there are no more rows.
    [[nodiscard]] std::expected<bool, Error> next();
    /// For what has no rows.
    [[nodiscard]] std::expected<void, Error> run();

    /// Of the row; what is of another type reads as empty or 0.
    [[nodiscard]] std::string_view text(int column) const;  // until next()
    [[nodiscard]] std::uint64_t number(int column) const;
    [[nodiscard]] bool is_null(int column) const;

  private:
    friend class Database;
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

    sqlite3_stmt* statement_;
    int bound_ = 0;
};

class Database {
  public:
    /// Makes the file (0600) when it is not there. `invalid`: it is of a newer version of the program, or no
    /// database; the context says which.
    [[nodiscard]] static std::expected<Database, Error> open(const Path& file);

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// `sql` is a constant of this program.
    [[nodiscard]] std::expected<Statement, Error> prepare(std::string_view sql);

  private:
    explicit Database(sqlite3* handle) : handle_(handle) {}
    [[nodiscard]] std::expected<void, Error> execute(const char* sql);
    [[nodiscard]] std::expected<void, Error> migrate();

    sqlite3* handle_;
};

}  // namespace gs::storage
