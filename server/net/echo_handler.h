// EchoHandler: sends back what comes, on the lane it came on: datagrams, messages and whole transfers.
// Behind /ws/echo (and /wt/echo of a client that uses the three lanes); one object serves every echo session
// of a shard, on the shard's thread. Nothing reliable is lost: when the session takes no more, it stops
// reading until on_writable(). Its memory per session is bounded; a client that exceeds the bound is closed
// with close_code::too_much.
#pragma once

#include "core/wire/limits.h"
#include "server/net/session.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace gs::net {

class EchoHandler final : public SessionHandler {
  public:
    /// Transfers being gathered plus answers that wait, per session: two of the largest transfers, so that
    /// one can arrive while the one before it goes back.
    static constexpr std::size_t session_bytes_max = 2 * wire::transfer_bytes_max;

    /// Charged for each waiting answer and each begun transfer, so that empty ones are bounded, too.
    static constexpr std::size_t overhead_bytes = 128;

    /// Sessions that this handler holds something for; each only until its on_closed().
    [[nodiscard]] std::size_t busy_sessions() const { return busy_.size(); }

    void on_datagram(Session& session, ByteView payload) override;
    void on_message(Session& session, std::string_view text) override;
    void on_transfer(Session& session, std::uint32_t transfer_id, ByteView bytes, TransferPart part) override;
    void on_writable(Session& session) override;
    void on_closed(Session& session, const CloseInfo& info) override;

  private:
    using Answer = std::variant<std::string, SharedBytes>;

    /// Exists only while something is gathered or waits, so an idle echo session costs nothing here.
    struct Busy {
        std::unordered_map<std::uint32_t, std::vector<std::byte>> gathering;
        std::deque<Answer> waiting;
        std::size_t held_bytes = 0;
    };

    void answer(Session& session, Answer answer);
    [[nodiscard]] static bool take_room(Session& session, Busy& busy, std::size_t bytes);
    void forget_if_idle(Session& session);

    std::unordered_map<Session*, Busy> busy_;
};

}  // namespace gs::net
