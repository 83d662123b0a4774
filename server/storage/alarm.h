// Alarm: why what happens is not, or not yet, safe from the end of the process or of the power. For metrics,
// the log and /readyz; play goes on in any case.
#pragma once

#include "core/base/error.h"

#include <cerrno>
#include <cstdint>
#include <string_view>

namespace gs::storage {

enum class Alarm : std::uint8_t { none, slow, disk_full, read_only, io_error, ring_full };

[[nodiscard]] constexpr Alarm alarm_of(const Error& error) {
    switch (error.system) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return Alarm::disk_full;
        case EROFS:
        case EACCES:
        case EPERM:
            return Alarm::read_only;
        default:
            return Alarm::io_error;
    }
}

/// The label of metrics.
[[nodiscard]] constexpr std::string_view name_of(Alarm alarm) {
    constexpr std::string_view names[] = {"none", "slow", "disk_full", "read_only", "io_error", "ring_full"};
    return names[static_cast<std::size_t>(alarm)];
}

/// For the operator; empty without an alarm.
[[nodiscard]] constexpr std::string_view words_of(Alarm alarm) {
    switch (alarm) {
        case Alarm::none:
            return {};
        case Alarm::slow:
            return "the disk of the data folder is slow; a power loss would take more than usual of the "
                   "matches";
        case Alarm::disk_full:
            return "the disk of the data folder is full; make room. Matches survive a crash of the server, "
                   "but not of the machine";
        case Alarm::read_only:
            return "the data folder cannot be written; matches survive a crash of the server, but not of the "
                   "machine";
        case Alarm::io_error:
            return "the disk of the data folder fails; matches survive a crash of the server, but not of the "
                   "machine";
        case Alarm::ring_full:
            return "the disk of the data folder has failed for too long; matches are not recorded any more "
                   "and would go back if the server ended now";
    }
    return {};
}

}  // namespace gs::storage
