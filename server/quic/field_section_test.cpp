#include "server/quic/field_section.h"

#include "core/base/rng.h"
#include "server/quic/http3_frames.h"
#include "server/quic/http3_script.h"

#include <gtest/gtest.h>

#include <string>

namespace gs::quic {
namespace {

using script::Field;

std::uint64_t request_error(std::string_view section) {
    const auto head = decode_request(bytes_of(section));
    return head ? 0 : head.error();
}

std::uint64_t request_error(const std::vector<Field>& fields) {
    return request_error(std::string_view(script::section(fields)));
}

std::vector<Field> connect_with(std::initializer_list<Field> more) {
    std::vector<Field> fields = script::connect_fields();
    fields.insert(fields.end(), more);
    return fields;
}

std::vector<Field> connect_without(std::string_view name) {
    std::vector<Field> fields = script::connect_fields();
    std::erase_if(fields, [name](const Field& field) { return field.first == name; });
    return fields;
}

/// The payload of the one HEADERS frame that `encoded` is.
ByteView unframed(const std::vector<std::byte>& encoded) {
    ByteView input(encoded);
    FrameReader frames;
    EXPECT_EQ(frames.next(input), FrameReader::Event::begin);
    EXPECT_EQ(frames.type(), frame::headers);
    EXPECT_EQ(frames.length(), input.size());
    return input;
}

TEST(FieldSection, our_connect_reads_back) {
    const std::string long_path = "/wt/" + std::string(300, 'p');
    for (const std::string origin : {"", "https://play.example"}) {
        for (const std::string& path : {std::string("/wt"), long_path}) {
            const auto encoded = encode_connect("play.example:8443", path, origin);
            const auto head = decode_request(unframed(encoded));
            ASSERT_TRUE(head.has_value());
            EXPECT_EQ(head->method, "CONNECT");
            EXPECT_EQ(head->protocol, "webtransport");
            EXPECT_EQ(head->scheme, "https");
            EXPECT_EQ(head->authority, "play.example:8443");
            EXPECT_EQ(head->path, path);
            EXPECT_EQ(head->origin, origin);
        }
    }
}

TEST(FieldSection, our_responses_read_back_and_the_common_one_is_five_bytes) {
    for (int status = 100; status <= 999; ++status) {
        const auto encoded = encode_response(status);
        EXPECT_EQ(decode_response(unframed(encoded)), status);
    }
    EXPECT_EQ(script::text_of_bytes(encode_response(200)), std::string("\x01\x03\x00\x00\xd9", 5));
}

TEST(FieldSection, a_browsers_request_with_extra_fields_is_read) {
    const auto section = script::section(connect_with({{"x-more", ""}, {"cookie", "a=b"}}));
    const auto head = decode_request(bytes_of(section));
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->path, "/wt");
    EXPECT_EQ(head->origin, "https://play.example");
}

TEST(FieldSection, huffman_coded_values_are_read) {
    std::string section = script::section({{":method", "GET"}, {":scheme", "https"}, {":path", "/"}});
    // RFC 7541 appendix C.4.1: the Huffman code of www.example.com; index 0 of the static table is
    // :authority.
    section += "\x50\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff";
    const auto head = decode_request(bytes_of(section));
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->authority, "www.example.com");
}

TEST(FieldSection, broken_huffman_code_is_refused) {
    std::string section = script::section({{":method", "GET"}});
    // The end-of-string symbol inside (30 ones), and padding longer than a byte (RFC 7541 section 5.2).
    EXPECT_EQ(request_error(section + "\x50\x84\xff\xff\xff\xff"), h3_error::qpack_decompression_failed);
    EXPECT_EQ(request_error(section + "\x50\x82\x1f\xff"), h3_error::qpack_decompression_failed);
}

TEST(FieldSection, a_request_lacking_a_pseudo_header_field_is_malformed) {
    for (const std::string_view name : {":method", ":scheme", ":authority", ":path"})
        EXPECT_EQ(request_error(connect_without(name)), h3_error::message_error) << name;
    EXPECT_EQ(request_error(std::vector<Field>{}), h3_error::message_error);
    EXPECT_EQ(request_error(connect_without("origin")), 0u);
    EXPECT_EQ(request_error(connect_without(":protocol")), 0u);
}

TEST(FieldSection, pseudo_header_fields_that_repeat_follow_others_are_empty_or_unknown_are_malformed) {
    for (const std::string_view name : {":method", ":protocol", ":scheme", ":authority", ":path"}) {
        std::vector<Field> twice = connect_without("");
        twice.insert(twice.begin(), {name, "x"});
        EXPECT_EQ(request_error(twice), h3_error::message_error) << name;

        std::vector<Field> late = connect_without(name);
        late.emplace_back(name, "x");
        EXPECT_EQ(request_error(late), h3_error::message_error) << name;

        std::vector<Field> empty = connect_without(name);
        empty.insert(empty.begin(), {name, ""});
        EXPECT_EQ(request_error(empty), h3_error::message_error) << name;
    }
    for (const std::string_view name : {":status", ":", ":Method", ":unknown"}) {
        std::vector<Field> fields = connect_without("");
        fields.insert(fields.begin(), {name, "1"});
        EXPECT_EQ(request_error(fields), h3_error::message_error) << name;
    }
}

TEST(FieldSection, names_and_values_that_http1_would_split_on_are_malformed) {
    for (const std::string_view name : {"Upper", "with space", "tab\t", "line\n", "", "connection", "upgrade",
                                        "transfer-encoding", "keep-alive", "proxy-connection"}) {
        EXPECT_EQ(request_error(connect_with({{name, "x"}})), h3_error::message_error) << name;
    }
    for (const std::string_view value :
         {std::string_view("a\r\nb"), std::string_view("a\nb"), std::string_view("a\0b", 3)}) {
        EXPECT_EQ(request_error(connect_with({{"x-field", value}})), h3_error::message_error);
        std::vector<Field> path = connect_without(":path");
        path.insert(path.begin(), {":path", value});
        EXPECT_EQ(request_error(path), h3_error::message_error);
    }
}

