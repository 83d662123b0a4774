// Bit streams: BitWriter, BitReader and BitMeasurer have the same functions, so one serialize() template
// reads, writes and measures:
//   template <class Stream, class Value> bool serialize(Stream& s, Value& v) { return s.varint(v.a) && …; }
// Every function returns whether all went well; a stream that failed stays failed. A reader is given hostile
// bytes: it checks every bound and every range and never reads past its end. A writer that lacks room fails.
// Bits are filled from the lowest of each byte on.
#pragma once

#include "core/base/assert.h"
#include "core/base/bytes.h"

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace gs::wire {

template <class T>
concept Unsigned = std::unsigned_integral<T> && !std::same_as<T, bool>;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

/// LEB128: seven bits per byte, lowest first; a varint of T has at most this many bytes.
template <Unsigned T>
inline constexpr std::size_t varint_bytes_max = (sizeof(T) * 8 + 6) / 7;

/// How many bits hold the values 0 … range.
[[nodiscard]] constexpr unsigned bits_for(std::uint64_t range) {
    return static_cast<unsigned>(std::bit_width(range));
}

/// Whether a float is a number: infinities and NaN are not (their bits differ between machines).
[[nodiscard]] constexpr bool is_finite(float value) {
    return (std::bit_cast<std::uint32_t>(value) & 0x7f800000U) != 0x7f800000U;
}

namespace detail {

/// The same number modulo 2^64, whatever the sign: differences come out right.
template <Integer T>
[[nodiscard]] constexpr std::uint64_t modulo(T value) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
}

/// What writer and measurer share: values in, bits out through Sink::put(value, count).
template <class Sink>
class Output {
  public:
    static constexpr bool is_reading = false;

    /// The lowest `count` bits, at most 64.
    template <Unsigned T>
    bool bits(const T& value, unsigned count) {
        return sink().put(value, count);
    }

    bool boolean(const bool& value) { return sink().put(value ? 1 : 0, 1); }

    /// `value` lies between `min` and `max`, both included; takes only the bits that range needs. Another one
    /// is not written: in a state it is the game's own mistake, which must not stop the server.
    template <Integer T>
    bool integer(const T& value, std::type_identity_t<T> min, std::type_identity_t<T> max) {
        if (value < min || value > max) return sink().fail();
        const std::uint64_t base = modulo(min);
        return sink().put(modulo(value) - base, bits_for(modulo(max) - base));
    }

    /// `value` is at most `max`.
    template <class T>
        requires std::is_enum_v<T>
    bool enumerator(const T& value, std::type_identity_t<T> max) {
        using U = std::underlying_type_t<T>;
        return integer(static_cast<U>(value), U{0}, static_cast<U>(max));
    }

    template <Unsigned T>
    bool varint(const T& value) {
        T rest = value;
        while (rest >= 0x80) {
            if (!sink().put((rest & 0x7f) | 0x80, 8)) return false;
            rest = static_cast<T>(rest >> 7);
        }
        return sink().put(rest, 8);
    }

    /// Zigzag: small numbers of either sign are short.
    /// Elias gamma: 0 takes one bit, 1 and 2 three, 3 to 6 five …; for numbers that are nearly always small.
    /// `value` is less than 2^32 − 1.
    bool gamma(const std::uint32_t& value) {
        const std::uint64_t number = std::uint64_t{value} + 1;
        const unsigned tail = bits_for(number) - 1;
        if (tail >= 32) return sink().fail();
        // `tail` zeros, a one, and the rest of the number.
        return sink().put(std::uint64_t{1} << tail, tail + 1) &&
               sink().put(number ^ std::uint64_t{1} << tail, tail);
    }

    /// The same for numbers of either sign, zigzag.
    bool signed_gamma(const std::int32_t& value) {
        const auto bits = static_cast<std::uint32_t>(value);
        return gamma((bits << 1) ^ (value < 0 ? ~0U : 0U));
    }

    template <std::signed_integral T>
    bool signed_varint(const T& value) {
        using U = std::make_unsigned_t<T>;
        const auto bits = static_cast<U>(value);
        return varint(static_cast<U>(static_cast<U>(bits << 1) ^ (value < 0 ? ~U{0} : U{0})));
    }

    /// Only what a reader takes is written: not infinities and NaN.
    bool f32(const float& value) {
        return is_finite(value) ? sink().put(std::bit_cast<std::uint32_t>(value), 32) : sink().fail();
    }

    bool bytes(ByteView value) {
        for (const std::byte byte : value) {
            if (!sink().put(std::to_integer<std::uint64_t>(byte), 8)) return false;
        }
        return true;
    }

  private:
    friend Sink;
    Output() = default;

    Sink& sink() { return static_cast<Sink&>(*this); }
};

}  // namespace detail

