#include "server/http/static_files.h"

#include "server/http/test_support.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace gs::http {
namespace {

const std::string script(2000, 's');

class StaticFilesTest : public ::testing::Test {
  protected:
    StaticFilesTest() {
        folder_.write("root/assets/app-3f2a.js", script);
        folder_.write("root/assets/app-3f2a.js.br", "brotli bytes");
        folder_.write("root/assets/app-3f2a.js.gz", "gzip bytes");
        folder_.write("root/assets/game.wasm", "wasm");
        folder_.write("root/assets/tiny.js", "1");
        folder_.write("root/assets/tiny.js.br", "longer than the file");
        folder_.write("root/robots.txt", "0123456789");
        folder_.write("root/.vite/manifest.json", "{}");
        folder_.write("outside.txt", "secret");
        std::filesystem::create_symlink(folder_.path() / "outside.txt", folder_.path() / "root/link.txt");
        std::filesystem::create_directory_symlink(folder_.path(), folder_.path() / "root/up");
        auto loaded = StaticFiles::load(folder_.path() / "root", Limits{});
        EXPECT_TRUE(loaded.has_value());
        if (loaded) files_ = std::move(*loaded);
    }

    Response get(const std::string& path, std::vector<HeaderField> headers = {}) {
        Request request;
        request.path = path;
        request.headers = std::move(headers);
        return files_.respond(request);
    }

    static std::string sent(const Response& response) {
        return response.shared_body
                   ? response.shared_body->substr(response.shared_offset, response.shared_size)
                   : std::string();
    }

