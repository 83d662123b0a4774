#include "server/net/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace gs::net {
namespace {

using nlohmann::json;

/// Reads the text and remembers how far the parser has come, so that our own errors have a position, too.
class CountingIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        ++at_;
        *furthest_ = at_;
        return *this;
    }
    CountingIterator operator++(int) {
        const CountingIterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }

  private:
    const char* at_;
    const char** furthest_;
};

/// Builds the value from the parser's events; the first thing that is wrong ends it.
class Builder final : public nlohmann::json_sax<json> {
  public:
    explicit Builder(std::size_t depth_max) : depth_max_(depth_max) {}

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return fail("no JSON"); }
    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        if (open_.back()->contains(name)) return fail("the same key twice in one object");
        key_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return fail("no JSON");
    }

    json root;
    const char* why = nullptr;

  private:
    template <typename Value>
    bool put(Value&& element) {
        place(json(std::forward<Value>(element)));
        return true;
    }
    json* place(json element) {
        if (open_.empty()) {
            root = std::move(element);
            return &root;
        }
        json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(element));
            return &parent.back();
        }
        return &(parent[std::move(key_)] = std::move(element));
    }
    bool open(json container) {
        if (open_.size() == depth_max_) return fail("nested deeper than allowed");
        open_.push_back(place(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool fail(const char* reason) {
        why = reason;
        return false;
    }

    std::size_t depth_max_;
    std::vector<json*> open_;  // the containers around the current place; never moved while they are open
    std::string key_;
};

std::string place_in_words(std::string_view read) {
    std::size_t line = 1;
    std::size_t column = 0;
    for (const char c : read) {
        ++column;
        if (c != '\n') continue;
        ++line;
        column = 0;
    }
    return "line " + std::to_string(line) + ", column " + std::to_string(std::max<std::size_t>(column, 1));
}

}  // namespace

std::expected<nlohmann::json, JsonError> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes_max) {
        return std::unexpected(JsonError{"more than " + std::to_string(limits.bytes_max) + " bytes of JSON"});
    }
    const char* furthest = text.data();
    Builder builder(limits.depth_max);
    const bool whole = json::sax_parse(CountingIterator(text.data(), &furthest),
                                       CountingIterator(text.data() + text.size(), &furthest), &builder);
    if (whole) return std::move(builder.root);
    const auto read = static_cast<std::size_t>(furthest - text.data());
    return std::unexpected(JsonError{place_in_words(text.substr(0, read)) + ": " +
                                     (builder.why != nullptr ? builder.why : "no JSON")});
}

}  // namespace gs::net
