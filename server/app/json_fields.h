// JsonFields: takes a JSON object from a stranger apart, field by field, and remembers in words the first
// thing that is wrong. Called by handlers of requests and messages; pure, one thread.
//   JsonFields fields(body);
//   const auto role = fields.text("role", 16);
//   if (const auto wrong = fields.wrong()) return refuse(*wrong);
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

class JsonFields {
  public:
    /// Reads `text` as parse_json() does; anything but an object is wrong.
    explicit JsonFields(std::string_view text);

    /// The field, or nothing when it is missing, null or wrong. Names are constants.
    [[nodiscard]] std::optional<std::string> text(std::string_view name, std::size_t bytes_max);
    [[nodiscard]] std::optional<bool> truth(std::string_view name);
    [[nodiscard]] std::optional<std::uint32_t> number(std::string_view name, std::uint32_t min,
                                                      std::uint32_t max);
    /// An object without any fields: for what has none yet.
    void empty_object(std::string_view name);

    /// What is wrong, as one sentence for a person; call last, since a field that nobody asked for is wrong,
    /// too. Contains nothing of the text but names of fields that are known.
    [[nodiscard]] std::optional<std::string> wrong() const;

  private:
    const nlohmann::json* find(std::string_view name);
    void fail(std::string words);

    nlohmann::json object_ = nlohmann::json::object();
    std::vector<std::string_view> asked_;
    std::string wrong_;
};

}  // namespace gs::app
