// Files that leave a codec as they are, for an engine, and bare files that come back from one.
#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/checked_answer.hpp"
#include "sanitizer/worker/file_client.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "tests/support/file_lies.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string bytes_of(const UntrustedFile& file) {
    return std::string(RawMail::Mapping::of(file.descriptor(), file.size())->view());
}

OutResult out_of(FileWorkers& workers, std::string_view mail_bytes, const PartRow& row) {
    const RawMail mail = RawMail::from_bytes(mail_bytes).value();
    return take_out_file(workers, {job_for(mail, row.facts.path), {row}}, mail, {});
}

FileResult bare(FileWorkers& workers, std::string_view bytes, const PartRow& row) {
    const UntrustedFile file = UntrustedFile::from_bytes(bytes).value();
    const RawMail mail = RawMail::from_bytes("no matter").value();
    return rebuild_files(workers, about_bare({job_for(mail, row.facts.path), {row}}, file), file, {}).at(0);
}

// What an answer about sample_png() in part 2 comes to for such a task.
Result<std::vector<FileOutcome>> believed(FileTask task, FileOutcome outcome) {
    FileErrand errand{{}, {row_of("2", sample_png())}};
    errand.job.path = "2";
    errand.job.task = task;
    errand.job.out_bytes_max = 100'000;
    FileAnswers answers;
    answers.push_back({sha256_hex(sample_png()), std::move(outcome)});
    return believe_files(encode_file_answers(answers).substr(frame_header_bytes), errand);
}

}  // namespace

TEST_CASE("a file is taken out of its mail as it came, in an attached mail and in an archive too") {
    FileWorkers workers = real_workers();
    const std::string zip = zip_of({{"a.txt", "text\r\n"}, {"b/photo.png", sample_png()}});
    for (const auto& [mail, path] :
         {std::pair{mail_with_picture(), "2"}, {mail_in_mail_with_picture(), "2/2"}, {mail_with(zip), "1/2"}}) {
        INFO(path);
        const OutResult result = out_of(workers, mail, row_of(path, sample_png()));
        const auto* out = std::get_if<FileOut>(&result);
        if (out == nullptr) FAIL(std::get<FileNotMade>(result).words);
        CHECK(bytes_of(out->file) == sample_png());
        CHECK(out->file.sha256() == sha256_hex(sample_png()));
        CHECK(out->losses.empty());
    }
    const OutResult archive = out_of(workers, mail_with(zip), row_of("1", zip, PartKind::archive));
    CHECK(bytes_of(std::get<FileOut>(archive).file) == zip);
}

TEST_CASE("a file that is not there, is another one or is too large is not taken out") {
    FileWorkers workers = real_workers();
    for (const PartRow& row : {row_of("3", sample_png()), row_of("2", "another picture")}) {
        const OutResult result = out_of(workers, mail_with_picture(), row);
        CHECK(std::get<FileNotMade>(result).why == Reason::codec_nonsense);
    }
    const RawMail mail = RawMail::from_bytes(mail_with_picture()).value();
    FileErrand errand{job_for(mail, "2"), {row_of("2", sample_png())}};
    errand.job.out_bytes_max = sample_png().size() - 1;
    const OutResult large = take_out_file(workers, errand, mail, {});
    CHECK(std::get<FileNotMade>(large).why == Reason::files_too_large);
}

TEST_CASE("a bare file is rebuilt and checked as one of a mail is") {
    FileWorkers workers = real_workers();
    const FileResult of_mail = rebuilt(workers, mail_with_picture(), row_of("2", sample_png()));
    const FileResult result = bare(workers, sample_png(), row_of("2", "what it was made of"));
    const auto* file = std::get_if<FileRebuilt>(&result);
    if (file == nullptr) FAIL(std::get<FileNotMade>(result).words);
    CHECK(file->file.bytes() == std::get<FileRebuilt>(of_mail).file.bytes());
    CHECK(file->losses.size() == std::get<FileRebuilt>(of_mail).losses.size());
}

TEST_CASE("a bare file that is no file of the part's kind does not cross, whatever it is") {
    FileWorkers workers = real_workers();
    const std::string zip = zip_of({{"a.png", sample_png()}});
    const auto why = [&](const std::string& bytes) {
        const FileResult result = bare(workers, bytes, row_of("2", "doc", PartKind::office));
        return std::string(to_string(std::get<FileNotMade>(result).why));
    };
    CHECK(why(zip) == "not_rebuilt");
    CHECK(why(sample_png()) == "codec_nonsense");
    CHECK(why(mail_with_picture()) == "codec_nonsense");
    CHECK(why("a text\r\n") == "codec_nonsense");
}

