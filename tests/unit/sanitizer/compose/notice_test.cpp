#include "sanitizer/compose/notice.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "mail_reading.hpp"
#include "sanitizer/compose/notice_mark.hpp"
#include "sanitizer/compose/notice_reasons.hpp"
#include "sanitizer/compose/notice_words.hpp"
#include "sanitizer/mail/signature_summary.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

Extract with_finding(Reason finding) {
    Extract extract = example_extract();
    extract.findings = {finding};
    return extract;
}

std::string notice_text(const Extract& extract, const Verdict& verdict = sanitized) {
    return make_notice(extract, verdict, example_facts()).text;
}

}  // namespace

TEST_CASE("a clean mail has no notice") {
    CHECK(make_notice(example_extract(), clean, example_facts()).text.empty());
    Extract extract = example_extract();
    PartRow html = removed_file("", PartKind::html, Reason::alternative_not_shown);
    html.verdict = PartVerdict::removed;
    extract.parts = {html};
    extract.findings = {Reason::html_to_text, Reason::charset_guessed};
    CHECK(make_notice(extract, clean, example_facts()).text.empty());
}

TEST_CASE("files that arrive whole are worth one line at most, where the profile wants it") {
    Extract extract = example_extract();
    PartRow file = removed_file("議事録.docx", PartKind::office, Reason::none);
    file.verdict = PartVerdict::rebuilt;
    file.out_kind = "docx";
    extract.parts = {file};
    CHECK(make_notice(extract, clean, example_facts()).text.empty());
    ComposeFacts facts = example_facts();
    facts.files_line = true;
    const Notice notice = make_notice(extract, clean, facts);
    CHECK(contains(notice.text, "\n添付ファイルは無害化済みです。\n"));
    CHECK(std::count(notice.text.begin(), notice.text.end(), '\n') == 3);
    CHECK(notice.level == NoticeLevel::none);
    CHECK(notice.place == NoticePlace::after_text);
    CHECK(notice.head.empty());
    facts.language = Language::en;
    CHECK(contains(make_notice(extract, clean, facts).text, "\nThe attached files have been rebuilt.\n"));
    extract.parts[0].reason = Reason::macro_removed;  // then that is what is said
    CHECK_FALSE(contains(make_notice(extract, sanitized, facts).text, "have been rebuilt.\n"));
    extract.parts.clear();
    CHECK(make_notice(extract, clean, facts).text.empty());
}

TEST_CASE("a table of which formulas were disarmed is named, with what was done") {
    Extract extract = example_extract();
    PartRow file = removed_file("名簿.csv", PartKind::text, Reason::formula_disarmed);
    file.verdict = PartVerdict::rebuilt;
    file.out_kind = "csv";
    extract.parts = {file};
    const Notice notice = make_notice(extract, sanitized, example_facts());
    CHECK(contains(notice.text, "変更点：表計算ソフトで開くと"));
    CHECK(notice.level == NoticeLevel::removed);
    for (const Language language : {Language::ja, Language::en}) {
        for (const Reason reason : {Reason::formula_disarmed, Reason::bidi_removed, Reason::undecodable}) {
            CHECK(reason_sentence(reason, language) != reason_sentence(Reason::none, language));
        }
    }
}

TEST_CASE("a document that arrives without its signature is not said to be missing") {
    Extract extract = example_extract();
    PartRow file = removed_file("契約書.docx", PartKind::office, Reason::signature_dropped);
    file.verdict = PartVerdict::rebuilt;
    file.out_kind = "docx";
    extract.parts = {file};
    const std::string notice = notice_text(extract);
    CHECK(contains(notice, "変更点：電子署名は、検証しておらず、無害化により失われます。"));
    CHECK_FALSE(contains(notice, "お届けしていません"));
}

TEST_CASE("a calendar of which no file could be made is named, although its text is shown") {
    Extract extract = example_extract();
    PartRow shown = removed_file("招待.ics", PartKind::calendar, Reason::codec_died);
    shown.verdict = PartVerdict::text;
    extract.parts = {shown};
    CHECK(contains(notice_text(extract), "・「招待.ics」（予定または連絡先、"));
    extract.parts[0].reason = Reason::none;
    CHECK(notice_text(extract).empty());
}

