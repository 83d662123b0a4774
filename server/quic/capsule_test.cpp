#include "server/quic/capsule.h"

#include "core/wire/limits.h"
#include "server/quic/http3_frames.h"
#include "server/quic/http3_script.h"

#include <gtest/gtest.h>

namespace gs::quic {
namespace {

using Status = CapsuleReader::Status;

Status read(CapsuleReader& reader, std::string_view text) {
    ByteView input = bytes_of(text);
    return reader.take(input);
}

/// The payload of the one DATA frame that `encoded` is.
std::string unframed(const std::vector<std::byte>& encoded) {
    ByteView input(encoded);
    FrameReader frames;
    EXPECT_EQ(frames.next(input), FrameReader::Event::begin);
    EXPECT_EQ(frames.type(), frame::data);
    EXPECT_EQ(frames.length(), input.size());
    return std::string(text_of(input));
}

TEST(Capsule, our_close_reads_back) {
    for (const std::uint32_t code : {0u, 1u, 0x01020304u, 0xffffffffu}) {
        for (const std::string_view reason : {"", "enough", "1 \xe2\x82\xac"}) {
            CapsuleReader reader;
            EXPECT_EQ(read(reader, unframed(encode_close(code, reason))), Status::close);
            EXPECT_EQ(reader.close_code(), code);
            EXPECT_EQ(reader.close_reason(), reason);
        }
    }
}

TEST(Capsule, our_drain_reads_back) {
    CapsuleReader reader;
    EXPECT_EQ(read(reader, unframed(encode_drain())), Status::drain);
    EXPECT_TRUE(reader.at_boundary());
}

TEST(Capsule, our_reason_is_cut_between_characters) {
    std::string reason(wire::close_reason_bytes_max - 1, 'r');
    CapsuleReader reader;
    EXPECT_EQ(read(reader, unframed(encode_close(7, reason + "\xc3\xa9"))), Status::close);
    EXPECT_EQ(reader.close_reason(), reason);
}

TEST(Capsule, every_splitting_of_a_sequence_reads_the_same) {
    const std::string sequence = script::type_length_value(script::grease(3), "skip me") +
                                 script::type_length_value(script::grease(900), "") +
                                 script::close_capsule(77, "over");
    for (std::size_t cut = 0; cut < sequence.size(); ++cut) {
        CapsuleReader reader;
        EXPECT_EQ(read(reader, std::string_view(sequence).substr(0, cut)), Status::more);
        EXPECT_EQ(read(reader, std::string_view(sequence).substr(cut)), Status::close);
        EXPECT_EQ(reader.close_code(), 77u);
        EXPECT_EQ(reader.close_reason(), "over");
    }
}

TEST(Capsule, an_unknown_one_of_any_length_is_skipped_without_being_kept) {
    CapsuleReader reader;
    std::string start = script::varint(script::grease(1)) + script::varint(varint_max);
    EXPECT_EQ(read(reader, start), Status::more);
    const std::string part(100'000, 'x');
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(read(reader, part), Status::more);
    EXPECT_FALSE(reader.at_boundary());
}

TEST(Capsule, a_close_that_is_too_short_or_too_long_is_malformed_before_its_value_comes) {
    for (const std::uint64_t length :
         {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{4 + 1024 + 1}, std::uint64_t{5000}, varint_max}) {
        CapsuleReader reader;
        EXPECT_EQ(read(reader, script::varint(capsule_type::close_session) + script::varint(length)),
                  Status::malformed);
    }
}

TEST(Capsule, the_longest_allowed_reason_is_read_and_cut_to_what_we_keep) {
    CapsuleReader reader;
    EXPECT_EQ(read(reader, script::close_capsule(5, std::string(1024, 'r'))), Status::close);
    EXPECT_EQ(reader.close_code(), 5u);
    EXPECT_EQ(reader.close_reason(), std::string(wire::close_reason_bytes_max, 'r'));
}

TEST(Capsule, a_reason_that_is_not_utf8_is_dropped_and_the_code_stays) {
    CapsuleReader reader;
    EXPECT_EQ(read(reader, script::close_capsule(5, "\xff\xfe")), Status::close);
    EXPECT_EQ(reader.close_code(), 5u);
    EXPECT_EQ(reader.close_reason(), "");
}

TEST(Capsule, knows_whether_a_stream_was_cut_inside_one) {
    const std::string whole = script::close_capsule(1, "x");
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        CapsuleReader reader;
        EXPECT_EQ(read(reader, std::string_view(whole).substr(0, cut)), Status::more);
        EXPECT_FALSE(reader.at_boundary()) << cut;
    }
}

}  // namespace
}  // namespace gs::quic
