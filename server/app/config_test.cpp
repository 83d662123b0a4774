#include "server/app/config.h"

#include "server/app/config_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ConfigTest : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("grandstand-config-" + std::to_string(getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    /// Writes a file and gives the flag that names it.
    std::vector<std::string> with_file(const std::string& text, std::vector<std::string> flags = {}) {
        file_ = (folder_ / "grandstand.toml").string();
        std::ofstream(file_) << text;
        flags.insert(flags.begin(), {"--config", file_});
        return flags;
    }

    std::filesystem::path folder_;
    std::string file_;
};

std::string problems_of(const std::vector<std::string>& arguments, const Environment& environment = {}) {
    const auto loaded = load_config(arguments, environment);
    std::string text;
    if (loaded) return text;
    for (const ConfigProblem& problem : loaded.error()) {
        text += problem.to_string() + "\n";
    }
    return text;
}

TEST_F(ConfigTest, defaults_listen_on_loopback_only) {
    const auto loaded = load_config({}, {});
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->config.http.to_string(), "localhost:8080");
    EXPECT_EQ(loaded->config.quic.to_string(), "localhost:8443");
    EXPECT_EQ(loaded->config.http_tls(), HttpTls::plain);
    EXPECT_EQ(loaded->config.data, "data");
    std::vector<std::string> addresses;
    for (const auto& address : loaded->config.http.addresses()) {
        EXPECT_TRUE(address.is_loopback());
        addresses.push_back(address.to_string());
    }
    EXPECT_THAT(addresses, ElementsAre("127.0.0.1:8080", "[::1]:8080"));
}

TEST_F(ConfigTest, flags_win_over_variables_over_file_over_defaults) {
    const auto arguments = with_file(
        "http = \"*:1\"\nquic = \"*:1\"\ndrain_seconds = 1\nlog_level = \"error\"\n", {"--http", "*:3"});
    const auto loaded = load_config(arguments, {{"GRANDSTAND_HTTP", "*:2"}, {"GRANDSTAND_QUIC", "*:2"}});
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->config.http.to_string(), "*:3");
    EXPECT_EQ(loaded->config.quic.to_string(), "*:2");
    EXPECT_EQ(loaded->config.drain_seconds, 1u);
    EXPECT_EQ(loaded->config.log_level, LogLevel::error);
    EXPECT_EQ(loaded->config.log_format, LogFormat::text);
    EXPECT_EQ(loaded->sources.at("http"), "--http");
    EXPECT_EQ(loaded->sources.at("quic"), "GRANDSTAND_QUIC");
    EXPECT_EQ(loaded->sources.at("drain_seconds"), file_ + ":3");
    EXPECT_EQ(loaded->sources.at("log_format"), "default");
}

TEST_F(ConfigTest, the_file_can_be_named_by_a_variable) {
    with_file(
        "shards = 1\nplain_http = true\n[limits]\nconnections = 5\nloopback_exempt = false\n"
        "[replays]\nbytes_max = 20000000000\ndays_max = 7\n");
    const auto loaded = load_config({}, {{"GRANDSTAND_CONFIG", file_}});
    ASSERT_TRUE(loaded.has_value());
    EXPECT_TRUE(loaded->config.plain_http);
    EXPECT_EQ(loaded->config.connections_max, 5u);
    EXPECT_FALSE(loaded->config.loopback_exempt);
    EXPECT_EQ(loaded->config.replays_bytes_max, 20'000'000'000u);
    EXPECT_EQ(loaded->config.replays_days_max, 7u);
}

TEST_F(ConfigTest, every_setting_has_a_flag_a_variable_and_a_key_of_its_own) {
    std::set<std::string> names;
    for (const Option& option : config_options()) {
        EXPECT_TRUE(names.insert(option.flag()).second) << option.name;
        EXPECT_TRUE(names.insert(option.variable()).second) << option.name;
        EXPECT_THAT(serve_help(), HasSubstr("  " + option.flag()));
        EXPECT_EQ(find_option(option.name), &option);
    }
    EXPECT_EQ(find_option("tls_cert")->flag(), "--tls-cert");
    EXPECT_EQ(find_option("limits.connections")->variable(), "GRANDSTAND_LIMITS_CONNECTIONS");
}

TEST_F(ConfigTest, public_listens_everywhere_with_the_development_certificate) {
    const auto loaded = load_config({"--public"}, {});
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->config.http.to_string(), "*:8080");
    EXPECT_EQ(loaded->config.quic.to_string(), "*:8443");
    EXPECT_EQ(loaded->config.http_tls(), HttpTls::development);
    EXPECT_EQ(loaded->sources.at("http"), "--public");

    const auto narrowed = load_config({"--public", "--http", "localhost:90"}, {});
    ASSERT_TRUE(narrowed.has_value());
    EXPECT_EQ(narrowed->config.http.to_string(), "localhost:90");
    EXPECT_EQ(narrowed->config.quic.to_string(), "*:8443");
}

