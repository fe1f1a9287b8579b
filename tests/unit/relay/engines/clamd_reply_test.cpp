#include "relay/engines/clamd_reply.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("clamd's OK is a pass, its FOUND a refusal with the name it gives") {
    CHECK(std::holds_alternative<ScanPassed>(read_clamd_reply("stream: OK").value()));
    const ScanAnswer found = read_clamd_reply("stream: Win.Test.EICAR_HDB-1 FOUND").value();
    CHECK(std::get<ScanForbids>(found).words == "Win.Test.EICAR_HDB-1");
}

TEST_CASE("nothing else that clamd may say is a pass") {
    for (const char* said : {"", "OK", "stream: ", "stream: ok", "stream: OK ", "stream: OK\nstream: OK",
                             "stream:  FOUND", "stream: OK FOUN", "other: OK", "stream: X FOUND OK"}) {
        INFO(said);
        const Result<ScanAnswer> answer = read_clamd_reply(said);
        const bool passes = answer && std::holds_alternative<ScanPassed>(*answer);
        CHECK_FALSE(passes);
    }
    CHECK(read_clamd_reply("stream: OK ERROR").error().fault() == Fault::unavailable);
    CHECK(read_clamd_reply("INSTREAM size limit exceeded. ERROR").error().fault() == Fault::limit);
    CHECK(read_clamd_reply("UNKNOWN COMMAND").error().fault() == Fault::protocol);
}

TEST_CASE("what clamd says reaches no terminal as it came, AC-255") {
    const ScanAnswer found = read_clamd_reply("stream: a\x1b[2J\nb FOUND").value();
    CHECK(std::get<ScanForbids>(found).words ==
          "a\xEF\xBF\xBD[2J\xEF\xBF\xBD"
          "b");
    CHECK(read_clamd_reply("\x1b ERROR").error().words() == "clamd said \"\xEF\xBF\xBD ERROR\"");
}

TEST_CASE("a piece of a file is announced in network order") {
    CHECK(clamd_piece_head(0) == std::string(4, '\0'));
    CHECK(clamd_piece_head(0x01020304) == "\x01\x02\x03\x04");
}
