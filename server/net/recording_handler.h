// RecordingHandler: a SessionHandler for tests that writes down every event, so that a test can look at them.
#pragma once

#include "server/net/session.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gs::net {

class RecordingHandler : public SessionHandler {
  public:
    struct Close {
        CloseInfo::By by;
        std::uint32_t code;
        std::string reason;
    };

    std::vector<std::string> datagrams;
    std::vector<std::string> messages;
    std::vector<std::string> transfers;  // whole ones, in the order of their ends
    std::map<std::uint32_t, std::string> open_transfers;
    int aborted = 0;
    int writable = 0;
    int events_after_close = 0;
    std::vector<Close> closes;
    int inside_call = 0;                     // a test sets it around calls of the session
    bool closed_inside_call = false;         // on_closed() came from such a call
    std::function<void(Session&)> on_event;  // called at the end of each event but on_closed()

    void on_datagram(Session& session, ByteView payload) override {
        datagrams.emplace_back(text_of(payload));
        after(session);
    }
    void on_message(Session& session, std::string_view text) override {
        messages.emplace_back(text);
        after(session);
    }
    void on_transfer(Session& session, std::uint32_t transfer_id, ByteView bytes,
                     TransferPart part) override {
        open_transfers[transfer_id].append(text_of(bytes));
        if (part != TransferPart::more) {
            auto done = open_transfers.extract(transfer_id);
            if (part == TransferPart::last) transfers.push_back(std::move(done.mapped()));
            if (part == TransferPart::aborted) ++aborted;
        }
        after(session);
    }
    void on_writable(Session& session) override {
        ++writable;
        after(session);
    }
    void on_closed(Session&, const CloseInfo& info) override {
        closes.push_back({.by = info.by, .code = info.code, .reason = std::string(info.reason)});
        closed_inside_call = closed_inside_call || inside_call > 0;
    }

  private:
    void after(Session& session) {
        if (!closes.empty()) ++events_after_close;
        if (on_event) on_event(session);
    }
};

}  // namespace gs::net
