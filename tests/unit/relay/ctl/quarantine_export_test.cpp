#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kept_mails.hpp"
#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

const std::string pdf = "%PDF-1.4\r\n1 0 obj\r\n";
const std::string mixed =
    "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"../../a.pdf\"\r\n\r\n" +
    pdf +
    "\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\n"
    "MZ program\r\n--b--\r\n";

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

mode_t mode_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777;
}

// With a mail of a text, a PDF and a program.
class Exporting : public Kept {
public:
    Exporting() {
        mail = keep(mixed, "c@city.example.lg.jp", std::chrono::hours(1), [](QuarantineItem& item) {
            item.ledger.parts.resize(3);
            for (std::size_t i = 0; i < 3; ++i) item.ledger.parts[i].facts.path = std::to_string(i + 1);
            item.ledger.parts[1].sha256 = sha256_hex(pdf);
        });
    }
    Ran run_export(std::vector<std::string> more) const {
        more.insert(more.begin(), {"quarantine", "export", mail, "--by", "山田"});
        return run(more);
    }

    std::string mail;
};

}  // namespace

TEST_CASE("a kept mail is exported whole into a new file of its owner's, with a warning and an event") {
    const Exporting kept;
    const mode_t before = umask(0);
    const Ran ran = kept.run_export({"--output", kept.path("out.eml")});
    umask(before);
    CAPTURE(ran.err);
    REQUIRE(ran.exit == Exit::done);
    CHECK(bytes_of(kept.path("out.eml")) == mixed);
    CHECK(mode_of(kept.path("out.eml")) == 0600);
    CHECK_THAT(ran.err, Catch::Contains("nobody has checked") && Catch::Contains("isolated machine"));
    CHECK_THAT(ran.out, Catch::StartsWith(kept.mail) && Catch::Contains(sha256_hex(mixed)));
    const auto event = kept.events().back();
    CHECK(event.at("event") == "quarantine.exported");
    CHECK(event.at("id").as_string() == kept.mail);
    CHECK(event.at("person") == "山田");
    CHECK(event.at("uid") == 1000);
    CHECK(event.at("what") == "original");
    CHECK(event.at("file").as_string() == kept.path("out.eml"));
    CHECK(event.at("bytes") == mixed.size());
    CHECK(event.at("sha256").as_string() == sha256_hex(mixed));
}

TEST_CASE("an export writes over no file without --force, through no link, and leaves none when it fails") {
    const Exporting kept;
    const std::string out = kept.path("out");
    std::ofstream(out) << "precious and longer than what is exported" << std::string(mixed.size(), 'x');
    const Ran refused = kept.run_export({"-o", out});
    CHECK(refused.exit == Exit::usage);
    CHECK_THAT(refused.err, Catch::Contains("--force"));
    CHECK_THAT(bytes_of(out), Catch::StartsWith("precious"));
    REQUIRE(chmod(out.c_str(), 0644) == 0);
    CHECK(kept.run_export({"-o", out, "--force"}).exit == Exit::done);
    CHECK(bytes_of(out) == mixed);
    CHECK(mode_of(out) == 0600);

    std::ofstream(kept.path("empty")).close();
    CHECK(kept.run_export({"-o", kept.path("empty")}).exit == Exit::done);
    if (geteuid() == 0) {
        for (const char* content : {"", "x"}) {
            std::ofstream(kept.path("theirs")) << content;
            REQUIRE(chown(kept.path("theirs").c_str(), 65533, 65533) == 0);
            CHECK(kept.run_export({"-o", kept.path("theirs"), "--force"}).exit == Exit::usage);
            CHECK(bytes_of(kept.path("theirs")) == content);
        }
    }
    std::filesystem::create_symlink(out, kept.path("link"));
    std::filesystem::create_symlink(kept.path("nowhere"), kept.path("dangling"));
    for (const char* link : {"link", "dangling"}) {
        CHECK(kept.run_export({"-o", kept.path(link)}).exit != Exit::done);
        CHECK(kept.run_export({"-o", kept.path(link), "--force"}).exit != Exit::done);
    }
    CHECK_FALSE(std::filesystem::exists(kept.path("nowhere")));
    REQUIRE(mkfifo(kept.path("pipe").c_str(), 0600) == 0);
    CHECK(kept.run_export({"-o", kept.path("pipe"), "--force"}).exit != Exit::done);
    CHECK(kept.run_export({"-o", kept.path("no/folder")}).exit == Exit::cannot_write);
    CHECK(kept.events().size() == 2);

    CHECK(kept.run_export({"-o", kept.path("new"), "--part", "9"}).exit == Exit::refused);
    CHECK_FALSE(std::filesystem::exists(kept.path("new")));
    CHECK(kept.run({"quarantine", "export", "0123456789abcdefghjkmnpqrs", "-o", kept.path("new")}).exit ==
          Exit::refused);
    CHECK_FALSE(std::filesystem::exists(kept.path("new")));
    CHECK(kept.events().size() == 2);
    for (const char* wrong : {"ALL", "../x", ""}) {
        CHECK(kept.run({"quarantine", "export", wrong, "-o", kept.path("new")}).exit == Exit::usage);
    }
}

TEST_CASE("a file of a kept mail is taken out by the worker, whatever the profile lets cross") {
    if (!worker_is_there()) return;
    const Exporting kept;
    for (const char* more : {"", "[profile.standard]\nattachments = { pdf = \"refuse\" }\n"}) {
        CAPTURE(more);
        kept.configure(more);
        const Ran ran = kept.run_export({"--part", "2", "-o", kept.path("part"), "--force"});
        CAPTURE(ran.err);
        REQUIRE(ran.exit == Exit::done);
        CHECK(bytes_of(kept.path("part")) == pdf);
        CHECK(kept.events().back().at("what") == "part 2");
        CHECK(kept.events().back().at("sha256").as_string() == sha256_hex(pdf));
        std::filesystem::remove(kept.path("part"));
    }
    for (const char* part : {"1", "3"}) {  // a text, a program
        const Ran ran = kept.run_export({"--part", part, "-o", kept.path("new")});
        CHECK(ran.exit == Exit::refused);
        CHECK_THAT(ran.err, Catch::Contains("leave --part away"));
        CHECK_FALSE(std::filesystem::exists(kept.path("new")));
    }
}

TEST_CASE("a part that is not what the ledger knows is not written") {
    if (!worker_is_there()) return;
    const Exporting kept;
    const std::string other = kept.keep(mixed, "d@city.example.lg.jp", std::chrono::hours(1), [](QuarantineItem& item) {
        item.ledger.parts[0].sha256 = sha256_hex("another file");
    });
    const Ran ran = kept.run({"quarantine", "export", other, "--part", "2", "-o", kept.path("new")});
    CHECK(ran.exit == Exit::refused);
    CHECK_THAT(ran.err, Catch::Contains("not what was received"));
    CHECK_FALSE(std::filesystem::exists(kept.path("new")));
}