TEST_F(ConfigTest, certificate_files_make_https_unless_told_otherwise) {
    const std::vector<std::string> files = {"--tls-cert", "c.pem", "--tls-key", "k.pem"};
    const auto loaded = load_config(files, {});
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->config.http_tls(), HttpTls::files);
    std::vector<std::string> plain = files;
    plain.emplace_back("--plain-http");
    EXPECT_EQ(load_config(plain, {})->config.http_tls(), HttpTls::plain);
    EXPECT_EQ(load_config({"--http", "192.0.2.1:80"}, {})->config.http_tls(), HttpTls::development);
}

TEST_F(ConfigTest, port_variable_means_plain_http_outward_and_no_udp) {
    const auto loaded = load_config({}, {{"PORT", "3000"}});
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->config.http.to_string(), "*:3000");
    EXPECT_EQ(loaded->config.http_tls(), HttpTls::plain);
    EXPECT_TRUE(loaded->config.quic_off);
    EXPECT_EQ(loaded->sources.at("http"), "PORT");

    const auto own = load_config({"--http", "localhost:1", "--quic", "*:2"}, {{"PORT", "3000"}});
    ASSERT_TRUE(own.has_value());
    EXPECT_EQ(own->config.http.to_string(), "localhost:1");
    EXPECT_FALSE(own->config.quic_off);
    EXPECT_FALSE(own->config.port_from_platform);
    EXPECT_THAT(problems_of({}, {{"PORT", "tcp://10.0.0.1:80"}}), HasSubstr("PORT: http = "));
}

TEST_F(ConfigTest, lists_come_from_repeated_flags_commas_and_toml_and_replace_each_other) {
    const auto arguments = with_file("origin = [\"https://a.example\", \"https://b.example:8443\"]\n");
    EXPECT_THAT(load_config(arguments, {})->config.origins,
                ElementsAre("https://a.example", "https://b.example:8443"));
    const Environment variables = {{"GRANDSTAND_ORIGIN", "https://c.example, http://[::1]:8080"}};
    EXPECT_THAT(load_config(arguments, variables)->config.origins,
                ElementsAre("https://c.example", "http://[::1]:8080"));
    auto flags = arguments;
    flags.insert(flags.end(), {"--origin", "https://d.example", "--origin=https://e.example"});
    EXPECT_THAT(load_config(flags, variables)->config.origins,
                ElementsAre("https://d.example", "https://e.example"));
}

TEST_F(ConfigTest, a_wrong_value_names_key_place_value_and_what_is_allowed) {
    EXPECT_THAT(problems_of(with_file("\n\nlog_level = \"loud\"\n")),
                AllOf(HasSubstr(file_ + ":3: "), HasSubstr("log_level = \"loud\" is not allowed"),
                      HasSubstr("trace, debug, info, warning or error")));
    EXPECT_THAT(problems_of({}, {{"GRANDSTAND_DRAIN_SECONDS", "soon"}}),
                AllOf(HasSubstr("GRANDSTAND_DRAIN_SECONDS: "), HasSubstr("drain_seconds = \"soon\""),
                      HasSubstr("0 to 600")));
    EXPECT_THAT(problems_of({"--http", "example.org:80"}),
                AllOf(HasSubstr("--http: http = \"example.org:80\""), HasSubstr("localhost:PORT")));
}

TEST_F(ConfigTest, a_wrong_type_in_the_file_says_how_to_write_it) {
    EXPECT_THAT(problems_of(with_file("public = \"yes\"\n")),
                AllOf(HasSubstr(":1: public = \"yes\" must be written as true or false without quotes")));
    EXPECT_THAT(problems_of(with_file("http = 8080\n")), HasSubstr("http = 8080 must be written as text"));
    EXPECT_THAT(problems_of(with_file("origin = [1]\n")),
                HasSubstr("origin = a list must be written as a list"));
    EXPECT_THAT(problems_of(with_file("drain_seconds = \"5\"\n")),
                HasSubstr("a whole number without quotes"));
    EXPECT_THAT(problems_of(with_file("limits = 5\n")), HasSubstr("there is no setting \"limits\""));
    EXPECT_THAT(problems_of(with_file("[http]\nport = 1\n")),
                HasSubstr("http = a table must be written as text"));
}

