#include "server/http/compression.h"

#include "server/http/test_support.h"

#include <gtest/gtest.h>

#include <zlib.h>

namespace gs::http {
namespace {

using testing::body_of;
using testing::field_of;
using testing::TestServer;

std::string page() {
    std::string html = "<!doctype html>";
    for (int row = 0; row < 200; ++row)
        html += "<li>seat " + std::to_string(row) + "</li>\n";
    return html;
}

std::string unzipped(std::string_view compressed, std::size_t bytes) {
    z_stream stream = {};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string input(compressed);
    std::string out(bytes + 1, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

Response compressed(Response response, std::string accepted, Method method = Method::get) {
    Request request;
    request.method = method;
    request.path = "/";
    if (!accepted.empty()) request.headers.push_back({"accept-encoding", std::move(accepted)});
    compress(request, response);
    return response;
}

bool is_compressed(const Response& response) { return response.header("Content-Encoding") == "gzip"; }

TEST(Compression, sends_a_page_that_unzips_to_itself) {
    const Response response = compressed(Response::html(page()), "gzip, deflate, br, zstd");
    EXPECT_TRUE(is_compressed(response));
    EXPECT_EQ(response.header("Vary"), "Accept-Encoding");
    EXPECT_LT(response.body.size(), page().size() / 4);
    EXPECT_EQ(unzipped(response.body, page().size()), page());
}

TEST(Compression, honours_what_the_client_accepts) {
    for (const char* accepted :
         {"gzip", "GZIP", "x-gzip", "*", "gzip;q=0.5, identity;q=0.4", "br, gzip", "identity;q=0, *"}) {
        EXPECT_TRUE(is_compressed(compressed(Response::html(page()), accepted))) << accepted;
    }
    for (const char* refused : {"", "identity", "br", "deflate", "gzip;q=0", "gzip;q=0.000, *",
                                "gzip;q=0.4, identity;q=0.5", "gzip;q=nonsense", "*;q=0", ",;,=;;"}) {
        const Response response = compressed(Response::html(page()), refused);
        EXPECT_FALSE(is_compressed(response)) << refused;
        EXPECT_EQ(response.body, page()) << refused;
        EXPECT_EQ(response.header("Vary"), "Accept-Encoding") << "a cache must not mix them: " << refused;
    }
}

TEST(Compression, adds_to_what_the_answer_varies_by) {
    Response response = Response::html(page());
    response.set("Vary", "HX-Request");
    EXPECT_EQ(compressed(std::move(response), "gzip").header("Vary"), "HX-Request, Accept-Encoding");
}

TEST(Compression, takes_text_only) {
    for (const char* type : {"text/html; charset=utf-8", "text/plain", "application/json",
                             "application/problem+json", "image/svg+xml"}) {
        Response response = Response::html(page());
        response.set("Content-Type", type);
        EXPECT_TRUE(is_compressed(compressed(std::move(response), "gzip"))) << type;
    }
    for (const char* type : {"image/png", "application/octet-stream", "application/wasm", ""}) {
        Response response = Response::html(page());
        response.set("Content-Type", type);
        EXPECT_FALSE(is_compressed(compressed(std::move(response), "gzip"))) << type;
    }
}

TEST(Compression, leaves_alone_what_is_short_or_has_a_form_of_its_own) {
    const Response tiny = compressed(Response::html(std::string(compressed_bytes_min - 1, 'x')), "gzip");
    EXPECT_FALSE(is_compressed(tiny));
    EXPECT_EQ(tiny.header("Vary"), "");
    EXPECT_FALSE(is_compressed(compressed(Response::no_content(), "gzip")));

    Response part = Response::html(page(), 206);
    part.set("Content-Range", "bytes 0-9/10");
    EXPECT_FALSE(is_compressed(compressed(std::move(part), "gzip")));

    // A strong tag names these very bytes; a weak one what they mean.
    Response tagged = Response::html(page());
    tagged.set("ETag", "\"3f2a\"");
    EXPECT_FALSE(is_compressed(compressed(tagged, "gzip")));
    tagged.set("ETag", "W/\"3f2a\"");
    EXPECT_TRUE(is_compressed(compressed(tagged, "gzip")));

    Response encoded = Response::html(page());
    encoded.set("Content-Encoding", "br");
    EXPECT_EQ(compressed(std::move(encoded), "gzip").body, page());

    Response file = Response::html("");
    file.shared_body = std::make_shared<const std::string>(page());
    file.shared_size = file.shared_body->size();
    EXPECT_FALSE(is_compressed(compressed(std::move(file), "gzip")));
}

TEST(Compression, keeps_what_would_only_grow) {
    std::string noise;
    std::uint32_t state = 1;
    for (int i = 0; i < 2000; ++i) {
        state = state * 1664525 + 1013904223;
        noise += static_cast<char>(state >> 24);
    }
    EXPECT_EQ(compressed(Response::text(noise), "gzip").body, noise);
}

TEST(Compression, of_a_head_request_has_the_fields_of_get) {
    TestServer test([](Options&, Router& router) {
        router.get("/page", [](const Request&) { return Response::html(page()); });
    });
    const std::string fields = " /page HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";
    const std::string got = test.ask("GET" + fields);
    EXPECT_EQ(field_of(got, "Content-Encoding"), "gzip");
    EXPECT_EQ(field_of(got, "Content-Length"), std::to_string(body_of(got).size()));
    EXPECT_EQ(unzipped(body_of(got), page().size()), page());
    testing::TestClient& client = test.connect();
    client.send("HEAD" + fields);
    client.get("/hello", "Connection: close\r\n");
    ASSERT_TRUE(test.run_until([&] { return client.ended; }));
    EXPECT_EQ(field_of(client.received, "Content-Encoding"), "gzip");
    EXPECT_EQ(field_of(client.received, "Content-Length"), field_of(got, "Content-Length"));
    EXPECT_TRUE(client.received.ends_with("hello"));
}

TEST(Compression, reaches_error_pages_and_leaves_ranges_of_files_alone) {
    testing::TestFolder folder;
    folder.write("pages.txt", page());
    TestServer test([&](Options& options, Router&) {
        options.static_root = folder.path();
        options.error_page = [](int, std::string_view, std::string_view) { return page(); };
    });
    const std::string gzip = "Host: a\r\nAccept-Encoding: gzip\r\n";
    const std::string missing = test.ask("GET /missing HTTP/1.1\r\n" + gzip + "\r\n");
    EXPECT_EQ(field_of(missing, "Content-Encoding"), "gzip");
    EXPECT_EQ(unzipped(body_of(missing), page().size()), page());
    const std::string part = test.ask("GET /pages.txt HTTP/1.1\r\n" + gzip + "Range: bytes=0-14\r\n\r\n");
    EXPECT_EQ(testing::status_of(part), 206);
    EXPECT_EQ(body_of(part), "<!doctype html>");
    EXPECT_EQ(field_of(part, "Content-Encoding"), "");
    const std::string file = test.ask("GET /pages.txt HTTP/1.1\r\n" + gzip + "\r\n");
    const std::string tag = field_of(file, "ETag");
    EXPECT_EQ(field_of(file, "Content-Encoding"), "");
    const std::string same =
        test.ask("GET /pages.txt HTTP/1.1\r\n" + gzip + "If-None-Match: " + tag + "\r\n\r\n");
    EXPECT_EQ(testing::status_of(same), 304);
    EXPECT_EQ(field_of(same, "Content-Encoding"), "");
}

}  // namespace
}  // namespace gs::http
