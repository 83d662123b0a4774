// Log: structured lines on stderr: text for people, or one JSON object per line for machines.
// Written by app/ on the shard's thread. A line is a constant message plus fields; whatever came from outside
// goes into a field, where it is quoted. Secrets (keys, tokens, tickets, passwords) are never given to it.
// LimitedLog is for events that strangers can cause at will: a few lines, then only their number.
#pragma once

#include "server/app/config.h"
#include "server/net/instant.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace spdlog {
class logger;
}

namespace gs::app {

/// One `key=value`. The key is a constant in snake_case; a text value is viewed, not kept.
struct LogField {
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

    LogField(std::string_view field_key, std::convertible_to<std::string_view> auto const& text)
        : key(field_key), value(std::string_view(text)) {}
    LogField(std::string_view field_key, std::signed_integral auto number)
        : key(field_key), value(std::int64_t{number}) {}
    LogField(std::string_view field_key, std::unsigned_integral auto number)
        requires(!std::same_as<decltype(number), bool>)
        : key(field_key), value(std::uint64_t{number}) {}
    LogField(std::string_view field_key, double number) : key(field_key), value(number) {}
    LogField(std::string_view field_key, std::same_as<bool> auto truth) : key(field_key), value(truth) {}

    std::string_view key;
    Value value;
};

class Log {
  public:
    /// Lines go to stderr.
    Log(LogLevel level, LogFormat format);
    /// Lines go to `out`, for tests.
    Log(LogLevel level, LogFormat format, std::ostream& out);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void debug(std::string_view message, std::initializer_list<LogField> fields = {});
    void info(std::string_view message, std::initializer_list<LogField> fields = {});
    void warning(std::string_view message, std::initializer_list<LogField> fields = {});
    void error(std::string_view message, std::initializer_list<LogField> fields = {});
    void write(LogLevel level, std::string_view message, const std::vector<LogField>& fields);

  private:
    std::unique_ptr<spdlog::logger> logger_;
    LogFormat format_;
};

/// Warnings by kind, each kind with its own token bucket, so that a flood of one does not hide another.
class LimitedLog {
  public:
    struct Rate {
        std::uint32_t burst = 3;                          // lines at once
        net::Duration refill = std::chrono::seconds(20);  // until one more line is allowed
    };

    LimitedLog(Log& log, Rate rate) : log_(log), rate_(rate) {}

    /// `kind` is a string literal; there are as many as the program has such places. A line that comes after
    /// suppressed ones says how many there were.
    void warning(std::string_view kind, net::Instant now, std::string_view message,
                 std::initializer_list<LogField> fields = {});

    /// Lines held back so far that no later line has told of.
    [[nodiscard]] std::uint64_t suppressed() const;

  private:
    struct Bucket {
        std::uint32_t tokens;
        net::Instant refilled_at;
        std::uint64_t suppressed = 0;
    };

    Log& log_;
    Rate rate_;
    std::map<std::string_view, Bucket> buckets_;
};

}  // namespace gs::app
