// The TOML file as a source of settings. The only place that includes toml++; its exceptions end here.
#define TOML_HEADER_ONLY 1
// toml++ 3.3 asserts that a key starts with a letter right before it handles keys that do not ("[[[").
// Without NDEBUG an assertion would stop the server, with NDEBUG it is an assumption of the optimiser; so
// neither.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#include "server/app/config_options.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace gs::app {
namespace {

std::string_view how_to_write(Option::Kind kind) {
    switch (kind) {
        case Option::Kind::text:
            return "text in quotes";
        case Option::Kind::number:
            return "a whole number without quotes";
        case Option::Kind::list:
            return "a list of texts such as [\"…\"]";
        case Option::Kind::toggle:
            return "true or false without quotes";
    }
    return "";
}

/// The value as it stands in the file, for a message.
std::string shown(const toml::node& node) {
    if (const auto* text = node.as_string()) return for_message(text->get());
    std::ostringstream out;
    node.visit([&out](const auto& value) {
        if constexpr (toml::is_table<decltype(value)>) {
            out << "a table";
        } else if constexpr (toml::is_array<decltype(value)>) {
            out << "a list";
        } else {
            out << value;
        }
    });
    return out.str();
}

/// The values as text, or nothing if the kind is wrong.
std::optional<std::vector<std::string>> texts_of(const toml::node& node, Option::Kind kind) {
    if (const auto* text = node.as_string()) {
        if (kind != Option::Kind::text && kind != Option::Kind::list) return std::nullopt;
        return std::vector{text->get()};
    }
    if (const auto* number = node.as_integer()) {
        if (kind != Option::Kind::number) return std::nullopt;
        return std::vector{std::to_string(number->get())};
    }
    if (const auto* toggle = node.as_boolean()) {
        if (kind != Option::Kind::toggle) return std::nullopt;
        return std::vector<std::string>{toggle->get() ? "true" : "false"};
    }
    const auto* list = node.as_array();
    if (list == nullptr || kind != Option::Kind::list) return std::nullopt;
    std::vector<std::string> texts;
    for (const toml::node& element : *list) {
        const auto* text = element.as_string();
        if (text == nullptr) return std::nullopt;
        texts.push_back(text->get());
    }
    return texts;
}

/// The line of the first letter that is not ASCII outside comments and quotes; 0 if there is none. TOML has
/// no such letters there, and toml++ 3.3 has undefined behaviour where it meets one (é in a key is enough),
/// so they must not reach it.
class StrayLetterFinder {
  public:
    explicit StrayLetterFinder(std::string_view text) : text_(text) {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    }

    std::size_t line() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (is_beyond_ascii(c)) return line_at();
            if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c != '"' && c != '\'') {
                ++at_;
            } else if (skip_string(c) == Found::stray) {
                return line_at();
            }
        }
        return 0;
    }

  private:
    enum class Found : std::uint8_t { nothing, stray };

    static bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
    [[nodiscard]] std::size_t line_at() const {
        return 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, at_), '\n'));
    }

    Found skip_string(char quote) {
        const std::string triple(3, quote);
        const bool multi_line = text_.substr(at_).starts_with(triple);
        const std::string_view end = multi_line ? triple : std::string_view(triple).substr(0, 1);
        at_ += end.size();
        while (at_ < text_.size()) {
            if (text_.substr(at_).starts_with(end)) {
                at_ += end.size();
                // Two quotes may stand before the closing three.
                for (int i = 0; multi_line && i < 2 && at_ < text_.size() && text_[at_] == quote; ++i) {
                    ++at_;
                }
                return Found::nothing;
            }
            if (text_[at_] == '\n' && !multi_line) return Found::nothing;
            if (text_[at_] == '\\' && quote == '"') {
                ++at_;
                if (skip_continued_line() == Found::stray) return Found::stray;
            }
            ++at_;
        }
        return Found::nothing;
    }

    /// After a backslash: the blanks that a continued line leaves out, which toml++ compares like those of
    /// keys.
    Found skip_continued_line() {
        const std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
        if (next == at_ || next == std::string_view::npos) return Found::nothing;
        if (is_beyond_ascii(text_[next])) return Found::stray;
        at_ = next - 1;
        return Found::nothing;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

class Reader {
  public:
    explicit Reader(const std::string& name) : name_(name) {}

    void read(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + std::string(key.str());
            const std::string place = name_ + ":" + std::to_string(node.source().begin.line);
            const Option* option = find_option(name);
            if (option != nullptr) {
                take(*option, node, place);
            } else if (node.is_table() && prefix.empty() && is_section(name)) {
                read(*node.as_table(), name + ".");
            } else {
                unknown(name, node, place);
            }
        }
    }

    SourceResult result;

  private:
    static bool is_section(std::string_view name) {
        for (const Option& option : config_options()) {
            if (option.name.starts_with(std::string(name) + ".")) return true;
        }
        return false;
    }

    void take(const Option& option, const toml::node& node, const std::string& place) {
        auto texts = texts_of(node, option.kind);
        if (texts) {
            result.settings.push_back({.option = &option, .values = std::move(*texts), .place = place});
            return;
        }
        result.problems.push_back({.place = place,
                                   .message = std::string(option.name) + " = " + shown(node) +
                                              " must be written as " +
                                              std::string(how_to_write(option.kind)) + "; allowed is " +
                                              std::string(option.allowed)});
    }

    void unknown(const std::string& name, const toml::node& node, const std::string& place) {
        std::vector<std::string> names;
        for (const Option& option : config_options()) {
            names.emplace_back(option.name);
        }
        std::string message =
            "there is no setting " + for_message(name) + " (its value is " + shown(node) + ")";
        if (const auto near = nearest(name, names)) message += "; did you mean " + in_quotes(*near) + "?";
        result.problems.push_back({.place = place, .message = message});
    }

    const std::string& name_;
};

}  // namespace

SourceResult read_toml(std::string_view text, const std::string& name) {
    if (text.size() > config_file_bytes_max) {
        return {
            .settings = {},
            .problems = {{.place = name, .message = "the file is larger than 1 MB; is it the right one?"}}};
    }
    if (const std::size_t line = StrayLetterFinder(text).line(); line > 0) {
        return {.settings = {},
                .problems = {{.place = name + ":" + std::to_string(line),
                              .message = "this is not TOML: only ASCII letters may stand outside quotes"}}};
    }
    Reader reader(name);
    try {
        reader.read(toml::parse(text), "");
    } catch (const toml::parse_error& error) {
        return {.settings = {},
                .problems = {{.place = name + ":" + std::to_string(error.source().begin.line),
                              .message = "this is not TOML: " + std::string(error.description())}}};
    }
    return std::move(reader.result);
}

}  // namespace gs::app
