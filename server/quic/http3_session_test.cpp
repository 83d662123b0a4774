// WebTransport without QUIC: streams, datagrams and capsules of a session, right and wrong, and the claim
// that it does not matter how the bytes were split.
#include "core/base/rng.h"
#include "core/wire/limits.h"
#include "server/quic/http3_connection.h"
#include "server/quic/http3_rig.h"

#include <gtest/gtest.h>

#include <string>

namespace gs::quic {
namespace {

using namespace script;

TEST(Http3Session, streams_of_both_kinds_reach_it_with_their_bytes_and_ends) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.unidirectional(1), unidirectional_head() + "one way", Fin::yes);
    rig.transport.receive(rig.bidirectional(1), bidirectional_head() + "both");
    rig.transport.receive(rig.bidirectional(1), " ways", Fin::yes);
    EXPECT_EQ(rig.log().data[6], "one way");
    EXPECT_EQ(rig.log().data[4], "both ways");
    EXPECT_TRUE(rig.log().ended[6] && rig.log().ended[4]);
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Session, a_stream_without_bytes_is_still_a_stream) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.unidirectional(1), unidirectional_head(), Fin::yes);
    rig.transport.receive(rig.bidirectional(1), bidirectional_head(), Fin::yes);
    EXPECT_TRUE(rig.log().ended[6] && rig.log().ended[4]);
    rig.log().session->write(StreamId{4}, bytes_of("answer"), Fin::yes);
    EXPECT_EQ(rig.transport.at(4).written, "answer");
}

TEST(Http3Session, streams_for_unknown_sessions_are_refused_and_nothing_is_kept_of_them) {
    for (const bool with_session : {false, true}) {
        Http3Rig rig;
        if (with_session) rig.open_session();
        std::int64_t n = 0;
        for (const std::uint64_t session : {std::uint64_t{8}, std::uint64_t{3}, varint_max}) {
            ++n;
            rig.transport.receive(rig.unidirectional(n), unidirectional_head(session) + "lost", Fin::no);
            rig.transport.receive(rig.bidirectional(n), bidirectional_head(session) + "lost", Fin::no);
            const auto code = h3_error::webtransport_buffered_stream_rejected;
            EXPECT_EQ(rig.transport.at(number(rig.unidirectional(n))).stopped, code);
            EXPECT_EQ(rig.transport.at(number(rig.bidirectional(n))).stopped, code);
            EXPECT_EQ(rig.transport.at(number(rig.bidirectional(n))).reset, code);
        }
        EXPECT_EQ(rig.counters.streams_refused, 6u);
        EXPECT_EQ(rig.transport.owed_bytes(), 0u);
        EXPECT_FALSE(rig.failed());
        EXPECT_TRUE(rig.log().data.empty());
    }
}

TEST(Http3Session, datagrams_for_unknown_sessions_are_dropped_and_counted) {
    Http3Rig rig;
    rig.transport.receive_datagram(datagram("early"));
    rig.open_session();
    rig.transport.receive_datagram(datagram("other", 4));
    rig.transport.receive_datagram(datagram("none", varint_max - 3));
    rig.transport.receive_datagram(datagram("ours"));
    EXPECT_EQ(rig.counters.datagrams_unknown_session, 3u);
    EXPECT_EQ(rig.log().datagrams, std::vector<std::string>{"ours"});
}

TEST(Http3Session, a_datagram_without_a_whole_or_possible_head_ends_the_connection) {
    for (const std::string& bytes : {std::string(), std::string("\x40"), varint(varint_max / 4 + 1)}) {
        Http3Rig rig;
        rig.open_session();
        rig.transport.receive_datagram(bytes);
        EXPECT_EQ(rig.transport.close_code, h3_error::datagram_error);
        rig.transport.receive_datagram(datagram("after"));
        EXPECT_TRUE(rig.log().datagrams.empty());
    }
}

TEST(Http3Session, datagrams_over_our_limit_are_dropped) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive_datagram(datagram(std::string(wire::datagram_bytes_max + 1, 'x')));
    EXPECT_TRUE(rig.log().datagrams.empty());
    rig.transport.receive_datagram(datagram(std::string(wire::datagram_bytes_max, 'x')));
    rig.transport.receive_datagram(datagram(""));
    EXPECT_EQ(rig.log().datagrams.size(), 2u);
}

