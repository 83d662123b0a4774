#include "server/quic/http3_frames.h"

#include "server/quic/http3_script.h"

#include <gtest/gtest.h>

#include <string>

namespace gs::quic {
namespace {

using Event = FrameReader::Event;

/// What a reader says about `text` given in pieces of `piece` bytes: "type(length:payload)" for each frame.
std::string told(std::string_view text, std::size_t piece) {
    FrameReader reader;
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
        ByteView input = bytes_of(text.substr(0, piece));
        for (Event event = reader.next(input); event != Event::more; event = reader.next(input)) {
            if (event == Event::begin)
                out += std::to_string(reader.type()) + "(" + std::to_string(reader.length()) + ":";
            if (event == Event::payload) out += text_of(reader.payload());
            if (event == Event::end) out += ")";
        }
    }
    return out + (reader.at_boundary() ? "" : "…");
}

TEST(FrameReader, every_splitting_gives_the_same_events) {
    const std::string text = script::data_frame("hello") + script::type_length_value(frame::goaway, "") +
                             script::type_length_value(script::grease(70'000), std::string(70, 'g')) +
                             script::data_frame("");
    const std::string expected =
        "0(5:hello)7(0:)" + std::to_string(script::grease(70'000)) + "(70:" + std::string(70, 'g') + ")0(0:)";
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
        EXPECT_EQ(told(text, piece), expected) << piece;
}

TEST(FrameReader, tells_a_cut_frame_from_a_whole_one) {
    const std::string text = script::data_frame("abc");
    for (std::size_t cut = 1; cut < text.size(); ++cut)
        EXPECT_TRUE(told(text.substr(0, cut), cut).ends_with("…")) << cut;
    EXPECT_FALSE(told(text, text.size()).ends_with("…"));
}

TEST(FrameReader, the_largest_length_is_only_a_number) {
    FrameReader reader;
    const std::string head = script::varint(frame::data) + script::varint(varint_max);
    ByteView input = bytes_of(head);
    EXPECT_EQ(reader.next(input), Event::begin);
    EXPECT_EQ(reader.length(), varint_max);
    const std::string part(1000, 'p');
    input = bytes_of(part);
    EXPECT_EQ(reader.next(input), Event::payload);
    EXPECT_EQ(reader.payload().size(), part.size());
    EXPECT_EQ(reader.next(input), Event::more);
}

std::uint64_t settings_error_of(std::string_view payload, PeerSettings& settings) {
    return read_settings(bytes_of(payload), settings);
}

TEST(Settings, ours_say_what_both_browsers_require) {
    const std::string start = script::text_of_bytes(encode_control_stream_start());
    ByteView input = bytes_of(start);
    EXPECT_EQ(take_varint(input), stream_type::control);
    FrameReader reader;
    EXPECT_EQ(reader.next(input), Event::begin);
    EXPECT_EQ(reader.type(), frame::settings);
    EXPECT_EQ(reader.next(input), Event::payload);
    PeerSettings settings;
    EXPECT_EQ(read_settings(reader.payload(), settings), 0u);
    EXPECT_EQ(settings.enable_connect_protocol, 1u);
    EXPECT_EQ(settings.h3_datagram, 1u);
    EXPECT_EQ(settings.webtransport, 1u);
}

TEST(Settings, unknown_ones_are_ignored_and_absent_ones_keep_their_default) {
    PeerSettings settings;
    EXPECT_EQ(settings_error_of(script::varint(script::grease(9)) + script::varint(varint_max), settings),
              0u);
    EXPECT_EQ(settings.h3_datagram, 0u);
}

TEST(Settings, those_of_http2_repeated_ones_and_cut_ones_are_errors) {
    for (std::uint64_t id = 0x02; id <= 0x05; ++id) {
        PeerSettings settings;
        EXPECT_EQ(settings_error_of(script::varint(id) + script::varint(1), settings),
                  h3_error::settings_error);
    }
    const std::string datagrams = script::varint(setting::h3_datagram) + script::varint(1);
    PeerSettings settings;
    EXPECT_EQ(settings_error_of(datagrams + datagrams, settings), h3_error::settings_error);
    EXPECT_EQ(settings_error_of(script::varint(setting::h3_datagram) + script::varint(2), settings),
              h3_error::settings_error);
    const std::string two = datagrams + script::varint(script::grease(70'000)) + script::varint(70'000);
    for (std::size_t cut = 1; cut < two.size(); ++cut) {
        if (cut == datagrams.size()) continue;
        EXPECT_EQ(settings_error_of(std::string_view(two).substr(0, cut), settings), h3_error::frame_error);
    }
}

TEST(Goaway, names_the_first_refused_request) {
    const std::string encoded = script::text_of_bytes(encode_goaway(400));
    EXPECT_EQ(encoded, script::type_length_value(frame::goaway, script::varint(400)));
}

TEST(ErrorCodes, application_codes_map_to_http3_codes_and_back_without_the_reserved_ones) {
    for (const std::uint32_t code : {0u, 1u, 29u, 30u, 31u, 59u, 60u, 255u, 0x7fffffffu, 0xffffffffu}) {
        const std::uint64_t mapped = h3_error::from_application(code);
        EXPECT_NE((mapped - 0x21) % 0x1f, 0u) << code;
        EXPECT_EQ(h3_error::to_application(mapped), code);
    }
    // The first and last codes of the draft's example range.
    EXPECT_EQ(h3_error::from_application(0), 0x52e4a40fa8dbu);
    EXPECT_EQ(h3_error::from_application(0xffffffff), 0x52e5ac983162u);
    for (const std::uint64_t foreign :
         {std::uint64_t{0}, h3_error::webtransport_first - 1, h3_error::from_application(0xffffffff) + 1,
          h3_error::from_application(29) + 1}) {
        EXPECT_EQ(h3_error::to_application(foreign), 0u) << foreign;
    }
}

}  // namespace
}  // namespace gs::quic