    testing::TestFolder folder_;
    StaticFiles files_;
};

TEST_F(StaticFilesTest, knows_only_what_lies_in_the_folder) {
    for (const char* path :
         {"/link.txt", "/up/outside.txt", "/../outside.txt", "/.vite/manifest.json", "/assets", "/assets/",
          "/assets/app-3f2a.js.br", "/assets/app-3f2a.js.gz", "", "/"}) {
        EXPECT_FALSE(files_.has(path)) << path;
    }
    EXPECT_TRUE(files_.has("/robots.txt"));
    EXPECT_EQ(files_.count(), 4u);
}

TEST_F(StaticFilesTest, sends_the_encoding_that_the_client_likes_best) {
    const std::string path = "/assets/app-3f2a.js";
    const Response brotli = get(path, {{"accept-encoding", "gzip, deflate, br, zstd"}});
    EXPECT_EQ(sent(brotli), "brotli bytes");
    EXPECT_EQ(brotli.header("Content-Encoding"), "br");
    EXPECT_EQ(brotli.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(brotli.header("Content-Type"), "text/javascript; charset=utf-8");
    const Response gzip = get(path, {{"accept-encoding", "gzip;q=1.0, br;q=0.5"}});
    EXPECT_EQ(sent(gzip), "gzip bytes");
    const Response plain = get(path);
    EXPECT_EQ(sent(plain), script);
    EXPECT_EQ(plain.header("Content-Encoding"), "");
    EXPECT_NE(plain.header("ETag"), brotli.header("ETag"));
    EXPECT_NE(gzip.header("ETag"), brotli.header("ETag"));
    EXPECT_EQ(get(path, {{"accept-encoding", "identity;q=0, *;q=0"}}).status, 406);
    EXPECT_EQ(sent(get("/assets/tiny.js", {{"accept-encoding", "br"}})), "1")
        << "an encoding that saves nothing";
}

TEST_F(StaticFilesTest, keeps_hashed_names_for_a_year_and_asks_again_for_others) {
    EXPECT_EQ(get("/assets/game.wasm").header("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(get("/assets/game.wasm").header("Content-Type"), "application/wasm");
    EXPECT_EQ(get("/robots.txt").header("Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, answers_304_to_a_client_that_has_it) {
    const std::string etag(get("/robots.txt").header("ETag"));
    for (const std::string& have : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
        const Response response = get("/robots.txt", {{"if-none-match", have}});
        EXPECT_EQ(response.status, 304) << have;
        EXPECT_EQ(response.header("ETag"), etag);
        EXPECT_EQ(response.body_size(), 0u);
    }
    EXPECT_EQ(get("/robots.txt", {{"if-none-match", "\"other\""}}).status, 200);
    const std::string script_etag(get("/assets/app-3f2a.js").header("ETag"));
    EXPECT_EQ(get("/assets/app-3f2a.js", {{"if-none-match", script_etag}, {"accept-encoding", "br"}}).status,
              200)
        << "the tag is of another encoding";
}

TEST_F(StaticFilesTest, sends_the_part_that_was_asked_for) {
    struct Case {
        const char* range;
        int status;
        const char* content_range;
        const char* body;
    };
    for (const Case& c :
         {Case{"bytes=2-4", 206, "bytes 2-4/10", "234"}, Case{"bytes=7-", 206, "bytes 7-9/10", "789"},
          Case{"bytes=-3", 206, "bytes 7-9/10", "789"}, Case{"bytes=-99", 206, "bytes 0-9/10", "0123456789"},
          Case{"bytes=0-99999999999999999999999", 206, "bytes 0-9/10", "0123456789"},
          Case{"bytes=10-", 416, "bytes */10", ""}, Case{"bytes=-0", 416, "bytes */10", ""},
          Case{"bytes=99999999999999999999999-", 416, "bytes */10", ""},
          Case{"bytes=4-2", 200, "", "0123456789"}, Case{"bytes=1-2,4-5", 200, "", "0123456789"},
          Case{"lines=1-2", 200, "", "0123456789"}, Case{"bytes=a-b", 200, "", "0123456789"},
          Case{"bytes=-", 200, "", "0123456789"}, Case{"bytes=", 200, "", "0123456789"}}) {
        const Response response = get("/robots.txt", {{"range", c.range}});
        EXPECT_EQ(response.status, c.status) << c.range;
        EXPECT_EQ(response.header("Content-Range"), c.content_range) << c.range;
        EXPECT_EQ(sent(response), c.body) << c.range;
    }
    const std::string etag(get("/robots.txt").header("ETag"));
    EXPECT_EQ(get("/robots.txt", {{"range", "bytes=0-1"}, {"if-range", etag}}).status, 206);
    EXPECT_EQ(get("/robots.txt", {{"range", "bytes=0-1"}, {"if-range", "\"old\""}}).status, 200);
}

TEST_F(StaticFilesTest, refuses_folders_that_are_missing_or_too_big) {
    const auto missing = StaticFiles::load(folder_.path() / "nowhere", Limits{});
    ASSERT_FALSE(missing.has_value());
    EXPECT_NE(missing.error().message.find("./gs build"), std::string::npos);
    EXPECT_FALSE(StaticFiles::load(folder_.path() / "root", Limits{.static_bytes = 100}).has_value());
    EXPECT_FALSE(StaticFiles::load(folder_.path() / "root", Limits{.static_files = 2}).has_value());
}

TEST(ContentNegotiation, weighs_what_the_client_says) {
    const AvailableEncodings both{.gzip = true, .brotli = true};
    EXPECT_EQ(choose_encoding("", both), Encoding::identity);
    EXPECT_EQ(choose_encoding("*", both), Encoding::brotli);
    EXPECT_EQ(choose_encoding("br;q=0, *", both), Encoding::gzip);
    EXPECT_EQ(choose_encoding("BR", both), Encoding::brotli);
    EXPECT_EQ(choose_encoding("gzip;q=0.001", both), Encoding::gzip);
    EXPECT_EQ(choose_encoding("identity, gzip;q=0.9", both), Encoding::identity);
    EXPECT_EQ(choose_encoding("br;q=7, gzip;q=0.5", both), Encoding::gzip) << "no weight is no wish";
    EXPECT_EQ(choose_encoding("br", {.gzip = true}), Encoding::identity);
    EXPECT_EQ(choose_encoding("identity;q=0", {}), std::nullopt);
    EXPECT_EQ(choose_encoding("identity;q=0, gzip", both), Encoding::gzip);
    EXPECT_EQ(choose_encoding(",,;;q=,=;", both), Encoding::identity);
}

}  // namespace
}  // namespace gs::http
