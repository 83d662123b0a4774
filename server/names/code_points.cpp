#include "server/names/code_points.h"

#include <algorithm>

namespace gs::names {
namespace {

/// The last row that starts at `code` or before it; null when all start later.
template <typename Row>
const Row* row_before(std::span<const Row> rows, char32_t Row::* start, char32_t code) {
    const auto after = std::ranges::upper_bound(rows, code, {}, start);
    return after == rows.begin() ? nullptr : &*std::prev(after);
}

bool is_in(std::span<const CodeRange> ranges, char32_t code) {
    const CodeRange* range = row_before(ranges, &CodeRange::first, code);
    return range != nullptr && code <= range->last;
}

}  // namespace

char32_t take_code_point(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    if (first < 0x80) return first;
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    char32_t code = first & (0x3fu >> more);
    for (int i = 0; i < more; ++i) {
        code = code << 6 | (static_cast<unsigned char>(text.front()) & 0x3fu);
        text.remove_prefix(1);
    }
    return code;
}

void append_code_point(std::string& text, char32_t code) {
    const auto put = [&text](char32_t bits) { text.push_back(static_cast<char>(bits)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            put(0xe0 | code >> 12);
        } else {
            put(0xf0 | code >> 18);
            put(0x80 | (code >> 12 & 0x3f));
        }
        put(0x80 | (code >> 6 & 0x3f));
    }
    put(0x80 | (code & 0x3f));
}

bool is_space(char32_t code) { return is_in(data::spaces, code); }

bool is_unfit(char32_t code) {
    // Whole sentences and pictures in one character: they cover what stands beside them.
    const bool is_oversized = (code >= 0xfdf0 && code <= 0xfdfd) || (code >= 0x12000 && code <= 0x1254f);
    return is_oversized || is_in(data::unfit, code);
}

bool is_mark(char32_t code) { return is_in(data::marks, code); }

std::optional<char32_t> composed(char32_t base, char32_t mark) {
    const auto found = std::ranges::find_if(
        data::compositions, [&](const Composition& row) { return row.base == base && row.mark == mark; });
    if (found == data::compositions.end()) return std::nullopt;
    return found->composed;
}

char32_t without_marks(char32_t code) {
    for (;;) {
        const Composition* row = row_before(data::compositions, &Composition::composed, code);
        if (row == nullptr || row->composed != code) return code;
        code = row->base;
    }
}

char32_t without_ornament(char32_t code) {
    const Ornament* row = row_before(data::ornaments, &Ornament::first, code);
    return row != nullptr && code <= row->last ? row->plain + (code - row->first) : code;
}

}  // namespace gs::names
