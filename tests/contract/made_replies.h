#pragma once
// What the contract suite answers in a peer's place, and how it tells what it found.

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

#include <string>
#include <vector>

namespace tieline::contract {

inline Error lost() { return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset"); }

inline net::HttpResponse response(int status, std::string body = "{}", std::vector<net::Header> headers = {}) {
    net::HttpResponse made;
    made.status = status;
    made.body = std::move(body);
    made.headers = std::move(headers);
    return made;
}

inline std::string said(const Error& error) { return std::string(to_string(error.kind)) + ": " + error.message; }

/// Without the places in a peer's feed of changes: only reading the feed tells them, reading one object does not.
inline std::string without_places(const std::string& text) {
    Json data = *Json::parse(text);
    for (const char* place : {"seq", "as_of"}) data.erase(place);
    return data.dump();
}

}  // namespace tieline::contract
