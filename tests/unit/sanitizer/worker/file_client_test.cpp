#include "sanitizer/worker/file_client.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "policy/policy.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/checked_answer.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "tests/support/file_lies.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/support/made_heif.hpp"
#include "tests/support/made_locked_package.hpp"
#include "tests/support/worker_programs.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

TEST_CASE("AC-214 a picture is rebuilt by a codec worker and read by a checker, and comes back without its metadata") {
    FileWorkers workers = real_workers();
    const PartRow row = row_of("2", sample_png());
    const FileResult result = rebuilt(workers, mail_with_picture(), row);
    const auto* file = std::get_if<FileRebuilt>(&result);
    if (file == nullptr) FAIL(std::get<FileNotMade>(result).words);
    CHECK(file->file.kind() == SafeKind::png);
    CHECK(file->file.sha256() == sha256_hex(file->file.bytes()));
    CHECK(file->file.pages() == 1);
    CHECK(file->file.bytes().find("secret name") == std::string::npos);
    CHECK(sample_png().find("secret name") != std::string::npos);
    CHECK_FALSE(file->losses.empty());
}

TEST_CASE("a HEIC and an AVIF are rebuilt by the codec program, which starts no thread") {
    FileWorkers workers = real_workers();
    for (const bool is_avif : {false, true}) {
        INFO(is_avif);
        HeifWanted wanted;
        wanted.is_avif = is_avif;
        const std::string picture = heif_of(wanted);
        const FileResult result = rebuilt(workers, mail_with(picture), row_of("1", picture));
        const auto* file = std::get_if<FileRebuilt>(&result);
        if (file == nullptr) FAIL(std::get<FileNotMade>(result).words);
        CHECK(file->file.kind() == SafeKind::jpeg);
    }
}

TEST_CASE("a page in an archive is known by its name, and arrives as what it shows") {
    FileWorkers workers = real_workers();
    const std::string page = "<p>one <b>two</b> <script>x()</script>";
    const std::string zip = zip_of({{"web/Page.HTM", page}, {"notes.txt", page}});
    const std::string mail = mail_with(zip);
    const FileResult seen = rebuilt(workers, mail, row_of("1", zip, PartKind::archive));
    const auto* members = std::get_if<MembersSeen>(&seen);
    if (members == nullptr) FAIL(std::get<FileNotMade>(seen).words);
    REQUIRE(members->members.size() == 2);
    CHECK(members->members[0].facts.kind == PartKind::html);
    CHECK(members->members[1].facts.kind == PartKind::text);
    const FileResult result = rebuilt(workers, mail, row_of("1/1", page, PartKind::html));
    const auto* file = std::get_if<FileRebuilt>(&result);
    if (file == nullptr) FAIL(std::get<FileNotMade>(result).words);
    CHECK(file->file.kind() == SafeKind::text);
    CHECK(file->file.bytes() == "one two");
}