TEST_CASE("a list of removed files comes after the text, with name, kind, size and reason") {
    Extract extract = example_extract();
    extract.parts = {removed_file("見積書.jtd", PartKind::other, Reason::not_rebuilt)};
    const Notice notice = make_notice(extract, sanitized, example_facts());
    CHECK(notice.place == NoticePlace::after_text);
    CHECK(contains(notice.text, "・「見積書.jtd」（その他のファイル、12 KB）\n"));
    CHECK(contains(notice.text, "理由：この種類のファイルは、まだ安全な形に作り直すことができないため"));
    CHECK(contains(notice.text, "受付番号：7h3k9m2p4q6r8s0t\n"));
    CHECK(contains(notice.text, "原本は、隔離して保管しています"));
}

TEST_CASE("what would deliver a file is one line, for all files that share reason and act") {
    Extract extract = example_extract();
    extract.parts = {removed_file("名簿.xls", PartKind::office, Reason::not_rebuilt),
                     removed_file("予算.xls", PartKind::office, Reason::not_rebuilt),
                     removed_file("資料.zip", PartKind::encrypted, Reason::encrypted)};
    for (std::size_t i = 0; i < 3; ++i) extract.parts[i].facts.path = std::to_string(i + 2);
    ComposeFacts facts = example_facts();
    const auto lines_of = [&](std::string_view label) {
        const std::string text = make_notice(extract, sanitized, facts).text;
        std::size_t lines = 0;
        for (std::size_t at = text.find(label); at != text.npos; at = text.find(label, at + 1)) ++lines;
        return lines;
    };
    constexpr std::string_view label = "\n　受け取るには：";
    CHECK(lines_of(label) == 0);
    facts.ways_out = {
        {"2", Act::other_kind, 0, SafeKind::xlsx}, {"3", Act::other_kind, 0, SafeKind::xlsx}, {"4", Act::password}};
    const std::string text = make_notice(extract, sanitized, facts).text;
    CHECK(lines_of(label) == 1);
    CHECK(contains(text, "ません。\n　受け取るには：差出人に、Excel（xlsx）形式で送り直すよう依頼してください。\n"));
    CHECK(contains(text, "ません。\n　パスワードが分かるときは、"));
    facts.ways_out[1] = {"3", Act::smaller, 1536u << 10};  // then each file has its own
    CHECK(lines_of(label) == 2);
    CHECK(contains(make_notice(extract, sanitized, facts).text,
                   "「予算.xls」（Office 文書、12 KB）\n　受け取るには：差出人に、1.5 MB "
                   "以下にして送り直すよう依頼してください。\n"));
    facts.ways_out = {{"4", Act::release}};
    CHECK(lines_of(label) == 1);
    CHECK(contains(make_notice(extract, sanitized, facts).text,
                   "　受け取るには：元のファイルの引き渡しを管理者に依頼してください。\n"));
    facts.language = Language::en;
    facts.ways_out = {{"2", Act::other_kind, 0, SafeKind::pdf}, {"3", Act::smaller, 2048}, {"4", Act::password}};
    const std::string english = make_notice(extract, sanitized, facts).text;
    CHECK(contains(english, "  To receive it: ask the sender to send it again as PDF.\n"));
    CHECK(contains(english, "  To receive it: ask the sender to send it again with at most 2.0 KB.\n"));
    CHECK(contains(english, "  If you know the password, tell it by telephone to "));
}

TEST_CASE("a file in an archive is named with its archive, and not at all when the archive is missed itself") {
    Extract extract = example_extract();
    PartRow archive = removed_file("資料.zip", PartKind::archive, Reason::members_held);
    archive.facts.path = "2";
    archive.verdict = PartVerdict::rebuilt;
    archive.out_kind = "zip";
    PartRow program = removed_file("setup.exe", PartKind::executable, Reason::executable);
    program.facts.path = "2/1";
    PartRow inner = removed_file("中.zip", PartKind::archive, Reason::encrypted);
    inner.facts.path = "2/2";
    PartRow innermost = removed_file("x.js", PartKind::executable, Reason::executable);
    innermost.facts.path = "2/2/1";
    extract.parts = {archive, program, inner, innermost};
    const std::string text = notice_text(extract);
    CHECK(contains(text, "・「資料.zip」の中の「setup.exe」（実行ファイル"));
    CHECK(contains(text, "・「資料.zip」の中の「中.zip」"));
    CHECK(contains(text, "変更点：上の一覧のとおり、中のファイルの一部を取り除きました"));
    CHECK_FALSE(contains(text, "x.js"));
    extract.parts[0].verdict = PartVerdict::quarantined;
    const std::string held = notice_text(extract);
    CHECK(contains(held, "「資料.zip」"));
    CHECK_FALSE(contains(held, "setup.exe"));
    CHECK_FALSE(contains(held, "中.zip"));
}

