// The chain of a writer: its lines in a log are numbered from 1, and each has the hash of the one before it, so that a
// line that is missing, doubled, changed or moved is seen by whoever reads the log (chain_check.hpp).
//
// There is no key in it: who may write the log can make a chain anew. Against that logs are sealed (relay/evidence).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/mail/sha256.hpp"

namespace mugaika {

// The first half of SHA-256 over a line without its line feed, in lower case hex.
inline constexpr std::size_t chain_hash_digits = 32;

// Where a chain ends: its last line. Before the first one the number is 0 and the hash all zeros.
struct ChainEnd {
    std::uint64_t number = 0;
    std::string hash = std::string(chain_hash_digits, '0');
    friend bool operator==(const ChainEnd&, const ChainEnd&) = default;
};
using ChainEnds = std::map<std::string, ChainEnd, std::less<>>;  // by writer

// A line that waits for its number. It is hashed as far as it is known, so that little is left to do once it has its
// turn.
class UnlinkedLine {
public:
    explicit UnlinkedLine(std::string json_line);  // one object and a line feed (event_json.hpp)

    struct Linked {
        std::string line;
        ChainEnd end;  // of the chain with it
    };
    Linked link(std::string_view writer, const ChainEnd& before) &&;
    std::string unlinked() &&;

private:
    std::string open_;                  // without the brace and line feed behind it
    Sha256 digest_{Sha256::fetched()};  // of open_
};

// What a line says of its chain; nothing when it does not end as we write one. Texts in a line have their quotes
// escaped, so that none of them looks like it.
struct ChainLink {
    std::string_view host;
    std::string_view writer;
    std::uint64_t number = 0;
    std::string_view previous;  // hash of the line before
};
std::optional<ChainLink> chain_link(std::string_view line) noexcept;
std::string chain_hash(std::string_view line);

// Chains as log.resumed lists them: "relay 1234 9f86…". Nothing for another text.
std::string chain_end_text(std::string_view writer, const ChainEnd&);
std::optional<std::pair<std::string, ChainEnd>> chain_end_from(std::string_view text);
// What a line lists when it is log.resumed; nothing when it is another line.
std::optional<ChainEnds> listed_chains(std::string_view line);

}  // namespace mugaika
