// Text is paid for as it is written, and files before they are made: what does not fit costs a part, never the mail.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/mail/written_size.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;

namespace {

std::uint64_t written(const Extract& extract) {
    std::uint64_t bytes = 0;
    for (const TextBlock& block : extract.texts) bytes += written_bytes(block);
    return bytes;
}

std::size_t count_of(const Extract& extract, PartVerdict verdict, Reason reason) {
    return static_cast<std::size_t>(std::count_if(extract.parts.begin(), extract.parts.end(), [&](const PartRow& row) {
        return row.verdict == verdict && row.reason == reason;
    }));
}

Job with_text(std::size_t bytes) {
    Job job;
    job.budget.text_bytes_max = bytes;
    return job;
}

std::string pdf_part(const std::string& bytes) {
    return file_part("application/pdf", "a.pdf", "%PDF-1.4 obj " + bytes);
}

// Makes a text of whatever it is given and says how much room there was.
class Maker final : public PartHandler {
public:
    explicit Maker(std::vector<std::uint64_t>& rooms) : rooms_(rooms) {}
    std::string_view name() const noexcept override { return "maker"; }
    bool accepts(const PartFacts&) const noexcept override { return true; }
    Result<PartOutcome> handle(Part&&, const Budget& budget) const override {
        rooms_.push_back(budget.text_left());
        TextMade made;
        made.text = PlainText::from(std::string(50, 'x')).value();
        return PartOutcome(std::move(made));
    }

private:
    std::vector<std::uint64_t>& rooms_;
};

Extract read_made(const std::string& mail, const Job& job, std::vector<std::uint64_t>& rooms) {
    Handlers handlers;
    handlers.push_back(std::make_unique<Maker>(rooms));
    return read_mail_with(handlers, mail, job, typer());
}

}  // namespace

TEST_CASE(
    "AC-070 AC-132 the texts of very many parts do not pile up: what has no room is not made, the rest of the mail "
    "arrives") {
    const std::string kind = GENERATE("text/plain", "text/html", "text/calendar", "message/delivery-status");
    CAPTURE(kind);
    std::string content;
    for (int i = 0; i < 1000; ++i)
        content += kind == "text/calendar" ? "SUMMARY:word word word\n" : "Word: word word word\n";
    if (kind == "text/calendar") content = "BEGIN:VCALENDAR\n" + content + "END:VCALENDAR\n";
    std::vector<std::string> parts;
    for (int i = 0; i < 50; ++i) {  // the same calendar twice would be shown once
        const std::string own = kind == "text/calendar" ? "SUMMARY:" + std::to_string(i) + "\n" : "";
        parts.push_back("Content-Type: " + kind + "\n\n" + own + content);
    }
    parts.push_back(pdf_part("last"));
    const Job job = with_text(100000);
    const Extract extract = read(crlf(head + multipart("mixed", parts)), job);
    CHECK(extract.parts.size() == 51);
    CHECK(written(extract) <= job.budget.text_bytes_max);
    CHECK(written(extract) > job.budget.text_bytes_max / 2);
    CHECK(count_of(extract, PartVerdict::quarantined, Reason::text_too_long) >= 40);
    CHECK(row(extract, "51").reason == Reason::not_rebuilt);
    CHECK_FALSE(any_ambiguous(extract.findings));
}

TEST_CASE("a handler is told what is left, and where nothing is left it is not asked") {
    std::vector<std::uint64_t> rooms;
    const std::vector<std::string> parts(4, text_part("a"));
    const Extract extract = read_made(crlf(head + multipart("mixed", parts)), with_text(104), rooms);
    CHECK(rooms == std::vector<std::uint64_t>{104, 52});  // fifty bytes, a line end and an empty line
    CHECK(extract.texts.size() == 2);
    CHECK(count_of(extract, PartVerdict::quarantined, Reason::text_too_long) == 2);
    CHECK(row(extract, "3").handler == "budget");
    CHECK(row(extract, "3").method == Method::none);
}

