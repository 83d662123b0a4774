#include "server/app/log.h"

#include "server/app/config_options.h"

#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace gs::app {
namespace {

spdlog::level::level_enum native(LogLevel level) {
    switch (level) {
        case LogLevel::trace:
            return spdlog::level::trace;
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::unique_ptr<spdlog::logger> make_logger(LogLevel level, LogFormat format, spdlog::sink_ptr sink) {
    auto logger = std::make_unique<spdlog::logger>("grandstand", std::move(sink));
    logger->set_level(native(level));
    // The JSON object is opened here and filled by json_fields(); its times are UTC, those for people local.
    if (format == LogFormat::json) {
        logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
            R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc));
    } else {
        logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%H:%M:%S.%e %^%-7l%$ %v"));
    }
    logger->flush_on(spdlog::level::trace);
    return logger;
}

std::string json_text(std::string_view text) {
    // Bytes that are no UTF-8 become U+FFFD, so that the line stays JSON whatever a stranger sent.
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_value(const LogField::Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) return json_text(*text);
    return std::visit([](auto number) { return nlohmann::json(number).dump(); }, value);
}

std::string plain_value(const LogField::Value& value) {
    const auto* text = std::get_if<std::string_view>(&value);
    if (text == nullptr) return json_value(value);
    const bool simple = !text->empty() && std::ranges::all_of(*text, [](char c) {
        return c > ' ' && c != '"' && c != '\\' && c != '=' && c != 0x7f;
    });
    return simple ? std::string(*text) : in_quotes(*text);
}

std::string json_fields(std::string_view message, const std::vector<LogField>& fields) {
    std::string line = "\"message\":" + json_text(message);
    for (const LogField& field : fields) {
        line += "," + json_text(field.key) + ":" + json_value(field.value);
    }
    return line;
}

std::string plain_fields(std::string_view message, const std::vector<LogField>& fields) {
    std::string line(message);
    for (const LogField& field : fields) {
        line += " " + std::string(field.key) + "=" + plain_value(field.value);
    }
    return line;
}

}  // namespace

Log::Log(LogLevel level, LogFormat format)
    : logger_(make_logger(level, format, std::make_shared<spdlog::sinks::stderr_color_sink_st>())),
      format_(format) {}

Log::Log(LogLevel level, LogFormat format, std::ostream& out)
    : logger_(make_logger(level, format, std::make_shared<spdlog::sinks::ostream_sink_st>(out))),
      format_(format) {}

Log::~Log() = default;

void Log::debug(std::string_view message, std::initializer_list<LogField> fields) {
    write(LogLevel::debug, message, fields);
}
void Log::info(std::string_view message, std::initializer_list<LogField> fields) {
    write(LogLevel::info, message, fields);
}
void Log::warning(std::string_view message, std::initializer_list<LogField> fields) {
    write(LogLevel::warning, message, fields);
}
void Log::error(std::string_view message, std::initializer_list<LogField> fields) {
    write(LogLevel::error, message, fields);
}

void Log::write(LogLevel level, std::string_view message, const std::vector<LogField>& fields) {
    if (!logger_->should_log(native(level))) return;
    const std::string line =
        format_ == LogFormat::json ? json_fields(message, fields) : plain_fields(message, fields);
    logger_->log(native(level), spdlog::string_view_t(line.data(), line.size()));
}

void LimitedLog::warning(std::string_view kind, net::Instant now, std::string_view message,
                         std::initializer_list<LogField> fields) {
    const auto [it, added] =
        buckets_.try_emplace(kind, Bucket{.tokens = rate_.burst, .refilled_at = now, .suppressed = 0});
    Bucket& bucket = it->second;
    while (bucket.tokens < rate_.burst && now - bucket.refilled_at >= rate_.refill) {
        ++bucket.tokens;
        bucket.refilled_at += rate_.refill;
    }
    if (bucket.tokens == rate_.burst) bucket.refilled_at = now;
    if (bucket.tokens == 0) {
        ++bucket.suppressed;
        return;
    }
    --bucket.tokens;
    std::vector<LogField> all(fields);
    if (const std::uint64_t count = std::exchange(bucket.suppressed, 0); count > 0) {
        all.emplace_back("suppressed", count);
    }
    log_.write(LogLevel::warning, message, all);
}

std::uint64_t LimitedLog::suppressed() const {
    std::uint64_t count = 0;
    for (const auto& [kind, bucket] : buckets_) {
        count += bucket.suppressed;
    }
    return count;
}

}  // namespace gs::app
