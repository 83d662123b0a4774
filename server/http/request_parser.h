// RequestParser: bytes of a connection in, checked Requests out. Strict where two readers could disagree,
// because that is what request smuggling lives from (RFC 9112 sections 2.2, 6.3, 11.2): bare CR or LF, folded
// lines, both or doubled lengths, doubled Host and ambiguous targets are refused, never repaired.
// Owned by one HttpConnection; no I/O, no time. Bounds everything before it keeps it (Limits).
// Boost.Beast reads the grammar of the head, this class decides what is let through. One of the two files
// that include it.
#pragma once

#include "core/base/bytes.h"
#include "server/http/body_reader.h"
#include "server/http/message.h"
#include "server/http/options.h"

#include <cstdint>
#include <string>

namespace gs::http {

class RequestParser {
  public:
    /// `limits` outlives the parser.
    explicit RequestParser(const Limits& limits);
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    enum class Status : std::uint8_t {
        more,      // everything was taken; the request is not whole yet
        complete,  // take_request() has it; what follows it in the input was left there
        refused,   // refusal() says why; the connection has to end, the bytes cannot be followed any further
    };

    struct Refusal {
        enum class Kind : std::uint8_t { malformed, too_large, unsupported };
        Kind kind = Kind::malformed;
        int status = 400;
        const char* detail = "";  // one plain sentence
    };

    /// Takes bytes from the front of `input` and shortens it. Not to be called after `refused`.
    [[nodiscard]] Status take(ByteView& input);

    /// The request, once, after `complete`; the parser is then at the start of the next one.
    [[nodiscard]] Request take_request();

    [[nodiscard]] const Refusal& refusal() const { return refusal_; }

    /// True between requests: no byte of the next one has come.
    [[nodiscard]] bool at_boundary() const { return stage_ == Stage::head && head_.empty(); }

    /// True once per request when the client waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool take_expects_continue();

  private:
    enum class Stage : std::uint8_t { head, body, complete };
    struct Beast;  // what Boost.Beast read of a head

    Status take_head(ByteView& input);
    Status take_body(ByteView& input);
    Status end_head();
    const char* broken_line(char c) const;
    Status end_line();
    Status read_fields(const Beast& beast);
    Status start_body();
    [[nodiscard]] const char* broken_framing() const;
    Status read_target(std::string_view target);
    Status refuse(Refusal::Kind kind, int status, const char* detail);
    Status refuse_malformed(const char* detail) { return refuse(Refusal::Kind::malformed, 400, detail); }

    const Limits* limits_;
    Stage stage_ = Stage::head;
    std::string head_;  // bytes up to and with the empty line
    BodyReader body_;
    std::size_t line_start_ = 0;
    std::size_t line_count_ = 0;
    bool skipped_blank_line_ = false;
    bool expects_continue_ = false;
    Refusal refusal_;
    Request request_;
};

}  // namespace gs::http
