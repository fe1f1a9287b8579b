// Messages that other programs wrote, and some that were broken on purpose.
#include <catch2/catch.hpp>
#include <iostream>
#include <string>

#include "sanitizer/codec/mapi/read_tnef.hpp"
#include "sanitizer/codec/ole2/compound_file.hpp"
#include "tests/support/corpus.hpp"
#include "tests/unit/sanitizer/codec/archive/read_members.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string_view type_of(std::string_view bytes) {
    if (codec::mapi::looks_like_tnef(bytes)) return "application/vnd.ms-tnef";
    return codec::ole2::looks_like_compound_file(bytes) ? "application/vnd.ms-outlook" : std::string_view();
}

struct Counts {
    std::size_t opened = 0, held = 0;
};

Counts count(const std::string& folder) {
    Counts counts;
    for (const CorpusFile& file : read_corpus(folder)) {
        const std::string_view type = type_of(file.bytes);
        if (type.empty()) continue;
        INFO(file.name);
        const MembersRead read = read_members(file.bytes, type, {}, {}, file.name);
        const MembersRead again = read_members(file.bytes, type, {}, {}, file.name);
        CHECK(names_of(read) == names_of(again));
        for (const codec::ArchiveMember& member : read.members) {
            CHECK(member.name.find("..") != 0);
            CHECK(member.name.front() != '/');
        }
        ++(read.held == Reason::none ? counts.opened : counts.held);
        if (read.held != Reason::none) std::cout << folder << "/" << file.name << ": " << read.words << "\n";
    }
    return counts;
}

}  // namespace

TEST_CASE("AC-075 nearly every message that other programs wrote is opened, twice the same") {
    const Counts benign = count("file_msg_tnef_benign"), hostile = count("file_msg_tnef_hostile");
    std::cout << "NOTE: messages: " << benign.opened << " benign opened, " << benign.held << " held; hostile "
              << hostile.opened << " and " << hostile.held << "\n";
    CHECK(benign.opened >= 9 * benign.held);
}