TEST(Http3Session, resets_carry_application_codes_and_stops_reach_the_writer) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.bidirectional(1), bidirectional_head() + "x");
    rig.transport.receive_reset(rig.bidirectional(1), h3_error::from_application(30));
    rig.log().session->write(StreamId{4}, bytes_of("nobody wants this"), Fin::no);
    rig.transport.receive_stop_sending(rig.bidirectional(1));
    rig.transport.flush();
    EXPECT_EQ(rig.log().resets, (std::vector<std::pair<std::int64_t, std::uint32_t>>{{4, 30}}));
    EXPECT_EQ(rig.log().stops, std::vector<std::int64_t>{4});

    rig.log().session->reset_stream(StreamId{4}, 5);
    const auto opened =
        rig.log().session->open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(rig.transport.at(number(*opened)).written, unidirectional_head());
    rig.log().session->reset_stream(*opened, 31);
    EXPECT_EQ(rig.transport.at(number(*opened)).reset, h3_error::from_application(31));
}

TEST(Http3Session, a_peer_that_allows_no_stream_makes_opening_fail_and_nothing_else) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.streams_allowed = 0;
    const auto refused =
        rig.log().session->open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), net::SendRefusal::full);
}

// Ends

TEST(Http3Session, a_close_capsule_ends_it_with_code_and_reason_and_our_fin_answers) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.bidirectional(0), data_frame(close_capsule(77, "bye") + "after"));
    EXPECT_TRUE(rig.log().closed_by.empty()) << "never from inside an event";
    rig.http3.settle();
    EXPECT_EQ(rig.log().closed_by, std::vector{net::CloseInfo::By::peer});
    EXPECT_EQ(rig.log().close_codes, std::vector<std::uint32_t>{77});
    EXPECT_EQ(rig.log().close_reasons, std::vector<std::string>{"bye"});
    EXPECT_TRUE(rig.transport.at(0).fin);
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
    rig.http3.settle();
    EXPECT_EQ(rig.log().closed_by.size(), 1u);
}

TEST(Http3Session, a_capsule_may_span_data_frames_and_unknown_ones_are_skipped) {
    Http3Rig rig;
    rig.open_session();
    const std::string capsules = type_length_value(grease(2), std::string(500, 'g')) +
                                 type_length_value(capsule_type::drain_session, "") +
                                 close_capsule(5, "piece by piece");
    for (const char byte : capsules) {
        rig.transport.receive(rig.bidirectional(0),
                              data_frame({&byte, 1}) + type_length_value(grease(1), "g") + data_frame(""));
    }
    rig.http3.settle();
    EXPECT_EQ(rig.log().close_reasons, std::vector<std::string>{"piece by piece"});
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Session, a_malformed_close_ends_the_session_and_resets_its_stream) {
    for (const std::string& capsule :
         {type_length_value(capsule_type::close_session, "abc"), close_capsule(1, std::string(5000, 'r')),
          varint(capsule_type::close_session) + varint(varint_max)}) {
        Http3Rig rig;
        rig.open_session();
        rig.transport.receive(rig.bidirectional(0), data_frame(capsule));
        rig.http3.settle();
        EXPECT_EQ(rig.log().closed_by, std::vector{net::CloseInfo::By::transport_error});
        EXPECT_EQ(rig.transport.at(0).reset, h3_error::message_error);
        EXPECT_EQ(rig.counters.protocol_errors, 1u);
        EXPECT_FALSE(rig.failed());
        EXPECT_EQ(rig.transport.owed_bytes(), 0u);
    }
}

TEST(Http3Session, a_connect_stream_that_ends_between_capsules_is_an_orderly_end) {
    for (const std::string& last : {std::string(), data_frame(type_length_value(grease(1), "g"))}) {
        Http3Rig rig;
        rig.open_session();
        rig.transport.receive(rig.bidirectional(0), last, Fin::yes);
        rig.http3.settle();
        EXPECT_EQ(rig.log().closed_by, std::vector{net::CloseInfo::By::peer});
        EXPECT_EQ(rig.log().close_codes, std::vector<std::uint32_t>{0});
        EXPECT_TRUE(rig.transport.at(0).fin);
    }
}

