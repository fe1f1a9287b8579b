#include "sanitizer/finish/errands.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/finish/pack_archives.hpp"
#include "tests/unit/sanitizer/finish/errands_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

TEST_CASE("a codec is asked for files of a kind that it may rebuild, and for nothing else") {
    for (std::uint32_t number = 0; number < part_kind_count; ++number) {
        const auto kind = static_cast<PartKind>(number);
        const bool wanted =
            kind == PartKind::image || kind == PartKind::pdf || kind == PartKind::office || is_container(kind);
        // A calendar is shown as text by the shipped profile.
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
    CHECK(errands({text}, in_body).empty());
    text.facts.path = "1/1";
    CHECK(errands({row_of("1", PartKind::text, Reason::none), text}).empty());  // cut out of a text
    CHECK(errands({row_of("1", PartKind::mail, Reason::none), text}).size() == 1);
    CHECK(errands({row_of("1", PartKind::archive, Reason::none), text}, in_body) == Paths{"1/1"});  // has no body
    in_body.actions.at(static_cast<std::size_t>(PartKind::text)) = PartAction::quarantine;
    CHECK(errands({row_of("1", PartKind::archive, Reason::none), text}, in_body).empty());
}

TEST_CASE("a page of HTML stands in the body, and in an archive is a file") {
    PartRow page = row_of("1/1", PartKind::html);
    CHECK(errands({row_of("1", PartKind::mail, Reason::none), page}).empty());
    CHECK(errands({row_of("1", PartKind::archive, Reason::none), page}) == Paths{"1/1"});
    Profile strict;
    strict.actions.at(static_cast<std::size_t>(PartKind::html)) = PartAction::quarantine;
    CHECK(errands({row_of("1", PartKind::archive, Reason::none), page}, strict).empty());
}

TEST_CASE("a profile that does not rebuild a kind asks no codec for it") {
    Profile profile;
    const auto action = GENERATE(PartAction::quarantine, PartAction::remove, PartAction::hold);
    profile.actions.at(static_cast<std::size_t>(PartKind::pdf)) = action;
    profile.actions.at(static_cast<std::size_t>(PartKind::archive)) = action;
    const auto rows = {row_of("2", PartKind::pdf), row_of("3", PartKind::image), row_of("4", PartKind::archive)};
    CHECK(errands(rows, profile) == Paths{"3"});
}

TEST_CASE("a file inside an attached mail is asked for, one cut out of a text is not") {
    CHECK(errands({row_of("2", PartKind::mail, Reason::none), row_of("2/2", PartKind::image)}) == Paths{"2/2"});
    CHECK(errands({row_of("1", PartKind::text, Reason::none), row_of("1/1", PartKind::image)}).empty());
}

TEST_CASE("what comes of a file changes its own row and nothing else of the mail") {
    Extract extract = extract_of({row_of("2", PartKind::image), row_of("3", PartKind::image)});
    take(extract, "3", rebuilt("png", {{Reason::metadata_removed, 3}, {Reason::frames_dropped, 2}}));
    const PartRow& row = extract.parts[1];
    CHECK(row.verdict == PartVerdict::rebuilt);
    CHECK(row.method == Method::rebuilt);
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
        take(extract, "2", FileNotMade{why, "words"});
        CHECK(extract.parts[0].verdict == PartVerdict::quarantined);
        CHECK(extract.parts[0].reason == why);
        CHECK(extract.rebuilt.empty());
    }
}

TEST_CASE("rebuilt files stand in the order of their parts, whichever is ready first") {
    Extract extract =
        extract_of({row_of("2", PartKind::image), row_of("3", PartKind::image), row_of("4", PartKind::image)});
    for (const std::string path : {"4", "2", "3"}) take(extract, path, rebuilt("file " + path));
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
    take(extract, "2", rebuilt("12345678"), budget);
    take(extract, "3", rebuilt("123"), budget);
    take(extract, "4", rebuilt("12"), budget);
    CHECK(extract.parts[1].reason == Reason::files_too_large);
    CHECK(extract.rebuilt.size() == 2);
}

