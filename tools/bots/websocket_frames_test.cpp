#include "tools/bots/websocket_frames.h"

#include "core/base/rng.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gs::bots {
namespace {

using Event = WebSocketReader::Event;

constexpr std::size_t limit = 70'000;

std::string frame(int first, std::string_view payload) {
    std::string out(1, static_cast<char>(first));
    if (payload.size() < 126) {
        out += static_cast<char>(payload.size());
    } else if (payload.size() <= 0xffff) {
        out += '\x7e';
        out += static_cast<char>(payload.size() >> 8);
        out += static_cast<char>(payload.size() & 0xff);
    } else {
        out += '\x7f';
        for (int shift = 56; shift >= 0; shift -= 8)
            out += static_cast<char>(payload.size() >> shift & 0xff);
    }
    return out + std::string(payload);
}

struct Read {
    Event event;
    std::string payload;
    friend bool operator==(const Read&, const Read&) = default;
};

/// Feeds `bytes` in pieces of `piece`, and stops at a fault.
std::vector<Read> read(std::string_view bytes, std::size_t piece, std::string* fault = nullptr) {
    WebSocketReader reader(limit);
    std::vector<Read> all;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        ByteView rest = bytes_of(bytes.substr(at, piece));
        while (true) {
            const Event event = reader.take(rest);
            if (event == Event::more) break;
            all.push_back({event, std::string(text_of(reader.payload()))});
            if (event != Event::fault) continue;
            if (fault != nullptr) *fault = reader.fault();
            return all;
        }
    }
    return all;
}

TEST(WebSocketReader, reads_frames_of_every_length_in_pieces_of_every_size) {
    const std::string large(65'536, 'l');
    const std::string medium(300, 'm');
    const std::string bytes = frame(0x81, "text") + frame(0x82, medium) + frame(0x89, "ping") +
                              frame(0x82, large) + frame(0x8a, "") + frame(0x82, "") +
                              frame(0x88,
                                    "\x03\xe8"
                                    "bye");
    const std::vector<Read> expected = {{Event::text, "text"},
                                        {Event::binary, medium},
                                        {Event::ping, "ping"},
                                        {Event::binary, large},
                                        {Event::pong, ""},
                                        {Event::binary, ""},
                                        {Event::close,
                                         "\x03\xe8"
                                         "bye"}};
    for (const std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{2}, std::size_t{3},
                                    std::size_t{7}, std::size_t{1000}, std::size_t{65'536}}) {
        EXPECT_EQ(read(bytes, piece), expected) << "pieces of " << piece;
    }
}

TEST(WebSocketReader, joins_fragments_with_control_frames_between_them) {
    const std::string bytes = frame(0x01, "one ") + frame(0x89, "are you there?") + frame(0x00, "two ") +
                              frame(0x00, "") + frame(0x80, "three") + frame(0x02, "") + frame(0x80, "bytes");
    const std::vector<Read> expected = {
        {Event::ping, "are you there?"}, {Event::text, "one two three"}, {Event::binary, "bytes"}};
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
        EXPECT_EQ(read(bytes, piece), expected);
}

TEST(WebSocketReader, a_character_may_be_cut_by_a_fragment_but_not_broken) {
    EXPECT_EQ(read(frame(0x01, "caf\xc3") + frame(0x80, "\xa9"), 100),
              (std::vector<Read>{{Event::text, "caf\xc3\xa9"}}));
    EXPECT_EQ(read(frame(0x81, "\xc3\x28"), 100).back().event, Event::fault);
}

TEST(WebSocketReader, refuses_what_a_server_may_not_send) {
    const std::string masked = std::string("\x81\x84", 2) + std::string(4, '\0') + "text";
    const struct {
        std::string bytes;
        const char* why;
    } cases[] = {
        {masked, "a frame of the server is masked"},
        {frame(0xc1, "x"), "reserved bits are set without an extension"},
        {frame(0x83, "x"), "a frame has an unknown opcode"},
        {frame(0x8b, "x"), "a frame has an unknown opcode"},
        {frame(0x09, "x"), "a control frame is fragmented"},
        {frame(0x89, std::string(126, 'x')), "a control frame is longer than 125 bytes"},
        {frame(0x80, "x"), "a message continues that has not begun"},
        {frame(0x01, "x") + frame(0x82, "y"), "a new message begins inside another"},
        {std::string("\x82\x7e\x00\x05", 4), "a length is written longer than needed"},
        {std::string("\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10),
         "a length is written longer than needed"},
        {std::string("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10), "a message is too large"},
        {frame(0x02, std::string(60'000, 'x')) + frame(0x00, std::string(10'001, 'x')),
         "a message is too large"},
        {frame(0x88, "x"), "a close frame has half a code"},
        {frame(0x88, "\x03\xe8\xff"), "a reason is not UTF-8"},
    };
    for (const auto& each : cases) {
        for (const std::size_t piece : {std::size_t{1}, each.bytes.size()}) {
            std::string fault;
            EXPECT_EQ(read(each.bytes, piece, &fault).back().event, Event::fault) << each.why;
            EXPECT_EQ(fault, each.why);
        }
    }
}

TEST(WebSocketReader, stays_at_its_fault) {
    WebSocketReader reader(limit);
    const std::string bytes = frame(0x83, "") + frame(0x81, "text");
    ByteView rest = bytes_of(bytes);
    EXPECT_EQ(reader.take(rest), Event::fault);
    EXPECT_EQ(reader.take(rest), Event::fault);
}

TEST(WebSocketReader, garbage_never_reads_past_its_end) {
    base::Rng rng(4);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        const std::size_t size = rng.below(200);
        for (std::size_t i = 0; i < size; ++i)
            bytes += static_cast<char>(rng.below(rng.chance(500) ? 4 : 256));
        (void)read(bytes, 1 + rng.below(20));
    }
}

TEST(MaskedFrame, is_as_in_section_5_7_of_the_rfc) {
    std::string out;
    append_masked_frame(out, WebSocketOpcode::text, {bytes_of("Hel"), bytes_of("lo")}, 0x3d21fa37);
    EXPECT_EQ(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

TEST(MaskedFrame, writes_lengths_as_short_as_they_can_be) {
    for (const std::size_t size :
         {std::size_t{125}, std::size_t{126}, std::size_t{65'535}, std::size_t{65'536}}) {
        std::string out;
        append_masked_frame(out, WebSocketOpcode::binary, {bytes_of(std::string(size, 'x'))}, 0);
        const std::size_t head = size < 126 ? 2 : size <= 65'535 ? 4 : 10;
        EXPECT_EQ(out.size(), head + 4 + size);
        EXPECT_EQ(static_cast<unsigned char>(out[1]) & 0x80, 0x80);
    }
}

}  // namespace
}  // namespace gs::bots