TEST(Http3Session, a_connect_stream_that_ends_inside_a_capsule_is_an_error) {
    const std::string capsule = close_capsule(9, "cut");
    for (std::size_t cut = 1; cut < capsule.size(); ++cut) {
        Http3Rig rig;
        rig.open_session();
        rig.transport.receive(rig.bidirectional(0), data_frame(std::string_view(capsule).substr(0, cut)),
                              Fin::yes);
        rig.http3.settle();
        // RFC 9297 section 3.3: a truncated capsule makes the message malformed.
        EXPECT_EQ(rig.log().closed_by, std::vector{net::CloseInfo::By::transport_error}) << cut;
        EXPECT_EQ(rig.transport.at(0).reset, h3_error::message_error);
    }
}

TEST(Http3Session, a_reset_or_stopped_connect_stream_ends_it) {
    for (const bool reset : {true, false}) {
        Http3Rig rig;
        rig.open_session();
        if (reset) {
            rig.transport.receive_reset(rig.bidirectional(0), h3_error::request_cancelled);
        } else {
            rig.transport.receive_stop_sending(rig.bidirectional(0));
            rig.transport.flush();
        }
        rig.http3.settle();
        EXPECT_EQ(rig.log().closed_by, std::vector{net::CloseInfo::By::peer});
        EXPECT_FALSE(rig.failed());
    }
}

TEST(Http3Session, its_end_stops_what_would_go_on_and_no_event_follows) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.bidirectional(1), bidirectional_head() + "before");
    rig.transport.receive(rig.unidirectional(1), unidirectional_head() + "before");
    const auto ours =
        rig.log().session->open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    ASSERT_TRUE(ours.has_value());
    rig.log().session->write(StreamId{4}, bytes_of("goes out before the end"), Fin::no);
    rig.transport.flush();
    rig.log().session->write(*ours, bytes_of("does not go out any more"), Fin::no);
    rig.log().session->close(3, "over");
    const RecordingStreams::Log before = rig.log();
    rig.transport.receive_datagram(datagram("late"));
    rig.transport.receive(rig.bidirectional(1), "late");
    rig.transport.receive(rig.bidirectional(2), bidirectional_head() + "late");
    EXPECT_EQ(rig.log().datagrams, before.datagrams);
    EXPECT_EQ(rig.log().data, before.data);
    rig.http3.settle();
    EXPECT_EQ(rig.log().close_codes, std::vector<std::uint32_t>{3});
    EXPECT_EQ(rig.transport.at(number(*ours)).reset, h3_error::webtransport_session_gone);
    EXPECT_EQ(rig.transport.at(6).stopped, h3_error::webtransport_session_gone);
    // A reset could overtake what is on its way.
    EXPECT_EQ(rig.transport.at(4).reset, std::nullopt);

    rig.transport.receive(rig.bidirectional(3), bidirectional_head() + "later");
    rig.transport.receive(rig.unidirectional(3), unidirectional_head() + "later");
    rig.transport.receive_datagram(datagram("later"));
    rig.transport.close_finished_streams();
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
    EXPECT_EQ(rig.transport.calls_for_closed_streams, 0);
}

TEST(Http3Session, a_clients_end_stops_what_would_go_on) {
    Http3Rig rig(Role::client);
    rig.transport.receive(StreamId{0}, text_of_bytes(encode_response(200)));
    ASSERT_NE(rig.log().session, nullptr);
    rig.transport.receive(rig.unidirectional(0), unidirectional_head() + "from the server");
    const auto ours =
        rig.log().session->open_stream(QuicTransport::Direction::unidirectional, Priority::bulk);
    ASSERT_TRUE(ours.has_value());
    rig.log().session->close(0, "");
    rig.http3.settle();
    EXPECT_EQ(rig.transport.at(number(*ours)).reset, h3_error::webtransport_session_gone);
    EXPECT_EQ(rig.transport.at(number(rig.unidirectional(0))).stopped, h3_error::webtransport_session_gone);
}

TEST(Http3Session, a_close_that_waits_for_the_peers_gives_way_to_it) {
    for (const bool peer_closes : {true, false}) {
        Http3Rig rig;
        rig.open_session();
        rig.log().session->close_later(8, "ours");
        EXPECT_EQ(rig.http3.deadline(), rig.transport.time + WebTransportSession::close_delay);
        rig.transport.time += std::chrono::milliseconds(100);
        if (peer_closes) rig.transport.receive(rig.bidirectional(0), data_frame(close_capsule(9, "theirs")));
        rig.transport.time += WebTransportSession::close_delay;
        rig.http3.on_deadline();
        rig.http3.settle();
        EXPECT_EQ(rig.log().close_codes, std::vector<std::uint32_t>{peer_closes ? 9u : 8u});
        EXPECT_EQ(rig.log().close_reasons, std::vector<std::string>{peer_closes ? "theirs" : "ours"});
    }
}