class BitWriter final : public detail::Output<BitWriter> {
  public:
    explicit BitWriter(MutableBytes room) : room_(room) {}

    bool put(std::uint64_t value, unsigned count) {
        while (count > 0 && ok_) {
            if (used_bits_ == 0 && bytes_ == room_.size()) return ok_ = false;
            if (used_bits_ == 0) room_[bytes_++] = std::byte{0};
            const unsigned take = count < 8 - used_bits_ ? count : 8 - used_bits_;
            const std::uint64_t part = value & ((std::uint64_t{1} << take) - 1);
            room_[bytes_ - 1] |= static_cast<std::byte>(part << used_bits_);
            used_bits_ = (used_bits_ + take) & 7;
            value >>= take;
            count -= take;
        }
        return ok_;
    }

    /// What follows starts at a whole byte; the bits between are 0.
    bool align() {
        used_bits_ = 0;
        return ok_;
    }

    bool fail() { return ok_ = false; }

    /// Back to where `bit_count()` was `bits`, which is not more than now; what failed since is forgotten.
    void rewind(std::size_t bits) {
        bytes_ = (bits + 7) / 8;
        used_bits_ = static_cast<unsigned>(bits & 7);
        if (used_bits_ > 0) room_[bytes_ - 1] &= static_cast<std::byte>((1U << used_bits_) - 1);
        ok_ = true;
    }

    [[nodiscard]] bool ok() const { return ok_; }
    /// The written bytes; the last one may be partly filled.
    [[nodiscard]] ByteView written() const { return room_.first(bytes_); }
    [[nodiscard]] std::size_t size() const { return bytes_; }
    [[nodiscard]] std::size_t bit_count() const {
        return used_bits_ == 0 ? bytes_ * 8 : bytes_ * 8 - 8 + used_bits_;
    }

  private:
    MutableBytes room_;
    std::size_t bytes_ = 0;
    unsigned used_bits_ = 0;  // of the last byte; 0 when it is full
    bool ok_ = true;
};

/// Counts what a BitWriter would write.
class BitMeasurer final : public detail::Output<BitMeasurer> {
  public:
    bool put(std::uint64_t, unsigned count) {
        bits_ += count;
        return ok_;
    }
    bool align() {
        bits_ = (bits_ + 7) & ~std::size_t{7};
        return ok_;
    }
    bool fail() { return ok_ = false; }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t size() const { return (bits_ + 7) / 8; }
    [[nodiscard]] std::size_t bit_count() const { return bits_; }

  private:
    std::size_t bits_ = 0;
    bool ok_ = true;
};

class BitReader final {
  public:
    static constexpr bool is_reading = true;

    explicit BitReader(ByteView from) : from_(from) {}

    template <Unsigned T>
    bool bits(T& value, unsigned count) {
        GS_ASSERT(count <= sizeof(T) * 8, "more bits than the value has");
        std::uint64_t raw = 0;
        if (!get(raw, count)) return false;
        value = static_cast<T>(raw);
        return true;
    }

    bool boolean(bool& value) {
        std::uint64_t raw = 0;
        if (!get(raw, 1)) return false;
        value = raw == 1;
        return true;
    }

    template <Integer T>
    bool integer(T& value, std::type_identity_t<T> min, std::type_identity_t<T> max) {
        const std::uint64_t range = detail::modulo(max) - detail::modulo(min);
        std::uint64_t raw = 0;
        if (!get(raw, bits_for(range))) return false;
        if (raw > range) return fail();
        value = static_cast<T>(detail::modulo(min) + raw);
        return true;
    }

    template <class T>
        requires std::is_enum_v<T>
    bool enumerator(T& value, std::type_identity_t<T> max) {
        using U = std::underlying_type_t<T>;
        U raw = 0;
        if (!integer(raw, U{0}, static_cast<U>(max))) return false;
        value = static_cast<T>(raw);
        return true;
    }

