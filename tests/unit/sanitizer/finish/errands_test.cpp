#include "sanitizer/finish/errands.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/file_wire.hpp"

using namespace mugaika;

namespace {

PartRow row_of(std::string path, PartKind kind, Reason reason = Reason::not_rebuilt) {
    PartRow row;
    row.facts.path = std::move(path);
    row.facts.kind = kind;
    row.facts.name = "a.png";
    row.verdict = PartVerdict::quarantined;
    row.reason = reason;
    row.sha256 = sha256_hex(row.facts.path);
    return row;
}

Extract extract_of(std::vector<PartRow> rows) {
    Extract extract;
    extract.parts = std::move(rows);
    return extract;
}

// By the only road there is: the frame of a checker.
CheckedFile checked_file(std::string bytes, SafeKind kind = SafeKind::png) {
    const std::string frame = encode_check_answer(kind, sha256_hex(bytes), 1);
    const CheckAnswer answer = decode_check_answer(frame.substr(frame_header_bytes)).value();
    return CheckedFile::from(std::move(bytes), kind, answer).value();
}

FileResult rebuilt(std::string bytes, std::vector<Loss> losses = {}, SafeKind kind = SafeKind::png) {
    return FileRebuilt{checked_file(std::move(bytes), kind), std::move(losses)};
}

std::vector<std::size_t> errands(std::vector<PartRow> rows) { return errands_of(extract_of(std::move(rows)), {}); }

}  // namespace

TEST_CASE("a codec is asked for files of a kind that it may rebuild, and for nothing else") {
    for (std::uint32_t number = 0; number < part_kind_count; ++number) {
        const auto kind = static_cast<PartKind>(number);
        const bool wanted = kind == PartKind::image || kind == PartKind::pdf || kind == PartKind::office;
        INFO(to_string(kind));
        CHECK(errands({row_of("2", kind)}).size() == (wanted ? 1 : 0));
    }
}

TEST_CASE("no codec is asked for what is quarantined for another reason than its kind") {
    for (const Reason reason : {Reason::executable, Reason::dangerous_name, Reason::encrypted, Reason::policy_hold,
                                Reason::uuencoded_file, Reason::too_much_decoded}) {
        INFO(to_string(reason));
        CHECK(errands({row_of("2", PartKind::image, reason)}).empty());
    }
    CHECK(errands({row_of("2", PartKind::image, Reason::name_lies)}).size() == 1);
    PartRow dangerous = row_of("2", PartKind::image);
    dangerous.notes = {Reason::dangerous_name};
    CHECK(errands({dangerous}).empty());
    PartRow shown = row_of("2", PartKind::image);
    shown.verdict = PartVerdict::rebuilt;
    CHECK(errands({shown}).empty());
}

TEST_CASE("a codec is asked for a text that came as a file, unless the profile wants it in the body") {
    PartRow text = row_of("2", PartKind::text);
    text.facts.name = "名簿.csv";
    text.facts.is_attachment = true;
    text.facts.bytes = 5;
    CHECK(errands({text}).size() == 1);
    Profile in_body;
    in_body.text_files = TextFiles::body;
    CHECK(errands_of(extract_of({text}), in_body).empty());
    text.facts.path = "1/1";
    CHECK(errands({row_of("1", PartKind::text, Reason::none), text}).empty());  // cut out of a text
    CHECK(errands({row_of("1", PartKind::mail, Reason::none), text}).size() == 1);
}

TEST_CASE("a profile that does not rebuild a kind asks no codec for it") {
    Profile profile;
    const auto action = GENERATE(PartAction::quarantine, PartAction::remove, PartAction::hold, PartAction::image_pdf);
    profile.actions.at(static_cast<std::size_t>(PartKind::pdf)) = action;
    CHECK(errands_of(extract_of({row_of("2", PartKind::pdf), row_of("3", PartKind::image)}), profile) ==
          std::vector<std::size_t>{1});
}

TEST_CASE("a file inside an attached mail is asked for, one cut out of a text is not") {
    CHECK(errands({row_of("2", PartKind::mail, Reason::none), row_of("2/2", PartKind::image)}) ==
          std::vector<std::size_t>{1});
    CHECK(errands({row_of("1", PartKind::text, Reason::none), row_of("1/1", PartKind::image)}).empty());
}

TEST_CASE("what comes of a file changes its own row and nothing else of the mail") {
    Extract extract = extract_of({row_of("2", PartKind::image), row_of("3", PartKind::image)});
    take_in(extract, 1, rebuilt("png", {{Reason::metadata_removed, 3}, {Reason::frames_dropped, 2}}), {});
    const PartRow& row = extract.parts[1];
    CHECK(row.verdict == PartVerdict::rebuilt);
    CHECK(row.method == "ウ-3");
    CHECK(row.reason == Reason::frames_dropped);  // the heaviest of what was lost
    CHECK(row.out_kind == "png");
    CHECK(row.out_bytes == 3);
    CHECK(row.out_sha256 == sha256_hex("png"));
    CHECK(row.losses.size() == 2);
    CHECK(extract.parts[0].verdict == PartVerdict::quarantined);
    CHECK(extract.findings.empty());
    REQUIRE(extract.rebuilt.size() == 1);
    CHECK(extract.rebuilt[0].path == "3");
}

