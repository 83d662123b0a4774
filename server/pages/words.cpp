#include "server/pages/words.h"

#include <fmt/format.h>

namespace gs::pages {

std::string grouped(std::uint64_t number) {
    std::string text = fmt::format("{}", number);
    for (std::size_t place = text.size(); place > 3;) {
        place -= 3;
        text.insert(place, 1, ',');
    }
    return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string_view phase_name(Phase phase) {
    switch (phase) {
        case Phase::waiting:
            return "waiting";
        case Phase::countdown:
            return "countdown";
        case Phase::playing:
            return "playing";
        case Phase::result:
            return "result";
    }
    return "waiting";
}

std::string_view phase_words(Phase phase) {
    switch (phase) {
        case Phase::waiting:
            return "Waiting for players";
        case Phase::countdown:
            return "About to start";
        case Phase::playing:
            return "Running now";
        case Phase::result:
            return "Just ended";
    }
    return "";
}

std::string_view error_heading(int status, std::string_view title) {
    switch (status) {
        case 400:
            return "We did not understand that";
        case 401:
            return "Please sign in first";
        case 403:
            return "This gate is closed";
        case 404:
            return "No seat at this address";
        case 405:
            return "This page does not take that";
        case 408:
            return "That took too long";
        case 413:
            return "That was too large";
        case 414:
            return "That address is too long";
        case 429:
            return "A little slower, please";
        case 431:
            return "Your browser sent too much";
        case 500:
            return "Something broke on our side";
        case 503:
            return "The stand is full right now";
        default:
            break;
    }
    if (!title.empty()) return title;
    return status >= 500 ? "Something broke on our side" : "That did not work";
}

std::string_view error_detail(int status) {
    switch (status) {
        case 401:
            return "Sign in and try again.";
        case 403:
            return "You are not allowed in here. If you came from another site, open Grandstand directly.";
        case 404:
            return "The link may be old, or a letter is missing.";
        case 408:
            return "The connection was too slow or was cut. Try again.";
        case 413:
            return "Make it smaller and try again.";
        case 429:
            return "Wait a moment and try again.";
        case 431:
            return "Clear this site's cookies and try again.";
        case 503:
            return "Try again in a minute.";
        default:
            break;
    }
    return status >= 500 ? "It is not your fault. Try again in a minute." : "Go back and try again.";
}

}  // namespace gs::pages