TEST_CASE("an answer is believed only for what was asked") {
    const FileMade made{SafeKind::png, "png", {}};
    const FileTaken taken{sample_png(), {{Reason::macro_removed, 2}}};
    CHECK(believed(FileTask::rebuild, made).has_value());
    CHECK(believed(FileTask::rebuild_bare, made).has_value());
    CHECK(believed(FileTask::take_out, taken).has_value());
    struct Lie {
        FileTask task;
        FileOutcome told;
        std::string stopped_by;
    };
    const FileTaken other{"another file", {}};
    const FileTaken large{std::string(100'001, 'x'), {}};
    const FileTaken lossless{sample_png(), {{Reason::none, 1}}};
    const FileTaken twice{sample_png(), {{Reason::macro_removed, 1}, {Reason::macro_removed, 1}}};
    for (const Lie& lie : {Lie{FileTask::rebuild, taken, "asked for anew"},
                           {FileTask::rebuild_bare, taken, "asked for anew"},
                           {FileTask::take_out, made, "asked for as it is"},
                           {FileTask::take_out, MembersSeen{}, "not to be opened"},
                           {FileTask::rebuild_bare, MembersSeen{}, "not to be opened"},
                           {FileTask::take_out, other, "another file"},
                           {FileTask::take_out, large, "over its limit"},
                           {FileTask::take_out, lossless, "a loss that is none"},
                           {FileTask::take_out, twice, "stands twice"}}) {
        INFO(lie.stopped_by);
        const auto outcomes = believed(lie.task, lie.told);
        REQUIRE(outcomes.has_error());
        CHECK(outcomes.error().fault() == Fault::protocol);
        CHECK_THAT(outcomes.error().words(), Catch::Contains(lie.stopped_by));
    }
}

TEST_CASE("what is said of pages is believed only where pages were asked for") {
    FileTaken pages{sample_png(), {}};
    pages.about.pages = 3;
    pages.about.links = {"https://www.example.jp/"};
    pages.about.has_foreign_fonts = true;
    FileTaken letters{"", {}};
    letters.about.missing = {{1, 0x9ad9, 2}};
    CHECK(believed(FileTask::take_pages, pages).has_value());
    CHECK(believed(FileTask::take_bare_pages, pages).has_value());
    CHECK(believed(FileTask::find_missing, letters).has_value());
    CHECK(believed(FileTask::picture_bare, FileMade{SafeKind::image_pdf, "pdf", {}}).has_error());  // of a picture
    FileTaken without = pages, many = pages, control = letters, nowhere = letters, with_bytes = letters;
    without.about.pages = 0;
    many.about.pages = 100'001;
    control.about.missing[0].code_point = 0x07;
    nowhere.about.missing[0].page = 0;
    with_bytes.untrusted_bytes = "x";
    struct Lie {
        FileTask task;
        FileOutcome told;
    };
    for (const Lie& lie : {Lie{FileTask::take_out, pages},
                           {FileTask::take_out, letters},
                           {FileTask::take_pages, letters},
                           {FileTask::take_pages, without},
                           {FileTask::take_pages, many},
                           {FileTask::take_pages, FileMade{SafeKind::png, "png", {}}},
                           {FileTask::find_missing, pages},
                           {FileTask::find_missing, control},
                           {FileTask::find_missing, nowhere},
                           {FileTask::find_missing, with_bytes},
                           {FileTask::picture_bare, FileMade{SafeKind::png, "png", {}}},
                           {FileTask::rebuild, FileMade{SafeKind::image_pdf, "pdf", {}}}}) {
        INFO(static_cast<int>(lie.task));
        CHECK(believed(lie.task, lie.told).has_error());
    }
}

TEST_CASE("a link is listed when it is one line of a web or mail address") {
    for (const char* link : {"http://a", "https://www.example.jp/?a=1#b", "mailto:a@example.jp", "HTTPS://X"})
        CHECK(is_listed_link(link));
    for (const std::string& link :
         {std::string("javascript:alert(1)"), std::string("file:///etc/passwd"), std::string("http://"),
          std::string("https://a b"), std::string("https://a\n"), std::string("https://\xe3\x81\x82"), std::string(),
          "https://" + std::string(listed_link_bytes_max, 'a')})
        CHECK_FALSE(is_listed_link(link));
}

TEST_CASE("no lie of a codec worker is a file that an engine is given") {
    for (const FileLie& lie : file_lies()) {
        if (lie.name == "gives_the_file_out") continue;  // here that is what it was asked for
        INFO(lie.name);
        FileWorkers workers = workers_that("codec." + std::string(lie.name), "checker.real");
        const OutResult result = out_of(workers, mail_with_picture(), row_of("2", sample_png()));
        REQUIRE(std::holds_alternative<FileNotMade>(result));
        const Reason why = std::get<FileNotMade>(result).why;
        CHECK((why == Reason::codec_nonsense || why == Reason::codec_died));
    }
}

TEST_CASE("a job says what it is for, and a password that is longer than any is none") {
    FileJob job;
    job.path = "1.2/3";
    job.task = FileTask::rebuild_bare;
    job.password = "ひみつ";
    const auto back = decode_file_job(encode_file_job(job).substr(frame_header_bytes));
    REQUIRE(back.has_value());
    CHECK(back->task == job.task);
    CHECK(back->password == job.password);
    job.password.assign(password_bytes_max + 1, 'x');
    CHECK(decode_file_job(encode_file_job(job).substr(frame_header_bytes)).has_error());
    job.password.clear();
    job.task = FileTask::find_missing;
    job.dpi = 150;
    const auto pages = decode_file_job(encode_file_job(job).substr(frame_header_bytes));
    REQUIRE(pages.has_value());
    CHECK(pages->task == job.task);
    CHECK(pages->dpi == 150);
    job.task = static_cast<FileTask>(static_cast<int>(last_file_task) + 1);
    CHECK(decode_file_job(encode_file_job(job).substr(frame_header_bytes)).has_error());
}
