#include "server/http/request_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::http {
namespace {

using Status = RequestParser::Status;
using Kind = RequestParser::Refusal::Kind;

struct Outcome {
    Status status = Status::more;
    int refused_with = 0;
    Kind kind = Kind::malformed;
    std::vector<Request> requests;
};

/// Feeds `bytes` in pieces of `step` and collects whole requests until one is refused.
Outcome parse(std::string_view bytes, const Limits& limits = {}, std::size_t step = 4096) {
    RequestParser parser(limits);
    Outcome outcome;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        ByteView input = bytes_of(bytes.substr(at, step));
        while (!input.empty()) {
            outcome.status = parser.take(input);
            if (outcome.status == Status::complete) outcome.requests.push_back(parser.take_request());
            if (outcome.status == Status::refused) {
                outcome.refused_with = parser.refusal().status;
                outcome.kind = parser.refusal().kind;
                return outcome;
            }
        }
    }
    return outcome;
}

std::string get_with(std::string_view fields) {
    return "GET / HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n";
}

TEST(RequestParser, reads_pipelined_requests_however_the_bytes_are_cut) {
    const std::string bytes =
        "GET /a?x=1 HTTP/1.1\r\nHost: one\r\nAccept:  text/html \r\n\r\n"
        "POST /b HTTP/1.1\r\nHost: two\r\nContent-Length: 5\r\n\r\nhello"
        "POST /c HTTP/1.1\r\nHost: three\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"
        "\r\nGET /d HTTP/1.0\r\n\r\n";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const Outcome outcome = parse(bytes, {}, step);
        ASSERT_EQ(outcome.requests.size(), 4u) << "step " << step;
        EXPECT_EQ(outcome.requests[0].path, "/a");
        EXPECT_EQ(outcome.requests[0].query, "x=1");
        EXPECT_EQ(outcome.requests[0].header("accept"), "text/html");
        EXPECT_EQ(outcome.requests[0].host, "one");
        EXPECT_EQ(outcome.requests[1].body, "hello");
        EXPECT_EQ(outcome.requests[1].method, Method::post);
        EXPECT_EQ(outcome.requests[2].body, "abcde") << "step " << step;
        EXPECT_FALSE(outcome.requests[2].has_header("trailer"));
        EXPECT_EQ(outcome.requests[3].version, Version::http_1_0);
    }
}

/// What two readers could read as different requests.
std::vector<std::string> smuggling_attempts() {
    const std::string chunked_start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    return {
        // Two lengths, or one that two readers read differently.
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        get_with("Content-Length: 1\r\nContent-Length: 2\r\n"),
        get_with("Content-Length: 1\r\nContent-Length: 1\r\n"),
        get_with("Content-Length: +1\r\n"),
        get_with("Content-Length: 0x1\r\n"),
        get_with("Content-Length: 1, 1\r\n"),
        get_with("Content-Length: -1\r\n"),
        get_with("Content-Length: 99999999999999999999\r\n"),
        get_with("Content-Length: \r\n"),
        get_with("Transfer-Encoding: gzip, chunked\r\n"),
        get_with("Transfer-Encoding: chunked, chunked\r\n"),
        get_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        get_with("Transfer-Encoding: identity\r\n"),
        get_with("Transfer-Encoding: xchunked\r\n"),
        get_with("Transfer-Encoding : chunked\r\n"),
        get_with(" Transfer-Encoding: chunked\r\n"),
        get_with("Transfer-Encoding:\r\n chunked\r\n"),
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        // Line ends.
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n",
        get_with("X: a\r\n folded\r\n"),
        get_with("X: a\r\n\tfolded\r\n"),
        get_with(std::string("X: a\0b\r\n", 8)),
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        // Hosts and targets.
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \r\n\r\n",
        "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n",
        // The request line.
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET /\r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        // Field names, and fields that decide who may do what.
        get_with("X Y: z\r\n"),
        get_with(": z\r\n"),
        get_with("NoColon\r\n"),
        get_with("Origin: http://a\r\nOrigin: http://b\r\n"),
        // Chunks.
        chunked_start + "zz\r\n",
        chunked_start + "3\r\nabcd\r\n0\r\n\r\n",
        chunked_start + "-1\r\n\r\n",
        chunked_start + "0x3\r\nabc\r\n0\r\n\r\n",
        chunked_start + "3\nabc\r\n0\r\n\r\n",
        chunked_start + "3 \r\nabc\r\n0\r\n\r\n",
        chunked_start + "3;a\nb\r\nabc\r\n0\r\n\r\n",
        chunked_start + "0\r\n folded\r\n\r\n",
        // Found by fuzzing: an empty line where a chunk's size belongs.
        chunked_start + "\r\n0\r\n\r\n3;e=1\r\nbc\r\n0\r\n\r\n",
    };
}

