// Compresses what handlers made: pages, fragments, JSON, metrics. Called by finish_response() for every
// answer, on the shard's thread, so it is quick rather than thorough: a page of 10 kB takes a tenth of a
// millisecond. Built files are not its job: they lie in memory compressed by the build (static_files.h). No
// answer may hold a secret beside text that somebody else could have chosen, or its compressed size would
// tell the secret (BREACH): pages repeat only what their own cookie or a right invite in the address entitles
// to.
#pragma once

#include "server/http/message.h"

#include <cstddef>

namespace gs::http {

/// Below this an answer fits into one packet either way.
inline constexpr std::size_t compressed_bytes_min = 1024;

/// Replaces the body by its gzip form where the client accepts that at least as gladly as the plain one, and
/// sets Content-Encoding and Vary. Left alone: short bodies, files, media types that are compressed already,
/// parts (206), and what has a strong ETag or an encoding of its own. HEAD gets the fields that GET would
/// get.
void compress(const Request& request, Response& response);

}  // namespace gs::http
