#include "tests/bench/report.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gs::bench {

void give_up(const char* why) {
    std::fprintf(stderr, "%s\n", why);
    std::exit(1);
}

double median(std::vector<double> values) { return percentile(std::move(values), 0.5); }

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return std::nan("");
    std::ranges::sort(values);
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
}

bool publish(const std::string& bench, const std::vector<Row>& rows, const std::string& directory) {
    std::printf("\n%s\n%-58s %12s %12s %8s %8s  %s\n", bench.c_str(), "what", "value", "floor", "ratio",
                "target", "");
    nlohmann::json json = nlohmann::json::array();
    for (const Row& row : rows) {
        nlohmann::json entry{
            {"name", row.name}, {"value", row.value}, {"unit", row.unit}, {"note", row.note}};
        std::string floor = "-";
        std::string ratio = "-";
        char text[32];
        if (row.floor) {
            std::snprintf(text, sizeof text, "%.2f", *row.floor);
            floor = text;
            std::snprintf(text, sizeof text, "%.2f", row.value / *row.floor);
            ratio = text;
            entry["floor"] = *row.floor;
            entry["ratio"] = row.value / *row.floor;
        }
        std::string target = "-";
        if (row.target) {
            std::snprintf(text, sizeof text, "%.4g", *row.target);
            target = text;
            entry["target"] = *row.target;
        }
        std::printf("%-58s %9.2f %-5s %9s %8s %8s  %s\n", row.name.c_str(), row.value, row.unit.c_str(),
                    floor.c_str(), ratio.c_str(), target.c_str(), row.note.c_str());
        json.push_back(std::move(entry));
    }
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    std::ofstream file(directory + "/" + bench + ".json");
    file << json.dump(2) << '\n';
    if (!file.flush()) {
        std::fprintf(stderr, "cannot write %s/%s.json\n", directory.c_str(), bench.c_str());
        return false;
    }
    return true;
}

double cpu_seconds(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    // The command's name may hold spaces; fields are counted from behind it (proc(5): utime is field 14).
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double resident_bytes(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace gs::bench
