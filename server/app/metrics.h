// Metrics: what /metrics answers, in Prometheus's text format. Filled once by compose; asked at each scrape.
// Counting costs the places that count nothing: they own plain numbers, which are read only when scraped.
// One thread. What is registered outlives the Metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gs::app {

class Metrics {
  public:
    struct Label {
        std::string name;
        std::string value;
    };

    /// A number that only grows. `name` ends in _total (Prometheus naming). The same name with other labels
    /// is one more line of that metric.
    void add_counter(std::string_view name, std::string_view help, const std::uint64_t& value,
                     std::vector<Label> labels = {});
    void add_counter(std::string_view name, std::string_view help, std::function<double()> value,
                     std::vector<Label> labels = {});

    /// A number that goes up and down.
    void add_gauge(std::string_view name, std::string_view help, std::function<double()> value,
                   std::vector<Label> labels = {});

    /// How many values were at most each of `bounds` and above the one before; the last count is of those
    /// above all bounds.
    struct Histogram {
        std::vector<double> bounds;
        std::vector<std::uint64_t> counts;  // one more than bounds
        double sum = 0;
    };
    void add_histogram(std::string_view name, std::string_view help, std::function<Histogram()> value);

    [[nodiscard]] std::string text() const;

    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  private:
    enum class Type : std::uint8_t { counter, gauge, histogram };
    struct Series {
        std::vector<Label> labels;
        std::function<double()> value;
        std::function<Histogram()> histogram = {};
    };
    struct Family {
        std::string name;
        std::string help;
        Type type;
        std::vector<Series> series;
    };

    void add(std::string_view name, std::string_view help, Type type, Series series);

    std::vector<Family> families_;
};

/// CPU time, resident memory, open files and threads of this process, under Prometheus's usual names.
void add_process_metrics(Metrics& metrics);

}  // namespace gs::app