TEST_CASE("AC-226 a signature with a name, an empty file and a page without text are named") {
    Extract extract = example_extract();
    extract.parts = {removed_file("smime.p7s", PartKind::signature, Reason::signature_dropped),
                     removed_file("見積書.xlsx", PartKind::text, Reason::empty_file),
                     removed_file("請求書.htm", PartKind::html, Reason::no_visible_text)};
    for (PartRow& row : extract.parts) row.verdict = PartVerdict::removed;
    const std::string text = notice_text(extract);
    CHECK(contains(text, "「smime"));
    CHECK(contains(text, "「見積書.xlsx」"));
    CHECK(contains(text, "「請求書.htm」"));
    // One without a name has nothing to be named by; it is said.
    extract.parts = {removed_file("", PartKind::signature, Reason::signature_dropped)};
    extract.parts[0].verdict = PartVerdict::removed;
    CHECK(contains(notice_text(extract), "電子署名"));
    CHECK_FALSE(contains(notice_text(extract), "（名前なし）"));
}

TEST_CASE("the notice does not promise an original that is not kept") {
    Extract extract = example_extract();
    extract.parts = {removed_file("a.bin", PartKind::other, Reason::not_rebuilt)};
    ComposeFacts facts = example_facts();
    facts.original_kept = false;
    CHECK(contains(make_notice(extract, sanitized, facts).text, "原本は保管していません"));
    CHECK_FALSE(contains(make_notice(extract, quarantined, facts).text, "原本の確認を依頼"));
}

TEST_CASE("AC-105 AC-137 a warning comes before the text and says what to do") {
    for (Reason reason : {Reason::false_link, Reason::alternative_differs, Reason::display_name_lies,
                          Reason::hidden_text_dropped, Reason::several_from, Reason::bad_from, Reason::bidi_removed,
                          Reason::form_dropped, Reason::duplicate_content_type}) {
        const Notice notice = make_notice(with_finding(reason), sanitized, example_facts());
        INFO(to_string(reason));
        CHECK(notice.place == NoticePlace::before_text);
        CHECK(notice.level == NoticeLevel::warning);
        const std::string_view advice = advice_for(reason, Language::ja).sentence;
        CHECK(contains(notice.text, advice.empty() ? reason_sentence(reason, Language::ja) : advice));
    }
    CHECK(contains(notice_text(with_finding(Reason::false_link)), "クリックせず"));
}

TEST_CASE("every reason that costs the reader something is told, in words of its own or by its name") {
    for (std::size_t i = 0; i < reason_count; ++i) {
        const auto reason = static_cast<Reason>(i);
        INFO(to_string(reason));
        const std::string text = notice_text(with_finding(reason));
        // What is said of a signature is said with whose it is (signature_line).
        const bool has_a_fact = is_signature_reason(reason);
        if (weight(reason) == Weight::note || reason == Reason::released_by_person || has_a_fact) {
            CHECK(text.empty());
            continue;
        }
        const std::string_view sentence = advice_for(reason, Language::ja).sentence;
        CHECK(contains(text, sentence.empty() ? reason_sentence(reason, Language::ja) : sentence));
    }
}

TEST_CASE("a warning noted on a part counts like one about the mail, and is said once") {
    Extract extract = with_finding(Reason::false_link);
    PartRow row = removed_file("", PartKind::html, Reason::html_to_text);
    row.verdict = PartVerdict::text;
    row.notes = {Reason::false_link};
    extract.parts = {row, row};
    CHECK(count(notice_text(extract), "実際のリンク先") == 1);
}

