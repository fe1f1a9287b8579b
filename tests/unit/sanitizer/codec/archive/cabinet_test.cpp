// Microsoft cabinets, read by libmspack in memory.
#include "tests/support/corpus.hpp"
#include "tests/unit/sanitizer/codec/archive/read_members.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string text = "いろはにほへと\n";
const std::vector<MadeMember> three{
    {"a.txt", text}, {"folder\\b.txt", std::string(100'000, 'b')}, {"c.txt", "the last"}};

std::string letters(std::size_t bytes) {
    std::string out;
    for (std::uint32_t i = 0; out.size() < bytes; ++i) out += static_cast<char>('a' + (i * i / 7) % 26);
    return out;
}

MembersRead read_cabinet(const CabinetFields& fields, const std::vector<std::uint32_t>& wanted = {},
                         const FileLimits& limits = {}) {
    return read_members(made_cabinet(three, fields), cabinet_type, wanted, limits);
}

}  // namespace

TEST_CASE("AC-158 members of a cabinet come stored and deflated, over the borders of its blocks") {
    const std::vector<MadeMember> members{{"a", letters(32'767)}, {"b", letters(2)}, {"c", letters(70'000)}, {"d", ""}};
    for (const bool deflated : {false, true}) {
        check_given(read_members(made_cabinet(members, {.deflated = deflated}), cabinet_type), members);
    }
    CHECK(read_members(made_cabinet({}), cabinet_type).held == Reason::document_damaged);  // none has no file
}

TEST_CASE("AC-151 names of a cabinet are UTF-8 where it says so, else CP932") {
    const std::string sjis = "\x83\x5c\x81\x5b\x83\x58\x95\x5c.txt";
    check_given(read_members(made_cabinet({{sjis, text}}), cabinet_type), {{"ソース表.txt", text}});
    check_given(read_members(made_cabinet({{"ソース表.txt", text}}, {.attributes = 0x80}), cabinet_type),
                {{"ソース表.txt", text}});
    CHECK(read_members(made_cabinet({{"..\\evil.txt", text}}), cabinet_type).members[0].held == Reason::leads_out);
}

TEST_CASE("AC-155 one cabinet of a set is held") { CHECK(read_cabinet({.has_next = true}).held == Reason::one_volume); }

TEST_CASE("AC-147 members of a cabinet that lie over each other are damage, and a gap between them is paid") {
    CHECK(read_cabinet({.last_offset = 0}).held == Reason::document_damaged);
    CHECK(read_cabinet({.last_offset = static_cast<std::uint32_t>(text.size()) + 99'999}).held ==
          Reason::document_damaged);
    const std::uint64_t paid = read_cabinet({}).inner_paid;
    CHECK(paid == text.size() + 100'000 + 8);
    CHECK(read_cabinet({}, {1}).inner_paid == paid);  // whichever is wanted
    const auto last_letter = static_cast<std::uint32_t>(paid) - 1;
    const MembersRead with_gap = read_cabinet({.last_offset = last_letter, .last_length = 1});
    REQUIRE(with_gap.members.size() == 3);
    CHECK(with_gap.members[2].untrusted_bytes == "t");
    CHECK(with_gap.inner_paid == paid);
}

TEST_CASE("AC-148 a member's length is paid before there is room for it, and must be there") {
    FileLimits limits;
    limits.inner_bytes_max = 1 << 20;
    CHECK(read_cabinet({.last_length = 1 << 20}, {}, limits).held == Reason::inner_too_large);
    CHECK(read_cabinet({.last_length = 0xffffffff}).held != Reason::none);
    CHECK(read_cabinet({.last_length = 9}).held == Reason::document_damaged);
}

TEST_CASE("a cabinet with a wrong sum is damaged, stored or deflated") {
    for (const bool deflated : {false, true}) {
        const MembersRead read = read_cabinet({.deflated = deflated, .wrong_sum = 1});
        CHECK(read.held == Reason::document_damaged);
        CHECK(read.members.empty());
    }
}

TEST_CASE("cabinets of other writers give their members, also packed by LZX; broken ones end well") {
    if (!has_corpora()) return;
    std::size_t given = 0;
    for (const CorpusFile& file : read_corpus("file_archive_benign")) {
        if (!file.name.ends_with(".cab")) continue;
        INFO(file.name);
        const MembersRead read = read_members(file.bytes, cabinet_type);
        if (file.name.find("cab_1.cab") != std::string::npos) {
            CHECK(names_of(read) == std::vector<std::string>{"empty", "dir1/file1", "dir2/file2"});
        }
        if (file.name.find("lzx_oob") != std::string::npos) CHECK(read.held == Reason::document_damaged);
        if (file.name.find("multi") != std::string::npos) CHECK(read.held == Reason::one_volume);
        given += read.members.size();
    }
    CHECK(given >= 4);
}
