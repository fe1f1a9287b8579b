// Forms of one text beside each other, read in whole mails: which one is shown, and what of the other.
#include <catch2/catch.hpp>
#include <string>

#include "policy/findings.hpp"
#include "sanitizer/mail/worker_life.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;

TEST_CASE("AC-069 text and HTML that say the same: the text is shown, the HTML is said to be another form") {
    const Extract extract =
        read(crlf(head + multipart("alternative", {text_part("会議は明日の午前十時からです。\n"),
                                                   html_part("<p>会議は明日の午前十時からです。</p>\n")})));
    CHECK(paths(extract) == Paths{"1", "2"});
    CHECK(all_text(extract) == "会議は明日の午前十時からです。\n");
    CHECK(row(extract, "2").verdict == PartVerdict::removed);
    CHECK(row(extract, "2").reason == Reason::alternative_not_shown);
    CHECK(row(extract, "2").notes.empty());
    CHECK_FALSE(contains(extract.findings, Reason::alternative_differs));
    CHECK(may_live_on(extract));
}

TEST_CASE("AC-069 forms that differ are both shown, the other one under its name, and nothing is warned of") {
    const Extract extract =
        read(crlf(head + multipart("alternative", {text_part("会議は明日の午前十時からです。\n"),
                                                   html_part("<p>至急、下記の口座にお振り込みください。</p>\n")})));
    REQUIRE(extract.texts.size() == 2);
    CHECK(extract.texts[0].text.str().find("会議") != std::string::npos);
    CHECK(extract.texts[1].text.str().find("口座") != std::string::npos);
    CHECK(row(extract, "2").verdict == PartVerdict::text);
    CHECK_FALSE(contains(extract.findings, Reason::alternative_differs));
}

TEST_CASE("AC-069 a list that stands in the HTML form alone is added to the text form, without what it says again") {
    const Extract extract =
        read(crlf(head + multipart("alternative",
                                   {text_part("12月の講座の御案内です。詳しくは下の一覧を御覧ください。申込みは電話"
                                              "で受け付けます。\n"),
                                    html_part("<p>12月の講座の御案内です。詳しくは下の一覧を御覧ください。申込みは"
                                              "電話で受け付けます。</p><table><tr><td>12月1日<td>料理教室"
                                              "<tr><td>12月3日<td>書道教室</table>\n")})));
    REQUIRE(extract.texts.size() == 2);
    CHECK(extract.texts[1].title.str() == "HTML");
    CHECK(extract.texts[1].role == TextRole::body);
    CHECK(extract.texts[1].text.str().find("料理教室") != std::string::npos);
    CHECK(extract.texts[1].text.str().find("書道教室") != std::string::npos);
    CHECK(extract.texts[1].text.str().find("電話") == std::string::npos);
    CHECK(contains(row(extract, "2").notes, Reason::alternative_added));
    for (const Reason note : row(extract, "2").notes) CHECK(weight(note) == Weight::note);
}

TEST_CASE("AC-137 a false link among what is added is still warned of, one that is not shown is not") {
    const std::string text = "講座の御案内です。詳しくは下の一覧を御覧ください。申込みは電話で受け付けます。";
    const auto warned = [&](const std::string& linked, const std::string& more) {
        const Extract extract =
            read(crlf(head + multipart("alternative", {text_part(text + "\n"),
                                                       html_part("<p>" + linked + "</p><p>" + more + "</p>\n")})));
        CHECK(contains(row(extract, "2").notes, Reason::alternative_added));
        return contains(row(extract, "2").notes, Reason::false_link);
    };
    const std::string link = "<a href=\"https://evil.example/x\">https://bank.example/</a>";
    CHECK(warned(text, "口座の確認は" + link + "からお願いします。"));
    CHECK_FALSE(warned(text + link, "会場は三階の大会議室です。"));
    const std::string hidden = "<div style=\"display:none\">見えない文章がここに長々と書いてあります。</div>";
    const Extract extract =
        read(crlf(head + multipart("alternative",
                                   {text_part(text + "\n"),
                                    html_part(hidden + "<p>" + text + "</p><p>会場は三階の大会議室です。</p>\n")})));
    CHECK_FALSE(contains(row(extract, "2").notes, Reason::hidden_text_dropped));
}

TEST_CASE("AC-069 AC-132 what the other form adds and has no room is said, and the original is kept") {
    const std::string list = "<p>料理教室は三階で行います。</p>";
    Job job;
    const std::string text = "講座の御案内です。一覧を御覧ください。\n";
    // Both forms have room one after the other, but not the title that parts the additions from the text.
    job.budget.text_bytes_max = 2 * text.size() + 60;
    const Extract extract =
        read(crlf(head + multipart("alternative", {text_part(text), html_part("<p>" + text + "</p>" + list)})), job);
    CHECK(row(extract, "2").verdict != PartVerdict::removed);
    const bool is_said = contains(row(extract, "2").notes, Reason::alternative_differs) ||
                         contains(row(extract, "2").notes, Reason::text_too_long) ||
                         row(extract, "2").reason == Reason::text_too_long;
    CHECK(is_said);
}

TEST_CASE("an AMP form is no second body and rings no bell") {
    const std::string words = "会議は明日の午前十時から、第三会議室で行います。\n";
    const std::string amp =
        "Content-Type: text/x-amp-html; charset=utf-8\n\n<!doctype html><html amp4email><head><style "
        "amp4email-boilerplate>body{visibility:hidden}</style></head><body><p>" +
        words + "</p></body></html>\n";
    const Extract extract =
        read(crlf(head + multipart("alternative", {text_part(words), amp, html_part("<p>" + words + "</p>")})));
    CHECK(all_text(extract) == words);
    CHECK(row(extract, "2").reason == Reason::alternative_not_shown);
    CHECK(row(extract, "2").notes.empty());
    for (const Reason finding : extract.findings) CHECK(weight(finding) == Weight::note);
}

TEST_CASE("AC-134 an empty or stub text form gives way to the HTML form") {
    const std::string stub = GENERATE("", "このメールはHTML形式です。\n",
                                      "※このメールが正しく表示されない場合は、こちらをクリックしてください。\nhttps://"
                                      "e.example/v\n",
                                      "View this email in your browser: https://e.example/v\n");
    const Extract extract = read(
        crlf(head + multipart("alternative", {text_part(stub),
                                              html_part("<p>会議は明日の午前十時から第三会議室で行います。</p>\n")})));
    CHECK(all_text(extract).find("第三会議室") != std::string::npos);
    CHECK(row(extract, "1").reason == Reason::alternative_not_shown);
    CHECK(row(extract, "2").verdict == PartVerdict::text);
    CHECK(row(extract, "2").method == Method::text_body);
    CHECK(contains(row(extract, "2").notes, Reason::html_to_text));
}

TEST_CASE("AC-069 an invitation in an alternative is shown beside the text") {
    const std::string ics =
        "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n"
        "SUMMARY:定例会\nEND:VEVENT\nEND:VCALENDAR\n";
    const Extract extract = read(crlf(head + multipart("alternative", {text_part("ご案内です。\n"), ics})));
    REQUIRE(extract.texts.size() == 2);
    CHECK(extract.texts[1].role == TextRole::attached);
    CHECK(extract.texts[1].text.str().find("定例会") != std::string::npos);
    CHECK(row(extract, "2").method == Method::text_file);
    CHECK_FALSE(may_live_on(extract));
}