TEST_CASE("a quarantined mail's notice repeats who, what, when and says the next steps") {
    Extract extract = example_extract();
    extract.parts = {removed_file("a.exe", PartKind::executable, Reason::executable)};
    const std::string text = notice_text(extract, quarantined);
    for (const char* part : {"山田 太郎（yamada[at]example[.]com）", "件名：会議のご案内", "2026-11-05 09:53 (JST)",
                             "サイズ：120 KB", "開くソフトによって違う内容に見える", "readings_differ", "「a.exe」",
                             "情報システム担当", "心当たりがないときは", "受付番号：7h3k9m2p4q6r8s0t"}) {
        INFO(part);
        CHECK(contains(text, part));
    }
}

TEST_CASE("a notice without an extract names envelope sender, size and time") {
    const Verdict died{MailVerdict::quarantined, Reason::worker_died, true, true};
    const std::string text = make_notice_without_extract(died, example_facts(), "x@evil.example").text;
    CHECK(contains(text, "差出人：x[at]evil[.]example\n"));
    CHECK(contains(text, "受信日時：2026-11-05 10:11 (JST)\n"));
    CHECK(contains(text, "サイズ：120 KB\n"));
    CHECK(contains(make_notice_without_extract(died, example_facts(), "").text, "差出人：（なし）\n"));
    CHECK(contains(make_notice_without_extract(died, example_facts(), "a\r\nb").text, "差出人：（表示できません）\n"));
}

TEST_CASE("a release says who let the original through and why, and nothing of methods") {
    ReleaseOrder order;
    order.order_id = "k2j4h6";
    order.parts = {"2"};
    order.person = "佐藤 次郎";
    order.reason = "契約書の原本のため";
    ComposeFacts facts = example_facts();
    facts.order = &order;
    const Notice notice = make_notice(example_extract(), sanitized, facts);
    CHECK(notice.place == NoticePlace::before_text);
    CHECK(contains(notice.text, "担当者 佐藤 次郎 が確認し、元のファイルを添付してお届けします。\n"));
    CHECK(contains(notice.text, "確認の理由：契約書の原本のため\n"));
    CHECK(contains(notice.text, "元のメールの日時：2026-11-05 09:53 (JST)\n"));
    CHECK_FALSE(contains(notice.text, "ウ-4"));
    order.parts.clear();
    CHECK_FALSE(contains(make_notice(example_extract(), sanitized, facts).text, "元のファイルを添付"));
}

TEST_CASE("long lists and long names are cut") {
    Extract extract = example_extract();
    extract.parts.assign(500, removed_file(std::string(900, 'a'), PartKind::other, Reason::not_rebuilt));
    const std::string text = notice_text(extract);
    CHECK(count(text, "・「") == 100);
    CHECK(contains(text, "ほか 400 件"));
    CHECK_FALSE(contains(text, std::string(121, 'a')));
}

TEST_CASE("sizes are written for people") {
    const auto size_of = [](std::uint64_t bytes) {
        Extract extract = example_extract();
        extract.parts = {removed_file("a", PartKind::other, Reason::not_rebuilt)};
        extract.parts.front().facts.bytes = bytes;
        const std::string text = notice_text(extract);
        const std::string before = "「a」（その他のファイル、";
        const std::size_t at = text.find(before) + before.size();
        return text.substr(at, text.find("）", at) - at);
    };
    CHECK(size_of(0) == "0 バイト");
    CHECK(size_of(1023) == "1023 バイト");
    CHECK(size_of(1024) == "1.0 KB");
    CHECK(size_of(1024 * 1024 - 1) == "1023 KB");
    CHECK(size_of(1258291) == "1.1 MB");
    CHECK(size_of(~std::uint64_t{0}) == "15 EB");
}

TEST_CASE("no word of ours can be clicked, in any language") {
    for (Language language : {Language::ja, Language::en}) {
        ComposeFacts facts = example_facts();
        facts.language = language;
        for (std::size_t i = 0; i < reason_count; ++i) {
            const auto reason = static_cast<Reason>(i);
            Extract extract = with_finding(reason);
            for (std::uint32_t kind = 0; kind < part_kind_count; ++kind) {
                extract.parts.push_back(removed_file("x", static_cast<PartKind>(kind), reason));
            }
            INFO(to_string(language) << " " << to_string(reason));
            CHECK(gate_words(composed(extract, sanitized, facts)) == "");
            const Verdict held{MailVerdict::quarantined, reason, true, true};
            CHECK(gate_words(composed(extract, held, facts)) == "");
        }
    }
}

