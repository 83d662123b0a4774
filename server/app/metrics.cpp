#include "server/app/metrics.h"

#include "core/base/assert.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace gs::app {
namespace {

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total_pages = 0;
    double resident_pages = 0;
    file >> total_pages >> resident_pages;
    return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double open_files() {
    std::error_code error;
    const std::filesystem::directory_iterator files("/proc/self/fd", error);
    if (error) return 0;
    // One of them is the folder being read.
    return static_cast<double>(std::distance(begin(files), end(files))) - 1;
}

void fill(prometheus::ClientMetric::Histogram& out, const Metrics::Histogram& from) {
    for (std::size_t index = 0; index < from.counts.size(); ++index) {
        out.sample_count += from.counts[index];
        const bool is_bounded = index < from.bounds.size();
        out.bucket.push_back(
            {.cumulative_count = out.sample_count,
             .upper_bound = is_bounded ? from.bounds[index] : std::numeric_limits<double>::infinity()});
    }
    out.sample_sum = from.sum;
}

}  // namespace

void Metrics::add(std::string_view name, std::string_view help, Type type, Series series) {
    const auto found = std::ranges::find(families_, name, &Family::name);
    if (found != families_.end()) {
        GS_ASSERT(found->type == type, "a metric is either a counter or a gauge");
        found->series.push_back(std::move(series));
        return;
    }
    families_.push_back({.name = std::string(name), .help = std::string(help), .type = type, .series = {}});
    families_.back().series.push_back(std::move(series));
}

void Metrics::add_counter(std::string_view name, std::string_view help, const std::uint64_t& value,
                          std::vector<Label> labels) {
    add_counter(name, help, [&value] { return static_cast<double>(value); }, std::move(labels));
}

void Metrics::add_counter(std::string_view name, std::string_view help, std::function<double()> value,
                          std::vector<Label> labels) {
    GS_ASSERT(name.ends_with("_total"), "a counter's name ends in _total");
    add(name, help, Type::counter, {.labels = std::move(labels), .value = std::move(value)});
}

void Metrics::add_gauge(std::string_view name, std::string_view help, std::function<double()> value,
                        std::vector<Label> labels) {
    add(name, help, Type::gauge, {.labels = std::move(labels), .value = std::move(value)});
}

void Metrics::add_histogram(std::string_view name, std::string_view help, std::function<Histogram()> value) {
    add(name, help, Type::histogram, {.labels = {}, .value = {}, .histogram = std::move(value)});
}

namespace {

prometheus::MetricType to_prometheus(bool is_counter, bool is_gauge) {
    if (is_counter) return prometheus::MetricType::Counter;
    return is_gauge ? prometheus::MetricType::Gauge : prometheus::MetricType::Histogram;
}

}  // namespace

std::string Metrics::text() const {
    std::vector<prometheus::MetricFamily> families;
    for (const Family& family : families_) {
        prometheus::MetricFamily out;
        out.name = family.name;
        out.help = family.help;
        out.type = to_prometheus(family.type == Type::counter, family.type == Type::gauge);
        for (const Series& series : family.series) {
            prometheus::ClientMetric metric;
            for (const Label& label : series.labels) {
                prometheus::ClientMetric::Label pair;
                pair.name = label.name;
                pair.value = label.value;
                metric.label.push_back(std::move(pair));
            }
            if (family.type == Type::histogram) {
                fill(metric.histogram, series.histogram());
            } else {
                (family.type == Type::counter ? metric.counter.value : metric.gauge.value) = series.value();
            }
            out.metric.push_back(std::move(metric));
        }
        families.push_back(std::move(out));
    }
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, families);
    return text.str();
}

void add_process_metrics(Metrics& metrics) {
    metrics.add_counter("process_cpu_seconds_total", "User and system CPU time of the server.", cpu_seconds);
    metrics.add_gauge("process_resident_memory_bytes", "Resident memory of the server.", resident_bytes);
    metrics.add_gauge("process_open_fds", "Open file descriptors.", open_files);
}

}  // namespace gs::app