TEST_CASE("AC-225 a file whose name lied arrives under a true one, and no reader is told that it did not arrive") {
    Extract extract = extract_of({row_of("2", PartKind::image, Reason::name_lies)});
    extract.parts[0].facts.name = "photo.pdf";
    extract.parts[0].notes = {Reason::inline_picture, Reason::name_lies};
    take(extract, "2", rebuilt("png"));
    CHECK(extract.parts[0].out_name == "photo.png");
    CHECK(extract.parts[0].reason == Reason::none);
    CHECK(extract.parts[0].notes == std::vector{Reason::inline_picture, Reason::name_cleaned});
    Extract held = extract_of({row_of("2", PartKind::image, Reason::name_lies)});
    held.parts[0].notes = {Reason::name_lies};
    take(held, "2", FileNotMade{Reason::document_damaged, ""});
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
             Row{"IMG_0042.HEIC", SafeKind::jpeg, "IMG_0042.jpg"},
             Row{"図.avif", SafeKind::png, "図.png"},
             Row{"図.heif", SafeKind::jpeg, "図.jpg"},
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

TEST_CASE("no file of a mail that is held or refused is asked for; a person's order lets it go") {
    Extract extract = extract_of({row_of("2", PartKind::image)});
    CHECK(lets_files_cross(extract, {}, Release::no));
    extract.findings = {Reason::readings_differ};
    CHECK_FALSE(lets_files_cross(extract, {}, Release::no));
    CHECK(lets_files_cross(extract, {}, Release::yes));
    Profile delivers;
    delivers.ambiguous = OnAmbiguous::deliver;
    CHECK(lets_files_cross(extract, delivers, Release::no));
    extract.findings = {Reason::policy_refuse};
    CHECK_FALSE(lets_files_cross(extract, delivers, Release::yes));
}

TEST_CASE("each file is asked for once, what an archive shows is asked for after it") {
    const Profile profile;
    Extract extract = extract_of({row_of("2", PartKind::archive), row_of("3", PartKind::image)});
    const BudgetLimits budget;
    Errands errands(profile, budget, 100);
    CHECK(paths_of(errands.next(extract)) == Paths{"2", "3"});
    CHECK(errands.next(extract).empty());
    take(extract, "2",
         MembersSeen{{member("a.png", PartKind::image), member("b.exe", PartKind::executable, Reason::executable)}});
    CHECK(paths_of(errands.next(extract)) == Paths{"2/1"});
    CHECK(errands.next(extract).empty());
}

TEST_CASE("members of an archive stand below it, in its order, with what the profile says of their kinds") {
    Profile profile;
    profile.actions.at(static_cast<std::size_t>(PartKind::pdf)) = PartAction::refuse;
    profile.actions.at(static_cast<std::size_t>(PartKind::image)) = PartAction::hold;
    Extract extract = extract_of({row_of("2", PartKind::archive), row_of("3", PartKind::image)});
    take_in(extract, "2",
            MembersSeen{{member("文書/a.docx", PartKind::office), member("b.pdf", PartKind::pdf),
                         member("c.png", PartKind::image), member("d.exe", PartKind::executable, Reason::executable)}},
            profile, {});
    REQUIRE(extract.parts.size() == 6);
    const std::array expected{Reason::not_rebuilt, Reason::policy_quarantine, Reason::policy_hold, Reason::executable};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const PartRow& row = extract.parts[i + 1];
        CHECK(row.facts.path == "2/" + std::to_string(i + 1));
        CHECK(row.verdict == PartVerdict::quarantined);
        CHECK(row.reason == expected[i]);
        CHECK_FALSE(row.sha256.empty());
    }
    CHECK(extract.parts[1].facts.name == "文書/a.docx");
    CHECK(extract.parts[5].facts.path == "3");
    CHECK(extract.findings.empty());
}

