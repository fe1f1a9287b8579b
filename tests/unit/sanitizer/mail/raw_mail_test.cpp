#include "sanitizer/mail/raw_mail.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <limits>
#include <memory>
#include <vector>

#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;

namespace {

RawMail written(std::size_t memory_bytes_max, std::initializer_list<std::string_view> pieces) {
    RawMailWriter writer({"/tmp", memory_bytes_max});
    for (const std::string_view piece : pieces) REQUIRE(writer.append(piece).has_value());
    auto mail = std::move(writer).finish();
    REQUIRE(mail.has_value());
    return std::move(*mail);
}

std::string bytes_of(const RawMail& mail) { return std::string(mail.untrusted_bytes()->view()); }

}  // namespace

TEST_CASE("a mail is kept byte for byte, in memory and spilled, with its digest") {
    const std::string whole = std::string("Subject: x\r\n\r\n\0\xff", 16) + std::string(5000, 'b');
    for (const std::size_t memory :
         {std::size_t{0}, std::size_t{15}, std::size_t{16}, whole.size(), whole.size() + 1}) {
        CAPTURE(memory);
        const RawMail mail =
            written(memory, {std::string_view(whole).substr(0, 16), std::string_view(whole).substr(16)});
        CHECK(mail.size() == whole.size());
        CHECK(bytes_of(mail) == whole);
        CHECK(mail.sha256() == sha256_hex(whole));
        CHECK(::lseek(mail.descriptor(), 0, SEEK_CUR) == 0);
    }
}

TEST_CASE("an empty mail is a mail") {
    CHECK(bytes_of(written(100, {})).empty());
    CHECK(bytes_of(*RawMail::from_bytes("")).empty());
    CHECK(written(0, {}).sha256() == sha256_hex(""));
}

TEST_CASE("nobody can change a mail after it is finished") {
    for (const std::size_t memory : {std::size_t{0}, std::size_t{100}}) {
        CAPTURE(memory);
        const RawMail mail = written(memory, {"hello"});
        CHECK(::pwrite(mail.descriptor(), "X", 1, 0) < 0);
        CHECK(::ftruncate(mail.descriptor(), 0) < 0);
        CHECK(::mmap(nullptr, 5, PROT_READ | PROT_WRITE, MAP_SHARED, mail.descriptor(), 0) == MAP_FAILED);
        CHECK(bytes_of(mail) == "hello");
    }
}

TEST_CASE("a spilled mail leaves no name behind and gets none") {
    const RawMail mail = written(0, {"hello"});
    const std::string self = "/proc/self/fd/" + std::to_string(mail.descriptor());
    const std::string target = "/tmp/mugaika_test_link_" + std::to_string(::getpid());
    CHECK(::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) != 0);
    ::unlink(target.c_str());
}

TEST_CASE("a mail's descriptor is not inherited by programs") {
    for (const std::size_t memory : {std::size_t{0}, std::size_t{100}}) {
        CHECK((::fcntl(written(memory, {"x"}).descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
    }
}

TEST_CASE("AC-239 a full disk is told from other faults") {
    RawMailWriter nowhere({"/nonexistent/folder", 0});
    const auto missing = nowhere.append("x");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().fault() == Fault::not_found);
    CHECK(error_from_errno("write", ENOSPC).fault() == Fault::disk_full);

    // RLIMIT_FSIZE stands in for a disk that ends in the middle of a mail.
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    rlimit small = old_limit;
    small.rlim_cur = 4096;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    RawMailWriter writer({"/tmp", 0});
    const auto cut = writer.append(std::string(10000, 'x'));
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    std::signal(SIGXFSZ, old_handler);
    REQUIRE_FALSE(cut.has_value());
    CHECK(cut.error().fault() == Fault::io);
}

TEST_CASE("AC-250 mails hold no more memory together than their purse has; past it they go to their files, whole") {
    const auto purse = std::make_shared<MemoryPurse>(100 * 1024);
    const std::string piece(4000, 'x');
    std::vector<RawMailWriter> writers;
    for (int i = 0; i < 200; ++i) writers.emplace_back(SpoolRoom{"/tmp", 256u << 10, 0, purse});
    for (int round = 0; round < 10; ++round) {
        for (RawMailWriter& writer : writers) {
            REQUIRE(writer.append(piece).has_value());
            CHECK(purse->held() <= 100 * 1024);
        }
    }
    CHECK(purse->held() > 0);  // some are in memory, most are not
    std::vector<RawMail> mails;
    for (RawMailWriter& writer : writers) mails.push_back(std::move(writer).finish().value());
    writers.clear();
    CHECK(purse->held() > 0);  // a finished mail in memory still holds its own
    for (const RawMail& mail : mails) CHECK(bytes_of(mail) == std::string(40000, 'x'));
    mails.clear();
    CHECK(purse->held() == 0);
}

TEST_CASE("a mail that was given up gives its memory back, and a purse that grew is used") {
    const auto purse = std::make_shared<MemoryPurse>(0);
    {
        RawMailWriter writer({"/nonexistent/folder", 256u << 10, 0, purse});
        CHECK_FALSE(writer.append(std::string(1000, 'x')).has_value());  // no memory, and no folder for files
    }
    purse->use(1 << 20);
    {
        RawMailWriter writer({"/nonexistent/folder", 256u << 10, 0, purse});
        REQUIRE(writer.append(std::string(1000, 'x')).has_value());
        CHECK(purse->held() >= 1000);
    }
    CHECK(purse->held() == 0);
}

TEST_CASE("AC-239 temporary files leave others their space on the disk: past it a mail fails as on a full disk") {
    RawMailWriter writer({"/tmp", 10, std::numeric_limits<std::uint64_t>::max()});
    REQUIRE(writer.append("in memory").has_value());
    const auto spilled = writer.append("and past it");
    REQUIRE_FALSE(spilled.has_value());
    CHECK(spilled.error().fault() == Fault::disk_full);
    RawMailWriter enough({"/tmp", 10, 1});
    REQUIRE(enough.append(std::string(3u << 20, 'x')).has_value());
}

TEST_CASE("an owned descriptor is closed once") {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    FileDescriptor reading(ends[0]);
    {
        FileDescriptor writing(ends[1]);
        FileDescriptor other = std::move(writing);
        CHECK_FALSE(writing.is_open());
        CHECK(other.get() == ends[1]);
        other = FileDescriptor();
        char byte = 0;
        CHECK(::read(reading.get(), &byte, 1) == 0);  // end of file: the writing end is closed
    }
    CHECK(reading.is_open());
}