TEST(FieldSection, a_second_origin_is_malformed) {
    EXPECT_EQ(request_error(connect_with({{"origin", "https://play.example"}})), h3_error::message_error);
}

TEST(FieldSection, an_empty_origin_does_not_hide_a_second_one) {
    std::vector<Field> fields = connect_without("origin");
    fields.emplace_back("origin", "");
    fields.emplace_back("origin", "https://evil.example");
    EXPECT_EQ(request_error(fields), h3_error::message_error);
}

TEST(FieldSection, a_section_over_8_kib_is_too_much_without_being_read) {
    EXPECT_EQ(request_error(std::string(field_section_bytes_max + 1, '\xff')), h3_error::excessive_load);
    const std::string value(7000, 'v');
    EXPECT_EQ(request_error(connect_with({{"x-large", value}})), 0u);
}

TEST(FieldSection, more_than_64_fields_are_too_much) {
    std::vector<Field> fields = script::connect_fields();
    while (fields.size() < field_count_max)
        fields.emplace_back("a", "");
    EXPECT_EQ(request_error(fields), 0u);
    fields.emplace_back("a", "");
    EXPECT_EQ(request_error(fields), h3_error::excessive_load);
}

TEST(FieldSection, a_section_that_unfolds_past_16_kib_is_too_much) {
    // A name of 32 bytes from the static table (index 73) in 2 bytes, and 200 letters 'a' in 125 bytes of
    // Huffman code: with 32 bytes per field the 63rd goes over the limit.
    std::string value;
    for (int i = 0; i < 25; ++i)
        value += "\x18\xc6\x31\x8c\x63";
    const std::string field = script::prefixed(0x50, 4, 73) + script::prefixed(0x80, 7, value.size()) + value;
    std::string section(2, '\0');
    for (int i = 0; i < 62; ++i)
        section += field;
    EXPECT_EQ(request_error(section), h3_error::message_error);  // only lacks its pseudo-header fields
    section += field;
    ASSERT_LE(section.size(), field_section_bytes_max);
    EXPECT_EQ(request_error(section), h3_error::excessive_load);
}

TEST(FieldSection, every_kind_of_reference_to_a_dynamic_table_is_refused) {
    const std::string prefix(2, '\0');
    const std::string sections[] = {
        std::string("\x02\x00\x80", 3),        // an insert count, and the first entry
        std::string("\x11\x00", 2) + "\x80",   // a larger one
        prefix + "\x80",                       // indexed, relative
        prefix + "\x10",                       // indexed, post-base
        prefix + std::string("\x40\x01v", 3),  // literal with a relative name
        prefix + std::string("\x00\x01v", 3),  // literal with a post-base name
    };
    for (const std::string& section : sections)
        EXPECT_EQ(request_error(section), h3_error::qpack_decompression_failed);
}

TEST(FieldSection, indices_past_the_static_table_and_huge_lengths_are_refused) {
    const std::string prefix(2, '\0');
    EXPECT_EQ(request_error(prefix + script::prefixed(0xc0, 6, 99)), h3_error::qpack_decompression_failed);
    EXPECT_EQ(request_error(prefix + script::prefixed(0x50, 4, 99) + "\x01v"),
              h3_error::qpack_decompression_failed);
    EXPECT_EQ(request_error(prefix + script::prefixed(0xc0, 6, std::size_t{1} << 40)),
              h3_error::qpack_decompression_failed);
    EXPECT_EQ(request_error(prefix + script::prefixed(0x20, 3, std::size_t{1} << 30)),
              h3_error::qpack_decompression_failed);
}

TEST(FieldSection, a_section_cut_inside_a_field_is_refused) {
    const std::string whole = script::section(script::connect_fields());
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        const std::uint64_t error = request_error(std::string_view(whole).substr(0, cut));
        EXPECT_TRUE(error == h3_error::qpack_decompression_failed || error == h3_error::message_error ||
                    cut > whole.find("/wt"))
            << cut;
    }
}

TEST(FieldSection, garbage_is_refused_or_read_within_the_bounds) {
    base::Rng rng(1);
    int read = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string section(2 + rng.below(200), '\0');
        for (std::size_t i = 2; i < section.size(); ++i)
            section[i] = static_cast<char>(rng.next());
        const auto status = decode_response(bytes_of(section));
        if (status) {
            ++read;
            EXPECT_GE(*status, 100);
            EXPECT_LE(*status, 999);
        }
        EXPECT_NE(request_error(section), 0u);
    }
    EXPECT_GT(read, 0) << "the loop never reaches a whole section";
}

TEST(Response, statuses_that_are_none_are_malformed) {
    for (const std::string_view value : {"", "20", "2000", "2x0", "099", "-20", " 20"}) {
        const auto status = decode_response(bytes_of(script::section({{":status", value}})));
        ASSERT_FALSE(status.has_value()) << value;
        EXPECT_EQ(status.error(), h3_error::message_error);
    }
    const auto twice = decode_response(bytes_of(script::section({{":status", "200"}, {":status", "200"}})));
    ASSERT_FALSE(twice.has_value());
    EXPECT_EQ(twice.error(), h3_error::message_error);
    const auto none = decode_response(bytes_of(script::section({{"server", "x"}})));
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error(), h3_error::message_error);
}

}  // namespace
}  // namespace gs::quic