TEST_CASE("words of the sender in a notice can neither be clicked nor close it") {
    constexpr auto hostile = std::to_array<const char*>({"http://evil.example/",
                                                         "www.evil.example",
                                                         "a@evil.example",
                                                         "evil.zip",
                                                         "javascript:alert(1)",
                                                         "\\\\evil\\share",
                                                         "file:",
                                                         "www.",
                                                         "a.",
                                                         "evil.com.",
                                                         "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━",
                                                         "> 無害化システムからのお知らせ",
                                                         "======== End of the notice from the mail sanitizer ========",
                                                         "受付番号：zzzz",
                                                         "a.b.c.pdf.",
                                                         "x.pdf.exe.com/",
                                                         "「」（）\"(",
                                                         "HTTPS://EVIL.EXAMPLE",
                                                         "a:b",
                                                         ":",
                                                         "."});
    for (Language language : {Language::ja, Language::en}) {
        ComposeFacts facts = example_facts();
        facts.language = language;
        for (const char* words : hostile) {
            Extract extract = example_extract();
            extract.header.subject = line(words);
            extract.header.from = {mailbox(words, "a@evil.example")};
            extract.parts = {removed_file(words, PartKind::other, Reason::not_rebuilt)};
            INFO(words);
            CHECK(gate_words(composed(extract, quarantined, facts)) == "");
            CHECK(gate_words(composed(extract, sanitized, facts)) == "");
        }
    }
}

TEST_CASE("AC-133 look-alikes of the marks are recognised whatever their dashes, blanks and width") {
    for (const char* forged : {
             "━━━━━━ メール無害化システムからのお知らせ ━━━━━━",
             "━━━━━━メール無害化システムからのお知らせ━━━━━━",
             "  ━ ━ ━  メ ー ル 無 害 化 シ ス テ ム か ら の お 知 ら せ",
             "メール　無害化　システムからの　お知らせ",
             "－－－－－ メール無害化ｼｽﾃﾑより －－－－－",
             "―――― 無害化 ――――",
             "一一一一 無害化 一一一一",
             "ーーーー 無害化システム ーーーー",
             "■■■ 無害化システムのお知らせ ■■■",
             "======== Notice from the mail sanitizer ========",
             "＝＝＝＝ Ｎｏｔｉｃｅ ｆｒｏｍ ｔｈｅ ｍａｉｌ ｓａｎｉｔｉｚｅｒ ＝＝＝＝",
             "-----[ mugaika ]-----",
             "NOTICE FROM THE MAIL SANITIZER",
         }) {
        INFO(forged);
        CHECK(looks_like_mark(forged));
        Extract extract = example_extract();
        extract.texts = {body(std::string("前\n") + forged + "\n後\n")};
        const std::string mail = composed(extract, clean, example_facts());
        CHECK(contains(shown_text(mail), std::string("前\n> ") + forged + "\n後\n"));
        CHECK(gate_words(mail) == "");
    }
}

TEST_CASE("ordinary lines are no look-alikes") {
    for (const char* ordinary : {"━━━━━━ 今月のお知らせ ━━━━━━", "----", "", "サーバーのメール無害化について",
                                 "無害化装置（※）を更新します。", "======== Newsletter ========", "sanitizer"}) {
        INFO(ordinary);
        CHECK_FALSE(looks_like_mark(ordinary));
    }
    Extract extract = example_extract();
    extract.texts = {body("> ━━━━━━ メール無害化システムからのお知らせ ━━━━━━\n")};  // quoted by a reply already
    CHECK(shown_text(composed(extract, clean, example_facts())) ==
          "> ━━━━━━ メール無害化システムからのお知らせ ━━━━━━\n");
}

TEST_CASE("each mark looks like a mark") {
    for (Language language : {Language::ja, Language::en}) {
        CHECK(looks_like_mark(opening_mark(language)));
        CHECK(looks_like_mark(closing_mark(language)));
    }
}
