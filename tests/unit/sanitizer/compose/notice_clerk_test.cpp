// What clerks read, and where: the line above the text, whom to ask and until when, names as they are, nothing of codes
// but for the IT section, and nothing that cries wolf. Issue 9, items 15 and 16.
#include <catch2/catch.hpp>

#include "mail_reading.hpp"
#include "sanitizer/compose/notice.hpp"
#include "sanitizer/compose/notice_reasons.hpp"
#include "sanitizer/compose/notice_words.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

ComposeFacts site_facts(Language language = Language::ja) {
    ComposeFacts facts = example_facts();
    facts.language = language;
    facts.kept_days = 90;
    facts.contact = line(language == Language::ja ? "情報システム課 山田（内線 1234）" : "the IT desk (ext. 1234)");
    return facts;
}

Extract with_files(std::vector<PartRow> rows) {
    Extract extract = example_extract();
    extract.parts = std::move(rows);
    return extract;
}

PartRow logo(std::uint64_t bytes = 8000) {
    PartRow row = removed_file("image001.png", PartKind::image, Reason::not_rebuilt);
    row.facts.bytes = bytes;
    row.notes = {Reason::inline_picture};
    return row;
}

Extract answered_at(std::string_view reply_to) {
    Extract extract = example_extract();
    extract.header.reply_to = {mailbox("", reply_to)};
    return extract;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE(
    "whenever something was removed the first line of the mail says so, however long the text and its signature") {
    std::string long_text;
    for (int i = 0; i < 3000; ++i) long_text += "会議のご案内です。\n";
    for (const Language language : {Language::ja, Language::en}) {
        for (const std::string& text :
             {std::string("短い本文\n"), long_text, std::string("本文\n-- \n山田\n内線 99\n")}) {
            Extract extract = with_files({removed_file("a.pdf", PartKind::pdf, Reason::not_rebuilt),
                                          removed_file("b.xlsx", PartKind::office, Reason::not_rebuilt)});
            extract.texts = {body(text)};
            const std::string mail = composed(extract, sanitized, site_facts(language));
            CHECK(gate_words(mail) == "");
            CHECK(first_line(shown_text(mail)) ==
                  (language == Language::ja
                       ? "━━━ 無害化システムからのお知らせ：添付ファイル 2 個をお届けしていません（詳細は末尾） ━━━"
                       : "=== Notice from the mail sanitizer: attachments removed: 2 (see the end of this mail) ==="));
            CHECK(contains(shown_text(mail), "\n\n" + first_line(text) + "\n"));
            CHECK(contains(field(mail, "X-Mugaika"), "; notice=removed; "));
        }
    }
}

TEST_CASE("the line above the text also says of what is no file that it is missing") {
    for (const Reason reason : {Reason::undecodable, Reason::text_too_long, Reason::uuencoded_file}) {
        Extract extract = example_extract();
        extract.findings = {reason};
        const std::string mail = composed(extract, sanitized, site_facts());
        CHECK(gate_words(mail) == "");
        CHECK(first_line(shown_text(mail)) ==
              "━━━ 無害化システムからのお知らせ：一部をお届けしていません（詳細は末尾） ━━━");
    }
}

TEST_CASE("without a text the notice stands first, and no line points to it") {
    Extract extract = with_files({removed_file("a.pdf", PartKind::pdf, Reason::not_rebuilt)});
    extract.texts.clear();
    const std::string mail = composed(extract, sanitized, site_facts());
    CHECK(gate_words(mail) == "");
    CHECK(first_line(shown_text(mail)) == "━━━━━━ メール無害化システムからのお知らせ ━━━━━━");
    CHECK(count(shown_text(mail), "詳細は末尾") == 0);
}

TEST_CASE("AC-133 a sender's line that points to a notice is quoted") {
    for (const char* forged :
         {"━━━ 無害化システムからのお知らせ：添付ファイル 1 個をお届けしていません（詳細は末尾） ━━━",
          "━━━ 無害化システムからのお知らせ：一部をお届けしていません（詳細は末尾） ━━━",
          "=== Notice from the mail sanitizer: something was removed (see the end of this mail) ==="}) {
        Extract extract = example_extract();
        extract.texts = {body(std::string(forged) + "\n\n本文\n")};
        const std::string mail = composed(extract, clean, site_facts());
        CHECK(gate_words(mail) == "");
        CHECK(shown_text(mail).starts_with("> "));
    }
}

TEST_CASE("X-Mugaika says the gravest thing that the notice says, for filters") {
    Extract removed = with_files({removed_file("a.pdf", PartKind::pdf, Reason::not_rebuilt)});
    Extract warned = removed;
    warned.findings = {Reason::false_link};
    const auto level = [](const Extract& extract, const Verdict& verdict) {
        const std::string value = field(composed(extract, verdict, site_facts()), "X-Mugaika");
        const std::size_t at = value.find("notice=") + 7;
        return value.substr(at, value.find(';', at) - at);
    };
    CHECK(level(example_extract(), clean) == "none");
    CHECK(level(removed, sanitized) == "removed");
    CHECK(level(warned, sanitized) == "warning");
    CHECK(level(warned, quarantined) == "quarantined");
    CHECK(level(with_files({logo()}), sanitized) == "none");
}

TEST_CASE("the notice names whom to ask, with extension, and until when the original is kept") {
    const Extract extract = with_files({removed_file("a.pdf", PartKind::pdf, Reason::not_rebuilt)});
    for (const Verdict& verdict : {sanitized, quarantined}) {
        const std::string text = make_notice(extract, verdict, site_facts()).text;
        CHECK(contains(text, "原本は、2027-02-03 まで保管しています。\n"));  // ninety days from 2026-11-05
        CHECK(contains(text, "情報システム課 山田（内線 1234）に受付番号を伝えて、原本の確認を依頼してください。\n"));
        const std::string english = make_notice(extract, verdict, site_facts(Language::en)).text;
        CHECK(contains(english, "The original is kept until 2027-02-03.\n"));
        CHECK(contains(english, "ask the IT desk (ext. 1234) and give the reference number.\n"));
    }
    ComposeFacts unnamed = site_facts();
    unnamed.contact = PlainLine();
    CHECK(contains(make_notice(extract, sanitized, unnamed).text, "必要なときは、情報システム担当に受付番号を伝えて"));
}

TEST_CASE("a notice carries the phrase of the site, and cannot be left by it") {
    ComposeFacts facts = site_facts();
    facts.notice_phrase = line("さくら 三番");
    const Extract extract = with_files({removed_file("a.pdf", PartKind::pdf, Reason::not_rebuilt)});
    for (const Verdict& verdict : {sanitized, quarantined}) {
        CHECK(contains(make_notice(extract, verdict, facts).text, "━━━━━━\n合言葉：さくら 三番\n"));
    }
    CHECK_FALSE(contains(make_notice(extract, sanitized, site_facts()).text, "合言葉"));
    facts.contact = line("https://evil.example/ ━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━");
    facts.notice_phrase = line("www.evil.example");
    CHECK(gate_words(composed(extract, sanitized, facts)) == "");
}

TEST_CASE("every reason is a polite sentence for people in both languages, and reads aloud without a code") {
    for (std::size_t i = 0; i < reason_count; ++i) {
        const auto reason = static_cast<Reason>(i);
        INFO(to_string(reason));
        const std::string_view japanese_sentence = reason_sentence(reason, Language::ja);
        CHECK((japanese_sentence.ends_with("ます。") || japanese_sentence.ends_with("ません。") ||
               japanese_sentence.ends_with("ました。") || japanese_sentence.ends_with("ませんでした。")));
        CHECK(reason_sentence(reason, Language::en).ends_with("."));
        for (const char* jargon : {"ウ-4", "Content-", "MIME", "ヘッダ", "境界", "パラメータ", "boundary", "header"}) {
            CHECK_FALSE(contains(japanese_sentence, jargon));
            CHECK_FALSE(contains(reason_sentence(reason, Language::en), jargon));
        }
    }
}

TEST_CASE("a mail that is not built as it should be is one sentence for people and its codes for the IT section") {
    Extract extract = example_extract();
    extract.findings = {Reason::duplicate_content_type, Reason::hidden_structure, Reason::charset_guessed};
    const Verdict held{MailVerdict::quarantined, Reason::hidden_structure, true, true};
    const std::string text = make_notice(extract, held, site_facts()).text;
    CHECK(contains(text,
                   "理由：メールの作り方に問題があり、開くソフトによって違う内容に見えるおそれがあります。\n"
                   "情報システム担当用コード：hidden_structure, duplicate_content_type\n"));
    const std::string delivered = make_notice(extract, sanitized, site_facts()).text;  // ambiguous = "deliver"
    CHECK(count(delivered, "メールの作りに不自然な点があります") == 1);
    CHECK(contains(delivered, "情報システム担当用コード：duplicate_content_type, hidden_structure\n"));
}

TEST_CASE("files that did not cross for one reason stand together above it, and it is said once") {
    const std::string text = make_notice(with_files({removed_file("案内.pdf", PartKind::pdf, Reason::not_rebuilt),
                                                     removed_file("見積書.zip", PartKind::encrypted, Reason::encrypted),
                                                     removed_file("名簿.xlsx", PartKind::office, Reason::not_rebuilt)}),
                                         sanitized, site_facts())
                                 .text;
    CHECK(contains(text,
                   "【お届けしていない添付ファイル】\n"
                   "・「案内.pdf」（PDF 文書、12 KB）\n"
                   "・「名簿.xlsx」（Office 文書、12 KB）\n"
                   "　理由：この種類のファイルは、まだ安全な形に作り直すことができないため、お届けしていません。\n"
                   "・「見積書.zip」（暗号化されたファイル、12 KB）\n"
                   "　理由：パスワードなどで暗号化されていて中身を検査できないため、お届けしていません。\n"));
}

TEST_CASE("files that follow are told apart from those that do not come, and a line above the text says how many") {
    const PartRow late = removed_file("集計.xlsx", PartKind::office, Reason::follows);
    ComposeFacts facts = site_facts();
    const Notice notice = make_notice(with_files({late}), sanitized, facts);
    CHECK(notice.head == "━━━ 無害化システムからのお知らせ：添付ファイル 1 個は後からお届けします（詳細は末尾） ━━━\n");
    CHECK(notice.level == NoticeLevel::removed);
    CHECK(contains(
        notice.text,
        "【後からお届けする添付ファイル】\n・「集計.xlsx」（Office 文書、12 KB）\n無害化に時間がかかっています。"));
    CHECK(!contains(notice.text, "お届けしていない"));
    CHECK(!contains(notice.text, "必要なときは"));
    const Notice both =
        make_notice(with_files({late, removed_file("案内.pdf", PartKind::pdf, Reason::not_rebuilt)}), sanitized, facts);
    CHECK(contains(both.head, "添付ファイル 1 個をお届けしていません"));
    CHECK(contains(both.text, "【お届けしていない添付ファイル】\n・「案内.pdf」"));
    CHECK(contains(both.text, "【後からお届けする添付ファイル】\n・「集計.xlsx」"));
    facts.language = Language::en;
    CHECK(contains(make_notice(with_files({late}), sanitized, facts).head, "attachments that follow later: 1 ("));
}

TEST_CASE("AC-152 a locked ZIP is held with the names that can be read in it, and what opens it is said") {
    PartRow zip = removed_file("見積書.zip", PartKind::encrypted, Reason::encrypted);
    zip.facts.detected_type = "application/zip";
    zip.facts.path = "2";
    std::vector<PartRow> rows{zip};
    for (int i = 1; i <= 23; ++i) {
        rows.push_back(removed_file("中/" + std::to_string(i) + ".xlsx", PartKind::other, Reason::encrypted));
        rows.back().facts.path = "2/" + std::to_string(i);
    }
    ComposeFacts facts = site_facts();
    facts.original_kept = true;
    facts.ways_out = {{"2", Act::password}};
    const std::string text = make_notice(with_files(rows), sanitized, facts).text;
    CHECK(contains(
        text,
        "・「見積書.zip」（パスワード付きの圧縮ファイル、12 KB）\n　中のファイル：「中/1.xlsx」、「中/2.xlsx」、"));
    CHECK(contains(text, "「中/20.xlsx」、ほか 3 件\n"));
    CHECK(count(text, "・") == 1);  // its files are no items of the list
    CHECK(contains(text, "中身を検査できないため、お届けしていません。\n　パスワードが分かるときは、"));
    CHECK(
        contains(text, "に受付番号とパスワードを電話などで伝えると、中身を無害化し、続きのメールでお届けできます。\n"));
    facts.ways_out.clear();
    CHECK_FALSE(contains(make_notice(with_files(rows), sanitized, facts).text, "パスワードが分かるときは"));
    facts.ways_out = {{"2", Act::password}};
    facts.language = Language::en;
    CHECK(contains(make_notice(with_files(rows), sanitized, facts).text,
                   "If you know the password, tell it by telephone to "));
}

TEST_CASE(
    "a file that arrives under another name than it came with is listed with both; words of a sender stay words") {
    PartRow words = removed_file("名簿.docm", PartKind::office, Reason::layout_dropped);
    words.verdict = PartVerdict::rebuilt;
    words.out_kind = "text";
    words.out_name = "名簿.docm.txt";
    const auto text_of = [&](Language language) {
        return make_notice(with_files({words}), sanitized, site_facts(language)).text;
    };
    CHECK(contains(text_of(Language::ja), "・「名簿.docm」→「名簿.docm.txt」（"));
    CHECK(contains(text_of(Language::en), "名簿.docm\", now \"名簿.docm.txt\" ("));
    words.out_name = "http://evil.example/a.txt";
    CHECK_FALSE(contains(text_of(Language::ja), "://"));
    words.out_name = words.facts.name;
    CHECK(contains(text_of(Language::ja), "・「名簿.docm」（"));
    words.verdict = PartVerdict::quarantined;  // then it arrives under none
    words.out_name = "名簿.docm.txt";
    CHECK_FALSE(contains(text_of(Language::ja), "→"));
}

TEST_CASE(
    "of two things that would deliver a file the smaller one comes first; for files of which both are said, once") {
    ComposeFacts facts = site_facts();
    facts.original_kept = true;
    std::vector<PartRow> rows{removed_file("名簿.xls", PartKind::office, Reason::policy_quarantine),
                              removed_file("調査.xls", PartKind::office, Reason::policy_quarantine)};
    rows[0].facts.path = "2";
    rows[1].facts.path = "3";
    for (const std::string path : {"2", "3"}) {
        facts.ways_out.push_back({path, Act::other_kind, 0, SafeKind::pdf});
        facts.ways_out.push_back({path, Act::image_pdf});
    }
    const std::string text = make_notice(with_files(rows), sanitized, facts).text;
    const std::string both =
        "　受け取るには：差出人に、PDF 形式で送り直すよう依頼してください。\n"
        "　または：画像 PDF（ページを画像に変えたもの）での引き渡しを管理者に依頼してください。\n";
    CHECK(contains(text, both));
    CHECK(count(text, "または：") == 1);
    facts.ways_out.pop_back();  // of the second file only one is left
    const std::string apart = make_notice(with_files(rows), sanitized, facts).text;
    CHECK(contains(apart, both + "・「調査.xls」"));
    CHECK(count(apart, "受け取るには：") == 2);
    facts.ways_out = {{"2", Act::image_pdf}, {"3", Act::image_pdf}};
    facts.language = Language::en;
    CHECK(contains(make_notice(with_files(rows), sanitized, facts).text,
                   "To receive it: ask an administrator for it as image-PDF (pictures of its pages).\n"));
}

TEST_CASE("AC-152 of an archive in which all is locked the same is said") {
    PartRow outer = removed_file("資料.zip", PartKind::archive, Reason::encrypted);
    outer.facts.path = "2";
    PartRow inner = removed_file("名簿.pdf", PartKind::encrypted, Reason::encrypted);
    inner.facts.path = "2/1";
    inner.facts.detected_type = "application/pdf";
    ComposeFacts facts = site_facts();
    facts.original_kept = true;
    facts.ways_out = {{"2/1", Act::password}};
    const std::string text = make_notice(with_files({outer, inner}), sanitized, facts).text;
    CHECK(contains(text, "・「資料.zip」（圧縮ファイル、12 KB）\n　中のファイル：「名簿.pdf」\n"));
    CHECK(contains(text, "　パスワードが分かるときは、"));
    CHECK(count(text, "・") == 1);
}

TEST_CASE("AC-152 what no password opens here is called what it is, and nobody is asked for a password") {
    ComposeFacts facts = site_facts();
    facts.original_kept = true;
    for (const auto& [type, words] : std::vector<std::pair<std::string, std::string>>{
             {"application/x-7z-compressed", "パスワード付きの圧縮ファイル"},
             {"application/vnd.ms-excel", "パスワード付きの Office 文書"},
             {"application/pkcs7-mime", "暗号化されたメール"}}) {
        PartRow row = removed_file("a.bin", PartKind::encrypted, Reason::encrypted);
        row.facts.detected_type = type;
        const std::string text = make_notice(with_files({row}), sanitized, facts).text;
        CHECK(contains(text, words));
        CHECK_FALSE(contains(text, "パスワードが分かるときは"));
    }
}

TEST_CASE("AC-209 a document of other makers is called by its name") {
    PartRow row = removed_file("補正予算.jtd", PartKind::other, Reason::not_rebuilt);
    row.facts.detected_type = "application/x-js-taro";
    CHECK(contains(make_notice(with_files({row}), sanitized, site_facts()).text,
                   "・「補正予算.jtd」（一太郎文書、12 KB）"));
    row.facts.detected_type = "application/octet-stream";
    row.facts.name = "配置図.XDW";
    CHECK(contains(make_notice(with_files({row}), sanitized, site_facts()).text,
                   "・「配置図.XDW」（DocuWorks 文書、12 KB）"));
    row.facts.detected_type = "application/vnd.ms-outlook";
    row.facts.kind = PartKind::archive;
    CHECK(contains(make_notice(with_files({row}), sanitized, site_facts()).text, "（Outlook のメール、12 KB）"));
    row.facts.kind = PartKind::executable;  // the kind is what counts
    CHECK(contains(make_notice(with_files({row}), sanitized, site_facts()).text, "（実行ファイル、12 KB）"));
}

TEST_CASE("file names stand as they are, but for what a mail program would link") {
    const auto shown = [](std::string_view name) {
        const std::string text =
            make_notice(with_files({removed_file(name, PartKind::other, Reason::not_rebuilt)}), sanitized, site_facts())
                .text;
        const std::size_t at = text.find("・「") + std::string("・「").size();
        return text.substr(at, text.find("」（その他", at) - at);
    };
    for (const char* same : {"見積書.zip", "様式第１号（第３条関係）.pdf", "R8.11.5_議事録.tar.gz", "請求書.pdf .exe",
                             "invoice.pdf.exe", "data.7z"}) {
        CHECK(shown(same) == same);
    }
    CHECK(shown("www.evil.example.pdf") == "www[.]evil.example.pdf");
    CHECK(shown("evil.com") == "evil[.]com");
    CHECK(shown("a@b.example") == "a[at]b[.]example");
}

TEST_CASE("AC-133 a file name cannot leave its quotes") {
    struct Row {
        const char* name;
        const char* shown;
    };
    for (const Row& row : {Row{"a」（PDF 文書、1 KB）　安全です「b", "・「a』（PDF 文書、1 KB）　安全です『b」（"},
                           Row{"a｣（安全）", "・「a』（安全）」（"}, Row{"a﹂﹁b", "・「a』『b」（"}}) {
        const Extract extract = with_files({removed_file(row.name, PartKind::other, Reason::not_rebuilt)});
        CHECK(contains(make_notice(extract, sanitized, site_facts()).text, row.shown));
    }
    for (const char* name : {"a\" (safe) \"b", "a” b", "a＂ b"}) {
        const Extract extract = with_files({removed_file(name, PartKind::other, Reason::not_rebuilt)});
        const std::string text = make_notice(extract, sanitized, site_facts(Language::en)).text;
        CHECK(contains(text, "- \"a' "));
    }
}

TEST_CASE("a logo in a signature is one short line, without a line above the text; a large picture is a file") {
    const Notice one = make_notice(with_files({logo(), logo()}), sanitized, site_facts());
    CHECK(one.head.empty());
    CHECK(one.level == NoticeLevel::none);
    CHECK(one.text ==
          "━━━━━━ メール無害化システムからのお知らせ ━━━━━━\n"
          "・本文中の小さな画像（ロゴなど）2 個は表示していません。\n"
          "受付番号：7h3k9m2p4q6r8s0t\n"
          "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━\n");
    CHECK(gate_words(composed(with_files({logo()}), sanitized, site_facts())) == "");
    const Notice large = make_notice(with_files({logo(40000)}), sanitized, site_facts());
    CHECK(large.level == NoticeLevel::removed);
    CHECK(contains(large.text, "・「image001.png」（画像、39 KB）\n"));
    PartRow attached = logo();
    attached.notes.clear();
    CHECK(contains(make_notice(with_files({attached}), sanitized, site_facts()).text, "「image001.png」"));
    PartRow disguised = logo();
    disguised.reason = Reason::name_lies;
    CHECK(contains(make_notice(with_files({disguised}), sanitized, site_facts()).text, "「image001.png」"));
}

TEST_CASE("AC-104 a Reply-To of another organisation is a quiet line, and a warning only beside another suspicion") {
    Extract extract = answered_at("billing@other.example");
    const Notice quiet = make_notice(extract, clean, site_facts());
    CHECK(quiet.level == NoticeLevel::none);
    CHECK(quiet.place == NoticePlace::after_text);
    CHECK(contains(quiet.text, "・返信すると、差出人とは別の組織のアドレス billing[at]other[.]example に届きます。\n"));
    extract.findings = {Reason::false_link};
    const Notice warned = make_notice(extract, sanitized, site_facts());
    CHECK(warned.place == NoticePlace::before_text);
    CHECK(contains(warned.text, "に届きます。返信する前に、差出人に電話などで確認してください。\n"));
    CHECK(count(warned.text, "別の組織") == 1);
    for (const char* same : {"yamada@example.com", "desk@mail.example.com"}) {
        CHECK(make_notice(answered_at(same), clean, site_facts()).text.empty());
    }
    Extract list = answered_at("talk@lists.example.net");
    list.header.list_id = "talk.lists.example.net";
    CHECK(make_notice(list, clean, site_facts()).text.empty());
}

TEST_CASE("an author of our own domain from outside is warned of where the site asks for it") {
    ComposeFacts facts = site_facts();
    facts.from_own_domain = true;
    const Notice notice = make_notice(example_extract(), sanitized, facts);
    CHECK(notice.level == NoticeLevel::warning);
    CHECK(contains(notice.text, "差出人のアドレスは当方のものですが、このメールは外部から届きました。"));
}

TEST_CASE("a name or subject that was shortened shows that it was") {
    Extract extract = with_files({removed_file(std::string(300, 'a') + ".pdf", PartKind::pdf, Reason::not_rebuilt)});
    extract.header.subject = line(std::string(300, 'b'));
    const std::string text = make_notice(extract, quarantined, site_facts()).text;
    CHECK(contains(text, std::string(120, 'a') + "…」"));
    CHECK(contains(text, "件名：" + std::string(120, 'b') + "…\n"));
}
