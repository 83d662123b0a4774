#include "server/app/json_fields.h"

#include "server/net/json.h"

#include <algorithm>
#include <utility>

namespace gs::app {

JsonFields::JsonFields(std::string_view text) {
    auto parsed = net::parse_json(text);
    if (!parsed) {
        fail("The body is not the JSON that is expected here: " + parsed.error().message + ".");
    } else if (!parsed->is_object()) {
        fail("The body must be a JSON object.");
    } else {
        object_ = std::move(*parsed);
    }
}

std::optional<std::string> JsonFields::text(std::string_view name, std::size_t bytes_max) {
    const nlohmann::json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    const auto* const text = value->get_ptr<const std::string*>();
    if (text == nullptr || text->size() > bytes_max) {
        fail("\"" + std::string(name) + "\" must be a text of at most " + std::to_string(bytes_max) +
             " bytes.");
        return std::nullopt;
    }
    return *text;
}

std::optional<bool> JsonFields::truth(std::string_view name) {
    const nlohmann::json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_boolean()) {
        fail("\"" + std::string(name) + "\" must be true or false.");
        return std::nullopt;
    }
    return value->get<bool>();
}

std::optional<std::uint32_t> JsonFields::number(std::string_view name, std::uint32_t min, std::uint32_t max) {
    const nlohmann::json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    const auto* const number = value->get_ptr<const nlohmann::json::number_unsigned_t*>();
    if (number == nullptr || *number < min || *number > max) {
        fail("\"" + std::string(name) + "\" must be a whole number from " + std::to_string(min) + " to " +
             std::to_string(max) + ".");
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*number);
}

void JsonFields::empty_object(std::string_view name) {
    const nlohmann::json* const value = find(name);
    if (value == nullptr || (value->is_object() && value->empty())) return;
    fail("\"" + std::string(name) + "\" must be an empty object: there is nothing to set yet.");
}

std::optional<std::string> JsonFields::wrong() const {
    if (!wrong_.empty()) return wrong_;
    for (const auto& item : object_.items()) {
        if (std::ranges::find(asked_, item.key()) != asked_.end()) continue;
        std::string words = "There is a field that is not known here; known are ";
        for (std::size_t i = 0; i < asked_.size(); ++i) {
            words += i == 0 ? "\"" : ", \"";
            words += asked_[i];
            words += '"';
        }
        return words + ".";
    }
    return std::nullopt;
}

const nlohmann::json* JsonFields::find(std::string_view name) {
    asked_.push_back(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void JsonFields::fail(std::string words) {
    if (wrong_.empty()) wrong_ = std::move(words);
}

}  // namespace gs::app