TEST_CASE("a rule decides what a codec is asked for, and about members of archives") {
    PartRule pdf, mail;
    pdf.names = {"*.pdf"};
    pdf.action = PartAction::hold;
    mail.kinds = static_cast<std::uint16_t>(1u << static_cast<unsigned>(PartKind::mail));
    mail.action = PartAction::remove;
    Profile profile;
    profile.rules = {pdf, mail};
    PartRow file = row_of("2", PartKind::pdf);
    file.facts.name = "a.pdf";
    CHECK(errands({file}, profile).empty());
    file.facts.name = "a.pdfx";
    CHECK(errands({file}, profile).size() == 1);
    file.facts.kind = PartKind::encrypted;
    file.facts.detected_type = encrypted_package_type;
    file.reason = Reason::encrypted;
    CHECK(errands({file}, profile).size() == 1);
    file.facts.name = "a.pdf";  // what lies behind the password would be held
    CHECK(errands({file}, profile).empty());

    MemberSeen letter = member("b.msg", PartKind::archive);
    letter.facts.detected_type = mail_type;
    Extract extract = extract_of({row_of("2", PartKind::archive)});
    take_in(extract, "2",
            MembersSeen{{member("a.pdf", PartKind::pdf), std::move(letter), member("c.docx", PartKind::office)}},
            profile, BudgetLimits());
    REQUIRE(extract.parts.size() == 4);
    CHECK(extract.parts[1].reason == Reason::policy_hold);
    CHECK(extract.parts[2].reason == Reason::policy_remove);
    CHECK(extract.parts[3].reason == Reason::not_rebuilt);
}

TEST_CASE("an archive with nothing in it, or more than a mail may have, stays as a whole") {
    BudgetLimits budget;
    budget.parts_max = 4;
    const MembersSeen three{{member("a", PartKind::image), member("b", PartKind::image), member("c", PartKind::image)}};
    Extract extract = extract_of({row_of("2", PartKind::archive)});
    take(extract, "2", three, budget);
    CHECK(extract.parts.size() == 4);
    Extract full = extract_of({row_of("2", PartKind::archive), row_of("3", PartKind::archive)});
    take(full, "2", three, budget);
    CHECK(full.parts.size() == 2);
    CHECK(full.parts[0].reason == Reason::too_many_members);
    take(full, "3", MembersSeen{}, budget);
    CHECK(full.parts[1].reason == Reason::empty_file);
}

TEST_CASE("AC-075 what a winmail.dat holds are files of the mail, and one that repeats its text is not missed") {
    Extract extract = extract_of({row_of("2", PartKind::tnef), row_of("3", PartKind::tnef)});
    const Profile profile;
    const BudgetLimits budget;
    Errands errands(profile, budget, 100);
    CHECK(paths_of(errands.next(extract)) == Paths{"2", "3"});
    take(extract, "2", MembersSeen{{member("a.png", PartKind::image), member("本文.txt", PartKind::text)}});
    take(extract, "3", MembersSeen{});
    CHECK(paths_of(errands.next(extract)) == Paths{"2/1", "2/2"});
    CHECK(row_at(extract, "3").verdict == PartVerdict::removed);
    CHECK(row_at(extract, "3").reason == Reason::alternative_not_shown);
    Profile strict;
    strict.actions.at(static_cast<std::size_t>(PartKind::tnef)) = PartAction::quarantine;
    CHECK(errands_about({row_of("2", PartKind::tnef)}, strict).empty());
}

TEST_CASE("a mail in an archive is opened as far as the profile shows attached mails") {
    MemberSeen mail = member("a.eml", PartKind::archive);
    mail.facts.detected_type = mail_type;
    Profile strict;
    strict.actions.at(static_cast<std::size_t>(PartKind::mail)) = PartAction::hold;
    for (const Profile& profile : {Profile(), strict}) {
        Extract extract = extract_of({row_of("1", PartKind::archive)});
        take_in(extract, "1", MembersSeen{{mail}}, profile, {});
        const bool is_opened = profile.actions.at(static_cast<std::size_t>(PartKind::mail)) == PartAction::text;
        CHECK(row_at(extract, "1/1").reason == (is_opened ? Reason::not_rebuilt : Reason::policy_hold));
    }
}

TEST_CASE("archives are opened inside each other up to a limit") {
    std::vector<PartRow> rows{row_of("2", PartKind::archive), row_of("2/1", PartKind::archive),
                              row_of("2/1/1", PartKind::archive), row_of("2/1/1/1", PartKind::archive),
                              row_of("2/1/1/2", PartKind::image)};
    CHECK(errands(rows) == Paths{"2", "2/1", "2/1/1", "2/1/1/2"});
}