TEST(Http3Session, after_its_end_the_connection_stays_for_a_moment_and_then_goes) {
    Http3Rig rig;
    rig.open_session();
    rig.log().session->close(1, "");
    rig.http3.settle();
    EXPECT_FALSE(rig.failed());
    EXPECT_EQ(rig.http3.deadline(), rig.transport.time + rig.options.linger);
    rig.transport.time = rig.http3.deadline();
    rig.http3.on_deadline();
    EXPECT_EQ(rig.transport.close_code, h3_error::no_error);
}

TEST(Http3Session, a_request_that_comes_when_the_connection_is_closing_opens_nothing) {
    Http3Rig rig;
    rig.transport.time = rig.http3.deadline();
    rig.http3.on_deadline();
    ASSERT_TRUE(rig.failed());
    rig.transport.receive(rig.bidirectional(0), connect_request());
    EXPECT_EQ(rig.log().session, nullptr);
}

TEST(Http3Session, only_the_applications_own_bytes_keep_it_from_being_silent) {
    Http3Rig rig;
    rig.open_session();
    const net::Instant first = rig.http3.deadline();
    EXPECT_EQ(first, rig.transport.time + WebTransportSession::silence_max);
    rig.transport.time += std::chrono::seconds(30);
    rig.transport.receive(rig.unidirectional(4), varint(grease(1)) + "x");
    rig.transport.receive(rig.bidirectional(0), data_frame(type_length_value(grease(1), "x")));
    EXPECT_EQ(rig.http3.deadline(), first);
    rig.transport.receive_datagram(datagram(""));
    EXPECT_EQ(rig.http3.deadline(), first + std::chrono::seconds(30));
    rig.transport.time = rig.http3.deadline();
    rig.http3.on_deadline();
    rig.http3.settle();
    EXPECT_EQ(rig.log().closed_by, std::vector{net::CloseInfo::By::timeout});
}

TEST(Http3Session, a_connection_error_ends_it_once_and_silences_its_events) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.bidirectional(1), bidirectional_head() + "x");
    rig.transport.receive(rig.unidirectional(1), varint(stream_type::control));  // a second one
    EXPECT_TRUE(rig.failed());
    // What else the packet held.
    rig.transport.receive(rig.bidirectional(1), "after", Fin::yes);
    rig.transport.receive(rig.bidirectional(2), connect_request());
    rig.transport.receive_reset(rig.bidirectional(3), 0);
    rig.transport.receive_stop_sending(rig.bidirectional(1));
    rig.transport.flush();
    rig.transport.receive_datagram(datagram("after"));
    rig.transport.close_finished_streams();
    EXPECT_EQ(rig.log().data[4], "x");
    EXPECT_TRUE(rig.log().datagrams.empty() && rig.log().resets.empty() && rig.log().stops.empty());
    rig.http3.on_connection_ended(net::CloseInfo::By::transport_error, 0);
    rig.http3.settle();
    rig.http3.settle();
    EXPECT_EQ(rig.log().closed_by, std::vector{net::CloseInfo::By::transport_error});
}

// However the bytes are split

/// A whole visit: what each stream of a browser carries, in the order in which the streams begin.
struct Visit {
    StreamId stream;
    std::string bytes;
    Fin fin;
};

std::vector<Visit> visit(const Http3Rig& rig) {
    return {
        {rig.unidirectional(0), control_start() + type_length_value(grease(2), "g"), Fin::no},
        {rig.unidirectional(1), varint(stream_type::qpack_encoder), Fin::no},
        {rig.bidirectional(0), type_length_value(grease(8), "gr") + connect_request(), Fin::no},
        {rig.unidirectional(2), unidirectional_head() + "first transfer", Fin::yes},
        {rig.bidirectional(1), bidirectional_head() + "a question", Fin::yes},
        {rig.unidirectional(3), varint(grease(1)) + "nobody reads this", Fin::yes},
        {rig.bidirectional(2),
         headers_frame({{":method", "GET"}, {":scheme", "https"}, {":authority", "a"}, {":path", "/"}}),
         Fin::yes},
        {rig.bidirectional(0), data_frame(type_length_value(grease(3), "skip") + close_capsule(4, "end")),
         Fin::yes},
    };
}

