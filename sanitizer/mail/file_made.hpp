// What asking about one file comes to: a new file with what it lost, what is in it when it is an archive, the file
// itself, or why there is nothing. Made by a codec worker, so worth nothing until a checker has read the file
// (FILES.md 1.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/part_facts.hpp"
#include "policy/reason.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

struct Loss {
    Reason what;
    std::uint32_t count;  // at least 1
};

struct FileMade {
    SafeKind kind;
    std::string untrusted_bytes;
    std::vector<Loss> losses;  // each reason once
    std::uint32_t pages = 1;   // of a document; 1 for a picture
};

struct FileNotMade {
    Reason why;
    std::string words;  // for the ledger: where in the file, what was found; ours, without bytes of the file
};

// A file inside an archive, which is asked for by its own path: that of the archive, a slash, its number from 1.
struct MemberSeen {
    PartFacts facts;                 // without path and declared type; the name has the folders it lies in: "a/b.txt"
    std::string sha256;              // of its bytes, lower case hex; "" when they cannot be had
    Reason held = Reason::none;      // why nothing can be made of it; none when a codec may be asked
    std::vector<Reason> notes = {};  // each once
};

// Of an archive. It is packed anew, of what becomes of its members, by the relay.
struct MembersSeen {
    std::vector<MemberSeen> members;  // all of them, in the archive's order
};

// A letter that no font of the machine can show: a picture of its page has a box or nothing in its place.
struct MissingGlyph {
    std::uint32_t page;        // from 1
    std::uint32_t code_point;  // no control
    std::uint32_t count;       // on that page
};

// What is known of a PDF before its pages become pictures (FileTask::take_pages). Of other files nothing.
struct PagesTold {
    std::uint32_t pages = 0;
    bool has_foreign_fonts = false;  // letters of fonts that are not in it: what is installed shows them, or nothing
    bool are_pictures = false;       // it is a PDF of pictures of ours already
    std::vector<std::string> links = {};     // where it leads, in order, each once; such as are listed (is_listed_link)
    std::vector<MissingGlyph> missing = {};  // of FileTask::find_missing alone, whose answer has no bytes
};

// The file as it came, for what stands outside of codecs: an engine that converts it, a scanner. Nothing of it is safe.
struct FileTaken {
    std::string untrusted_bytes;
    std::vector<Loss> losses;  // what converting it will lose without a word; each reason once
    PagesTold about = {};
};

inline constexpr std::size_t links_listed_max = 200, listed_link_bytes_max = 1000, missing_listed_max = 500;
// http, https or mailto, a colon, and printable ASCII without blanks, quotes and angle brackets.
bool is_listed_link(std::string_view) noexcept;

using FileOutcome = std::variant<FileMade, FileNotMade, MembersSeen, FileTaken>;

// Adds to the row of that reason, or makes it. Nothing for a count of 0.
void add_loss(std::vector<Loss>&, Reason, std::uint32_t count = 1);

}  // namespace mugaika