TEST_F(ConfigTest, a_wrong_key_is_answered_with_the_nearest_right_one) {
    EXPECT_THAT(problems_of(with_file("htpp = \"*:80\"\n")),
                AllOf(HasSubstr(":1: there is no setting \"htpp\""), HasSubstr("its value is \"*:80\""),
                      HasSubstr("did you mean \"http\"?")));
    EXPECT_THAT(problems_of(with_file("[limits]\nconections = 5\n")),
                AllOf(HasSubstr(":2: "), HasSubstr("did you mean \"limits.connections\"?")));
    EXPECT_THAT(problems_of({}, {{"GRANDSTAND_TLS_CERTS", "x"}}),
                HasSubstr("did you mean GRANDSTAND_TLS_CERT?"));
    EXPECT_THAT(problems_of({"--tls_cert", "x"}), HasSubstr("did you mean --tls-cert?"));
    EXPECT_THAT(problems_of({"--logg-level=debug"}), HasSubstr("did you mean --log-level?"));
    EXPECT_THAT(problems_of({"--zebra"}), AllOf(HasSubstr("\"--zebra\": there is no such flag"),
                                                testing::Not(HasSubstr("did you mean"))));
}

TEST_F(ConfigTest, lists_every_problem_of_all_sources_in_one_run) {
    const auto arguments = with_file("htpp = 1\nlog_level = \"loud\"\nshards = 0\n",
                                     {"--quic", "nowhere", "--zebra", "left over"});
    const auto loaded = load_config(arguments, {{"GRANDSTAND_DATA", ""}, {"GRANDSTAND_X", "1"}});
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().size(), 7u) << problems_of(arguments, {{"GRANDSTAND_DATA", ""}});
}

