// Archives that libarchive reads for us: to the first error, one layer, nothing but files.
#include "tests/support/corpus.hpp"
#include "tests/unit/sanitizer/codec/archive/read_members.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string text = "いろはにほへと\n";
const std::vector<MadeMember> two{{"a.txt", text}, {"表/b.txt", std::string(100'000, 'b')}};

struct Sample {
    const char* what;
    std::string bytes;
    std::string_view type;
};

// Every kind with the same two members.
const std::vector<Sample>& samples() {
    static const std::vector<Sample> all{
        {"zip", zip_of(two), zip_type},
        {"tar", made_tar({{"a.txt", text}, {"表/b.txt", two[1].bytes}}), tar_type},
        {"pax", made_by_library("pax", "none", two), tar_type},
        {"tar.gz", made_by_library("pax", "gzip", two), gzip_type},
        {"tar.bz2", made_by_library("pax", "bzip2", two), "application/x-bzip2"},
        {"tar.xz", made_by_library("pax", "xz", two), "application/x-xz"},
        {"7z", made_by_library("7zip", "none", two), seven_zip_type},
        {"lzh", made_lzh({{"a.txt", text}, {"\x95\x5c\\b.txt", two[1].bytes}}), lzh_type},
        {"cab", made_cabinet({{"a.txt", text}, {"\x95\x5c\\b.txt", two[1].bytes}}), cabinet_type},
        {"rar5", made_rar5(two), rar_type}};
    return all;
}

std::string gzipped(const std::string& bytes) { return made_by_library("raw", "gzip", {{"", bytes}}); }

std::string corpus_file(const std::string& name) {
    for (CorpusFile& file : read_corpus("file_archive_benign")) {
        if (file.name == name) return std::move(file.bytes);
    }
    if (has_corpora()) FAIL("the corpus has no " << name);
    return "";
}

}  // namespace

TEST_CASE("AC-158 each kind of archive gives its members, twice the same") {
    for (const Sample& sample : samples()) {
        INFO(sample.what);
        check_given(read_members(sample.bytes, sample.type), two);
        check_given(read_members(sample.bytes, sample.type), two);
    }
}

TEST_CASE("numbers and names are the same whatever is wanted, bytes are of the wanted members only") {
    for (const Sample& sample : samples()) {
        INFO(sample.what);
        for (const auto& wanted : std::vector<std::vector<std::uint32_t>>{{1}, {2}, {3}, {1, 2}, {2, 3}, {}}) {
            const MembersRead read = read_members(sample.bytes, sample.type, wanted);
            const auto is_wanted = [&](std::uint32_t number) {
                return wanted.empty() || std::find(wanted.begin(), wanted.end(), number) != wanted.end();
            };
            REQUIRE(names_of(read) == std::vector<std::string>{"a.txt", "表/b.txt"});
            CHECK(read.members[0].untrusted_bytes == (is_wanted(1) ? text : ""));
            CHECK(read.members[1].untrusted_bytes == (is_wanted(2) ? two[1].bytes : ""));
        }
    }
}

TEST_CASE("gz, bz2 and xz of one file give it under the archive's name without its extension") {
    struct Row {
        const char* filter;
        std::string_view type;
    };
    for (const Row& row :
         {Row{"gzip", gzip_type}, Row{"bzip2", "application/x-bzip2"}, Row{"xz", "application/x-xz"}}) {
        INFO(row.filter);
        const std::string packed = made_by_library("raw", row.filter, {{"", text}});
        check_given(read_members(packed, row.type, {}, {}, "報告.txt.gz"), {{"報告.txt", text}});
        CHECK(read_members(packed, row.type, {1}, {}, "x").members[0].untrusted_bytes == text);
        CHECK(read_members(packed, row.type, {2}, {}, "x").members[0].untrusted_bytes.empty());
    }
    for (const auto& [archive, name] : std::vector<std::pair<std::string, std::string>>{
             {"a.gz", "a"}, {"a", "a"}, {"", "_"}, {".gz", "_"}, {"a.tar.gz", "a.tar"}}) {
        CHECK(names_of(read_members(gzipped(text), gzip_type, {}, {}, archive)) == std::vector{name});
    }
}

TEST_CASE("AC-225 AC-162 the bytes decide what is read, a label that they do not bear out opens nothing") {
    for (const Sample& sample : samples()) {
        for (const Sample& other : samples()) {
            if (other.type == sample.type) continue;
            INFO(sample.what << " called " << other.what);
            CHECK(read_members(sample.bytes, other.type).held == Reason::not_rebuilt);
        }
    }
}

TEST_CASE("AC-158 archives that nobody here reads are held as such") {
    for (const std::string_view type :
         {"application/x-arj", "application/x-ace-compressed", "application/x-alz-compressed", "application/x-cpio",
          "application/x-compress", "application/x-lzma", "application/zstd", "application/x-iso9660-image",
          "application/java-archive", "application/pdf", ""}) {
        for (const Sample& sample : samples()) CHECK(read_members(sample.bytes, type).held == Reason::not_rebuilt);
        CHECK(read_members("MSCF", type).held == Reason::not_rebuilt);
    }
}

TEST_CASE("AC-157 a program in front of an archive is not skipped") {
    for (const Sample& sample : samples()) {
        INFO(sample.what);
        CHECK(read_members("MZ" + std::string(510, '\0') + sample.bytes, sample.type).held == Reason::not_rebuilt);
    }
}

TEST_CASE("AC-159 of a tar only files are given: links, devices, pipes are held, folders are no members") {
    const std::string tar = made_tar({{"folder/", "", '5'},
                                      {"hard", "", '1', "a.txt"},
                                      {"soft", "", '2', "/etc/passwd"},
                                      {"char", "", '3'},
                                      {"block", "", '4'},
                                      {"pipe", "", '6'},
                                      {"`touch x`;a.txt", text}});
    const MembersRead read = read_members(tar, tar_type);
    CHECK(names_of(read) == std::vector<std::string>{"hard", "soft", "char", "block", "pipe", "`touch x`;a.txt"});
    const Reason held = Reason::not_a_file;
    CHECK(held_of(read) == std::vector{held, held, held, held, held, Reason::none});
    CHECK(read.members[5].untrusted_bytes == text);
}

TEST_CASE("AC-159 hard links of RAR 5, which are files to the library, are held") {
    const std::string rar = corpus_file("libarchive__test_read_format_rar5_hardlink.rar");
    if (rar.empty()) return;
    CHECK(held_of(read_members(rar, rar_type)) == std::vector{Reason::none, Reason::not_a_file});
}

TEST_CASE("AC-159 a file with holes is held, however large it says that it is") {
    const std::string tar = corpus_file("libarchive__test_read_format_gtar_sparse_1_17.tar");
    if (tar.empty()) return;
    const MembersRead read = read_members(tar, tar_type);
    CHECK(held_of(read) == std::vector{Reason::not_a_file, Reason::not_a_file, Reason::none});
}

TEST_CASE("AC-141 AC-145 names of other archives are judged as those of ZIP archives") {
    const std::string tar = made_tar({{"../evil", text}, {"/evil", text}, {"a.txt", text}, {"A.txt", text}});
    CHECK(held_of(read_members(tar, tar_type)) ==
          std::vector{Reason::leads_out, Reason::leads_out, Reason::there_twice, Reason::there_twice});
}

TEST_CASE("AC-151 names in CP932 come right from tar and LZH") {
    const std::string sjis = "\x83\x5c\x81\x5b\x83\x58\x95\x5c.txt";
    check_given(read_members(made_lzh({{sjis, text}}), lzh_type), {{"ソース表.txt", text}});
    check_given(read_members(made_tar({{sjis, text}}), tar_type), {{"ソース表.txt", text}});
}

TEST_CASE("AC-151 names of RAR 4 in Unicode come right") {
    const std::string rar = corpus_file("libarchive__test_read_format_rar_unicode.rar");
    if (rar.empty()) return;
    CHECK(names_of(read_members(rar, rar_type)) ==
          std::vector<std::string>{"表だよ/新しいフォルダ/新規テキスト ドキュメント.txt",
                                   "表だよ/漢字長いファイル名long-filename-in-漢字.txt", "表だよ/ファイル",
                                   "abcdefghijklmnopqrsテスト.txt"});
}

TEST_CASE("AC-156 encrypted RAR archives are held as such, whole or member by member") {
    CHECK(read_members(made_rar5(two, {.encrypted_list = true}), rar_type).held == Reason::encrypted);
    CHECK(read_members(made_rar5(two, {.encrypted_member = true}), rar_type).held == Reason::encrypted);
    if (!has_corpora()) return;
    for (const std::string name : {"rar4_encrypted_filenames", "rar4_solid_encrypted", "rar5_solid_encrypted",
                                   "rar5_solid_encrypted_filenames"}) {
        INFO(name);
        const std::string rar = corpus_file("libarchive__test_read_format_" + name + ".rar");
        const MembersRead read = read_members(rar, rar_type);
        CHECK(
            ((read.held == Reason::encrypted) || (!read.members.empty() && read.members[0].held == Reason::encrypted)));
    }
    const std::string partly = corpus_file("libarchive__test_read_format_rar_encryption_partially.rar");
    CHECK(held_of(read_members(partly, rar_type)) == std::vector{Reason::encrypted, Reason::none});
}

TEST_CASE("AC-156 solid archives give their members") {
    const std::string rar = corpus_file("libarchive__test_read_format_rar5_solid.rar");
    if (rar.empty()) return;
    const MembersRead read = read_members(rar, rar_type);
    CHECK(read.members.size() == 7);
    for (const codec::ArchiveMember& member : read.members) CHECK(member.held == Reason::none);
}

TEST_CASE("AC-155 a volume of an archive in several files is held") {
    CHECK(read_members(made_rar5(two, {.volume = true}), rar_type).held == Reason::one_volume);
    for (const std::string name : {"rar_multivolume_single_file.part1", "rar_multivolume_uncompressed_files.part03",
                                   "read_format_rar5_multiarchive.part01"}) {
        const std::string rar = corpus_file("libarchive__test_" + name + ".rar");
        if (!rar.empty()) CHECK(read_members(rar, rar_type).held == Reason::one_volume);
    }
    const std::string seven_zip = made_by_library("7zip", "none", two);
    CHECK(read_members(seven_zip.substr(0, seven_zip.size() / 2), seven_zip_type).held == Reason::document_damaged);
}

TEST_CASE("AC-160 AC-148 bombs of every kind are paid as they come out") {
    const std::vector<MadeMember> bomb{{"bomb", std::string(8 << 20, '\0')}};
    FileLimits limits;
    limits.inner_bytes_max = 1 << 20;
    for (const Sample& sample :
         {Sample{"tar.gz", made_by_library("pax", "gzip", bomb), gzip_type},
          Sample{"tar.bz2", made_by_library("pax", "bzip2", bomb), "application/x-bzip2"},
          Sample{"tar.xz", made_by_library("pax", "xz", bomb), "application/x-xz"},
          Sample{"gz", gzipped(bomb[0].bytes), gzip_type}, Sample{"cab", made_cabinet(bomb), cabinet_type},
          Sample{"7z", made_by_library("7zip", "none", bomb), seven_zip_type}}) {
        INFO(sample.what);
        const MembersRead read = read_members(sample.bytes, sample.type, {}, limits);
        CHECK(read.held == Reason::inner_too_large);
        CHECK(read.members.empty());
        CHECK(read.inner_paid <= limits.inner_bytes_max);
        CHECK(read_members(sample.bytes, sample.type).held == Reason::none);
    }
}

TEST_CASE("AC-160 one layer only is taken off, also where the library would go on without end") {
    check_given(read_members(gzipped(gzipped(text)), gzip_type, {}, {}, "a.gz"), {{"a", gzipped(text)}});
    for (const auto& [filter, type] : {std::pair{"bzip2", "application/x-bzip2"}, {"xz", "application/x-xz"}}) {
        const std::string inner = made_by_library("raw", filter, {{"", text}});
        check_given(read_members(made_by_library("raw", filter, {{"", inner}}), type, {}, {}, "a.x"), {{"a", inner}});
    }
    const std::string recursive = corpus_file("libarchive__test_read_filter_gzip_recursive.gz");
    if (!recursive.empty())
        CHECK(read_members(recursive, gzip_type).held == Reason::document_damaged);  // its sum is wrong
}

TEST_CASE("a gzip file may be several streams and padding; its sums are verified, and nothing else is behind it") {
    const std::string one = gzipped("one ");
    check_given(read_members(one + gzipped("two"), gzip_type, {}, {}, "a.gz"), {{"a", "one two"}});
    check_given(read_members(one + std::string(100, '\0'), gzip_type, {}, {}, "a.gz"), {{"a", "one "}});
    CHECK(read_members(one + "x", gzip_type).held == Reason::document_damaged);
    CHECK(read_members(one.substr(0, one.size() - 1), gzip_type).held == Reason::document_damaged);
    for (std::size_t i = 1; i <= 8; ++i) {
        const auto broken = changed(one, [&](std::string& bytes) { bytes[bytes.size() - i] ^= 1; });
        CHECK(read_members(broken, gzip_type).held == Reason::document_damaged);
    }
}

TEST_CASE("an archive of any kind with more members than allowed is held") {
    FileLimits limits;
    limits.archive_members_max = 1;
    for (const Sample& sample : samples()) {
        INFO(sample.what);
        CHECK(read_members(sample.bytes, sample.type, {}, limits).held == Reason::too_many_members);
    }
    limits = FileLimits{};
    limits.members_max = 1;
    for (const Sample& sample : samples()) {
        CHECK(read_members(sample.bytes, sample.type, {}, limits).held == Reason::too_many_members);
    }
}

TEST_CASE("what macOS adds to a tar is no member") {
    const std::string about("\0\x05\x16\x07 and more", 13);
    check_given(
        read_members(made_tar({{"._a.txt", about}, {"a.txt", text}, {"._b", "b"}, {".DS_Store", "x"}}), tar_type),
        {{"a.txt", text}, {"_._b", "b"}});
}

TEST_CASE("an archive whose data are damaged is held, nothing of it is given") {
    for (const Sample& sample : samples()) {
        if (sample.type == zip_type || sample.type == tar_type)
            continue;  // tells member by member; has no sums of data
        INFO(sample.what);
        std::string damaged = sample.bytes;
        damaged.resize(damaged.size() / 2);
        const MembersRead read = read_members(damaged, sample.type);
        CHECK(read.held != Reason::none);
        CHECK(read.members.empty());
        CHECK_FALSE(read.words.empty());
    }
}

TEST_CASE("any truncation and any broken byte of an archive of any kind ends well") {
    const std::vector<MadeMember> small{{"a.txt", text}, {"b.txt", "b"}};
    for (const Sample& sample :
         {Sample{"tar", made_tar({{"a.txt", text}, {"b.txt", "b"}}), tar_type},
          Sample{"tar.gz", made_by_library("pax", "gzip", small), gzip_type},
          Sample{"tar.bz2", made_by_library("pax", "bzip2", small), "application/x-bzip2"},
          Sample{"tar.xz", made_by_library("pax", "xz", small), "application/x-xz"},
          Sample{"7z", made_by_library("7zip", "none", small), seven_zip_type},
          Sample{"lzh", made_lzh(small), lzh_type}, Sample{"cab", made_cabinet(small), cabinet_type},
          Sample{"rar5", made_rar5(small), rar_type}}) {
        INFO(sample.what);
        FileLimits limits;
        limits.inner_bytes_max = 1 << 20;
        for (std::size_t at = 0; at < std::min<std::size_t>(sample.bytes.size(), 1600); ++at) {
            for (const std::string& broken :
                 {sample.bytes.substr(0, at), changed(sample.bytes, [&](std::string& bytes) {
                      bytes[at] = static_cast<char>(bytes[at] ^ 0x15);
                  })}) {
                const MembersRead read = read_members(broken, sample.type, {}, limits);
                CHECK(read.members.size() <= 3);
                CHECK((read.held == Reason::none || read.members.empty()));
            }
        }
    }
}