TEST(RequestParser, refuses_everything_that_smells_of_smuggling) {
    for (const std::string& attempt : smuggling_attempts()) {
        const Outcome outcome = parse(attempt);
        EXPECT_EQ(outcome.status, Status::refused) << attempt;
        EXPECT_EQ(outcome.refused_with, 400) << attempt;
        EXPECT_EQ(outcome.kind, Kind::malformed) << attempt;
        EXPECT_TRUE(outcome.requests.empty()) << attempt;
        EXPECT_EQ(parse(attempt, {}, 1).status, Status::refused) << "byte by byte: " << attempt;
    }
}

TEST(RequestParser, says_what_it_does_not_speak) {
    EXPECT_EQ(parse("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n").refused_with, 501);
    EXPECT_EQ(parse("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").refused_with, 501);
    EXPECT_EQ(parse("BREW / HTTP/1.1\r\nHost: a\r\n\r\n").refused_with, 501);
    EXPECT_EQ(parse("PRI * HTTP/2.0\r\n\r\n").refused_with, 505);
    EXPECT_EQ(parse(get_with("Expect: a-miracle\r\n")).refused_with, 417);
}

TEST(RequestParser, bounds_every_part_before_it_keeps_it) {
    const Limits limits{.header_bytes = 1024, .header_count = 8, .target_bytes = 100, .body_bytes = 64};
    const auto refused_with = [&](const std::string& bytes) {
        const Outcome outcome = parse(bytes, limits);
        EXPECT_EQ(outcome.kind, Kind::too_large);
        return outcome.refused_with;
    };
    EXPECT_EQ(refused_with("GET /" + std::string(200, 'a')), 414);
    EXPECT_EQ(refused_with(get_with("X: " + std::string(2000, 'a'))), 431);
    std::string fields;
    for (int i = 0; i < 9; ++i)
        fields += "X: y\r\n";
    EXPECT_EQ(refused_with(get_with(fields)), 431);
    EXPECT_EQ(refused_with(get_with("Content-Length: 65\r\n")), 413);
    EXPECT_EQ(refused_with(get_with("Transfer-Encoding: chunked\r\n") + "41\r\n"), 413);
    EXPECT_EQ(refused_with(get_with("Transfer-Encoding: chunked\r\n") + "30\r\n" + std::string(48, 'a') +
                           "\r\n30\r\n"),
              413);
    EXPECT_EQ(refused_with(get_with("Transfer-Encoding: chunked\r\n") + "1;" + std::string(20'000, 'x')),
              413);
    EXPECT_EQ(parse(get_with("Content-Length: 64\r\n") + std::string(64, 'a'), limits).requests.size(), 1u);
}

TEST(RequestParser, knows_when_it_is_between_requests) {
    const Limits limits;
    RequestParser parser(limits);
    EXPECT_TRUE(parser.at_boundary());
    ByteView input = bytes_of("G");
    EXPECT_EQ(parser.take(input), Status::more);
    EXPECT_FALSE(parser.at_boundary());
}

TEST(RequestParser, hears_once_that_the_client_waits_to_continue) {
    const Limits limits;
    RequestParser parser(limits);
    const std::string head = get_with("Expect: 100-continue\r\nContent-Length: 2\r\n");
    ByteView input = bytes_of(head);
    EXPECT_EQ(parser.take(input), Status::more);
    EXPECT_TRUE(parser.take_expects_continue());
    EXPECT_FALSE(parser.take_expects_continue());
    input = bytes_of("ok");
    EXPECT_EQ(parser.take(input), Status::complete);
    EXPECT_EQ(parser.take_request().body, "ok");
}

TEST(RequestParser, takes_the_absolute_form_of_its_own_host) {
    const Outcome outcome = parse("GET http://LocalHost/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_EQ(outcome.requests.size(), 1u);
    EXPECT_EQ(outcome.requests[0].path, "/x");
    EXPECT_EQ(outcome.requests[0].host, "localhost");
}

}  // namespace
}  // namespace gs::http