TEST_F(ConfigTest, a_file_that_is_no_toml_names_the_line) {
    EXPECT_THAT(problems_of(with_file("http = \"*:80\"\nquic = \n")),
                AllOf(HasSubstr(file_ + ":2: "), HasSubstr("this is not TOML")));
    EXPECT_THAT(problems_of(with_file("a = 1\na = 2\n")), HasSubstr(":2: this is not TOML"));
    EXPECT_THAT(problems_of(with_file(std::string(100'000, '['))), HasSubstr("this is not TOML"));
    EXPECT_THAT(problems_of(with_file("a = \"\xff\xfe\"\n")), HasSubstr("this is not TOML"));
}

TEST_F(ConfigTest, letters_beyond_ascii_belong_into_quotes_and_comments) {
    const auto loaded = load_config(with_file("\xef\xbb\xbf# größe\ndata = \"größe\" # ß\nassets = "
                                              "'''ü'''''\ntls_cert = \"\"\"\\\n  a\\\"é\"\"\"\n"
                                              "tls_key = 'a\\é'\n"),
                                    {});
    ASSERT_TRUE(loaded.has_value()) << problems_of({"--config", file_});
    EXPECT_EQ(loaded->config.data, "größe");
    EXPECT_EQ(loaded->config.assets, "ü''");
    EXPECT_EQ(loaded->config.tls_cert, "a\"é");
    EXPECT_EQ(loaded->config.tls_key, "a\\é");
    for (const char* text : {"\nföhn = 1", "\na = é", "\né", "\n[é]", "\n\"a\"é = 1", "\na = 1 é",
                             "\na.é = 1", "\nadI\xd1\x83 = 1"}) {
        EXPECT_THAT(problems_of(with_file(text)), HasSubstr(":2: this is not TOML: only ASCII")) << text;
    }
}

TEST_F(ConfigTest, a_file_that_cannot_be_read_says_so) {
    EXPECT_THAT(problems_of({"--config", (folder_ / "missing.toml").string()}),
                AllOf(HasSubstr("missing.toml: cannot read"), HasSubstr("No such file")));
    EXPECT_THAT(problems_of({"--config=" + folder_.string()}), HasSubstr("cannot read"));
    EXPECT_THAT(problems_of(with_file("#" + std::string(config_file_bytes_max, 'x'))),
                HasSubstr("larger than 1 MB"));
    EXPECT_THAT(problems_of({"--config"}), HasSubstr("--config"));
}

TEST_F(ConfigTest, what_this_version_cannot_do_is_refused_in_words) {
    EXPECT_THAT(problems_of({"--shards", "4"}), HasSubstr("this version runs one shard"));
    EXPECT_THAT(problems_of({"--redis", "redis://localhost"}), HasSubstr("not available in this version"));
    const std::string postgres = problems_of({"--database", "postgres://gs:hunter2@db/gs"});
    EXPECT_THAT(postgres,
                AllOf(HasSubstr("not available in this version"), HasSubstr("postgres://gs:…@db/gs")));
    EXPECT_THAT(postgres, testing::Not(HasSubstr("hunter2")));
}

TEST_F(ConfigTest, half_a_certificate_is_refused) {
    EXPECT_THAT(problems_of({"--tls-cert", "c.pem"}),
                HasSubstr("--tls-cert: tls_cert is set and tls_key is not"));
    EXPECT_THAT(problems_of({}, {{"GRANDSTAND_TLS_KEY", "k.pem"}}),
                HasSubstr("GRANDSTAND_TLS_KEY: tls_key is set and tls_cert is not"));
}

TEST_F(ConfigTest, origins_are_exact) {
    for (const char* good : {"https://play.example.org", "http://localhost:8080", "http://[::1]:8080",
                             "https://192.0.2.1:8443"}) {
        EXPECT_EQ(problems_of({"--origin", good}), "") << good;
    }
    for (const char* bad :
         {"play.example.org", "https://Play.example.org", "https://play.example.org/",
          "https://play.example.org:443", "http://a:80", "https://", "https://a:0", "*", "null",
          "https://a:b", "https://user@a", "ftp://a", "https://[::1", "https://a b"}) {
        EXPECT_THAT(problems_of({"--origin", bad}), HasSubstr("is not allowed")) << bad;
    }
}

TEST_F(ConfigTest, proxies_are_addresses_or_networks) {
    for (const char* good : {"10.0.0.1", "10.0.0.0/8", "2001:db8::1", "fd00::/8", "0.0.0.0/0"}) {
        EXPECT_EQ(problems_of({"--trusted-proxy", good}), "") << good;
    }
    for (const char* bad : {"proxy.example", "10.0.0.1/33", "10.0.0.1/", "fd00::/129", "*", "10.0.0.1:80"}) {
        EXPECT_THAT(problems_of({"--trusted-proxy", bad}), HasSubstr("is not allowed")) << bad;
    }
}

TEST_F(ConfigTest, variables_that_kubernetes_adds_are_left_alone) {
    EXPECT_EQ(problems_of({}, {{"GRANDSTAND_SERVICE_HOST", "10.0.0.1"},
                               {"GRANDSTAND_PORT", "tcp://10.0.0.1:80"},
                               {"GRANDSTAND_PORT_80_TCP", "tcp://10.0.0.1:80"}}),
              "");
}

TEST_F(ConfigTest, a_flag_given_twice_or_without_value_is_refused) {
    EXPECT_THAT(problems_of({"--http", "*:1", "--http", "*:2"}),
                HasSubstr("--http: is given more than once"));
    EXPECT_THAT(problems_of({"--http"}), HasSubstr("--http"));
    EXPECT_THAT(problems_of({"serve"}), HasSubstr("flags only"));
}

TEST_F(ConfigTest, the_printed_config_shows_sources_and_reads_back_the_same) {
    const auto first = load_config({"--public", "--origin", "https://a.example", "--quic-public-port=443"},
                                   {{"GRANDSTAND_LOG_FORMAT", "json"}});
    ASSERT_TRUE(first.has_value());
    const std::string text = print_config(*first);
    EXPECT_THAT(text, HasSubstr("http = \"*:8080\"  # --public\n"));
    EXPECT_THAT(text, HasSubstr("log_format = \"json\"  # GRANDSTAND_LOG_FORMAT\n"));
    EXPECT_THAT(text, HasSubstr("drain_seconds = 5  # default\n"));
    const auto second = load_config(with_file(text), {});
    ASSERT_TRUE(second.has_value()) << problems_of(with_file(text));
    EXPECT_EQ(second->config.quic_public_port, 443u);
    const auto without_sources = [](const std::string& printed) {
        std::string values;
        for (std::size_t at = 0; at < printed.size(); at = printed.find('\n', at) + 1) {
            values += printed.substr(at, printed.find("  # ", at) - at) + "\n";
        }
        return values;
    };
    EXPECT_EQ(without_sources(print_config(*second)), without_sources(text));
}

TEST_F(ConfigTest, messages_stay_short_and_printable_whatever_the_value) {
    const std::string long_value(100'000, 'x');
    EXPECT_LT(problems_of({"--log-level", long_value}).size(), 500u);
    EXPECT_LT(problems_of({}, {{"GRANDSTAND_" + long_value, long_value}}).size(), 200'000u);
    EXPECT_THAT(problems_of({"--log-level", "a\x1b[31m\nb"}), HasSubstr("\"a\\u001b[31m\\u000ab\""));
}

}  // namespace
}  // namespace gs::app
