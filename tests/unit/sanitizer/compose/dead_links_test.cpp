// What stays alive in a text: http, https and mail addresses in an ordinary mail, nothing beside a link that lies.
#include <catch2/catch.hpp>
#include <random>

#include "mail_reading.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/compose/body_text.hpp"
#include "sanitizer/compose/gate_link.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

Extract mail_with(std::string_view text) {
    Extract extract = example_extract();
    extract.texts = {body(text)};
    return extract;
}

Extract lying_mail_with(std::string_view text) {
    Extract extract = mail_with(text);
    PartRow row;
    row.facts.path = "1";
    row.facts.kind = PartKind::html;
    row.verdict = PartVerdict::text;
    row.notes = {Reason::html_to_text, Reason::false_link};
    extract.parts = {row};
    return extract;
}

constexpr const char* alive =
    "https://www.city.example.lg.jp/a?b=c と http://x.example:8080/ と www.y.example と z@w.example と "
    "mailto:z@w.example\n";

}  // namespace

TEST_CASE("ordinary addresses in an ordinary text stay as they are") {
    const std::string mail = composed(mail_with(alive), clean, example_facts());
    CHECK(contains(shown_text(mail), alive));
    CHECK(gate_words(mail) == "");
}

TEST_CASE("AC-137 beside a link that lies no address stays alive, visible ones neither") {
    const std::string mail = composed(lying_mail_with(alive), sanitized, example_facts());
    CHECK(contains(
        shown_text(mail),
        "https[:]//www[.]city[.]example[.]lg[.]jp/a?b=c と http[:]//x[.]example[:]8080/ と www[.]y[.]example と "
        "z[at]w[.]example と mailto[:]z[at]w[.]example\n"));
    GatePermit dead;
    dead.links_must_be_dead = true;
    CHECK(gate_words(mail, dead) == "");
    // A composer that forgets it is stopped.
    const std::string forgot = composed(mail_with(alive), clean, example_facts());
    CHECK(contains(gate_words(forgot, dead), "text: an address that is alive beside a link that lies"));
}

TEST_CASE("AC-137 schemes that no mail needs are dead in bodies, headings and summaries, and the gate wants them so") {
    Extract extract = mail_with(
        "見て file:///C:/x と javascript:alert(1)\n\\\\evil.example\\share\n場所 (LOCATION): "
        "webcal://evil.example/x\n");
    TextBlock attached = body("gopher://evil.example\n");
    attached.role = TextRole::attached;
    attached.title = line("file:x");
    TextBlock mail_block = body("sftp://evil.example\n");
    mail_block.role = TextRole::quoted;
    mail_block.quote_depth = 1;
    mail_block.summary = {{"Subject", line("data:text/html,x")}};
    extract.texts.push_back(attached);
    extract.texts.push_back(mail_block);
    const std::string mail = composed(extract, clean, example_facts());
    const std::string text = shown_text(mail);
    for (const char* dead :
         {"file[:]///C:/x", "javascript[:]alert(1)", "\\[\\]evil.example\\share", "webcal[:]//evil.example/x",
          "file[:]x］", "gopher[:]//evil.example", "> 件名：data[:]text/html,x", "> sftp[:]//evil.example"}) {
        INFO(dead);
        CHECK(contains(text, dead));
    }
    CHECK(gate_words(mail) == "");
    for (const char* live : {"file:///x", "x FILE:x", "javascript:alert(1)", "\\\\evil\\x", "webcal://x", "odd://x",
                             "ftp://x", "（sftp://x）", "view-source:ftp://x"}) {
        INFO(live);
        CHECK(gate::has_live_scheme(live));
    }
    for (const char* harmless : {"https://x.example/", "URLhttp://x", "TEL: 03-1", "file: x", "a:b", "://", "12://",
                                 "1file:x", "mailto:a@b.example"}) {
        INFO(harmless);
        CHECK_FALSE(gate::has_live_scheme(harmless));
    }
}

TEST_CASE("whatever a text is made of, the gate finds nothing alive in what was written apart") {
    static constexpr std::u32string_view signs = U":/\\.@-+ \tahfw1「あ。[]<>\n";
    static constexpr std::u32string_view pieces[] = {
        U"http",       U"https",       U"file", U"://",     U"\\\\", U"www.", U".pdf",  U".com",
        U"@b.example", U"javascript:", U"tel:", U"mailto:", U"x-",   U".zip", U"data:", U"webcal"};
    for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
        std::mt19937_64 random(seed);
        std::string text;
        for (int i = 0; i < 12; ++i) {
            if (random() % 2 == 0) {
                utf8::append(text, signs[random() % signs.size()]);
            } else {
                for (const char32_t c : pieces[random() % std::size(pieces)]) utf8::append(text, c);
            }
        }
        text += '\n';
        INFO("seed " << seed << "\n" << text);
        const auto each_line = [](const std::string& lines, auto holds) {
            bool any = false;
            for (std::string_view rest = lines; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
                any = any || holds(rest.substr(0, rest.find('\n')));
            }
            return any;
        };
        CHECK_FALSE(each_line(body_text({body(text)}, Language::ja)->text, gate::has_live_scheme));
        CHECK_FALSE(
            each_line(body_text({body(text)}, Language::ja, {.links_are_dead = true})->text, gate::is_clickable));
    }
}
