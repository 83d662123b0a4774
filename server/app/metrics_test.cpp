#include "server/app/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gs::app {
namespace {

using testing::HasSubstr;

TEST(Metrics, reads_the_numbers_when_asked_and_not_before) {
    std::uint64_t packets = 3;
    double sessions = 2;
    Metrics metrics;
    metrics.add_counter("gs_packets_total", "Packets.", packets);
    metrics.add_gauge("gs_sessions", "Sessions.", [&] { return sessions; });
    packets = 8'000'000'001;
    EXPECT_THAT(metrics.text(), HasSubstr("# TYPE gs_packets_total counter\ngs_packets_total 8000000001\n"));
    EXPECT_THAT(metrics.text(),
                HasSubstr("# HELP gs_sessions Sessions.\n# TYPE gs_sessions gauge\ngs_sessions 2\n"));
    sessions = 1;
    EXPECT_THAT(metrics.text(), HasSubstr("\ngs_sessions 1\n"));
}

TEST(Metrics, puts_labels_of_one_name_under_one_head) {
    const std::uint64_t garbled = 1;
    const std::uint64_t late = 2;
    Metrics metrics;
    metrics.add_counter("gs_dropped_total", "Dropped.", garbled, {{"reason", "garbled"}});
    metrics.add_counter("gs_dropped_total", "Dropped.", late, {{"reason", "late \"quoted\""}});
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("gs_dropped_total{reason=\"garbled\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("gs_dropped_total{reason=\"late \\\"quoted\\\"\"} 2\n"));
    EXPECT_EQ(text.find("# TYPE"), text.rfind("# TYPE"));
}

TEST(Metrics, a_histogram_counts_what_is_at_most_each_bound) {
    Metrics metrics;
    metrics.add_histogram("gs_tick_seconds", "Ticks.", [] {
        return Metrics::Histogram{.bounds = {0.5, 2}, .counts = {3, 1, 2}, .sum = 9.5};
    });
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# TYPE gs_tick_seconds histogram\n"));
    EXPECT_THAT(text, HasSubstr("gs_tick_seconds_bucket{le=\"0.5\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("gs_tick_seconds_bucket{le=\"2\"} 4\n"));
    EXPECT_THAT(text, HasSubstr("gs_tick_seconds_bucket{le=\"+Inf\"} 6\n"));
    EXPECT_THAT(text, HasSubstr("gs_tick_seconds_count 6\n"));
    EXPECT_THAT(text, HasSubstr("gs_tick_seconds_sum 9.5\n"));
}

TEST(Metrics, tells_about_the_process) {
    Metrics metrics;
    add_process_metrics(metrics);
    const std::string text = metrics.text();
    for (const char* name :
         {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"}) {
        const std::size_t at = text.find(std::string("\n") + name + " ");
        ASSERT_NE(at, std::string::npos) << name;
        EXPECT_GT(std::stod(text.substr(at + 2 + std::string(name).size())), 0.0) << name;
    }
}

}  // namespace
}  // namespace gs::app
