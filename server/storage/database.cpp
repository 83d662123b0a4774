#include "server/storage/database.h"

#include <cerrno>
#include <fcntl.h>
#include <migrations.h>
#include <sqlite3.h>
#include <unistd.h>
#include <utility>

namespace gs::storage {
namespace {

constexpr const char* newer =
    "the database was written by a newer version of Grandstand: run that one, or put the file aside";
constexpr const char* no_database = "the file is damaged, or no database: put it aside, or bring back a copy";

/// Another process that looks at the file (a backup) is short.
constexpr int busy_ms = 2'000;

Error error_of(sqlite3* handle, const char* context) {
    const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle);
    switch (code & 0xff) {
        case SQLITE_FULL:
            return {.code = ErrorCode::full, .context = context, .system = ENOSPC};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return {.code = ErrorCode::refused, .context = context, .system = EROFS};
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
        case SQLITE_ERROR:  // its tables are not those of its version
            return {.code = ErrorCode::invalid, .context = no_database};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {.code = ErrorCode::in_use, .context = context, .system = EBUSY};
        default: {
            const int system = handle == nullptr ? ENOMEM : sqlite3_system_errno(handle);
            return {.code = ErrorCode::io, .context = context, .system = system != 0 ? system : EIO};
        }
    }
}

}  // namespace

// ---- Statement

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(bound_, other.bound_);
    return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::string_view text) {
    // A view without bytes may point nowhere, which would bind NULL.
    const char* const data = text.empty() ? "" : text.data();
    sqlite3_bind_text(statement_, ++bound_, data, static_cast<int>(text.size()), SQLITE_TRANSIENT);
    return *this;
}

Statement& Statement::bind(std::uint64_t number) {
    sqlite3_bind_int64(statement_, ++bound_, static_cast<sqlite3_int64>(number));
    return *this;
}

Statement& Statement::bind_null() {
    sqlite3_bind_null(statement_, ++bound_);
    return *this;
}

std::expected<bool, Error> Statement::next() {
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return std::unexpected(error_of(sqlite3_db_handle(statement_), "using the database"));
}

std::expected<void, Error> Statement::run() {
    if (auto done = next(); !done) return std::unexpected(done.error());
    return {};
}

std::string_view Statement::text(int column) const {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::uint64_t Statement::number(int column) const {
    const sqlite3_int64 number = sqlite3_column_int64(statement_, column);
    return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

// ---- Database

std::expected<Database, Error> Database::open(const Path& file) {
    // SQLite would make it readable for everybody.
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0) ::close(made);
    sqlite3* handle = nullptr;
    const int opened = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
    Database database(handle);
    if (opened != SQLITE_OK) return std::unexpected(error_of(handle, "opening the database"));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_ms);
    for (const char* sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"}) {
        if (auto done = database.execute(sql); !done) return std::unexpected(done.error());
    }
    if (auto done = database.migrate(); !done) return std::unexpected(done.error());
    return database;
}

std::expected<void, Error> Database::migrate() {
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto version = prepare("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (auto row = version->next(); !row) return std::unexpected(row.error());
    const std::uint64_t known = version->number(0);
    // A statement that is not over would keep the transaction open.
    *version = Statement(nullptr);
    if (known > migrations.size())
        return std::unexpected(Error{.code = ErrorCode::invalid, .context = newer});
    for (std::size_t next = known; next < migrations.size(); ++next) {
        if (auto done = execute(migrations[next]); !done) return done;
        const std::string now = "PRAGMA user_version = " + std::to_string(next + 1);
        if (auto done = execute(now.c_str()); !done) return done;
    }
    return execute("COMMIT");
}

std::expected<void, Error> Database::execute(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return std::unexpected(error_of(handle_, "preparing the database"));
}

std::expected<Statement, Error> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int result =
        sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (result != SQLITE_OK) return std::unexpected(error_of(handle_, "using the database"));
    return Statement(statement);
}

Database::Database(Database&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Database& Database::operator=(Database&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}

// Closes as soon as the last statement is gone; a transaction that was not committed is undone.
Database::~Database() { sqlite3_close_v2(handle_); }

}  // namespace gs::storage