TEST_CASE("a mail in an archive is known by its name and start, and is opened as an archive of its text and files") {
    FileWorkers workers = real_workers();
    std::string inside =
        "From: =?UTF-8?B?5bGx55Sw?= <a@example.jp>\r\nTo: b@example.jp\r\nSubject: x\r\nDate: Thu, 5 Nov 2026 10:11:00 "
        "+0900"
        "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: "
        "text/plain\r\n\r\n"
        "text\r\n--i\r\nContent-Type: image/png; name=p.png\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    append_base64_lines(inside, sample_png());
    inside +=
        "--i\r\nContent-Type: message/partial; id=a; number=1; total=2; name=p.txt\r\n\r\nx\r\n"
        "--i\r\nContent-Type: application/octet-stream; name=x.exe\r\n\r\nMZ\r\n--i\r\nContent-Type: "
        "message/rfc822\r\n\r\n"
        "From: c@example.jp\r\nSubject: inner\r\n\r\ninner\r\n--i--\r\n";
    const std::string zip = zip_of({{"a/Mail.EML", inside}, {"notes.eml", "no mail\r\n"}});
    const FileResult seen = rebuilt(workers, mail_with(zip), row_of("1", zip, PartKind::archive));
    const auto* members = std::get_if<MembersSeen>(&seen);
    if (members == nullptr) FAIL(std::get<FileNotMade>(seen).words);
    REQUIRE(members->members.size() == 2);
    CHECK(members->members[0].facts.kind == PartKind::archive);
    CHECK(members->members[1].facts.kind == PartKind::text);
    const FileResult opened = rebuilt(workers, mail_with(zip), row_of("1/1", inside, PartKind::archive));
    const auto* files = std::get_if<MembersSeen>(&opened);
    if (files == nullptr) FAIL(std::get<FileNotMade>(opened).words);
    REQUIRE(files->members.size() == 4);
    CHECK(files->members[0].facts.name == "p.png");
    CHECK(files->members[0].sha256 == sha256_hex(sample_png()));
    CHECK(to_string(files->members[1].held) == "message_partial");  // for what it is in its mail, not for its bytes
    CHECK(files->members[2].facts.name == "x.exe");
    CHECK(files->members[2].held != Reason::none);
    CHECK(files->members[3].facts.name == "本文.txt");
    PartRow letter = row_of("1/1/4", "", PartKind::text);
    letter.sha256 = files->members[3].sha256;
    const FileResult text = rebuilt(workers, mail_with(zip), letter);
    CHECK_THAT(std::get<FileRebuilt>(text).file.bytes(), Catch::Contains("差出人: 山田 <a@example.jp>") &&
                                                             Catch::Contains("件名: x") && Catch::Contains("\ntext") &&
                                                             Catch::Contains("> 差出人: c@example.jp") &&
                                                             Catch::Contains("> inner"));
    const FileResult picture = rebuilt(workers, mail_with(zip), row_of("1/1/1", sample_png()));
    CHECK(std::get<FileRebuilt>(picture).file.kind() == SafeKind::png);
}

TEST_CASE("attachments of one name in a mail in an archive are told apart, as those of a message of Outlook are") {
    FileWorkers workers = real_workers();
    std::string inside =
        "From: a@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
        "boundary=i\r\n\r\n--i\r\n\r\ntext\r\n";
    for (const char* name : {"p.png", "P.png"}) {
        inside += "--i\r\nContent-Type: image/png; name=" + std::string(name) +
                  "\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        append_base64_lines(inside, sample_png());
    }
    inside += "--i--\r\n";
    const std::string zip = zip_of({{"mail.eml", inside}});
    const FileResult opened = rebuilt(workers, mail_with(zip), row_of("1/1", inside, PartKind::archive));
    const auto* files = std::get_if<MembersSeen>(&opened);
    if (files == nullptr) FAIL(std::get<FileNotMade>(opened).words);
    REQUIRE(files->members.size() == 3);
    CHECK(files->members[0].facts.name == "p.png");
    CHECK(files->members[1].facts.name == "P (2).png");
    for (const auto& member : files->members) CHECK(member.held == Reason::none);
    const FileResult picture = rebuilt(workers, mail_with(zip), row_of("1/1/2", sample_png()));
    CHECK(std::get<FileRebuilt>(picture).file.kind() == SafeKind::png);
}

TEST_CASE("a mail in an archive that readers understand in several ways is held as a whole") {
    FileWorkers workers = real_workers();
    const std::string inside =
        "From: a@example.jp\r\nContent-Type: multipart/mixed; boundary=i\r\nContent-Type: "
        "text/plain\r\n\r\n--i\r\n\r\nx\r\n"
        "--i--\r\n";
    const std::string zip = zip_of({{"mail.eml", inside}});
    const FileResult opened = rebuilt(workers, mail_with(zip), row_of("1/1", inside, PartKind::archive));
    CHECK(std::get<FileNotMade>(opened).why == Reason::document_damaged);
}