TEST_CASE("AC-132 a page for which a few bytes are left is kept back as too long, and never called empty") {
    const std::string page =
        "Content-Type: text/html; charset=utf-8; name=a.html\nContent-Disposition: attachment; filename=a.html\n\n"
        "<p>会議は明日です。</p>\n";
    const std::string mail = crlf(head + multipart("mixed", {text_part("first"), page}));
    std::size_t shown = 0;
    std::size_t kept = 0;
    for (std::size_t room = 1; room < 400; ++room) {
        CAPTURE(room);
        const Extract extract = read(mail, with_text(room));
        const PartRow& one = row(extract, "2");
        const bool is_kept = one.verdict == PartVerdict::quarantined && one.reason == Reason::text_too_long;
        CHECK((is_kept || one.verdict == PartVerdict::text));
        ++(is_kept ? kept : shown);
    }
    CHECK(shown > 20);
    CHECK(kept > 8);
}

TEST_CASE("AC-069 the form that is not shown costs nothing") {
    const std::string words = "会議は明日の午前十時からです。\n";
    const std::string both = multipart("alternative", {text_part(words), html_part("<p>" + words + "</p>")}, "b1");
    const Extract extract =
        read(crlf(head + multipart("mixed", {both, text_part("second text\n")})), with_text(2 * words.size() + 20));
    CHECK(all_text(extract) == words + "second text\n");
    for (const PartRow& one : extract.parts) CHECK_FALSE(contains(one.notes, Reason::text_too_long));
}

TEST_CASE("AC-069 the form of an attached mail that is not shown is given back to what stands behind it") {
    std::string words;
    for (int i = 0; i < 100; ++i) words += "会議は" + std::to_string(i) + "日の午前十時からです。\n";
    const std::string both = multipart("alternative", {text_part(words), html_part("<pre>" + words + "</pre>")}, "b1");
    const std::string behind = std::string(words.size() / 2, 'a') + "\n";
    const Extract extract = read(crlf(head + multipart("mixed", {mail_part(head + both), text_part(behind)})),
                                 with_text(2 * words.size() + words.size() / 4));
    CHECK(all_text(extract).find(words) != std::string::npos);
    CHECK(all_text(extract).ends_with(behind));
    for (const PartRow& one : extract.parts) CHECK_FALSE(contains(one.notes, Reason::text_too_long));
}

TEST_CASE("ordered originals that are too large together: what fits crosses, the others are said, the text arrives") {
    Job job;
    job.profile.release_originals = true;
    job.released_parts = {"2", "3", "4"};
    job.budget.files_bytes_max = 150;
    const Extract extract = read(crlf(head + multipart("mixed", {text_part("x\n"), pdf_part(std::string(100, 'a')),
                                                                 pdf_part(std::string(100, 'b')), pdf_part("c")})),
                                 job);
    REQUIRE(extract.files.size() == 2);
    CHECK(extract.files[1].path == "4");
    CHECK(row(extract, "3").verdict == PartVerdict::quarantined);
    CHECK(row(extract, "3").reason == Reason::files_too_large);
    CHECK(all_text(extract) == "x\n");
    CHECK_FALSE(any_ambiguous(extract.findings));
}

TEST_CASE("an attached mail whose heading has no room is kept back, and what stands behind it arrives") {
    const std::string inner = mail_part("From: c@example.jp\nSubject: " + std::string(400, 's') + "\n\ninner\n");
    const Extract extract =
        read(crlf(head + multipart("mixed", {text_part("a\n"), inner, text_part("b\n")})), with_text(300));
    CHECK(row(extract, "2").verdict == PartVerdict::quarantined);
    CHECK(row(extract, "2").reason == Reason::text_too_long);
    CHECK(row(extract, "2").method == Method::none);
    CHECK(extract.parts.size() == 3);
    CHECK(all_text(extract) == "a\nb\n");
}

