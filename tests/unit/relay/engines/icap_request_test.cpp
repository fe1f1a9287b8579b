#include "relay/engines/icap_request.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

const IcapService respmod{"10.0.0.9:1344", "/avscan", IcapMethod::respmod};
const IcapService reqmod{"10.0.0.9:1344", "/avscan", IcapMethod::reqmod};

IcapReply reply(int status) {
    IcapReply made;
    made.status = status;
    made.words = "ICAP/1.0 " + std::to_string(status);
    return made;
}

IcapReply with_file(std::string bytes, IcapHolds holds, int http_status = 200) {
    IcapReply made = reply(200);
    made.holds = holds;
    made.http_status = http_status;
    made.has_body = true;
    made.untrusted_body = std::move(bytes);
    return made;
}

bool passes(const Result<ScanAnswer>& answer) { return answer && std::holds_alternative<ScanPassed>(*answer); }
bool forbids(const Result<ScanAnswer>& answer) { return answer && std::holds_alternative<ScanForbids>(*answer); }

}  // namespace

TEST_CASE("a file is sent as an answer to GET, with its offsets") {
    const std::string head = icap_request_head(respmod, {"12345", "a.txt"}, 1024);
    CHECK(head ==
          "RESPMOD icap://10.0.0.9:1344/avscan ICAP/1.0\r\nHost: 10.0.0.9:1344\r\nAllow: 204\r\nPreview: 1024\r\n"
          "Encapsulated: req-hdr=0, res-hdr=62, res-body=140\r\n\r\n"
          "GET http://mail.invalid/a.txt HTTP/1.1\r\nHost: mail.invalid\r\n\r\n"
          "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 5\r\n\r\n");
}

TEST_CASE("a file is sent as what PUT brings, with its offset") {
    const std::string head = icap_request_head(reqmod, {"12345", ""}, std::nullopt);
    CHECK(head ==
          "REQMOD icap://10.0.0.9:1344/avscan ICAP/1.0\r\nHost: 10.0.0.9:1344\r\nAllow: 204\r\n"
          "Encapsulated: req-hdr=0, req-body=120\r\n\r\n"
          "PUT http://mail.invalid/file HTTP/1.1\r\nHost: mail.invalid\r\nContent-Type: application/octet-stream\r\n"
          "Content-Length: 5\r\n\r\n");
}

TEST_CASE("no name of a file is anything but a name") {
    const std::string head = icap_request_head(respmod, {"", "a b/../表\r\nX: y?z.doc"}, std::nullopt);
    CHECK(head.find("/a%20b%2F..%2F%E8%A1%A8%0D%0AX%3A%20y%3Fz.doc HTTP/1.1\r\n") != std::string::npos);
}

TEST_CASE("a chunk says its length in hexadecimal digits") { CHECK(icap_chunk_head(0x1ff) == "1ff\r\n"); }

TEST_CASE("204 and the same file passes, another file is given instead") {
    CHECK(passes(judge_icap_reply(reply(204), IcapMethod::respmod, "abc")));
    CHECK(passes(judge_icap_reply(with_file("abc", IcapHolds::response), IcapMethod::respmod, "abc")));
    CHECK(passes(judge_icap_reply(with_file("abc", IcapHolds::request, 0), IcapMethod::reqmod, "abc")));
    const auto changed = judge_icap_reply(with_file("abd", IcapHolds::response), IcapMethod::respmod, "abc");
    CHECK(std::get<ScanChanged>(changed.value()).untrusted_bytes == "abd");
}

TEST_CASE("a page instead of the file forbids it, and so does what was found, whatever else is said") {
    CHECK(forbids(judge_icap_reply(with_file("abc", IcapHolds::response, 403), IcapMethod::respmod, "abc")));
    CHECK(forbids(judge_icap_reply(with_file("abc", IcapHolds::response, 200), IcapMethod::reqmod, "abc")));
    for (int status : {100, 200, 204, 500}) {
        IcapReply found = reply(status);
        found.found = "Eicar";
        const auto answer = judge_icap_reply(found, IcapMethod::respmod, "abc");
        CHECK(std::get<ScanForbids>(answer.value()).words == "Eicar");
    }
}

TEST_CASE("nothing else is a pass") {
    for (int status : {100, 199, 201, 206, 300, 400, 403, 404, 405, 408, 500, 503, 505}) {
        INFO(status);
        CHECK(judge_icap_reply(reply(status), IcapMethod::respmod, "abc").error().fault() == Fault::unavailable);
    }
    CHECK(judge_icap_reply(reply(200), IcapMethod::respmod, "abc").error().fault() == Fault::protocol);
    IcapReply emptied = with_file("", IcapHolds::response);
    CHECK_FALSE(passes(judge_icap_reply(emptied, IcapMethod::respmod, "abc")));
}