TEST_CASE(
    "AC-199 a workbook with Excel's default password is opened by the codec program, in a mail and in an archive") {
    FileWorkers workers = real_workers();
    const std::string plain = made_zip(xlsx_parts({"<sheetData/>"}));
    const std::string book = made_compound(locked_agile(plain, {.spins = 100'000}));
    const auto row_about = [](std::string path, const std::string& bytes) {
        PartRow row = row_of(std::move(path), bytes, PartKind::encrypted);
        row.facts.detected_type = encrypted_package_type;
        return row;
    };
    const auto is_opened = [](const FileResult& result) {
        const auto* file = std::get_if<FileRebuilt>(&result);
        if (file == nullptr) FAIL(std::get<FileNotMade>(result).words);
        CHECK(file->file.kind() == SafeKind::xlsx);
        CHECK(std::any_of(file->losses.begin(), file->losses.end(),
                          [](const Loss& loss) { return loss.what == Reason::encryption_removed; }));
    };
    is_opened(rebuilt(workers, mail_with(book), row_about("1", book)));
    const std::string zip = zip_of({{"Book.xlsx", book}});
    const FileResult seen = rebuilt(workers, mail_with(zip), row_of("1", zip, PartKind::archive));
    const auto* members = std::get_if<MembersSeen>(&seen);
    if (members == nullptr) FAIL(std::get<FileNotMade>(seen).words);
    REQUIRE(members->members.size() == 1);
    CHECK(members->members[0].held == Reason::encrypted);
    CHECK(is_encrypted_package(members->members[0].facts));
    is_opened(rebuilt(workers, mail_with(zip), row_about("1/1", book)));
    const std::string other = made_compound(locked_agile(plain, {.password = "secret"}));
    const FileResult held = rebuilt(workers, mail_with(other), row_about("1", other));
    CHECK(std::get<FileNotMade>(held).why == Reason::encrypted);
}

TEST_CASE("a picture in an attached mail is found by its path") {
    FileWorkers workers = real_workers();
    const FileResult result = rebuilt(workers, mail_in_mail_with_picture(), row_of("2/2", sample_png()));
    CHECK(std::holds_alternative<FileRebuilt>(result));
}

TEST_CASE("a part that is not there, or is another one than the reader of the mail saw, is not rebuilt") {
    FileWorkers workers = real_workers();
    const auto row = GENERATE(row_of("3", sample_png()), row_of("2.1", sample_png()), row_of("2/1", sample_png()),
                              row_of("1/2", sample_png()), row_of("2", "another picture"));
    const FileResult result = rebuilt(workers, mail_with_picture(), row);
    CHECK(std::get<FileNotMade>(result).why == Reason::codec_nonsense);
}

TEST_CASE("what no codec knows stays where it is, and says so") {
    FileWorkers workers = real_workers();
    const std::string bytes = "\x01\x02 of no kind \x03";
    const std::string mail =
        "From: a@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=a.dat\r\n"
        "Content-Transfer-Encoding: binary\r\n\r\n" +
        bytes;
    const FileResult result = rebuilt(workers, mail, row_of("1", bytes, PartKind::other));
    CHECK(to_string(std::get<FileNotMade>(result).why) == to_string(Reason::not_rebuilt));
}

TEST_CASE(
    "AC-185 AC-200 AC-203 AC-204 old Office, RTF, ODF and flat XML stay where they are, whoever sends them as a docx") {
    FileWorkers workers = real_workers();
    const std::string vba(5000, 'V');
    const std::vector<std::string> documents{
        made_compound({{"WordDocument", std::string(5000, 'W')}, {"VBA", vba}}),
        made_compound({{"Workbook", std::string(5000, 'X')}, {"_VBA_PROJECT_CUR", vba}}),
        "{\\rtf1\\ansi{\\object\\objupdate{\\*\\objdata 0105000002000000}}}",
        made_zip_file(
            {{{"mimetype", "application/vnd.oasis.opendocument.text", 0}, {"content.xml", "<script:event/>"}}}),
        "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument/>"};
    for (const std::string& document : documents) {
        INFO(document.substr(0, 60));
        const FileResult result = rebuilt(workers, mail_with(document), row_of("1", document, PartKind::office));
        REQUIRE(std::holds_alternative<FileNotMade>(result));
        CHECK(std::get<FileNotMade>(result).why != Reason::codec_nonsense);
    }
}

// A codec worker that is wholly taken over. Every lie names what stops it.
TEST_CASE("no lie of a codec worker is a file that crosses") {
    for (const FileLie& lie : file_lies()) {
        INFO(lie.name);
        FileWorkers workers = workers_that("codec." + std::string(lie.name), "checker.real");
        const FileResult result = rebuilt(workers, mail_with_picture(), row_of("2", sample_png()));
        const auto* stays = std::get_if<FileNotMade>(&result);
        REQUIRE(stays != nullptr);
        CHECK(stays->why == lie.stopped_as);
        CHECK_THAT(stays->words, Catch::Contains(std::string(lie.stopped_by)));
    }
}

// A checker that is taken over has never seen an original; it can refuse, and no more than the codec's bytes cross.
TEST_CASE("no lie of a checker lets another file cross than the one that it was given") {
    struct Row {
        std::string_view checker, words;
    };
    for (const Row& row :
         {Row{"dies", "signal 9"}, Row{"another_digest", "another file"}, Row{"another_kind", "another file"},
          Row{"garbage", "frame"}, Row{"refuses", "not like this"}}) {
        INFO(row.checker);
        FileWorkers workers = workers_that("codec.honest", "checker." + std::string(row.checker));
        const FileResult result = rebuilt(workers, mail_with_picture(), row_of("2", sample_png()));
        const auto* stays = std::get_if<FileNotMade>(&result);
        REQUIRE(stays != nullptr);
        CHECK(stays->why == Reason::check_failed);
        CHECK_THAT(stays->words, Catch::Contains(std::string(row.words)));
    }
}

TEST_CASE("the played codec's honest answer crosses, so the lies are stopped by what they say") {
    FileWorkers workers = workers_that("codec.honest", "checker.real");
    const FileResult result = rebuilt(workers, mail_with_picture(), row_of("2", sample_png()));
    CHECK(std::holds_alternative<FileRebuilt>(result));
}

TEST_CASE("a part becomes only files of its own family") {
    using enum SafeKind;
    for (std::uint32_t number = 0; number < part_kind_count; ++number) {
        PartFacts part;
        part.kind = static_cast<PartKind>(number);
        const bool image = part.kind == PartKind::image, office = part.kind == PartKind::office;
        CHECK(may_become(part, jpeg) == image);
        CHECK(may_become(part, png) == image);
        CHECK(may_become(part, pdf) == (part.kind == PartKind::pdf));
        CHECK(may_become(part, text) == (part.kind == PartKind::text || part.kind == PartKind::html));
        CHECK(may_become(part, csv) == (part.kind == PartKind::text));
        CHECK_FALSE(may_become(part, ics));
        CHECK(may_become(part, vcf) == (part.kind == PartKind::calendar));
        PartFacts calendar = part;
        calendar.detected_type = "text/calendar";
        CHECK(may_become(calendar, ics) == (part.kind == PartKind::calendar));
        CHECK_FALSE(may_become(calendar, vcf));
        for (const SafeKind kind : {docx, xlsx, pptx}) CHECK(may_become(part, kind) == office);
        CHECK_FALSE(may_become(part, zip));
        CHECK(may_become(part, image_pdf) == (part.kind == PartKind::pdf || office));
        part.detected_type = "image/tiff";  // of several pages
        CHECK(may_become(part, image_pdf) == (part.kind == PartKind::pdf || office || image));
        part.detected_type = encrypted_package_type;
        const bool opened = part.kind == PartKind::encrypted;
        for (const SafeKind kind : {docx, xlsx, pptx}) CHECK(may_become(part, kind) == (office || opened));
        CHECK(may_become(part, pdf) == (part.kind == PartKind::pdf));
        part.detected_type = "application/pdf";  // with no password but its owner's
        CHECK(may_become(part, pdf) == (part.kind == PartKind::pdf || opened));
    }
}

TEST_CASE("what was wanted of a file is what comes of it, whatever a codec says") {
    using enum SafeKind;
    const auto is_believed = [](FileWant want, PartKind of, SafeKind made) {
        FileJob job;
        job.want = want;
        const PartRow row = row_of("2", "bytes", of);
        return check_file_answer({row.sha256, FileMade{made, "x", {}, 1}}, job, row).has_value();
    };
    for (const SafeKind made : {jpeg, png, pdf, docx, xlsx, pptx, zip, text, csv, ics, vcf}) {
        CAPTURE(to_string(made));
        CHECK(is_believed(FileWant::words, PartKind::office, made) == (made == text));
        CHECK(is_believed(FileWant::pages, PartKind::pdf, made) == (made == text));
        CHECK(is_believed(FileWant::text, PartKind::text, made) == (made == text));
        CHECK(is_believed(FileWant::table, PartKind::text, made) == (made == csv));
    }
    CHECK(is_believed(FileWant::file, PartKind::pdf, pdf));
}

namespace {

MemberSeen good_member() {
    MemberSeen member;
    member.facts.name = "文書/a.png";
    member.facts.kind = PartKind::image;
    member.facts.bytes = 3;
    member.sha256 = sha256_hex("png");
    member.notes = {Reason::name_cleaned};
    return member;
}

Result<FileOutcome> believed(std::vector<MemberSeen> members) {
    const PartRow archive = row_of("2", "PK", PartKind::archive);
    FileAnswers answers;
    answers.push_back({archive.sha256, MembersSeen{std::move(members)}});
    const std::string frame = encode_file_answers(answers);
    FileJob job;
    job.path = "2";
    auto outcomes = believe_files(frame.substr(frame_header_bytes), {job, {archive}});
    if (!outcomes) return outcomes.error();
    return std::move(outcomes->at(0));
}

}  // namespace

TEST_CASE("what an archive holds is believed as far as it costs nobody but itself") {
    auto outcome = believed({good_member(), good_member()});
    REQUIRE(outcome.has_value());
    const auto& members = std::get<MembersSeen>(*outcome).members;
    REQUIRE(members.size() == 2);
    CHECK(members[0].facts.name == "文書/a.png");
    CHECK(members[0].notes == std::vector{Reason::name_cleaned});
    MemberSeen held = good_member();
    held.held = Reason::encrypted;
    held.sha256.clear();
    CHECK(believed({held}).has_value());
}

TEST_CASE("no lie about what an archive holds reaches the mail, or leads out of the archive") {
    struct Lie {
        std::string_view stopped_by;
        std::function<void(MemberSeen&)> change;
    };
    std::vector<Lie> lies{
        {"plain", [](MemberSeen& m) { m.facts.name = "a\r\nBcc: b"; }},
        {"digest", [](MemberSeen& m) { m.sha256.clear(); }},
        {"rule", [](MemberSeen& m) { m.sha256 = "no digest"; }},
        {"for no reason", [](MemberSeen& m) { m.held = Reason::too_many_parts; }},
        {"for no reason", [](MemberSeen& m) { m.held = Reason::html_to_text; }},
        {"more than a file", [](MemberSeen& m) { m.notes = {Reason::worker_died}; }},
        {"more than a file", [](MemberSeen& m) { m.notes = {Reason::policy_refuse}; }},
        {"unpacked", [](MemberSeen& m) { m.facts.bytes = (512u << 20) + 1; }},
        {"unpacked", [](MemberSeen& m) { m.facts.bytes = ~std::uint64_t{0}; }},
        {"rule", [](MemberSeen& m) { m.facts.detected_type = "image/png\r\n"; }},
    };
    for (const std::string name :
         {"", "/a", "a/", "a//b", "..", "../a", "a/../b", ".", "a/./b", "C:a", "a\\b", "..\\a"}) {
        lies.push_back({"name is none", [name](MemberSeen& m) { m.facts.name = name; }});
    }
    lies.push_back({"name is none", [](MemberSeen& m) { m.facts.name = std::string(700, 'a'); }});
    for (const Lie& lie : lies) {
        MemberSeen member = good_member();
        lie.change(member);
        INFO(member.facts.name);
        const auto outcome = believed({good_member(), member});
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().fault() == Fault::protocol);
        CHECK_THAT(outcome.error().words(), Catch::Contains(std::string(lie.stopped_by)));
    }
    CHECK_FALSE(believed(std::vector<MemberSeen>(FileLimits().archive_members_max + 1, good_member())).has_value());
    CHECK(believed(std::vector<MemberSeen>(FileLimits().archive_members_max, good_member())).has_value());
}