    /// Refuses what T cannot hold and forms that are longer than they need to be.
    template <Unsigned T>
    bool varint(T& value) {
        T result = 0;
        for (unsigned index = 0; index < varint_bytes_max<T>; ++index) {
            std::uint64_t byte = 0;
            if (!get(byte, 8)) return false;
            const unsigned shift = 7 * index;
            const std::uint64_t part = byte & 0x7f;
            if (shift + 7 > sizeof(T) * 8 && part >> (sizeof(T) * 8 - shift) != 0) return fail();
            result = static_cast<T>(result | static_cast<T>(static_cast<T>(part) << shift));
            if (byte < 0x80) {
                if (byte == 0 && index > 0) return fail();
                value = result;
                return true;
            }
        }
        return fail();
    }

    template <std::signed_integral T>
    bool signed_varint(T& value) {
        using U = std::make_unsigned_t<T>;
        U raw = 0;
        if (!varint(raw)) return false;
        value = static_cast<T>(static_cast<U>(raw >> 1) ^ ((raw & 1) != 0 ? ~U{0} : U{0}));
        return true;
    }

    bool gamma(std::uint32_t& value) {
        unsigned tail = 0;
        for (std::uint64_t bit = 0; bit == 0; ++tail) {
            if (tail == 32 || !get(bit, 1)) return fail();
        }
        --tail;
        std::uint64_t rest = 0;
        if (!get(rest, tail)) return false;
        value = static_cast<std::uint32_t>((std::uint64_t{1} << tail | rest) - 1);
        return true;
    }

    bool signed_gamma(std::int32_t& value) {
        std::uint32_t raw = 0;
        if (!gamma(raw)) return false;
        value = static_cast<std::int32_t>((raw >> 1) ^ ((raw & 1) != 0 ? ~0U : 0U));
        return true;
    }

    bool f32(float& value) {
        std::uint64_t raw = 0;
        if (!get(raw, 32)) return false;
        const float read = std::bit_cast<float>(static_cast<std::uint32_t>(raw));
        if (!is_finite(read)) return fail();
        value = read;
        return true;
    }

    bool bytes(MutableBytes value) {
        for (std::byte& byte : value) {
            std::uint64_t raw = 0;
            if (!get(raw, 8)) return false;
            byte = static_cast<std::byte>(raw);
        }
        return true;
    }

    /// Goes on at the next whole byte; the bits between have to be 0, so that equal values have equal bytes.
    bool align() {
        if (used_bits_ != 0 && std::to_integer<unsigned>(from_[at_ - 1]) >> used_bits_ != 0) return fail();
        used_bits_ = 0;
        return ok_;
    }

    bool fail() { return ok_ = false; }

    [[nodiscard]] bool ok() const { return ok_; }
    /// Bytes that were begun.
    [[nodiscard]] std::size_t position() const { return at_; }
    /// Whether nothing is left but the padding that align() takes.
    [[nodiscard]] bool at_end() const {
        return at_ == from_.size() &&
               (used_bits_ == 0 || std::to_integer<unsigned>(from_[at_ - 1]) >> used_bits_ == 0);
    }
    /// Whole bytes that are left.
    [[nodiscard]] std::size_t remaining() const { return from_.size() - at_; }

  private:
    bool get(std::uint64_t& value, unsigned count) {
        std::uint64_t result = 0;
        unsigned filled = 0;
        while (filled < count) {
            if (!ok_) return false;
            if (used_bits_ == 0 && at_ == from_.size()) return fail();
            if (used_bits_ == 0) ++at_;
            const unsigned left = count - filled;
            const unsigned take = left < 8 - used_bits_ ? left : 8 - used_bits_;
            const unsigned part =
                std::to_integer<unsigned>(from_[at_ - 1]) >> used_bits_ & ((1U << take) - 1);
            result |= std::uint64_t{part} << filled;
            used_bits_ = (used_bits_ + take) & 7;
            filled += take;
        }
        value = result;
        return ok_;
    }

    ByteView from_;
    std::size_t at_ = 0;
    unsigned used_bits_ = 0;
    bool ok_ = true;
};

}  // namespace gs::wire
