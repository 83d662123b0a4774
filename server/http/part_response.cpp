#include "server/http/part_response.h"

#include "server/http/content_negotiation.h"

namespace gs::http {

Response respond_with_part(const Request& request, const SharedText& content, std::string_view etag,
                           Response response) {
    const std::size_t size = content->size();
    ByteRange range = parse_range(request.joined_header("range"), size);
    // Of a file that has changed since the client got its part, everything is sent (RFC 9110 section 13.1.5).
    const std::string_view if_range = request.header("if-range");
    if (!if_range.empty() && if_range != etag) range = {.offset = 0, .size = size};
    response.set("Accept-Ranges", "bytes");
    response.set("ETag", std::string(etag));
    if (matches_etag(request.joined_header("if-none-match"), etag)) {
        response.status = 304;
        return response;
    }
    if (range.kind == ByteRange::Kind::unsatisfiable) {
        Response error = Response::error(416, "The file has no such range.");
        error.set("Content-Range", "bytes */" + std::to_string(size));
        return error;
    }
    if (range.kind == ByteRange::Kind::part) {
        response.status = 206;
        response.set("Content-Range", "bytes " + std::to_string(range.offset) + "-" +
                                          std::to_string(range.offset + range.size - 1) + "/" +
                                          std::to_string(size));
    }
    response.shared_body = content;
    response.shared_offset = range.offset;
    response.shared_size = range.size;
    return response;
}

}  // namespace gs::http