struct Outcome {
    std::map<std::int64_t, std::string> data;
    std::map<std::int64_t, bool> ended;
    std::map<std::int64_t, std::string> written;
    std::vector<std::uint32_t> codes;
    std::vector<std::string> reasons;
    std::uint64_t streams_refused = 0;
    std::optional<std::uint64_t> failed;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(Http3Rig& rig) {
    rig.http3.settle();
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
    Outcome outcome{.data = rig.log().data,
                    .ended = rig.log().ended,
                    .written = {},
                    .codes = rig.log().close_codes,
                    .reasons = rig.log().close_reasons,
                    .streams_refused = rig.counters.streams_refused,
                    .failed = rig.transport.close_code};
    for (const auto& [id, stream] : rig.transport.streams)
        outcome.written[id] = stream.written;
    return outcome;
}

TEST(Http3Splitting, every_piece_size_of_a_whole_visit_gives_the_same_outcome) {
    Http3Rig whole;
    for (const Visit& part : visit(whole))
        whole.transport.receive(part.stream, part.bytes, part.fin);
    const Outcome expected = outcome_of(whole);
    ASSERT_EQ(expected.data.at(6 + 4), "first transfer");
    ASSERT_EQ(expected.reasons, std::vector<std::string>{"end"});
    ASSERT_EQ(expected.streams_refused, 1u);
    for (std::size_t piece = 1; piece < 64; ++piece) {
        Http3Rig rig;
        for (const Visit& part : visit(rig)) {
            for (std::size_t at = 0; at < part.bytes.size(); at += piece) {
                const bool last = at + piece >= part.bytes.size();
                rig.transport.receive(part.stream, std::string_view(part.bytes).substr(at, piece),
                                      last ? part.fin : Fin::no);
            }
        }
        EXPECT_EQ(outcome_of(rig), expected) << "pieces of " << piece;
    }
}

TEST(Http3Splitting, cutting_each_part_at_every_place_and_ending_it_with_an_empty_piece_changes_nothing) {
    Http3Rig whole;
    const std::vector<Visit> parts = visit(whole);
    for (const Visit& part : parts)
        whole.transport.receive(part.stream, part.bytes, part.fin);
    const Outcome expected = outcome_of(whole);
    for (std::size_t cut_part = 0; cut_part < parts.size(); ++cut_part) {
        for (std::size_t cut = 0; cut <= parts[cut_part].bytes.size(); ++cut) {
            Http3Rig rig;
            for (std::size_t i = 0; i < parts.size(); ++i) {
                const std::string_view bytes = parts[i].bytes;
                if (i != cut_part) {
                    rig.transport.receive(parts[i].stream, bytes, parts[i].fin);
                    continue;
                }
                rig.transport.receive(parts[i].stream, bytes.substr(0, cut));
                rig.transport.receive(parts[i].stream, "");
                rig.transport.receive(parts[i].stream, bytes.substr(cut));
                if (parts[i].fin == Fin::yes) rig.transport.receive(parts[i].stream, "", Fin::yes);
            }
            ASSERT_EQ(outcome_of(rig), expected) << "part " << cut_part << " at " << cut;
        }
    }
}

class RandomSplitting : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomSplitting, streams_that_come_interleaved_once_the_session_is_there_give_the_same_bytes) {
    base::Rng rng(GetParam());
    Http3Rig rig;
    std::vector<Visit> parts = visit(rig);
    for (std::size_t i = 0; i < 3; ++i)
        rig.transport.receive(parts[i].stream, parts[i].bytes, parts[i].fin);
    const Visit close = parts.back();
    std::vector<Visit> open(parts.begin() + 3, parts.end() - 1);
    while (!open.empty()) {
        Visit& part = open[rng.below(open.size())];
        const std::size_t size = std::min<std::size_t>(rng.below(9), part.bytes.size());
        const bool last = size == part.bytes.size();
        rig.transport.receive(part.stream, part.bytes.substr(0, size), last ? part.fin : Fin::no);
        part.bytes.erase(0, size);
        if (last) std::erase_if(open, [&part](const Visit& each) { return &each == &part; });
    }
    rig.transport.receive(close.stream, close.bytes, close.fin);
    const Outcome outcome = outcome_of(rig);
    EXPECT_EQ(outcome.data, (std::map<std::int64_t, std::string>{{4, "a question"}, {10, "first transfer"}}));
    EXPECT_EQ(outcome.reasons, std::vector<std::string>{"end"});
    EXPECT_FALSE(outcome.failed.has_value());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSplitting, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace gs::quic
