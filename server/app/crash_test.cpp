// The program is killed while people play, and starts again: the room goes on where it was.
#include "server/app/test_program.h"
#include "server/app/test_tcp_client.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>

namespace gs::app {
namespace {

using nlohmann::json;

class CrashTest : public testing::Test {
  protected:
    void SetUp() override {
        folder_.write("web/manifest.json", R"({
            "src/main.ts": {"file": "assets/main-a1.js", "isEntry": true},
            "src/styles/main.css": {"file": "assets/main-c3.css", "isEntry": true},
            "src/styles/room_page.css": {"file": "assets/room_page-r5.css", "isEntry": true},
            "src/styles/echo.css": {"file": "assets/echo-c4.css", "isEntry": true},
            "src/images/icon.svg": {"file": "assets/icon-d4.svg"}})");
    }
    void start() {
        program_.emplace(folder_,
                         std::vector<std::string>{"serve", "--http", "localhost:0", "--quic", "localhost:0",
                                                  "--drain-seconds", "1", "--data", path("data"), "--ring",
                                                  path("ring"), "--assets", path("web")});
        const std::string ready = program_->line();
        ASSERT_THAT(ready, testing::StartsWith("Grandstand is ready: ")) << program_->errors();
        url_ = ready.substr(ready.find("http"), ready.size() - ready.find("http") - 1);
    }
    void end(int signal) {
        program_->signal(signal);
        program_->wait();
    }
    [[nodiscard]] std::string path(const char* name) const { return (folder_.path() / name).string(); }
    /// The plaza, which is public as it is.
    [[nodiscard]] json room() const {
        const std::string port = url_.substr(url_.rfind(':') + 1);
        TcpClient client(static_cast<std::uint16_t>(std::stoi(port)));
        client.send("GET /api/v1/rooms HTTP/1.1\r\nHost: localhost:" + port +
                    "\r\nConnection: close\r\n\r\n");
        const std::string answer = client.read();
        return json::parse(answer.substr(answer.find("\r\n\r\n")))["rooms"][0];
    }
    /// They compare every hash: 0 means that they had seats and all were equal.
    [[nodiscard]] int bots_play() const {
        Program bots(folder_,
                     {"bots", "--url", url_, "--room", room()["id"].get<std::string>(), "--players", "3",
                      "--seconds", "2", "--transport", "websocket"},
                     {}, "bots");
        static_cast<void>(bots.rest_of_output());
        return bots.wait();
    }
    /// Cuts so much from the end of the newest segment.
    void cut_journal(std::size_t bytes) const {
        std::filesystem::path newest;
        for (const auto& file : std::filesystem::directory_iterator(path("data/journal/shard-0"))) {
            if (file.path().extension() == ".journal") newest = std::max(newest, file.path());
        }
        ASSERT_GT(std::filesystem::file_size(newest), bytes);
        std::filesystem::resize_file(newest, std::filesystem::file_size(newest) - bytes);
    }

    TestFolder folder_;
    std::optional<Program> program_;
    std::string url_;
};

TEST_F(CrashTest, the_match_goes_on_after_a_kill_a_power_loss_and_a_graceful_end) {
    start();
    ASSERT_EQ(bots_play(), 0);
    const json before = room();
    ASSERT_GT(before["tick"].get<int>(), 60);
    end(SIGKILL);

    start();
    const json killed = room();
    EXPECT_EQ(killed["id"], before["id"]);
    EXPECT_EQ(killed["match_id"], before["match_id"]);
    EXPECT_GE(killed["tick"], before["tick"]) << "no tick is lost";
    ASSERT_EQ(bots_play(), 0);
    const json played = room();
    end(SIGKILL);

    std::filesystem::remove_all(path("ring"));
    cut_journal(1'000);
    start();
    const json cut = room();
    EXPECT_EQ(cut["match_id"], before["match_id"]);
    EXPECT_LT(cut["tick"], played["tick"]);
    EXPECT_GT(cut["tick"], before["tick"]);
    ASSERT_EQ(bots_play(), 0);
    const json last = room();
    end(SIGTERM);

    start();
    EXPECT_EQ(room()["match_id"], before["match_id"]);
    EXPECT_GE(room()["tick"], last["tick"]);
}

TEST_F(CrashTest, a_match_that_has_taken_the_server_with_it_twice_is_left_out) {
    start();
    ASSERT_EQ(bots_play(), 0);
    const json before = room();
    end(SIGKILL);
    folder_.write("data/journal/shard-0/attempts", before["match_id"].get<std::string>() + " 2\n");

    start();
    const json after = room();
    EXPECT_EQ(after["id"], before["id"]);
    EXPECT_NE(after["match_id"], before["match_id"]);
    EXPECT_THAT(program_->errors(), testing::HasSubstr("twice"));
    const std::string log = path("data/broken") + "/" + before["match_id"].get<std::string>() + ".gslog";
    Program verify(folder_, {"replay", "verify", log}, {}, "verify");
    EXPECT_EQ(verify.wait(), 0) << "its log is whole: " << verify.errors();
    ASSERT_EQ(bots_play(), 0);
    end(SIGKILL);

    start();
    EXPECT_EQ(room()["match_id"], after["match_id"]) << "it does not come again";
}

}  // namespace
}  // namespace gs::app