TEST_CASE("AC-066 AC-132 quoted lines are paid for with their marks, for any number of lines and any depth") {
    const std::size_t depth = GENERATE(0u, 1u, 7u, 8u, 9u, 14u);
    const std::size_t lines = GENERATE(1u, 100u, 5000u);
    CAPTURE(depth, lines);
    std::string mail = head + "Content-Type: text/plain\n\n" + std::string(lines, '\n');
    for (std::size_t i = 0; i < depth; ++i) mail = head + "Content-Type: message/rfc822\n\n" + mail;
    const Job job = with_text(20000);
    const Extract extract = read(crlf(mail), job);
    CHECK(written(extract) <= job.budget.text_bytes_max);
    const PartRow& text = extract.parts.back();
    const bool all_fits = lines * (1 + 2 * std::min<std::size_t>(depth, AnswerLimits().quote_depth_shown)) < 16000;
    CHECK(contains(text.notes, Reason::text_too_long) == !all_fits);
    CHECK(text.verdict == PartVerdict::text);
    CHECK(extract.texts.back().quote_depth == depth);  // as it is; the composer caps and says
    const PartRow& around = extract.parts.at(extract.parts.size() < 2 ? 0 : extract.parts.size() - 2);
    CHECK(contains(around.notes, Reason::quotes_flattened) == (depth > AnswerLimits().quote_depth_shown));
}

TEST_CASE("pages and texts end well wherever the room ends") {
    const std::string page =
        "<p>長い\n言葉の<b>列</b>\n<ol><li>一<li>二</ol><table><tr><td>甲<td>乙</table><blockquote>引\n用</blockquote>";
    for (std::size_t room = 1; room < 200; ++room) {
        CAPTURE(room);
        const Extract extract =
            read(crlf(head + multipart("mixed", {html_part(page), text_part("あ\nい\n")})), with_text(room));
        CHECK(written(extract) <= room);
        CHECK(extract.parts.size() == 2);
    }
}

TEST_CASE("a text of which nothing can be shown says so") {
    const auto [charset, content] = GENERATE(table<std::string, std::string>({
        {"utf-8", "\xe2\x80\x8b\xe2\x80\x8b"},          // invisible
        {"utf-8", "\xef\xbb\xbf"},                      // a byte order mark
        {"iso-2022-jp", "\x1b(B"},                      // an escape
        {"utf-8", "begin 644 a.txt\n#0V%T\n`\nend\n"},  // all of it is a file
    }));
    const Extract extract = read(crlf(head + "Content-Type: text/plain; charset=" + charset + "\n\n") + crlf(content));
    CHECK(extract.texts.empty());
    CHECK(row(extract, "1").verdict == PartVerdict::text);
    CHECK(contains(row(extract, "1").notes, Reason::empty_part));
}

TEST_CASE("files in texts are counted with what was decoded") {
    Job job;
    const std::string content = "begin 644 a.txt\n#0V%T\n`\nend\n";
    const std::string mail = crlf(head + "Content-Type: text/plain\n\nwords\n" + content);
    job.budget.decoded_bytes_max = crlf("words\n" + content).size() + 2;
    const Extract extract = read(mail, job);
    CHECK(row(extract, "1/1").reason == Reason::too_much_decoded);
    CHECK(row(extract, "1/1").sha256.empty());
    CHECK(row(extract, "1/1").facts.bytes == 0);
}

TEST_CASE("an author whose address cannot be written is said; ordinary addresses are not") {
    const auto found = [](const std::string& from) {
        return contains(read(crlf("From: " + from + "\nSubject: x\n\nx\n")).findings, Reason::from_unwritable);
    };
    for (const char* from : {"太郎 <太郎@日本語.jp>", "用户@example.com", "a@例え.jp", "\"a(b)c\"@example.jp"}) {
        CAPTURE(from);
        CHECK(found(from));
    }
    for (const char* from : {"a@example.jp", "=?UTF-8?B?5bGx55Sw?= <a.b+c@city.example.lg.jp>", "taro..y.@docomo.ne.jp",
                             "\"taro..y\"@docomo.ne.jp", "a@[192.0.2.1]", "x@xn--wgv71a119e.jp", "undisclosed", ""}) {
        CAPTURE(from);
        CHECK_FALSE(found(from));
    }
    // Of an attached mail it is shown as it stands there.
    const std::string attached = mail_part("From: 用户@example.com\nSubject: y\n\nz\n");
    const Extract nested = read(crlf(head + multipart("mixed", {text_part("x\n"), attached})));
    CHECK_FALSE(contains(nested.findings, Reason::from_unwritable));
    CHECK_FALSE(contains(row(nested, "2").notes, Reason::from_unwritable));
}
