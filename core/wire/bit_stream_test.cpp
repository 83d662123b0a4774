#include "core/wire/bit_stream.h"

#include "core/base/rng.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace gs::wire {
namespace {

enum class Fruit : std::uint8_t { apple, pear, plum, last = plum };

template <class T>
constexpr T lowest = std::numeric_limits<T>::min();
template <class T>
constexpr T highest = std::numeric_limits<T>::max();

/// Writes, measures and reads back with `serialize(stream, value)`.
template <class T, class Serialize>
void expect_round_trip(const T& value, std::size_t bytes, Serialize serialize) {
    std::array<std::byte, 64> room;
    room.fill(std::byte{0xee});
    BitWriter writer(room);
    BitMeasurer measurer;
    ASSERT_TRUE(serialize(writer, value));
    ASSERT_TRUE(serialize(measurer, value));
    EXPECT_EQ(writer.size(), bytes);
    EXPECT_EQ(measurer.size(), bytes);
    T read{};
    BitReader reader(writer.written());
    ASSERT_TRUE(serialize(reader, read));
    EXPECT_EQ(read, value);
    EXPECT_TRUE(reader.align());
    EXPECT_EQ(reader.remaining(), 0u);
    // Without the last byte there is nothing to read, and without room for it nothing to write.
    T untouched{};
    if (bytes == 0) return;
    BitReader cut(writer.written().first(bytes - 1));
    EXPECT_FALSE(serialize(cut, untouched));
    EXPECT_EQ(untouched, T{});
    BitWriter narrow(MutableBytes(room).first(bytes - 1));
    EXPECT_FALSE(serialize(narrow, value));
    EXPECT_FALSE(narrow.ok());
}

constexpr auto varint = [](auto& s, auto& v) { return s.varint(v); };
constexpr auto signed_varint = [](auto& s, auto& v) { return s.signed_varint(v); };

template <class T>
void expect_varints_at_limits() {
    expect_round_trip(T{0}, 1, varint);
    expect_round_trip(T{0x7f}, 1, varint);
    expect_round_trip(T{0x80}, 2, varint);
    expect_round_trip(highest<T>, varint_bytes_max<T>, varint);
}

TEST(BitStream, varints_come_back_at_their_limits) {
    expect_varints_at_limits<std::uint8_t>();
    expect_varints_at_limits<std::uint16_t>();
    expect_varints_at_limits<std::uint32_t>();
    expect_varints_at_limits<std::uint64_t>();
    for (unsigned bit = 0; bit < 64; ++bit) {
        const std::uint64_t value = std::uint64_t{1} << bit;
        expect_round_trip(value, bit / 7 + 1, varint);
        expect_round_trip(value - 1, bit == 0 ? 1 : (bit - 1) / 7 + 1, varint);
    }
}

TEST(BitStream, signed_varints_are_short_for_small_numbers_of_either_sign) {
    expect_round_trip(std::int32_t{0}, 1, signed_varint);
    expect_round_trip(std::int32_t{-1}, 1, signed_varint);
    expect_round_trip(std::int32_t{63}, 1, signed_varint);
    expect_round_trip(std::int32_t{-64}, 1, signed_varint);
    expect_round_trip(std::int32_t{64}, 2, signed_varint);
    expect_round_trip(lowest<std::int8_t>, 2, signed_varint);
    expect_round_trip(highest<std::int8_t>, 2, signed_varint);
    expect_round_trip(lowest<std::int16_t>, 3, signed_varint);
    expect_round_trip(lowest<std::int32_t>, 5, signed_varint);
    expect_round_trip(highest<std::int32_t>, 5, signed_varint);
    expect_round_trip(lowest<std::int64_t>, 10, signed_varint);
    expect_round_trip(highest<std::int64_t>, 10, signed_varint);
}

TEST(BitStream, bits_come_back_at_every_width) {
    for (unsigned count = 1; count <= 64; ++count) {
        const auto serialize = [count](auto& s, auto& v) { return s.bits(v, count); };
        const std::uint64_t all = count == 64 ? highest<std::uint64_t> : (std::uint64_t{1} << count) - 1;
        expect_round_trip(all, (count + 7) / 8, serialize);
        expect_round_trip(all ^ all >> 1, (count + 7) / 8, serialize);
    }
    expect_round_trip(std::uint64_t{0}, 0, [](auto& s, auto& v) { return s.bits(v, 0); });
}

TEST(BitStream, of_a_value_only_the_lowest_bits_are_written) {
    std::array<std::byte, 2> room;
    BitWriter writer(room);
    ASSERT_TRUE(writer.bits(std::uint8_t{0xff}, 3));
    ASSERT_TRUE(writer.bits(std::uint8_t{0}, 6));
    EXPECT_EQ(room[0], std::byte{0x07});
    EXPECT_EQ(room[1], std::byte{0});
}

template <class T>
void expect_integer(T value, T min, T max, std::size_t bytes) {
    expect_round_trip(value, bytes, [min, max](auto& s, auto& v) { return s.integer(v, min, max); });
}

TEST(BitStream, integers_take_what_their_range_needs) {
    expect_integer<int>(5, 5, 5, 0);
    expect_integer<int>(-3, -3, 4, 1);
    expect_integer<int>(4, -3, 4, 1);
    expect_integer<int>(-128, -128, 127, 1);
    expect_integer<int>(128, -128, 128, 2);
    expect_integer(lowest<std::int8_t>, lowest<std::int8_t>, highest<std::int8_t>, 1);
    expect_integer(highest<std::int32_t>, lowest<std::int32_t>, highest<std::int32_t>, 4);
    expect_integer(lowest<std::int64_t>, lowest<std::int64_t>, highest<std::int64_t>, 8);
    expect_integer(highest<std::int64_t>, lowest<std::int64_t>, highest<std::int64_t>, 8);
    expect_integer(highest<std::uint64_t>, std::uint64_t{0}, highest<std::uint64_t>, 8);
    expect_integer<std::int64_t>(-1, -2, 1, 1);
}

TEST(BitStream, refuses_integers_outside_their_range) {
    // 0 … 4 takes three bits; 5, 6 and 7 are no values.
    for (unsigned raw = 0; raw < 8; ++raw) {
        const std::byte byte{static_cast<std::uint8_t>(raw)};
        BitReader reader(ByteView(&byte, 1));
        int value = -1;
        EXPECT_EQ(reader.integer(value, 10, 14), raw <= 4);
        EXPECT_EQ(value, raw <= 4 ? static_cast<int>(10 + raw) : -1);
        EXPECT_EQ(reader.ok(), raw <= 4);
    }
}

TEST(BitStream, integers_outside_their_range_are_not_written) {
    for (const int value : {9, 15, -1}) {
        std::array<std::byte, 4> room;
        BitWriter writer(room);
        EXPECT_FALSE(writer.integer(value, 10, 14));
        EXPECT_FALSE(writer.ok());
        EXPECT_EQ(writer.size(), 0u);
    }
}

TEST(BitStream, refuses_enumerators_that_do_not_exist) {
    expect_round_trip(Fruit::plum, 1, [](auto& s, auto& v) { return s.enumerator(v, Fruit::last); });
    const std::byte three{3};
    BitReader reader(ByteView(&three, 1));
    auto fruit = Fruit::apple;
    EXPECT_FALSE(reader.enumerator(fruit, Fruit::last));
    EXPECT_EQ(fruit, Fruit::apple);
}

TEST(BitStream, refuses_varints_that_are_longer_than_they_need_to_be) {
    for (const std::string_view bytes : {std::string_view("\x80\x00", 2), std::string_view("\xff\x00", 2),
                                         std::string_view("\x80\x80\x00", 3)}) {
        BitReader reader(bytes_of(bytes));
        std::uint64_t value = 77;
        EXPECT_FALSE(reader.varint(value));
        EXPECT_EQ(value, 77u);
    }
}

template <class T>
bool reads(std::string_view bytes) {
    BitReader reader(bytes_of(bytes));
    T value = 0;
    return reader.varint(value);
}

TEST(BitStream, refuses_varints_that_the_type_cannot_hold) {
    EXPECT_TRUE(reads<std::uint8_t>("\xff\x01"));
    EXPECT_FALSE(reads<std::uint8_t>("\xff\x02"));
    EXPECT_FALSE(reads<std::uint8_t>("\xff\x81\x01"));
    EXPECT_TRUE(reads<std::uint16_t>("\xff\xff\x03"));
    EXPECT_FALSE(reads<std::uint16_t>("\xff\xff\x04"));
    EXPECT_TRUE(reads<std::uint32_t>("\xff\xff\xff\xff\x0f"));
    EXPECT_FALSE(reads<std::uint32_t>("\xff\xff\xff\xff\x10"));
    EXPECT_FALSE(reads<std::uint32_t>("\xff\xff\xff\xff\x8f\x01"));
    EXPECT_TRUE(reads<std::uint64_t>("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
    EXPECT_FALSE(reads<std::uint64_t>("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
    EXPECT_FALSE(reads<std::uint64_t>("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01"));
}

TEST(BitStream, floats_come_back_bit_by_bit) {
    const auto f32 = [](auto& s, auto& v) { return s.f32(v); };
    for (const float value :
         {0.F, 1.F, -1.5F, highest<float>, -highest<float>, std::numeric_limits<float>::denorm_min()}) {
        expect_round_trip(value, 4, f32);
    }
    std::array<std::byte, 4> room;
    BitWriter writer(room);
    ASSERT_TRUE(writer.f32(-0.F));
    BitReader reader(room);
    float value = 1;
    ASSERT_TRUE(reader.f32(value));
    EXPECT_EQ(std::bit_cast<std::uint32_t>(value), 0x80000000u);
}

TEST(BitStream, floats_that_are_no_numbers_are_neither_read_nor_written) {
    for (const std::uint32_t bits : {0x7f800000u, 0xff800000u, 0x7fc00000u, 0x7f800001u, 0xffffffffu}) {
        std::array<std::byte, 4> room;
        store_u32_le(room.data(), bits);
        BitReader reader(room);
        float value = 5;
        EXPECT_FALSE(reader.f32(value));
        EXPECT_EQ(value, 5.F);
        BitWriter writer(room);
        BitMeasurer measurer;
        EXPECT_FALSE(writer.f32(std::bit_cast<float>(bits)));
        EXPECT_FALSE(measurer.f32(std::bit_cast<float>(bits)));
        // A stream that failed stays failed.
        EXPECT_FALSE(writer.ok());
        EXPECT_FALSE(writer.boolean(true));
        EXPECT_FALSE(measurer.boolean(true));
    }
}

TEST(BitStream, bits_of_padding_have_to_be_0) {
    for (unsigned used = 1; used < 8; ++used) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            const std::byte byte{static_cast<std::uint8_t>(1U << bit)};
            BitReader reader(ByteView(&byte, 1));
            std::uint8_t value = 0;
            ASSERT_TRUE(reader.bits(value, used));
            EXPECT_EQ(reader.align(), bit < used) << used << " bits used, bit " << bit << " set";
        }
    }
}

TEST(BitStream, a_writer_pads_with_0_whatever_was_in_the_room) {
    std::array<std::byte, 3> room;
    room.fill(std::byte{0xff});
    BitWriter writer(room);
    ASSERT_TRUE(writer.boolean(true) && writer.align() && writer.boolean(true));
    EXPECT_EQ(writer.size(), 2u);
    EXPECT_EQ(room[0], std::byte{1});
    EXPECT_EQ(room[1], std::byte{1});
    EXPECT_EQ(room[2], std::byte{0xff});
    BitMeasurer measurer;
    ASSERT_TRUE(measurer.boolean(true) && measurer.align());
    EXPECT_EQ(measurer.bit_count(), 8u);
    EXPECT_TRUE(measurer.align());
    EXPECT_EQ(measurer.bit_count(), 8u);
}

TEST(BitStream, align_at_a_whole_byte_changes_nothing) {
    const std::string_view bytes = "\xff\x80";
    BitReader reader(bytes_of(bytes));
    EXPECT_TRUE(reader.align());
    std::uint8_t value = 0;
    ASSERT_TRUE(reader.bits(value, 8) && reader.align() && reader.bits(value, 8));
    EXPECT_EQ(value, 0x80);
}

TEST(BitStream, bytes_may_begin_within_a_byte) {
    const std::string text = "bytes";
    std::array<std::byte, 8> room;
    BitWriter writer(room);
    ASSERT_TRUE(writer.boolean(true) && writer.bytes(bytes_of(text)));
    BitReader reader(writer.written());
    bool flag = false;
    std::string read(text.size(), ' ');
    ASSERT_TRUE(reader.boolean(flag) && reader.bytes(std::as_writable_bytes(std::span(read))));
    EXPECT_EQ(read, text);
    EXPECT_EQ(reader.position(), 6u);
}

TEST(BitStream, a_reader_that_failed_stays_failed) {
    const std::array<std::byte, 2> bytes = {};
    BitReader reader(bytes);
    std::uint32_t value = 0;
    EXPECT_FALSE(reader.bits(value, 17));
    EXPECT_FALSE(reader.bits(value, 1));
    EXPECT_FALSE(reader.align());
    bool flag = false;
    EXPECT_FALSE(reader.boolean(flag));
    EXPECT_FALSE(reader.bits(value, 0));
}

TEST(BitStream, there_is_nothing_in_no_bytes) {
    BitReader reader({});
    EXPECT_TRUE(reader.align());
    EXPECT_EQ(reader.remaining(), 0u);
    bool flag = false;
    EXPECT_FALSE(reader.boolean(flag));
    BitWriter writer({});
    EXPECT_TRUE(writer.align());
    EXPECT_TRUE(writer.bits(std::uint8_t{0}, 0));
    EXPECT_FALSE(writer.boolean(true));
    EXPECT_EQ(writer.size(), 0u);
}

/// Any sequence of everything, as a seed says.
template <class Stream>
bool serialize_mix(Stream& s, base::Rng plan, std::vector<std::uint64_t>& values) {
    for (std::uint64_t& value : values) {
        bool ok = false;
        switch (plan.below(6)) {
            case 0: {
                bool flag = value & 1;
                ok = s.boolean(flag);
                value = flag ? 1 : 0;
                break;
            }
            case 1: {
                const auto count = static_cast<unsigned>(plan.below(65));
                if (count < 64) value &= (std::uint64_t{1} << count) - 1;
                ok = s.bits(value, count);
                break;
            }
            case 2:
                ok = s.varint(value);
                break;
            case 3: {
                auto number = static_cast<std::int64_t>(value);
                ok = s.signed_varint(number);
                value = static_cast<std::uint64_t>(number);
                break;
            }
            case 4: {
                const std::uint64_t max = plan.next() >> plan.below(64);
                if (!Stream::is_reading) value = max == highest<std::uint64_t> ? value : value % (max + 1);
                ok = s.integer(value, 0, max);
                break;
            }
            default:
                ok = s.align();
                value = 0;
                break;
        }
        if (!ok) return false;
    }
    return s.align();
}

TEST(BitStream, any_sequence_comes_back_and_is_as_long_as_measured) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        base::Rng rng(seed);
        std::vector<std::uint64_t> values(rng.below(40) + 1);
        for (std::uint64_t& value : values)
            value = rng.next() >> rng.below(64);
        std::vector<std::byte> room(1000, std::byte{0xff});
        BitWriter writer(room);
        ASSERT_TRUE(serialize_mix(writer, rng, values)) << "seed " << seed;
        BitMeasurer measurer;
        auto measured = values;
        ASSERT_TRUE(serialize_mix(measurer, rng, measured));
        ASSERT_EQ(measurer.size(), writer.size()) << "seed " << seed;
        std::vector<std::uint64_t> read(values.size());
        BitReader reader(writer.written());
        ASSERT_TRUE(serialize_mix(reader, rng, read)) << "seed " << seed;
        ASSERT_EQ(read, values) << "seed " << seed;
        ASSERT_EQ(reader.remaining(), 0u) << "seed " << seed;
        // An exact copy on the heap: a sanitizer sees a read past the end.
        for (std::size_t cut = 0; cut < writer.size(); ++cut) {
            const std::vector<std::byte> shorter(room.begin(),
                                                 room.begin() + static_cast<std::ptrdiff_t>(cut));
            BitReader lacking(shorter);
            ASSERT_FALSE(serialize_mix(lacking, rng, read)) << "seed " << seed << " cut at " << cut;
        }
    }
}

TEST(BitStream, gamma_codes_come_back_and_small_numbers_are_short) {
    const auto bits_of = [](std::uint32_t value) {
        BitMeasurer measurer;
        EXPECT_TRUE(measurer.gamma(value));
        return measurer.bit_count();
    };
    EXPECT_EQ(bits_of(0), 1u);
    EXPECT_EQ(bits_of(1), 3u);
    EXPECT_EQ(bits_of(2), 3u);
    EXPECT_EQ(bits_of(3), 5u);
    EXPECT_EQ(bits_of(199), 15u);
    EXPECT_EQ(bits_of(0xffff'fffe), 63u);
    std::vector<std::byte> room(2000);
    BitWriter writer(room);
    std::vector<std::uint32_t> values = {0, 1, 2, 3, 6, 7, 199, 65'535, 0x7fff'ffff, 0xffff'fffe};
    for (const std::uint32_t value : values)
        ASSERT_TRUE(writer.gamma(value));
    for (const std::int32_t value : {0, -1, 1, -1000, 1000, INT32_MAX, -INT32_MAX})
        ASSERT_TRUE(writer.signed_gamma(value));
    BitReader reader(writer.written());
    for (const std::uint32_t value : values) {
        std::uint32_t read = 0;
        ASSERT_TRUE(reader.gamma(read));
        EXPECT_EQ(read, value);
    }
    for (const std::int32_t value : {0, -1, 1, -1000, 1000, INT32_MAX, -INT32_MAX}) {
        std::int32_t read = 0;
        ASSERT_TRUE(reader.signed_gamma(read));
        EXPECT_EQ(read, value);
    }
    EXPECT_TRUE(reader.at_end());
}

TEST(BitStream, a_gamma_code_that_is_too_long_or_cut_is_refused) {
    const std::vector<std::byte> zeros(20);
    BitReader reader(zeros);
    std::uint32_t read = 0;
    EXPECT_FALSE(reader.gamma(read));
    const std::vector<std::byte> cut = {std::byte{0x80}};  // seven zeros, a one, and nothing
    BitReader cut_reader(cut);
    EXPECT_FALSE(cut_reader.gamma(read));
    std::vector<std::byte> room(20);
    BitWriter writer(room);
    EXPECT_FALSE(writer.gamma(0xffff'ffff));
}

TEST(BitStream, a_writer_that_is_wound_back_has_never_written_what_followed) {
    for (unsigned before = 0; before < 20; ++before) {
        std::array<std::byte, 4> room = {};
        BitWriter writer(room);
        ASSERT_TRUE(writer.put(0, before));
        ASSERT_EQ(writer.bit_count(), before);
        EXPECT_FALSE(writer.put(~std::uint64_t{0}, 33)) << "there is no room for so much";
        writer.rewind(before);
        EXPECT_TRUE(writer.ok());
        EXPECT_EQ(writer.bit_count(), before);
        ASSERT_TRUE(writer.put(1, 2));
        BitReader reader(writer.written());
        std::uint64_t read = 1;
        ASSERT_TRUE(reader.bits(read, before));
        EXPECT_EQ(read, 0u);
        ASSERT_TRUE(reader.bits(read, 2));
        EXPECT_EQ(read, 1u);
        EXPECT_TRUE(reader.at_end()) << before;
    }
}

}  // namespace
}  // namespace gs::wire
