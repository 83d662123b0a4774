#include "server/http/content_negotiation.h"

#include "server/http/message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace gs::http {
namespace {

/// q=0.123 in thousandths (RFC 9110 section 12.4.2); 1000 without one, 0 for what is no weight.
int weight_of(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::size_t end = std::min(parameters.find(';'), parameters.size());
        const std::string_view one = trimmed(parameters.substr(0, end));
        parameters.remove_prefix(std::min(end + 1, parameters.size()));
        if (one.size() < 3 || (one[0] != 'q' && one[0] != 'Q') || one[1] != '=') continue;
        const std::string_view value = one.substr(2);
        if (value.size() > 5 || (value[0] != '0' && value[0] != '1')) return 0;
        int weight = (value[0] - '0') * 1000;
        if (value.size() > 1 && value[1] != '.') return 0;
        int scale = 100;
        for (const char digit : value.substr(std::min<std::size_t>(2, value.size()))) {
            if (digit < '0' || digit > '9') return 0;
            weight += (digit - '0') * scale;
            scale /= 10;
        }
        return std::min(weight, 1000);
    }
    return 1000;
}

std::string_view next_element(std::string_view& list) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view element = trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    return element;
}

struct Weights {
    std::optional<int> gzip;
    std::optional<int> brotli;
    std::optional<int> identity;
    std::optional<int> any;
};

Weights parse_accept_encoding(std::string_view list) {
    Weights weights;
    while (!list.empty()) {
        const std::string_view element = next_element(list);
        const std::size_t semicolon = std::min(element.find(';'), element.size());
        const std::string_view name = trimmed(element.substr(0, semicolon));
        const std::string_view rest = element.substr(std::min(semicolon + 1, element.size()));
        const int weight = weight_of(rest);
        if (equal_ignoring_case(name, "br")) weights.brotli = weight;
        if (equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip")) weights.gzip = weight;
        if (equal_ignoring_case(name, "identity")) weights.identity = weight;
        if (name == "*") weights.any = weight;
    }
    return weights;
}

std::optional<std::size_t> parse_size(std::string_view digits) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    // More than fits is still a number: past the end of every file.
    if (error == std::errc::result_out_of_range) return std::numeric_limits<std::size_t>::max();
    return error == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
    switch (encoding) {
        case Encoding::brotli:
            return "br";
        case Encoding::gzip:
            return "gzip";
        case Encoding::identity:
            break;
    }
    return {};
}

std::optional<Encoding> choose_encoding(std::string_view accept_encoding, AvailableEncodings available) {
    const Weights weights = parse_accept_encoding(accept_encoding);
    const int coded_default = weights.any.value_or(0);
    // Identity is acceptable unless it, or everything not named, is refused; unnamed it ranks last.
    const int identity = weights.identity.value_or(weights.any.value_or(1));
    const std::array<std::pair<Encoding, int>, 3> candidates{{
        {Encoding::brotli, available.brotli ? weights.brotli.value_or(coded_default) : 0},
        {Encoding::gzip, available.gzip ? weights.gzip.value_or(coded_default) : 0},
        {Encoding::identity, identity},
    }};
    const auto best = std::ranges::max_element(candidates, {}, &std::pair<Encoding, int>::second);
    if (best->second == 0) return std::nullopt;
    return best->first;
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
    if (trimmed(if_none_match) == "*") return true;
    while (!if_none_match.empty()) {
        std::string_view tag = next_element(if_none_match);
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag) return true;
    }
    return false;
}

ByteRange parse_range(std::string_view range, std::size_t size) {
    constexpr std::string_view unit = "bytes=";
    const ByteRange whole{.kind = ByteRange::Kind::whole, .offset = 0, .size = size};
    const ByteRange unsatisfiable{.kind = ByteRange::Kind::unsatisfiable};
    if (!range.starts_with(unit)) return whole;
    range = trimmed(range.substr(unit.size()));
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return whole;
    const std::string_view first_text = range.substr(0, dash);
    const std::string_view last_text = range.substr(dash + 1);
    const auto first = parse_size(first_text);
    const auto last = parse_size(last_text);
    if (first_text.empty()) {
        if (!last) return whole;
        if (*last == 0 || size == 0) return unsatisfiable;
        const std::size_t count = std::min(*last, size);
        return {.kind = ByteRange::Kind::part, .offset = size - count, .size = count};
    }
    if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return whole;
    if (*first >= size) return unsatisfiable;
    const std::size_t end = last ? std::min(*last, size - 1) : size - 1;
    return {.kind = ByteRange::Kind::part, .offset = *first, .size = end - *first + 1};
}

}  // namespace gs::http