// matrix: codec/died, codec/late, codec/nonsense
TEST_CASE("a file that was not made stays where it is, with the reason") {
    for (const Reason why : {Reason::codec_died, Reason::codec_late, Reason::codec_nonsense, Reason::check_failed}) {
        Extract extract = extract_of({row_of("2", PartKind::image)});
        take_in(extract, 0, FileNotMade{why, "words"}, {});
        CHECK(extract.parts[0].verdict == PartVerdict::quarantined);
        CHECK(extract.parts[0].reason == why);
        CHECK(extract.rebuilt.empty());
    }
}

TEST_CASE("rebuilt files stand in the order of their parts, whichever is ready first") {
    Extract extract =
        extract_of({row_of("2", PartKind::image), row_of("3", PartKind::image), row_of("4", PartKind::image)});
    for (const std::size_t row : {2u, 0u, 1u}) take_in(extract, row, rebuilt("file " + std::to_string(row)), {});
    REQUIRE(extract.rebuilt.size() == 3);
    CHECK(extract.rebuilt[0].path == "2");
    CHECK(extract.rebuilt[1].path == "3");
    CHECK(extract.rebuilt[2].path == "4");
}

TEST_CASE("files that do not fit into the mail's budget stay where they are") {
    BudgetLimits budget;
    budget.files_bytes_max = 10;
    Extract extract =
        extract_of({row_of("2", PartKind::image), row_of("3", PartKind::image), row_of("4", PartKind::image)});
    take_in(extract, 0, rebuilt("12345678"), budget);
    take_in(extract, 1, rebuilt("123"), budget);
    take_in(extract, 2, rebuilt("12"), budget);
    CHECK(extract.parts[1].reason == Reason::files_too_large);
    CHECK(extract.rebuilt.size() == 2);
}

TEST_CASE("AC-225 a file whose name lied arrives under a true one, and no reader is told that it did not arrive") {
    Extract extract = extract_of({row_of("2", PartKind::image, Reason::name_lies)});
    extract.parts[0].facts.name = "photo.pdf";
    extract.parts[0].notes = {Reason::inline_picture, Reason::name_lies};
    take_in(extract, 0, rebuilt("png"), {});
    CHECK(extract.parts[0].out_name == "photo.png");
    CHECK(extract.parts[0].reason == Reason::none);
    CHECK(extract.parts[0].notes == std::vector{Reason::inline_picture, Reason::name_cleaned});
    Extract held = extract_of({row_of("2", PartKind::image, Reason::name_lies)});
    held.parts[0].notes = {Reason::name_lies};
    take_in(held, 0, FileNotMade{Reason::document_damaged, ""}, {});
    CHECK(held.parts[0].notes == std::vector{Reason::name_lies});
}

TEST_CASE("a rebuilt file has its own name, with the extension of what it became") {
    struct Row {
        std::string_view name;
        SafeKind kind;
        std::string_view becomes;
    };
    for (const Row& row : {
             Row{"写真.png", SafeKind::png, "写真.png"},
             Row{"photo.JPEG", SafeKind::jpeg, "photo.JPEG"},
             Row{"photo.jfif", SafeKind::jpeg, "photo.jfif"},
             Row{"図.gif", SafeKind::png, "図.png"},
             Row{"名簿.docm", SafeKind::docx, "名簿.docx"},
             Row{"議事録 4.1", SafeKind::pdf, "議事録 4.1.pdf"},
             Row{"見積書.pdf.jpg", SafeKind::png, "見積書.pdf.png"},
             Row{"report", SafeKind::pdf, "report.pdf"},
             Row{".png", SafeKind::jpeg, ".png.jpg"},
             Row{"", SafeKind::png, "attachment-2-1.png"},
             Row{"名簿.CSV", SafeKind::csv, "名簿.CSV"},
             Row{"名簿.tsv", SafeKind::csv, "名簿.tsv"},
             Row{"名簿", SafeKind::csv, "名簿.csv"},
             Row{"名簿.txt", SafeKind::csv, "名簿.csv"},
             Row{"名簿.csv", SafeKind::text, "名簿.csv.txt"},  // a codec that made no table of it gets no table's name
             Row{"名簿.tsv", SafeKind::text, "名簿.tsv.txt"},
             Row{"a.txt", SafeKind::text, "a.txt"},
             Row{"a.LOG", SafeKind::text, "a.LOG"},
             Row{"README.md", SafeKind::text, "README.md"},
             Row{"a.json", SafeKind::text, "a.json"},
             Row{"data.xml", SafeKind::text, "data.xml.txt"},
             Row{"settings.ini", SafeKind::text, "settings.ini.txt"},
             Row{"README", SafeKind::text, "README.txt"},
             Row{"page.html", SafeKind::text, "page.html.txt"},
             Row{"図面.dat", SafeKind::text, "図面.dat.txt"},
         }) {
        PartFacts facts;
        facts.path = "2/1";
        facts.name = std::string(row.name);
        CHECK(rebuilt_name(facts, row.kind) == row.becomes);
    }
}
