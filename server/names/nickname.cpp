#include "server/names/nickname.h"

#include "core/base/utf8.h"
#include "server/names/code_points.h"

#include <array>

namespace gs::names {
namespace {

/// How many marks a character keeps: Thai, Hebrew and Arabic write two, while one of the general ones is
/// enough for what Unicode has no composed letter for. More is a tower over other people's lines.
std::size_t marks_max(char32_t mark) {
    const bool is_general = (mark >= 0x300 && mark <= 0x36f) || (mark >= 0x1ab0 && mark <= 0x1aff) ||
                            (mark >= 0x1dc0 && mark <= 0x1dff) || (mark >= 0x20d0 && mark <= 0x20ff) ||
                            (mark >= 0xfe20 && mark <= 0xfe2f);
    return is_general ? 1 : 2;
}

/// Takes characters one by one and keeps what a name may have.
class Cleaner {
  public:
    explicit Cleaner(NameLimits limits) : limits_(limits) {}

    /// False when the name is full.
    bool take(char32_t code) {
        if (is_space(code)) {
            flush();
            space_waits_ = !name_.empty();
            return true;
        }
        if (is_unfit(code)) return true;
        if (is_mark(code)) {
            take_mark(code);
            return true;
        }
        flush();
        if (full_) return false;
        base_ = code;
        return true;
    }

    std::string finish() {
        flush();
        return std::move(name_);
    }

  private:
    void take_mark(char32_t mark) {
        if (base_ == 0 || marks_count_ >= marks_max(mark)) return;
        if (marks_count_ == 0) {
            if (const auto both = composed(base_, mark)) {
                base_ = *both;
                return;
            }
        }
        append_code_point(marks_, mark);
        ++marks_count_;
    }

    /// Puts the waiting character into the name, with the space before it, if all of that fits.
    void flush() {
        if (base_ == 0) return;
        std::string added = space_waits_ ? " " : "";
        append_code_point(added, base_);
        added += marks_;
        const std::size_t characters = space_waits_ ? 2 : 1;
        full_ = full_ || characters_ + characters > limits_.characters_max ||
                name_.size() + added.size() > limits_.bytes_max;
        if (!full_) {
            name_ += added;
            characters_ += characters;
        }
        base_ = 0;
        marks_.clear();
        marks_count_ = 0;
        space_waits_ = false;
    }

    NameLimits limits_;
    std::string name_;
    std::size_t characters_ = 0;
    bool full_ = false;
    bool space_waits_ = false;
    char32_t base_ = 0;  // not yet in the name, because marks may follow; 0 for none
    std::string marks_;
    std::size_t marks_count_ = 0;
};

constexpr std::array<std::string_view, 48> adjectives = {
    "Amber",   "Bold",   "Brave",  "Breezy", "Bright", "Calm",    "Candid", "Cheery", "Clever", "Cosy",
    "Curious", "Daring", "Dapper", "Eager",  "Early",  "Fair",    "Fleet",  "Fond",   "Frosty", "Gentle",
    "Glad",    "Golden", "Happy",  "Hardy",  "Honest", "Jolly",   "Keen",   "Kind",   "Lively", "Lucky",
    "Mellow",  "Merry",  "Mild",   "Nimble", "Noble",  "Patient", "Plucky", "Proud",  "Quick",  "Quiet",
    "Ready",   "Silver", "Spry",   "Steady", "Sunny",  "Swift",   "Warm",   "Witty",
};

constexpr std::array<std::string_view, 48> animals = {
    "Badger",  "Beaver",   "Bison",   "Crane",      "Curlew",  "Dolphin", "Dormouse", "Egret",
    "Falcon",  "Ferret",   "Finch",   "Fox",        "Gecko",   "Hare",    "Hedgehog", "Heron",
    "Ibex",    "Jackdaw",  "Kestrel", "Kingfisher", "Lark",    "Lemur",   "Lynx",     "Magpie",
    "Marten",  "Mole",     "Newt",    "Nuthatch",   "Oriole",  "Osprey",  "Otter",    "Owl",
    "Panda",   "Pelican",  "Plover",  "Puffin",     "Quail",   "Raven",   "Robin",    "Seal",
    "Sparrow", "Starling", "Stoat",   "Stork",      "Swallow", "Tern",    "Vole",     "Wren",
};

}  // namespace

std::string clean_name(std::string_view raw, NameLimits limits) {
    if (raw.size() > raw_name_bytes_max || !is_utf8(raw)) return {};
    Cleaner cleaner(limits);
    while (!raw.empty()) {
        if (!cleaner.take(take_code_point(raw))) break;
    }
    return cleaner.finish();
}

std::string friendly_name(std::uint32_t random) {
    std::string name(adjectives[random % adjectives.size()]);
    name += ' ';
    name += animals[random / adjectives.size() % animals.size()];
    return name;
}

}  // namespace gs::names
