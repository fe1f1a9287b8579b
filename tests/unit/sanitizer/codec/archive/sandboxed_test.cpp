// The same in the sandbox, where a library that opens a file, asks for a locale or sets a clock is killed.
#include <unicode/udata.h>

#include "sanitizer/sandboxed/types/file_name.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"
#include "sanitizer/worker/sandbox.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/unit/sanitizer/codec/archive/read_members.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

FileLimits limits_here() {
    FileLimits limits;
    limits.inner_bytes_max = 64 << 20;
    return limits;
}

// One line a member, one for the whole.
std::string summary(std::string_view archive, std::string_view type) {
    const MembersRead read = read_members(archive, type, {}, limits_here());
    std::string lines = std::string(to_string(read.held)) + " " + read.words + "\n";
    for (const codec::ArchiveMember& member : read.members) {
        lines += member.name + " " + std::string(to_string(member.held)) + " " +
                 std::to_string(std::hash<std::string>()(member.untrusted_bytes)) + "\n";
    }
    return lines;
}

Ended sandboxed_summary(std::string_view archive, std::string_view type) {
    return in_the_sandbox([&] { return summary(archive, type); });
}

// As the codec program does before it forks.
void load_all() {
    UErrorCode status = U_ZERO_ERROR;
    udata_setFileAccess(UDATA_NO_FILES, &status);
    codec::load_archive_tables();
}

bool memory_is_limited() {
    const auto words = probe_sandbox();
    return words && words->find("sanitizer build") == std::string::npos;
}

}  // namespace

TEST_CASE("in the sandbox each kind of archive gives what it gives outside") {
    load_all();
    const std::string text = "いろはにほへと\n";
    const std::string sjis = "\x83\x5c\x95\x5c/\x8a\xbf\x8e\x9a.txt";  // ソ表/漢字.txt
    const std::vector<MadeMember> members{{sjis, text}, {"b.txt", std::string(200'000, 'b')}};
    const std::vector<MadeMember> in_utf8{{"ソ表/漢字.txt", text}, {"b.txt", std::string(200'000, 'b')}};
    struct Sample {
        const char* what;
        std::string bytes;
        std::string_view type;
    };
    std::vector<Sample> samples{{"zip", zip_of(members), zip_type},
                                {"lzh", made_lzh(members), lzh_type},
                                {"cab", made_cabinet(members), cabinet_type},
                                {"tar", made_tar({{sjis, text}}), tar_type},
                                {"pax", made_by_library("pax", "none", in_utf8), tar_type},
                                {"tar.gz", made_by_library("pax", "gzip", in_utf8), gzip_type},
                                {"tar.bz2", made_by_library("pax", "bzip2", in_utf8), "application/x-bzip2"},
                                {"tar.xz", made_by_library("pax", "xz", in_utf8), "application/x-xz"},
                                {"7z", made_by_library("7zip", "none", in_utf8), seven_zip_type},
                                {"rar5", made_rar5(in_utf8), rar_type}};
    for (const CorpusFile& file : read_corpus("file_archive_benign")) {
        if (file.name == "libarchive__test_read_format_rar_unicode.rar")
            samples.push_back({"rar4", file.bytes, rar_type});
    }
    for (const Sample& sample : samples) {
        INFO(sample.what);
        const std::string outside = summary(sample.bytes, sample.type);
        CHECK_THAT(outside, Catch::StartsWith("none \n"));
        const Ended inside = sandboxed_summary(sample.bytes, sample.type);
        CHECK(came_back(inside));
        CHECK(inside.said == outside);
    }
}

TEST_CASE("no archive of the corpora ends a sandboxed process") {
    // Some of them ask for memory without end, and sanitizers cannot limit it.
    if (!memory_is_limited()) return say_skipped("archives of the corpora in the sandbox: this build limits no memory");
    load_all();
    auto typer = sandboxed::FileTyper::load();
    REQUIRE(typer.has_value());
    for (const std::string folder : {"file_archive_benign", "file_archive_hostile"}) {
        for (const CorpusFile& file : read_corpus(folder)) {
            INFO(file.name);
            const auto type = typer->type_of(file.bytes, "", sandboxed::extension_of(file.name));
            const Ended ended = sandboxed_summary(file.bytes, type.type);
            CHECK(came_back(ended));
        }
    }
}
