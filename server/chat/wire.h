// Messages and reactions as JSON (docs/protocol.md, "Chat"): on `sure`, in the API and where a match's talk
// is kept. Pure.
#pragma once

#include "server/chat/message.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace gs::chat {

/// Of one message on `sure`: a client takes 64 KiB.
inline constexpr std::size_t messages_per_send_max = 40;

[[nodiscard]] nlohmann::json json_of(const Message& message);
[[nodiscard]] nlohmann::json json_of(std::span<const Said> messages);

/// `chat`: at most messages_per_send_max.
[[nodiscard]] std::string chat_message(std::span<const Said> messages);
/// `muted`.
[[nodiscard]] std::string muted_message(std::span<const Muted> people);
/// `reactions`; empty when all counts are 0.
[[nodiscard]] std::string reactions_message(const ReactionCounts& counts);

}  // namespace gs::chat