TEST_CASE("files of one archive are asked for together, and with nothing else of the mail") {
    PartRow large = row_of("2/5", PartKind::image);
    large.facts.bytes = FileLimits().errand_bytes_max;
    PartRow small = row_of("2/1", PartKind::image);
    small.facts.bytes = 1;
    const auto errands = errands_about(
        {row_of("1", PartKind::image), row_of("2", PartKind::archive, Reason::none), small,
         row_of("2/2", PartKind::executable, Reason::executable), row_of("2/3", PartKind::pdf),
         row_of("2/4", PartKind::image), large, row_of("2/6", PartKind::image), row_of("2/7", PartKind::archive),
         row_of("2/8", PartKind::image), row_of("3", PartKind::image), row_of("4", PartKind::mail, Reason::none),
         row_of("4/1", PartKind::image), row_of("4/2", PartKind::image)});
    struct Row {
        std::string path;
        std::vector<std::uint32_t> members;
        Paths rows;
    };
    const std::vector<Row> expected{{"1", {}, {"1"}},
                                    {"2", {1, 3, 4}, {"2/1", "2/3", "2/4"}},
                                    {"2", {5, 6}, {"2/5", "2/6"}},
                                    {"2/7", {}, {"2/7"}},
                                    {"2/8", {}, {"2/8"}},
                                    {"3", {}, {"3"}},
                                    {"4/1", {}, {"4/1"}},  // of an attached mail: files of their own
                                    {"4/2", {}, {"4/2"}}};
    REQUIRE(errands.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO(expected[i].rows.front());
        CHECK(errands[i].job.path == expected[i].path);
        CHECK(errands[i].job.members == expected[i].members);
        CHECK(paths_of({errands[i]}) == expected[i].rows);
        CHECK(errands[i].job.mail_bytes == 100);
    }
}

TEST_CASE("no more files of an archive are asked for together than the limits allow") {
    std::vector<PartRow> rows{row_of("2", PartKind::archive, Reason::none)};
    for (int i = 1; i <= 40; ++i) rows.push_back(row_of("2/" + std::to_string(i), PartKind::image));
    auto errands = errands_about(rows);
    REQUIRE(errands.size() == 2);
    CHECK(errands[0].rows.size() == FileLimits().errand_members_max);
    CHECK(errands[1].job.members.front() == 33);
    for (std::size_t i = 1; i < rows.size(); ++i) rows[i].facts.bytes = FileLimits().errand_bytes_max / 4;
    errands = errands_about(rows);
    CHECK(errands.size() == 10);
    rows[1].facts.bytes = rows[2].facts.bytes = FileLimits().errand_bytes_max + 1;  // each alone
    CHECK(errands_about(rows)[1].job.path == "2/2");
}

TEST_CASE("one file of an errand can be asked for alone") {
    const auto errand = errands_about({row_of("2", PartKind::archive, Reason::none), row_of("2/1", PartKind::image),
                                       row_of("2/3", PartKind::pdf)})
                            .at(0);
    const FileErrand one = alone(errand, 1);
    CHECK(one.job.path == "2/3");
    CHECK(one.job.members.empty());
    CHECK(paths_of({one}) == Paths{"2/3"});
    CHECK(one.job.mail_bytes == errand.job.mail_bytes);
    CHECK_THROWS_AS(alone(errand, 2), std::out_of_range);
}

TEST_CASE("what came of the files of an errand is taken in row by row") {
    Extract extract = extract_of(
        {row_of("2", PartKind::archive, Reason::none), row_of("2/1", PartKind::image), row_of("2/2", PartKind::image)});
    const Profile profile;
    const BudgetLimits budget;
    Errands errands(profile, budget, 100);
    std::vector<FileResult> results;
    results.push_back(FileNotMade{Reason::codec_died, "signal 9"});
    results.push_back(rebuilt("png"));
    take_in(extract, errands.next(extract).at(0), std::move(results), profile, budget);
    CHECK(row_at(extract, "2/1").reason == Reason::codec_died);
    CHECK(row_at(extract, "2/2").verdict == PartVerdict::rebuilt);
    REQUIRE(extract.rebuilt.size() == 1);
    CHECK(extract.rebuilt[0].path == "2/2");
}
