// HTTP/3 without QUIC: control streams and requests, as browsers send them and as nobody should.
#include "server/quic/http3_connection.h"

#include "server/quic/http3_rig.h"

#include <gtest/gtest.h>

#include <string>

namespace gs::quic {
namespace {

using namespace script;
using std::chrono::seconds;

std::string status_of(const Http3Rig& rig, std::int64_t stream) {
    ByteView input = bytes_of(rig.transport.at(stream).written);
    FrameReader frames;
    if (frames.next(input) != FrameReader::Event::begin || frames.type() != frame::headers) return "none";
    const auto status = decode_response(input.first(static_cast<std::size_t>(frames.length())));
    return status ? std::to_string(*status) : "malformed";
}

// Control streams

TEST(Http3Control, ours_begins_with_our_settings) {
    const Http3Rig rig;
    EXPECT_EQ(rig.transport.at(3).written, text_of_bytes(encode_control_stream_start()));
    EXPECT_FALSE(rig.transport.at(3).fin);
    EXPECT_EQ(rig.transport.at(3).priority, Priority::urgent);
}

TEST(Http3Control, any_other_frame_before_settings_is_an_error) {
    for (const std::uint64_t type :
         {frame::data, frame::headers, frame::goaway, frame::max_push_id, grease(1)}) {
        Http3Rig rig;
        rig.transport.receive(rig.unidirectional(0),
                              varint(stream_type::control) + type_length_value(type, "x"));
        EXPECT_EQ(rig.transport.close_code, h3_error::missing_settings) << type;
        EXPECT_EQ(rig.counters.protocol_errors, 1u);
    }
}

TEST(Http3Control, frames_that_belong_elsewhere_or_to_http2_are_errors) {
    for (const std::uint64_t type :
         {frame::settings, frame::data, frame::headers, frame::push_promise, std::uint64_t{2},
          std::uint64_t{6}, std::uint64_t{8}, std::uint64_t{9}}) {
        Http3Rig rig;
        rig.transport.receive(rig.unidirectional(0), control_start() + type_length_value(type, ""));
        EXPECT_EQ(rig.transport.close_code, h3_error::frame_unexpected) << type;
    }
}

TEST(Http3Control, frames_without_meaning_for_us_are_skipped) {
    Http3Rig rig;
    rig.transport.receive(rig.unidirectional(0), control_start() +
                                                     type_length_value(frame::goaway, varint(0)) +
                                                     type_length_value(frame::max_push_id, varint(8)) +
                                                     type_length_value(frame::cancel_push, varint(1)) +
                                                     type_length_value(grease(7), std::string(3000, 'g')));
    EXPECT_FALSE(rig.failed());
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Control, settings_of_unbounded_length_are_refused_by_their_head) {
    Http3Rig rig;
    rig.transport.receive(rig.unidirectional(0),
                          varint(stream_type::control) + varint(frame::settings) + varint(varint_max));
    EXPECT_EQ(rig.transport.close_code, h3_error::excessive_load);
}

TEST(Http3Control, settings_of_http2_are_errors_and_grease_is_none) {
    Http3Rig wrong;
    wrong.transport.receive(wrong.unidirectional(0),
                            varint(stream_type::control) + settings_frame({{0x04, 1}}));
    EXPECT_EQ(wrong.transport.close_code, h3_error::settings_error);

    Http3Rig right;
    right.transport.receive(right.unidirectional(0),
                            varint(stream_type::control) + settings_frame({{grease(5), 99}, {0x33, 1}}));
    EXPECT_FALSE(right.failed());
}

TEST(Http3Control, a_second_control_or_qpack_stream_is_an_error) {
    for (const std::uint64_t type :
         {stream_type::control, stream_type::qpack_encoder, stream_type::qpack_decoder}) {
        Http3Rig rig;
        rig.transport.receive(rig.unidirectional(0), varint(type));
        EXPECT_FALSE(rig.failed());
        rig.transport.receive(rig.unidirectional(1), varint(type));
        EXPECT_EQ(rig.transport.close_code, h3_error::stream_creation_error) << type;
    }
}

TEST(Http3Control, critical_streams_must_stay_open) {
    for (const std::uint64_t type :
         {stream_type::control, stream_type::qpack_encoder, stream_type::qpack_decoder}) {
        const std::string start = type == stream_type::control ? control_start() : varint(type);
        Http3Rig ended;
        ended.transport.receive(ended.unidirectional(0), start, Fin::yes);
        EXPECT_EQ(ended.transport.close_code, h3_error::closed_critical_stream) << type;

        Http3Rig reset;
        reset.transport.receive(reset.unidirectional(0), start);
        reset.transport.receive_reset(reset.unidirectional(0), 0);
        EXPECT_EQ(reset.transport.close_code, h3_error::closed_critical_stream) << type;
    }
    Http3Rig stopped;
    stopped.transport.receive_stop_sending(StreamId{3});
    stopped.transport.flush();
    EXPECT_EQ(stopped.transport.close_code, h3_error::closed_critical_stream);

    // Also when everything had been sent, and only the stream's end shows it.
    Http3Rig quiet;
    quiet.transport.flush();
    quiet.transport.receive_stop_sending(StreamId{3});
    quiet.transport.close_finished_streams();
    EXPECT_EQ(quiet.transport.close_code, h3_error::closed_critical_stream);
}

TEST(Http3Control, qpack_instructions_are_taken_and_mean_nothing) {
    Http3Rig rig;
    rig.transport.receive(rig.unidirectional(0),
                          varint(stream_type::qpack_encoder) + std::string(5000, '\x3f'));
    rig.transport.receive(rig.unidirectional(1),
                          varint(stream_type::qpack_decoder) + std::string(5000, '\x80'));
    EXPECT_FALSE(rig.failed());
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Control, a_push_stream_of_a_client_is_an_error) {
    Http3Rig rig;
    rig.transport.receive(rig.unidirectional(0), varint(stream_type::push));
    EXPECT_EQ(rig.transport.close_code, h3_error::stream_creation_error);
}

TEST(Http3Control, unknown_unidirectional_streams_are_refused_one_by_one) {
    Http3Rig rig;
    for (std::int64_t n = 0; n < 5; ++n) {
        const StreamId id = rig.unidirectional(n);
        rig.transport.receive(id, varint(grease(static_cast<std::uint64_t>(n) * 1000)) + "content");
        EXPECT_EQ(rig.transport.at(number(id)).stopped, h3_error::stream_creation_error);
    }
    EXPECT_FALSE(rig.failed());
    EXPECT_EQ(rig.counters.streams_refused, 5u);
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Control, a_stream_that_ends_before_it_says_its_type_is_nothing) {
    Http3Rig rig;
    rig.transport.receive(rig.unidirectional(0), "", Fin::yes);
    rig.transport.receive(rig.unidirectional(1), "\x40", Fin::yes);
    rig.transport.close_finished_streams();
    EXPECT_FALSE(rig.failed());
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

// Requests

TEST(Http3Request, a_browsers_connect_opens_a_session) {
    Http3Rig rig;
    rig.open_session();
    EXPECT_EQ(status_of(rig, 0), "200");
    EXPECT_FALSE(rig.transport.at(0).fin);
    EXPECT_EQ(rig.counters.sessions_accepted, 1u);
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Request, grease_frames_around_the_headers_are_skipped) {
    Http3Rig rig;
    const std::string skipped = type_length_value(grease(4), std::string(20'000, 'g'));
    rig.transport.receive(rig.bidirectional(0), skipped + connect_request() + skipped);
    EXPECT_NE(rig.log().session, nullptr);
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Request, what_we_do_not_serve_gets_an_honest_status) {
    struct Case {
        std::string request;
        std::string status;
        std::uint64_t EndpointCounters::* counter;
    };
    const std::vector<Field> get{
        {":method", "GET"}, {":scheme", "https"}, {":authority", "a"}, {":path", "/"}};
    const std::vector<Field> other_protocol{{":method", "CONNECT"},
                                            {":protocol", "websocket"},
                                            {":scheme", "https"},
                                            {":authority", "a"},
                                            {":path", "/wt"}};
    const Case cases[] = {
        {headers_frame(get), "404", &EndpointCounters::requests_refused_other},
        {headers_frame(other_protocol), "404", &EndpointCounters::requests_refused_other},
        {connect_request("/nowhere"), "404", &EndpointCounters::requests_refused_path},
        {connect_request("/wt", "https://evil.example"), "403", &EndpointCounters::requests_refused_origin},
        {connect_request("/wt", "null"), "403", &EndpointCounters::requests_refused_origin},
        {connect_request("/wt", "https://play.example.evil"), "403",
         &EndpointCounters::requests_refused_origin},
        // The Origin is checked first: a foreign page must not learn which paths there are.
        {connect_request("/nowhere", "https://evil.example"), "403",
         &EndpointCounters::requests_refused_origin},
    };
    for (const Case& each : cases) {
        Http3Rig rig;
        rig.transport.receive(rig.bidirectional(0), each.request + data_frame("ignored"), Fin::no);
        EXPECT_EQ(status_of(rig, 0), each.status);
        EXPECT_TRUE(rig.transport.at(0).fin);
        EXPECT_EQ(rig.transport.at(0).stopped, h3_error::no_error);
        EXPECT_EQ(rig.counters.*each.counter, 1u);
        EXPECT_EQ(rig.log().session, nullptr);
        EXPECT_FALSE(rig.failed());
        EXPECT_EQ(rig.transport.owed_bytes(), 0u);
        // Another request on the same connection is still served.
        rig.transport.receive(rig.bidirectional(1), connect_request());
        EXPECT_NE(rig.log().session, nullptr);
    }
}

TEST(Http3Request, the_query_is_not_part_of_the_path) {
    Http3Rig rig;
    rig.transport.receive(rig.bidirectional(0), connect_request("/wt?room=7"));
    EXPECT_NE(rig.log().session, nullptr);
}

TEST(Http3Request, a_second_connect_gets_429_and_the_first_session_stays) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.bidirectional(1), connect_request());
    EXPECT_EQ(status_of(rig, 4), "429");
    EXPECT_NE(rig.log().session, nullptr);
    rig.transport.receive_datagram(datagram("still here"));
    EXPECT_EQ(rig.log().datagrams, std::vector<std::string>{"still here"});

    rig.log().session->close(0, "");
    rig.http3.settle();
    rig.transport.receive(rig.bidirectional(2), connect_request());
    EXPECT_EQ(status_of(rig, 8), "429");
}

TEST(Http3Request, a_malformed_one_costs_only_its_stream) {
    Http3Rig rig;
    rig.transport.receive(rig.bidirectional(0), headers_frame({{":method", "GET"}}));
    EXPECT_EQ(rig.transport.at(0).reset, h3_error::message_error);
    EXPECT_EQ(rig.transport.at(0).stopped, h3_error::message_error);
    EXPECT_FALSE(rig.failed());
    rig.transport.receive(rig.bidirectional(1), connect_request());
    EXPECT_NE(rig.log().session, nullptr);
}

TEST(Http3Request, undecodable_or_overflowing_headers_end_the_connection) {
    Http3Rig garbled;
    garbled.transport.receive(garbled.bidirectional(0),
                              type_length_value(frame::headers, "\xff\xff\xff\xff"));
    EXPECT_EQ(garbled.transport.close_code, h3_error::qpack_decompression_failed);

    Http3Rig large;
    std::vector<Field> fields = connect_fields();
    fields.insert(fields.end(), 100, {"a", "b"});
    large.transport.receive(large.bidirectional(0), headers_frame(fields));
    EXPECT_EQ(large.transport.close_code, h3_error::excessive_load);
}

TEST(Http3Request, headers_and_trailers_over_8_kib_are_refused_by_their_head) {
    for (const std::uint64_t length : {std::uint64_t{field_section_bytes_max + 1}, varint_max}) {
        Http3Rig first;
        first.transport.receive(first.bidirectional(0), varint(frame::headers) + varint(length));
        EXPECT_EQ(first.transport.close_code, h3_error::excessive_load);

        Http3Rig trailers;
        trailers.open_session();
        trailers.transport.receive(trailers.bidirectional(0), varint(frame::headers) + varint(length));
        EXPECT_EQ(trailers.transport.close_code, h3_error::excessive_load);
    }
}

TEST(Http3Request, trailers_are_skipped_unread_even_when_they_are_a_bomb) {
    Http3Rig rig;
    rig.open_session();
    rig.transport.receive(rig.bidirectional(0),
                          type_length_value(frame::headers, std::string(field_section_bytes_max, '\xff')));
    EXPECT_FALSE(rig.failed());
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
    rig.transport.receive_datagram(datagram("alive"));
    EXPECT_EQ(rig.log().datagrams.size(), 1u);
}

TEST(Http3Request, frames_in_the_wrong_order_or_place_are_errors) {
    for (const std::uint64_t type :
         {frame::data, frame::settings, frame::goaway, frame::cancel_push, frame::push_promise,
          frame::max_push_id, std::uint64_t{2}, std::uint64_t{6}, std::uint64_t{8}, std::uint64_t{9}}) {
        Http3Rig rig;
        rig.transport.receive(rig.bidirectional(0), type_length_value(type, ""));
        EXPECT_EQ(rig.transport.close_code, h3_error::frame_unexpected) << type;
        if (type == frame::data) continue;
        Http3Rig later;
        later.open_session();
        later.transport.receive(later.bidirectional(0), type_length_value(type, ""));
        EXPECT_EQ(later.transport.close_code, h3_error::frame_unexpected) << type;
    }
    Http3Rig inside;
    inside.open_session();
    inside.transport.receive(inside.bidirectional(0), bidirectional_head());
    EXPECT_EQ(inside.transport.close_code, h3_error::frame_error);
}

TEST(Http3Request, one_that_ends_inside_a_frame_ends_the_connection) {
    const std::string request = connect_request();
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
        Http3Rig rig;
        rig.transport.receive(rig.bidirectional(0), std::string_view(request).substr(0, cut), Fin::yes);
        EXPECT_EQ(rig.transport.close_code, h3_error::frame_error) << cut;
    }
}

TEST(Http3Request, one_that_ends_before_its_headers_costs_only_its_stream) {
    Http3Rig rig;
    rig.transport.receive(rig.bidirectional(0), "", Fin::yes);
    rig.transport.receive(rig.bidirectional(1), type_length_value(grease(1), "x"), Fin::yes);
    for (const std::int64_t id : {0, 4})
        EXPECT_EQ(rig.transport.at(id).reset, h3_error::request_incomplete);
    EXPECT_FALSE(rig.failed());
    rig.transport.close_finished_streams();
    EXPECT_TRUE(rig.transport.at(0).closed);
}

TEST(Http3Request, one_that_is_reset_before_its_headers_is_reset_by_us_too) {
    Http3Rig rig;
    rig.transport.receive_reset(rig.bidirectional(0), h3_error::request_cancelled);
    rig.transport.receive(rig.bidirectional(1), "\x01");
    rig.transport.receive_reset(rig.bidirectional(1), h3_error::request_cancelled);
    rig.transport.close_finished_streams();
    // Otherwise our half would stay for ever and use up the client's streams.
    for (const std::int64_t id : {0, 4})
        EXPECT_TRUE(rig.transport.at(id).closed) << id;
    EXPECT_FALSE(rig.failed());
}

TEST(Http3Request, a_connection_that_asks_for_nothing_ends) {
    Http3Rig rig;
    EXPECT_EQ(rig.http3.deadline(), rig.transport.time + rig.options.request_timeout);
    rig.http3.on_deadline();
    EXPECT_FALSE(rig.failed());
    rig.transport.time += rig.options.request_timeout;
    rig.http3.on_deadline();
    EXPECT_EQ(rig.transport.close_code, h3_error::no_error);
}

TEST(Http3Request, requests_that_are_refused_do_not_prolong_the_wait_for_one_that_is_served) {
    Http3Rig rig;
    const net::Instant deadline = rig.http3.deadline();
    rig.transport.time += seconds(5);
    rig.transport.receive(rig.bidirectional(0), connect_request("/nowhere"));
    EXPECT_EQ(rig.http3.deadline(), deadline);
}

TEST(Http3Goaway, draining_names_the_next_request_tells_the_session_and_refuses_later_ones) {
    Http3Rig rig;
    rig.open_session();
    const std::size_t before = rig.transport.at(0).written.size();
    rig.http3.drain();
    rig.http3.drain();
    EXPECT_EQ(rig.transport.at(3).written,
              text_of_bytes(encode_control_stream_start()) + type_length_value(frame::goaway, varint(4)));
    EXPECT_EQ(rig.transport.at(0).written.substr(before), text_of_bytes(encode_drain()));
    rig.transport.receive_datagram(datagram("goes on"));
    EXPECT_EQ(rig.log().datagrams.size(), 1u);

    rig.transport.receive(rig.bidirectional(1), connect_request());
    EXPECT_EQ(status_of(rig, 4), "503");
}

TEST(Http3Goaway, draining_before_any_request_refuses_the_first) {
    Http3Rig rig;
    rig.http3.drain();
    EXPECT_TRUE(rig.transport.at(3).written.ends_with(type_length_value(frame::goaway, varint(0))));
    rig.transport.receive(rig.bidirectional(0), connect_request());
    EXPECT_EQ(status_of(rig, 0), "503");
}

// The other role: bots and tests

TEST(Http3Client, asks_with_a_connect_and_has_a_session_when_it_is_answered) {
    Http3Rig rig(Role::client);
    EXPECT_EQ(rig.transport.at(0).written,
              text_of_bytes(encode_connect("play.example", "/wt", "https://play.example")));
    rig.transport.receive(StreamId{0},
                          text_of_bytes(encode_response(103)) + text_of_bytes(encode_response(200)));
    EXPECT_NE(rig.log().session, nullptr);
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
}

TEST(Http3Client, another_status_is_a_refusal_and_ends_the_connection) {
    Http3Rig rig(Role::client);
    rig.transport.receive(StreamId{0}, text_of_bytes(encode_response(404)), Fin::yes);
    EXPECT_EQ(rig.acceptor.refusals, std::vector<int>{404});
    EXPECT_EQ(rig.transport.close_code, h3_error::no_error);
    rig.http3.on_connection_ended(net::CloseInfo::By::us, 0);
    rig.http3.settle();
    EXPECT_EQ(rig.acceptor.refusals, std::vector<int>{404});
}

TEST(Http3Client, a_connection_that_ends_before_the_answer_is_a_refusal) {
    Http3Rig rig(Role::client);
    rig.http3.on_connection_ended(net::CloseInfo::By::timeout, 0);
    EXPECT_TRUE(rig.acceptor.refusals.empty());
    rig.http3.settle();
    rig.http3.settle();
    EXPECT_EQ(rig.acceptor.refusals, std::vector<int>{0});
}

TEST(Http3Client, an_answer_that_never_comes_in_full_is_a_refusal) {
    Http3Rig cut(Role::client);
    cut.transport.receive(StreamId{0}, "", Fin::yes);
    EXPECT_TRUE(cut.failed() || cut.transport.at(0).reset.has_value());

    Http3Rig garbled(Role::client);
    garbled.transport.receive(StreamId{0}, headers_frame({{":status", "abc"}}));
    EXPECT_EQ(garbled.transport.close_code, h3_error::message_error);
}

TEST(Http3Client, push_streams_and_requests_of_a_server_are_refused) {
    Http3Rig push(Role::client);
    push.transport.receive(push.unidirectional(0), varint(stream_type::push));
    EXPECT_EQ(push.transport.close_code, h3_error::id_error);

    Http3Rig request(Role::client);
    request.transport.receive(request.bidirectional(0), connect_request());
    EXPECT_EQ(request.transport.at(1).reset, h3_error::stream_creation_error);
    EXPECT_FALSE(request.failed());
}

TEST(Http3Client, streams_that_overtake_the_answer_wait_for_it) {
    Http3Rig rig(Role::client);
    rig.transport.receive(rig.unidirectional(1), unidirectional_head() + "second", Fin::yes);
    rig.transport.receive(rig.unidirectional(0), unidirectional_head() + "fir");
    rig.transport.receive(rig.unidirectional(0), "st");
    rig.transport.receive(rig.unidirectional(2), unidirectional_head() + "gone");
    rig.transport.receive_reset(rig.unidirectional(2), h3_error::from_application(0));
    rig.transport.close_finished_streams();
    EXPECT_EQ(rig.transport.owed_bytes(), 11u) << "what waits is not given back, so the windows bound it";

    rig.transport.receive(StreamId{0}, text_of_bytes(encode_response(200)));
    EXPECT_EQ(rig.log().data[number(rig.unidirectional(0))], "first");
    EXPECT_EQ(rig.log().data[number(rig.unidirectional(1))], "second");
    EXPECT_TRUE(rig.log().ended[number(rig.unidirectional(1))]);
    EXPECT_FALSE(rig.log().data.contains(number(rig.unidirectional(2))));
    EXPECT_EQ(rig.transport.owed_bytes(), 0u);
    rig.transport.receive(rig.unidirectional(0), " and more", Fin::yes);
    EXPECT_EQ(rig.log().data[number(rig.unidirectional(0))], "first and more");
    EXPECT_EQ(rig.counters.streams_refused, 0u);
}

TEST(Http3Client, no_more_than_sixteen_streams_wait_for_the_answer) {
    Http3Rig rig(Role::client);
    for (std::int64_t n = 0; n < 20; ++n)
        rig.transport.receive(rig.unidirectional(n), unidirectional_head());
    EXPECT_EQ(rig.counters.streams_refused, 4u);
    EXPECT_TRUE(rig.transport.at(number(rig.unidirectional(16))).stopped.has_value());
    rig.transport.receive(rig.unidirectional(20), unidirectional_head(4));
    EXPECT_EQ(rig.counters.streams_refused, 5u) << "of another session";
}

TEST(Http3Client, streams_that_waited_for_a_refusal_are_forgotten) {
    Http3Rig rig(Role::client);
    rig.transport.receive(rig.unidirectional(0), unidirectional_head() + "early");
    rig.transport.receive(StreamId{0}, text_of_bytes(encode_response(404)), Fin::yes);
    EXPECT_EQ(rig.acceptor.refusals, std::vector<int>{404});
    rig.transport.receive(rig.unidirectional(0), " and late", Fin::yes);
    EXPECT_TRUE(rig.log().data.empty());
}

}  // namespace
}  // namespace gs::quic
